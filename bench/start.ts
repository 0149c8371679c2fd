import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { figureOf, ratios, showFigure, showTable } from './figures.ts';
import { type Peer, startServer } from './server.ts';
import type { World } from './world.ts';

/** What is there of compiled code when a process starts. */
type Cache = 'none' | 'empty' | 'warm';

/** A way to start a server. */
interface Start {
  readonly peer: Peer;
  readonly cache: Cache;
  readonly note: string;
}

const STARTS: readonly Start[] = [
  { peer: 'bare', cache: 'none', note: 'as people start it' },
  { peer: 'bare', cache: 'empty', note: '' },
  { peer: 'bare', cache: 'warm', note: '' },
  { peer: 'ours', cache: 'none', note: 'the cache switched off' },
  { peer: 'ours', cache: 'empty', note: 'the very first start' },
  { peer: 'ours', cache: 'warm', note: 'as npm run function starts it' },
  { peer: 'naive', cache: 'none', note: 'as people start it' },
  { peer: 'naive', cache: 'warm', note: '' },
];

/** Milliseconds from the start of the process to the first verified 200, side by side, always in a fresh process. */
export async function measureStart(world: World, rounds: number, say: (progress: string) => void): Promise<string> {
  const kept = mkdtempSync(join(world.folder, 'warm-'));
  const measured = new Map<Start, number[]>(STARTS.map((start) => [start, []]));
  // Round 0 fills the caches that are to be warm.
  for (let round = 0; round <= rounds; round++) {
    say(round === 0 ? 'start: filling the caches' : `start: round ${round} of ${rounds}`);
    for (const [start, times] of measured) {
      const server = await startServer(start.peer, world, cacheOf(start, kept, world));
      await server.stop();
      if (round > 0) times.push(server.startedIn);
    }
  }
  return report(measured);
}

function cacheOf({ peer, cache }: Start, kept: string, world: World): { [name: string]: string } {
  switch (cache) {
    case 'none':
      return { NODE_DISABLE_COMPILE_CACHE: '1' };
    case 'empty':
      return { NODE_COMPILE_CACHE: mkdtempSync(join(world.folder, 'empty-')) };
    case 'warm':
      return { NODE_COMPILE_CACHE: join(kept, peer) };
  }
}

function report(measured: ReadonlyMap<Start, readonly number[]>): string {
  const timesOf = (peer: Peer, cache: Cache) =>
    [...measured].find(([start]) => start.peer === peer && start.cache === cache)![1];
  const against = (times: readonly number[], cache: Cache) =>
    showFigure(figureOf(ratios(times, timesOf('bare', cache))));

  const rows = [...measured].map(([{ peer, cache, note }, times]) => [
    `${peer}, ${cache === 'none' ? 'no' : cache} cache${note && `: ${note}`}`,
    showFigure(figureOf(times), 0),
    peer === 'bare' && cache === 'none' ? '1' : against(times, 'none'),
    peer === 'bare' ? '1' : against(times, cache),
  ]);
  const warm = timesOf('ours', 'warm');
  return [
    'START  milliseconds from the start of the process to the first verified 200 (cache: compiled code, NODE_COMPILE_CACHE)',
    showTable([['', 'ms', 'of bare as people start it', 'of bare with such a cache'], ...rows]),
    `target: ours, as the project starts it, at most 1.25 of bare, as people start it   measured ${against(warm, 'none')}`,
    `        the same against a bare that has such a cache too                          measured ${against(warm, 'warm')}`,
  ].join('\n');
}
