import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { CACHE } from '../local/paths.ts';

// `deploy.sh` calls this many times: types are stripped once.
enableCompileCache(fileURLToPath(CACHE));

const { run } = await import('./commands.ts');
await run(process.argv.slice(2));
