import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { listen } from '../dev/local/listen.ts';
import { post } from './client.ts';
import { requestOf, type World } from './world.ts';

/** The three that are compared, each by the file that functions-framework loads. */
export const PEERS = {
  bare: new URL('peers/bare.js', import.meta.url),
  ours: new URL('../functions/index.js', import.meta.url),
  naive: new URL('peers/naive.js', import.meta.url),
} as const;

export type Peer = keyof typeof PEERS;

const CLI = new URL('../node_modules/@google-cloud/functions-framework/build/src/main.js', import.meta.url);

/** One server in a process of its own, under the functions-framework CLI. */
export interface Server {
  readonly port: number;
  readonly pid: number;
  /** Milliseconds from the start of the process to the first 200. */
  readonly startedIn: number;
  stop(): Promise<void>;
}

/**
 * Starts a peer and waits for its first 200 to a signed call. Its standard output is a pipe that is read, as on Cloud Run: to
 * a file or to nowhere a line would cost less.
 */
export async function startServer(
  peer: Peer,
  world: World,
  environment: { readonly [name: string]: string } = {},
): Promise<Server> {
  const port = await freePort();
  const { PATH = '', HOME = '', TMPDIR = '/tmp' } = process.env;
  const request = requestOf(world, world.token);

  const started = performance.now();
  const child = spawn(process.execPath, [fileURLToPath(CLI)], {
    env: {
      PATH,
      HOME,
      TMPDIR,
      ...world.environment,
      FUNCTION_SOURCE: fileURLToPath(PEERS[peer]),
      PORT: String(port),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout?.resume();
  // Whatever ends the bench early ends its servers too.
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end);
  async function stop(): Promise<void> {
    process.off('exit', end);
    // Politely, because a process writes its compile cache when it exits.
    if (child.exitCode === null && child.signalCode === null && child.kill()) await once(child, 'exit');
  }

  try {
    while ((await post(port, request)) !== 200) await stillStarting(peer, child, started);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, pid: child.pid!, startedIn: performance.now() - started, stop };
}

/** Milliseconds that a start may take before something must be wrong. */
const PATIENCE = 15_000;

async function stillStarting(peer: Peer, child: ChildProcess, since: number): Promise<void> {
  if (child.exitCode !== null) throw new Error(`The server "${peer}" ended with code ${child.exitCode}.`);
  if (performance.now() - since > PATIENCE) throw new Error(`The server "${peer}" gave no 200 in ${PATIENCE} ms.`);
  await new Promise((resolve) => setTimeout(resolve, 1));
}

/**
 * A free port below those that the kernel hands out: connections take these by the thousand, and one could get the port
 * before the server does.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const probe = createServer();
    try {
      const port = await listen(probe, { port: 10_000 + Math.floor(Math.random() * 20_000) });
      await new Promise((resolve) => probe.close(resolve));
      return port;
    } catch {
      // In use: another one.
    }
  }
}

/** Microseconds that a process and its threads have worked so far; NaN where the system does not say (all but Linux). */
export function workOf(pid: number): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return threads.reduce((sum, thread) => sum + nanosecondsOf(pid, thread), 0) / 1000;
  } catch {
    return Number.NaN;
  }
}

function nanosecondsOf(pid: number, thread: string): number {
  return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
}
