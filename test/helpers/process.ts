import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Programs of the repository as a person runs them: processes of their own, and all that they print. */

export const ROOT = new URL('../..', import.meta.url).pathname;

/** A container may have no IPv6. */
export const HAS_IPV6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

/** A port on which nothing listens. */
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
  /** What it has printed so far. */
  readonly printed: { stdout: string; stderr: string };
  /** Resolves with the exit code, or the signal, once all is printed. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Waits until standard output has this. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  /** Ends it by its process id and waits for its end. */
  stop(): Promise<unknown>;
}

export interface StartOptions {
  /** Over the environment of a person who has set nothing. */
  readonly env?: { readonly [name: string]: string | undefined };
  readonly cwd?: string;
  /** Its standard input. */
  readonly input?: string;
}

/** A store of this test file's own, so that a person's is left alone. */
const database = join(mkdtempSync(join(tmpdir(), 'campus-')), 'campus.db');

const running = new Set<Running>();

/** Starts a program and leaves it running; `stopAll` ends it. */
export function start(command: string, args: readonly string[], options: StartOptions = {}): Running {
  const { env = {}, cwd = ROOT, input = '' } = options;
  // jest's own NODE_ENV would change what is tested.
  const { NODE_ENV, PORT, NODE_OPTIONS, ...rest } = process.env;
  const child = spawn(command, args, {
    cwd,
    env: { ...rest, DATABASE_URL: `file:${database}`, ...env },
    stdio: 'pipe',
  });
  child.stdin.on('error', () => {}).end(input); // a program that fails does not read it
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text;
    });
  }
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? signal!));
  });
  const self: Running = {
    process: child,
    printed,
    ended,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(printed.stdout);
          if (found) resolve(found);
        };
        child.stdout.on('data', look);
        child.on('close', () => reject(new Error(`It ended without ${pattern}:\n${printed.stdout}${printed.stderr}`)));
        look();
      }),
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
  running.add(self);
  void ended.then(() => running.delete(self));
  return self;
}

/** Starts a Node program; what a person's `node` is, npm has put first on the PATH. */
export function startNode(args: readonly string[], options?: StartOptions): Running {
  return start(process.execPath, args, options);
}

/** The command line of functions-framework, as the buildpack starts it. */
export const FRAMEWORK_CLI = 'node_modules/@google-cloud/functions-framework/build/src/main.js';

/** Starts `cx ...args` and leaves it running. */
export function startCx(args: readonly string[], options?: StartOptions): Running {
  return startNode(['dev/cx.ts', ...args], options);
}

/** Runs `cx ...args` to its end. */
export async function cx(
  args: readonly string[],
  options?: StartOptions,
): Promise<{ code: number | NodeJS.Signals; stdout: string; stderr: string }> {
  const { ended, printed } = startCx(args, options);
  return { code: await ended, ...printed };
}

/** Ends what still runs, each by its own process id. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((each) => each.stop()));
}

/** Resolves when `url` answers anything at all; throws when the program ends before that, or after 15 seconds. */
export async function answering(url: string, { process, printed }: Running): Promise<void> {
  for (const end = Date.now() + 15_000; Date.now() < end && process.exitCode === null; ) {
    const answered = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`Nothing answers at ${url}. ${printed.stderr}`);
}
