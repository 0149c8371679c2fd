import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isWebhook, listFunctions, loadFunction } from '../../shared/discover.ts';
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
  return Promise.all(names.map((name) => told(folder, name, FIRST, () => loadFunction(folder, name))));
}

/** Milliseconds that a function may take to load: at the start all at once do, and what they import is read too. */
const FIRST = 30_000;
/** The same when it alone is loaded anew: somebody waits for it. */
const ANEW = 5_000;

/** How often a function was loaded anew, over all of them. */
let versions = 0;
/** The last of these times of each function, by its URL. */
const newest = new Map<string, number>();

/**
 * Loads a function once more, as its file is now. What it imports stays as it was, so that stores and caches are shared with the
 * others still. `null`: its file is gone. `undefined`: it was saved once more meanwhile, and only that counts.
 */
export async function reloadFunction(folder: URL, name: string): Promise<LocalFunction | null | undefined> {
  versions += 1;
  const version = versions;
  const { href } = new URL(`${name}.ts`, folder);
  newest.set(href, version);
  const isThere = (await listFunctions(folder)).includes(name);
  const loaded = isThere
    ? await told(folder, name, ANEW, () => importAnew(new URL(`${href}?version=${version}`)))
    : null;
  return newest.get(href) === version ? loaded : undefined;
}

/** Node keeps a module by its URL: with another query it is another module. */
async function importAnew(file: URL): Promise<Webhook> {
  const { default: webhook }: { readonly default?: unknown } = await import(file.href);
  if (isWebhook(webhook)) return webhook;
  throw new ConfigError(
    `${basename(file.pathname)} must export default defineWebhook(...), defineFlexible(...) or defineRouter(...).`,
  );
}

async function told(folder: URL, name: string, limit: number, load: () => Promise<Webhook>): Promise<LocalFunction> {
  try {
    return { name, webhook: await withoutExit(new URL(`${name}.ts`, folder), () => within(limit, name, load())) };
  } catch (error) {
    if (error instanceof ConfigError) return { name, problem: error.message };
    return { name, problem: `${name}.ts does not load: ${reasonOf(error)}` };
  }
}

/** Throws where it takes longer. What comes later is dropped. */
async function within<Value>(limit: number, name: string, coming: Promise<Value>): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const problem = `${name}.ts does not load within ${limit / 1000} s: does it await something that never comes?`;
  const timer = setTimeout(() => reject(new ConfigError(problem)), limit);
  try {
    return await Promise.race([coming, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The files of functions that are being loaded, some perhaps twice. */
const loading = new Set<URL>();
const { exit } = process;

/**
 * A function that calls `process.exit` while it is loaded would end the server, and all conversations with it: here the call throws.
 * Anybody else's works.
 */
async function withoutExit<Value>(file: URL, load: () => Promise<Value>): Promise<Value> {
  loading.add(file);
  process.exit = exitUnlessLoading;
  try {
    return await load();
  } finally {
    loading.delete(file);
    if (loading.size === 0) process.exit = exit;
  }
}

const exitUnlessLoading: typeof process.exit = (code) => {
  const error = new Error('it calls process.exit, which would end the server');
  Error.captureStackTrace(error, exitUnlessLoading); // its place is that of the call
  if (![...loading].some(({ pathname }) => error.stack?.includes(pathname))) return exit.call(process, code);
  throw error;
};

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
