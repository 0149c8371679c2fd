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
  return Promise.all(names.map((name) => load(folder, name)));
}

async function load(folder: URL, name: string): Promise<LocalFunction> {
  try {
    return { name, webhook: await loadFunction(folder, name) };
  } catch (error) {
    if (error instanceof ConfigError) return { name, problem: error.message };
    return { name, problem: `${name}.ts does not load: ${reasonOf(error)}` };
  }
}

/** The error's first line and, from its stack, the line of code that it is about. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [message = ''] = error.message.split('\n');
  const place = /(?:file:\/\/)?(\/[^\s():]+\.[cm]?[jt]s:\d+)/.exec(error.stack?.replace(error.message, '') ?? '');
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
