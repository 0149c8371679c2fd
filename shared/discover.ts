import { readdir } from 'node:fs/promises';
import { ConfigError } from './errors.ts';
import type { Webhook } from './webhook.ts';

/** The names of the functions in a folder: its TypeScript files. `folder` ends in a slash. */
export async function listFunctions(folder: URL): Promise<readonly string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
}

/** Loads one function, and nothing of the others: one that is broken must not take them down. */
export async function loadFunction(folder: URL, name: string): Promise<Webhook> {
  const names = await listFunctions(folder);
  if (!names.includes(name)) {
    throw new ConfigError(`There is no function called ${name}; there are ${names.join(', ')}.`);
  }
  const loaded: { readonly default?: unknown } = await import(new URL(`${name}.ts`, folder).href);
  if (!isWebhook(loaded.default)) {
    throw new ConfigError(
      `functions/${name}.ts must export default defineWebhook(...), defineFlexible(...) or defineRouter(...).`,
    );
  }
  return loaded.default;
}

/** Is this what a function's file has to export? */
export function isWebhook(value: unknown): value is Webhook {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    ['standard', 'flexible', 'router'].includes(value.kind as string)
  );
}
