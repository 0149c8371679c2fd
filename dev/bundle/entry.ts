import type { Webhook } from '../../shared/webhook.ts';

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

/** `shared/discover.ts` for a router that has no folder to look into: its functions, each loaded when it is wanted. */
export function discoverOf(functions: ReadonlyMap<string, Webhook>): string {
  const names = [...functions].filter(([, { kind }]) => kind === 'standard').map(([name]) => name);
  const loaders = names.map((name) => `  [${JSON.stringify(name)}, () => import('../functions/${name}.ts')],\n`);
  return `const LOADERS = new Map([
${loaders.join('')}]);
export const listFunctions = async () => [...LOADERS.keys()];
export const loadFunction = async (folder, name) => (await LOADERS.get(name)()).default;
`;
}
