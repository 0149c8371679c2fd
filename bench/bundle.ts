import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleFunctions } from '../dev/bundle/bundle.ts';
import { FRAMEWORK, MAIN } from '../dev/bundle/compile.ts';
import { ROOT } from '../dev/local/paths.ts';
import { figureOf, ratios, showFigure, showTable } from './figures.ts';
import { type Peer, startServer } from './server.ts';
import { FUNCTION, type World } from './world.ts';

/** A way to start a server; without a `file` it is the peer's own. */
interface Start {
  readonly label: string;
  readonly peer: Peer;
  readonly file?: string;
  /** A compile cache that is full when the process starts, as an image could hold it. */
  readonly warm?: true;
}

/** Milliseconds from the start of the process to the first verified 200 of a bundle, in turn with a bare function. */
export async function measureBundle(world: World, rounds: number, say: (progress: string) => void): Promise<string> {
  const folder = await makeBundle(world);
  const bundle = join(folder, FUNCTION, MAIN);
  const starts: readonly Start[] = [
    { label: 'bare, as people write it: index.js', peer: 'bare' },
    { label: 'bare, as .cjs like our bundle', peer: 'bare', file: writeBare(folder) },
    { label: 'ours, bundled: npm run bundle', peer: 'ours', file: bundle },
    { label: 'ours, bundled, a warm cache in the image', peer: 'ours', file: bundle, warm: true },
    { label: 'ours, the sources', peer: 'ours' },
  ];
  const cache = mkdtempSync(join(world.folder, 'warm-'));
  const measured = starts.map((start) => ({ start, times: [] as number[] }));
  // Round 0 fills the cache and the disk's.
  for (let round = 0; round <= rounds; round++) {
    say(round === 0 ? 'bundle: filling the cache' : `bundle: round ${round} of ${rounds}`);
    for (const { start, times } of measured) {
      const server = await startServer(start.peer, world, environmentOf(start, cache));
      await server.stop();
      if (round > 0) times.push(server.startedIn);
    }
  }
  return report(measured);
}

async function makeBundle(world: World): Promise<string> {
  const folder = mkdtempSync(join(world.folder, 'dist-'));
  const out = pathToFileURL(`${folder}/`);
  for await (const _ of bundleFunctions({ root: ROOT, out, names: [FUNCTION] }));
  // What `npm ci` would put there.
  const [scope] = FRAMEWORK.split('/');
  mkdirSync(join(folder, 'node_modules', scope!), { recursive: true });
  symlinkSync(fileURLToPath(new URL(`node_modules/${FRAMEWORK}`, ROOT)), join(folder, 'node_modules', FRAMEWORK));
  return folder;
}

/** `peers/bare.js`, of which functions-framework need not ask what it is. */
function writeBare(folder: string): string {
  const file = join(folder, 'bare.cjs');
  writeFileSync(
    file,
    `const { http } = require('${FRAMEWORK}');
const { FUNCTION_TARGET = '', BENCH_ANSWER = '{}' } = process.env;
const answer = JSON.parse(BENCH_ANSWER);
http(FUNCTION_TARGET, (_request, response) => {
  response.json(answer);
});
`,
  );
  return file;
}

function environmentOf({ file, warm }: Start, cache: string): { [name: string]: string } {
  return {
    ...(file && { FUNCTION_SOURCE: file }),
    ...(warm ? { NODE_COMPILE_CACHE: cache } : { NODE_DISABLE_COMPILE_CACHE: '1' }),
  };
}

function report(measured: readonly { readonly start: Start; readonly times: readonly number[] }[]): string {
  const [bare, bareAsCjs, bundle] = measured.map(({ times }) => times);
  const against = (times: readonly number[], others: readonly number[]) => showFigure(figureOf(ratios(times, others)));
  const rows = measured.map(({ start, times }) => [
    start.label,
    showFigure(figureOf(times), 0),
    times === bare ? '1' : against(times, bare!),
  ]);
  return [
    'BUNDLE  milliseconds from the start of the process to the first verified 200; no compile cache, unless it says so',
    showTable([['', 'ms', 'of bare'], ...rows]),
    `target: the bundle at most 1.0 of bare                    measured ${against(bundle!, bare!)}`,
    `        the same against a bare that is a .cjs as well    measured ${against(bundle!, bareAsCjs!)}`,
  ].join('\n');
}
