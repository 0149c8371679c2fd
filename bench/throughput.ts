import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LoadResult } from './client.ts';
import { figureOf, ratios, showFigure, showTable } from './figures.ts';
import type { Job, JobResult } from './load-process.ts';
import { PEERS, type Peer, type Server, startServer, workOf } from './server.ts';
import { requestOf, type World } from './world.ts';

const CONNECTIONS = 20;

/** How much is measured. A round has fresh processes, because two processes of the same code differ by some percent. */
export interface ThroughputPlan {
  readonly rounds: number;
  /** Milliseconds of load before anything counts: until then the code is being compiled. */
  readonly warmUp: number;
  /** Turns that the servers take in a round, one after the other, and the milliseconds of each. */
  readonly turns: number;
  readonly turn: number;
}

/** What one server did in one turn. */
interface Sample {
  /** Calls per second. */
  readonly rate: number;
  /** Microseconds of processor time per call. */
  readonly work: number;
}

/** Calls per second, side by side: verified, logged, 1.5 KB, one function per process. */
export async function measureThroughput(
  world: World,
  plan: ThroughputPlan,
  say: (progress: string) => void,
): Promise<string> {
  const peers = Object.keys(PEERS) as Peer[];
  const rounds: Record<Peer, Sample[]>[] = [];
  const client = openClient(world);
  try {
    for (let round = 1; round <= plan.rounds; round++) {
      say(`throughput: round ${round} of ${plan.rounds}`);
      rounds.push(await measureRound(peers, world, plan, client.load));
    }
  } finally {
    client.close();
  }
  return report(peers, rounds);
}

type Load = (port: number, duration: number) => Promise<LoadResult>;

async function measureRound(peers: readonly Peer[], world: World, plan: ThroughputPlan, load: Load) {
  const samples: Record<Peer, Sample[]> = { bare: [], ours: [], naive: [] };
  const servers = new Map<Peer, Server>();
  try {
    for (const peer of peers) servers.set(peer, await startServer(peer, world));
    for (const { port } of servers.values()) await load(port, plan.warmUp);
    for (let turn = 0; turn < plan.turns; turn++) {
      // Nobody is always the first.
      for (const i of peers.keys()) {
        const peer = peers[(i + turn) % peers.length]!;
        samples[peer].push(await sample(servers.get(peer)!, plan.turn, load));
      }
    }
  } finally {
    await Promise.all([...servers.values()].map((server) => server.stop()));
  }
  return samples;
}

async function sample({ port, pid }: Server, duration: number, load: Load): Promise<Sample> {
  const before = workOf(pid);
  const { answers, milliseconds } = await load(port, duration);
  return { rate: (answers / milliseconds) * 1000, work: (workOf(pid) - before) / answers };
}

function report(peers: readonly Peer[], rounds: readonly Record<Peer, Sample[]>[]): string {
  const all = (peer: Peer) => rounds.flatMap((round) => round[peer]);
  /** One ratio per round: the median of its turns. */
  const against = (peer: Peer, other: Peer, of: (sample: Sample) => number) =>
    figureOf(rounds.map((round) => figureOf(ratios(round[peer].map(of), round[other].map(of))).median));
  const rate = ({ rate }: Sample) => rate;
  const work = ({ work }: Sample) => work;

  const rows = peers.map((peer) => [
    peer,
    figureOf(all(peer).map(rate)).median.toFixed(0),
    peer === 'bare' ? '1' : showFigure(against(peer, 'bare', rate)),
    peer === 'naive' ? '1' : showFigure(against(peer, 'naive', rate)),
    figureOf(all(peer).map(work)).median.toFixed(0),
    peer === 'bare' ? '1' : showFigure(against(peer, 'bare', work)),
  ]);
  return [
    `THROUGHPUT  ${CONNECTIONS} connections, a verified and logged call of 1.5 KB, standard output a pipe that is read`,
    showTable([['', 'calls/s', 'of bare', 'of naive', 'CPU µs/call', 'of bare'], ...rows]),
    `target: ours at least 0.85 of bare      measured ${showFigure(against('ours', 'bare', rate))}`,
    `target: ours at least 2.5 times naive   measured ${showFigure(against('ours', 'naive', rate))}`,
  ].join('\n');
}

/** The client's process. */
function openClient(world: World): { load: Load; close(): void } {
  const client: ChildProcess = fork(fileURLToPath(new URL('load-process.ts', import.meta.url)));
  const request = requestOf(world, world.token).toString('latin1');
  return {
    async load(port, duration) {
      client.send({ port, request, connections: CONNECTIONS, duration } satisfies Job);
      const [result] = (await once(client, 'message')) as [JobResult];
      if ('problem' in result) throw new Error(result.problem);
      return result;
    },
    close: () => void client.kill(),
  };
}
