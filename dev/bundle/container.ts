import { mkdir, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { listFunctions } from '../../shared/discover.ts';
import { FUNCTIONS, ROOT } from '../local/paths.ts';
import { compile } from './compile.ts';
import { CONTAINER_ENTRY, discoverOf } from './entry.ts';

/**
 * What the Dockerfile builds: `node dev/bundle/container.ts FOLDER` writes `functions/server.js` with every function and all
 * that they import as one file, its source map and large data beside it. It runs where there is Node and nothing else.
 */

const [folder] = process.argv.slice(2);
if (!folder) {
  process.stderr.write('Say where it goes: node dev/bundle/container.ts FOLDER.\n');
  process.exit(2);
}
const out = pathToFileURL(`${folder}/`);
const discover = discoverOf(await listFunctions(FUNCTIONS));
const files = await compile({ root: ROOT, name: 'container', entry: CONTAINER_ENTRY, hasStore: true, discover });
await mkdir(out, { recursive: true });
for (const [name, text] of files) await writeFile(new URL(name, out), text);
