import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';

export const ROOT = new URL('../..', import.meta.url).pathname;

/** A port on loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export interface Running {
  readonly process: ChildProcess;
  /** What it has written so far. */
  stdout: string;
  stderr: string;
  /** Its exit code, once it has ended; null where a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Ends it and waits for its end. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts a Node program of the repository, or of a copy of it, with these variables and few others of this process. */
export function run(args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd = ROOT): Running {
  const { PATH, HOME, TMPDIR } = process.env;
  const child = spawn(process.execPath, args, {
    cwd,
    env: { PATH, HOME, TMPDIR, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const running: Running = {
    process: child,
    stdout: '',
    stderr: '',
    ended: new Promise((resolve) => child.on('close', (code) => resolve(code))),
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return running.ended;
    },
  };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    running.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    running.stderr += text;
  });
  return running;
}

/** Resolves when `url` answers anything at all; throws after `seconds`, or when the program has ended. */
export async function answering(url: string, { process, stderr }: Running, seconds = 15): Promise<void> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    if (process.exitCode !== null) break;
    const answered = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`Nothing answers at ${url}. ${stderr}`);
}
