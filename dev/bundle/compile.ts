import { basename, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Substitutes, substitutes } from './substitutes.ts';

/** What the bundle finds in its folder at run time, and does not hold. */
export const FRAMEWORK = '@google-cloud/functions-framework';

/**
 * The main file. `.cjs`, because functions-framework loads a package of its own only to learn what a `.js` is: a quarter of
 * the time that a bare function takes to start (docs/decisions/one-bundle-per-function.md).
 */
export const MAIN = 'index.cjs';

export interface CompileOptions extends Substitutes {
  /** The checkout; ends in a slash. */
  readonly root: URL;
  /** Of its folder in `dist/`. */
  readonly name: string;
  /** The text of the main file, which imports as from the checkout. */
  readonly entry: string;
}

/**
 * A main file and all that it imports as one CommonJS file with its source map, and large data beside it: by their names.
 * The same bytes wherever the checkout is.
 */
export async function compile({ root, name, entry, ...options }: CompileOptions): Promise<Map<string, string>> {
  const { outputFiles } = await build({
    absWorkingDir: fileURLToPath(root).replace(/\/$/, ''),
    stdin: { contents: entry, resolveDir: fileURLToPath(root), sourcefile: 'entry.ts', loader: 'ts' },
    outfile: posix.join('dist', name, MAIN),
    assetNames: '[name]',
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    external: [FRAMEWORK],
    // Else the place of a linked node_modules would be in the output.
    preserveSymlinks: true,
    minifyWhitespace: true,
    minifySyntax: true,
    // Names stay, for stack traces. Without them the file is smaller, but its map grows by more.
    minifyIdentifiers: false,
    legalComments: 'none',
    sourcemap: 'external',
    sourcesContent: false,
    define: { 'import.meta.url': 'BUNDLE_URL' },
    // The modules of the sources are strict, and their code is put into one scope.
    banner: { js: "'use strict';const BUNDLE_URL=require('node:url').pathToFileURL(__filename).href;" },
    plugins: [substitutes(options)],
    // What tsconfig.json says to an editor changes no bundle.
    tsconfigRaw: {},
    logLevel: 'silent',
  });
  const files = outputFiles.map(({ path, text }) => [basename(path), text] as const);
  return new Map(files.map(([file, text]) => [file, file === `${MAIN}.map` ? fromRoot(text) : text]));
}

/** The map's sources as paths in the repository: that is what a stack trace is to show. */
function fromRoot(text: string): string {
  const map = JSON.parse(text) as { sources: string[] };
  return JSON.stringify({ ...map, sources: map.sources.map(pathInRepository) });
}

function pathInRepository(source: string): string {
  const path = source.replace(/^(\.\.\/)+/, '').replace(/^substitute:/, '');
  return path.includes('/') ? path : `generated/${path}`;
}
