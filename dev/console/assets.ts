import { globSync, readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Answer } from './http.ts';
import { Refusal } from './problem.ts';

/** The page in the browser: its HTML as it lies on the disk, its script and its styles bundled in memory. */
export interface Assets {
  /** Bundles ahead of the first request. */
  prepare(): void;
  html(): Answer;
  /** A file by its name: `main.js`, `main.css`, `layout-worker.js`, and their source maps. */
  file(name: string): Promise<Answer>;
}

interface Bundle {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** What it is made of, without packages. */
  readonly inputs: readonly string[];
  /** Milliseconds since the epoch at which it was begun. */
  readonly at: number;
}

export const PAGE = new URL('page/', import.meta.url);

const TYPES: { readonly [ending: string]: string } = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  map: 'application/json; charset=utf-8',
};

/** Who changes a file of the page sees it at the next reload. */
export function openAssets(folder: URL = PAGE): Assets {
  let bundle: Promise<Bundle> | null = null;
  let done: Bundle | null = null;

  /** The bundle of the files as they are now. */
  function current(): Promise<Bundle> {
    if (bundle && !(done && hasChanged(done))) return bundle;
    done = null;
    bundle = build(folder);
    bundle.then(
      (built) => {
        done = built;
      },
      () => {
        bundle = null;
      },
    );
    return bundle;
  }

  return {
    prepare: () => void current().catch(() => {}), // whoever opens the page is told
    html: () => ({
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8' },
      body: readFileSync(new URL('index.html', folder)),
    }),
    async file(name) {
      const body = (await current()).files.get(name);
      if (!body) throw new Refusal('not-found', `The console has no file ${name}.`);
      return { status: 200, headers: { 'content-type': TYPES[name.split('.').at(-1)!]! }, body };
    },
  };
}

async function build(folder: URL): Promise<Bundle> {
  const at = Date.now();
  const { build: bundle } = await import('esbuild');
  const root = fileURLToPath(folder);
  const { outputFiles, metafile } = await bundle({
    absWorkingDir: root,
    // A worker is a script of its own.
    entryPoints: ['main.tsx', ...globSync('**/*-worker.ts', { cwd: root })],
    outdir: 'out',
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    sourcemap: 'linked',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'silent',
  }).catch((error: Error) => {
    throw new Refusal('internal', `The page cannot be bundled: ${error.message}`);
  });
  return {
    at,
    files: new Map(outputFiles.map(({ path, contents }) => [basename(path), contents])),
    inputs: Object.keys(metafile.inputs)
      .filter((file) => !file.includes('node_modules/'))
      .map((file) => `${root}${file}`),
  };
}

function hasChanged({ inputs, at }: Bundle): boolean {
  return inputs.some((file) => (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY) > at);
}
