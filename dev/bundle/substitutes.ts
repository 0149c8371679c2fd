import { readFileSync } from 'node:fs';
import type { Plugin, PluginBuild } from 'esbuild';
import { Problem } from '../local/problem.ts';

/** Where a bundle has other code than the sources have: as little as can be, and none of it changes what a call gets. */
export interface Substitutes {
  /** Text in the place of `shared/discover.ts`: in a bundle there is no folder to look into. */
  readonly discover: string;
  /** Without it the code of the databases stays out; a service without a store never asks for it. */
  readonly hasStore: boolean;
}

const NAMESPACE = 'substitute';

export function substitutes({ discover, hasStore }: Substitutes): Plugin {
  return {
    name: 'substitutes',
    setup(build) {
      replace(build, /^\.(\.\/shared)?\/discover\.ts$/, 'discover.ts', discover);
      if (!hasStore) replace(build, /^\.\.\/store\.ts$/, 'no-store.ts', "throw new Error('It has no store.');\n");
      // gaxios brings 150 KB of it for old Nodes. Nothing here calls it, and who did would get Node's own.
      replace(build, /^node-fetch$/, 'fetch.ts', 'export default (...call) => globalThis.fetch(...call);\n');
      inlineRequires(build);
      keepLargeJson(build);
    },
  };
}

/** `path` is its name in the source map; its imports are looked for as those of `shared/discover.ts` are. */
function replace(build: PluginBuild, filter: RegExp, path: string, contents: string): void {
  build.onResolve({ filter }, () => ({ path, namespace: NAMESPACE }));
  build.onLoad({ filter: new RegExp(`^${path.replaceAll('.', '\\.')}$`), namespace: NAMESPACE }, () => ({
    contents,
    loader: 'ts',
    resolveDir: `${build.initialOptions.absWorkingDir}/shared`,
  }));
}

/** Both ways in which the sources write a `require` of their own, which no bundler follows. On one line, to keep the map right. */
const OWN_REQUIRE = /const require = createRequire\(import\.meta\.url\);|createRequire\(import\.meta\.url\)(?=\()/g;

function inlineRequires(build: PluginBuild): void {
  build.onLoad({ filter: /[\\/]shared[\\/].*\.ts$/ }, ({ path }) => {
    const text = readFileSync(path, 'utf8');
    const contents = text.replace(OWN_REQUIRE, (found) => (found.startsWith('const') ? '' : 'require'));
    if (/createRequire\(/.test(contents)) throw new Problem(`Write createRequire in ${path} as shared/log.ts does.`);
    return { contents, loader: 'ts' };
  });
}

/** Bytes from which JSON stays a file of its own, read when it is wanted: as code, V8 would scan it at every start. */
const LARGE = 50_000;

function keepLargeJson(build: PluginBuild): void {
  build.onLoad({ filter: /\.json$/ }, ({ path }) => {
    const text = readFileSync(path, 'utf8');
    if (text.length < LARGE) return undefined;
    return { contents: JSON.stringify(JSON.parse(text)), loader: 'copy' };
  });
}
