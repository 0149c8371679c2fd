import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listFunctions, loadFunction } from '../../shared/discover.ts';
import { ConfigError } from '../../shared/errors.ts';
import type { Webhook } from '../../shared/webhook.ts';
import { ROOT } from './paths.ts';
import { Problem } from './problem.ts';

/** A function of the folder: what it declares, or why it does not load. */
export type LocalFunction =
  | { readonly name: string; readonly webhook: Webhook; readonly problem?: never }
  | { readonly name: string; readonly webhook?: never; readonly problem: string };

/** Loads every function. One that is broken does not keep the others from being served. */
export async function loadFunctions(folder: URL): Promise<readonly LocalFunction[]> {
  const names = await listFunctions(folder);
  return Promise.all(names.map((name) => told(name, loadFunction(folder, name))));
}

/** How often a function was loaded anew, over all of them. */
let versions = 0;

/**
 * Loads a function once more, as its file is now. What it imports stays as it was, so that stores and caches are shared with the
 * others still. `null`: its file is gone.
 */
export async function reloadFunction(folder: URL, name: string): Promise<LocalFunction | null> {
  if (!(await listFunctions(folder)).includes(name)) return null;
  versions += 1;
  return told(name, importAnew(new URL(`${name}.ts?version=${versions}`, folder)));
}

/** Node keeps a module by its URL: with another query it is another module. */
async function importAnew(file: URL): Promise<Webhook> {
  const { default: webhook }: { readonly default?: unknown } = await import(file.href);
  if (isWebhook(webhook)) return webhook;
  throw new ConfigError(
    `${basename(file.pathname)} must export default defineWebhook(...), defineFlexible(...) or defineRouter(...).`,
  );
}

function isWebhook(value: unknown): value is Webhook {
  const kind = (value as Partial<Webhook> | null | undefined)?.kind;
  return kind === 'standard' || kind === 'flexible' || kind === 'router';
}

async function told(name: string, loading: Promise<Webhook>): Promise<LocalFunction> {
  try {
    return { name, webhook: await loading };
  } catch (error) {
    if (error instanceof ConfigError) return { name, problem: error.message };
    return { name, problem: `${name}.ts does not load: ${reasonOf(error)}` };
  }
}

/** The error's first line and, from its stack, the line of code that it is about. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [message = ''] = error.message.split('\n');
  const stack = error.stack?.replace(error.message, '').replace(/\?version=\d+/g, '') ?? '';
  const place = /(?:file:\/\/)?(\/[^\s():]+\.[cm]?[jt]s:\d+)/.exec(stack);
  return `${message}${place ? ` (${place[1]!.replace(fileURLToPath(ROOT), '')})` : ''}`;
}

/** What a function answers, for a person: its tags, or the methods of a flexible webhook. */
export function answersOf(name: string, webhook: Webhook): string {
  switch (webhook.kind) {
    case 'standard':
      return [name, ...(webhook.options.tags ?? [])].join(', ');
    case 'flexible':
      return `flexible: ${(webhook.options.methods ?? ['POST']).join(', ')}`;
    case 'router':
      return 'every tag';
  }
}

/** Throws a `Problem` that lists the functions, unless there is one of this name. */
export async function requireFunction(folder: URL, name: string): Promise<void> {
  const names = await listFunctions(folder);
  if (!names.includes(name)) {
    throw new Problem(`There is no function called ${name}: choose one of ${names.join(', ')}.`);
  }
}
