import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { CACHE } from './local/paths.ts';

// Before anything else is loaded, so that types are stripped once and not at every start.
enableCompileCache(fileURLToPath(CACHE));

const { createProgram, run } = await import('./program.ts');
const commands = await Promise.all([
  import('./commands/start.ts'),
  import('./commands/function.ts'),
  import('./commands/trigger.ts'),
  import('./commands/token.ts'),
  import('./commands/db.ts'),
  import('./commands/bundle.ts'),
  import('./commands/test.ts'),
  import('./commands/talk.ts'),
]);

/** `npm run cx -- COMMAND`. Here are only the names; each command loads its work when it is called. */
const program = createProgram();
for (const { register } of commands) register(program);
await run(program);
