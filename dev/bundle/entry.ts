/** The main file of a bundle: what `functions/index.js` does, for one function that is known beforehand. */
export function entryOf(name: string): string {
  const text = JSON.stringify(name);
  return `import { http } from '@google-cloud/functions-framework';
import { ConfigError } from './shared/errors.ts';
import { serveFunction, stopAtConfigError, wantedFunction } from './shared/host/functions-framework.ts';
import { nameSourceLines } from './shared/host/source-lines.ts';
import webhook from './functions/${name}.ts';

nameSourceLines(__filename);
try {
  const name = wantedFunction();
  if (name !== ${text}) throw new ConfigError(\`There is no function called \${name}; there is \` + ${text} + '.');
  serveFunction(http, name, webhook);
} catch (error) {
  stopAtConfigError(error);
}
`;
}

/** The main file of a container's bundle: the server as it is, with stack traces that name the lines of the sources. */
export const CONTAINER_ENTRY = `import { nameSourceLines } from './shared/host/source-lines.ts';
import './functions/server.js';

nameSourceLines(__filename);
`;

/** `shared/discover.ts` where there is no folder to look into: these functions, each loaded when it is wanted. */
export function discoverOf(names: readonly string[]): string {
  const loaders = names.map((name) => `  [${JSON.stringify(name)}, () => import('../functions/${name}.ts')],\n`);
  return `import { ConfigError } from './errors.ts';
const LOADERS = new Map([
${loaders.join('')}]);
export const listFunctions = async () => [...LOADERS.keys()];
export const loadFunction = async (folder, name) => {
  const load = LOADERS.get(name);
  if (load) return (await load()).default;
  throw new ConfigError(\`There is no function called \${name}; there are \${[...LOADERS.keys()].join(', ')}.\`);
};
`;
}
