import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

/** The command line tool as a person runs it: a process of its own, and all that it prints. */
const CX = fileURLToPath(new URL('../../dev/cx.ts', import.meta.url));

/** The environment of a person who has set nothing: jest's own NODE_ENV would change what is tested. */
function plainEnvironment(changes: { readonly [name: string]: string }): NodeJS.ProcessEnv {
  const { NODE_ENV, PORT, NODE_OPTIONS, ...rest } = process.env;
  return { ...rest, ...changes };
}

export interface Running {
  readonly process: ChildProcess;
  /** What it has printed so far. */
  readonly printed: { stdout: string; stderr: string };
  /** Resolves with the exit code, or the signal, once all is printed. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Waits until standard output has this. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
}

const running = new Set<Running>();

/** Starts `cx ...args` and leaves it running; `stopAll` ends it. */
export function startCx(args: readonly string[], env: { readonly [name: string]: string } = {}): Running {
  const child = spawn(process.execPath, [CX, ...args], { env: plainEnvironment(env) });
  const printed = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (printed.stderr += text));
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
  };
  running.add(self);
  void ended.then(() => running.delete(self));
  return self;
}

/** Runs `cx ...args` to its end. */
export async function cx(
  args: readonly string[],
  { env = {}, input = '' }: { env?: { readonly [name: string]: string }; input?: string } = {},
): Promise<{ code: number | NodeJS.Signals; stdout: string; stderr: string }> {
  const { process: child, ended, printed } = startCx(args, env);
  child.stdin!.on('error', () => {}).end(input); // a command that fails does not read it
  return { code: await ended, ...printed };
}

/** Ends what still runs, each by its own process id. */
export async function stopAll(): Promise<void> {
  const ends = [...running].map(async ({ process: child, ended }) => {
    child.kill('SIGTERM');
    await ended;
  });
  await Promise.all(ends);
}

/** A port on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
