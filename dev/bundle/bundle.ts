import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { deflateRawSync } from 'node:zlib';
import type { Webhook } from '../../shared/webhook.ts';
import { type LocalFunction, loadFunctions, requireFunction } from '../local/load.ts';
import { Problem } from '../local/problem.ts';
import { compile, FRAMEWORK, MAIN } from './compile.ts';
import { discoverOf, entryOf } from './entry.ts';
import { type Lock, lockedVersion, lockFor } from './lock.ts';
import { type Files, factsOf, manifestOf, needsStore } from './manifest.ts';

/** Bytes zipped from which a bundle is worth a question: what is in it? One with a store has a language model at most. */
const LIMIT = { stateless: 300 * 1024, stateful: 2 * 1024 * 1024 } as const;

/** The runtime is `nodejs24` (docs/decisions/node-24-without-a-build.md). */
const NODE = '24';

export interface BundleOptions {
  /** The checkout; ends in a slash, like `out`. */
  readonly root: URL;
  readonly out: URL;
  /** Default: every function. */
  readonly names?: readonly string[];
}

/** One function, bundled. */
export interface Bundled {
  readonly name: string;
  /** Bytes of its folder, zipped as for an upload. */
  readonly zipped: number;
  /** What `zipped` should not pass. */
  readonly limit: number;
}

/**
 * Writes one folder for each function, which the buildpack takes as it is: one file of code, its source map, the package.json
 * and package-lock.json with functions-framework alone, and what a deployment has to know. The bytes depend on nothing but
 * the checkout's content.
 */
export async function* bundleFunctions({ root, out, names = [] }: BundleOptions): AsyncGenerator<Bundled> {
  const folder = new URL('functions/', root);
  for (const name of names) await requireFunction(folder, name);
  const all = await loadFunctions(folder);
  const wanted = names.length > 0 ? all.filter(({ name }) => names.includes(name)) : all;
  const functions = webhooksOf(wanted.some(({ webhook }) => webhook?.kind === 'router') ? all : wanted);

  for (const [name, webhook] of functions) factsOf(name, webhook); // before anything is written
  if (names.length === 0) await removeStale(out, functions);
  for (const { name } of wanted) {
    const webhook = functions.get(name)!;
    const files = await filesOf(name, webhook, functions, root);
    await write(new URL(`${name}/`, out), files);
    const limit = needsStore(webhook) ? LIMIT.stateful : LIMIT.stateless;
    yield { name, zipped: zippedSize(files), limit };
  }
}

/** A function that does not load would not start in the cloud either. */
function webhooksOf(functions: readonly LocalFunction[]): ReadonlyMap<string, Webhook> {
  const problem = functions.find((each) => each.problem !== undefined)?.problem;
  if (problem !== undefined) throw new Problem(problem);
  return new Map(functions.map(({ name, webhook }) => [name, webhook!]));
}

async function filesOf(name: string, webhook: Webhook, all: ReadonlyMap<string, Webhook>, root: URL): Promise<Files> {
  const lock = JSON.parse(await readFile(new URL('package-lock.json', root), 'utf8')) as Lock;
  const described = {
    name,
    version: '0.0.0',
    private: true,
    main: MAIN,
    engines: { node: NODE },
    dependencies: { [FRAMEWORK]: lockedVersion(lock, FRAMEWORK) },
  };
  const discover = discoverOf([...all].filter(([, { kind }]) => kind === 'standard').map(([each]) => each));
  const files = await compile({ root, name, entry: entryOf(name), hasStore: needsStore(webhook), discover });
  files.set('package.json', pretty(described)).set('package-lock.json', pretty(lockFor(described, lock)));
  return files.set('manifest.json', pretty(manifestOf(name, webhook, all, files)));
}

const pretty = (value: object) => `${JSON.stringify(value, null, 2)}\n`;

async function write(folder: URL, files: Files): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [name, text] of files) await writeFile(new URL(name, folder), text);
}

/** Takes out the bundles of functions that are no more, and nothing else that may be in the folder. */
async function removeStale(out: URL, functions: ReadonlyMap<string, Webhook>): Promise<void> {
  const entries = await readdir(out, { withFileTypes: true }).catch(() => []);
  for (const { name } of entries.filter((entry) => entry.isDirectory() && !functions.has(entry.name))) {
    const folder = new URL(`${name}/`, out);
    const text = await readFile(new URL('manifest.json', folder), 'utf8').catch(() => '{}');
    if ((JSON.parse(text) as { function?: unknown }).function === name) await rm(folder, { recursive: true });
  }
}

/** Bytes that a zip has for each file beside its content: two headers, each with the name (APPNOTE.TXT 4.3). */
const ZIP_HEADERS = 30 + 46;

function zippedSize(files: Files): number {
  return [...files].reduce(
    (sum, [name, text]) => sum + ZIP_HEADERS + 2 * name.length + deflateRawSync(text).length,
    22, // the end of the directory
  );
}
