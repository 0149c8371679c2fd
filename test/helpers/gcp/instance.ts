import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort, ROOT } from '../process.ts';

/** A container of a revision: the functions-framework's own command in the folder that was built. */

export interface Instance {
  readonly port: number;
  /** Sends a request; resolves with what came back, rejects where the instance breaks off. */
  send(plan: InstanceCall): Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }>;
  readonly running: boolean;
  stop(): Promise<void>;
}

export interface InstanceCall {
  readonly method: string;
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
  /** Milliseconds. */
  readonly timeout: number;
}

export interface InstancePlan {
  readonly folder: string;
  /** The whole environment; `PORT` is added. */
  readonly env: { readonly [name: string]: string };
  /** Gets all that it prints. */
  readonly log: (text: string) => void;
  /** Milliseconds that it may take to open its port. */
  readonly startupTimeout: number;
}

const FRAMEWORK = join(ROOT, 'node_modules/@google-cloud/functions-framework/build/src/main.js');

/** Processes that a test run which breaks off would leave behind. */
const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** Starts one and waits for its port. Throws where that stays shut. */
export async function startInstance({ folder, env, log, startupTimeout }: InstancePlan): Promise<Instance> {
  const port = await freePort();
  const child = spawn(process.execPath, [FRAMEWORK], { cwd: folder, env: { ...env, PORT: String(port) } });
  children.add(child);
  const ended = new Promise<void>((resolve) => {
    child.on('close', () => {
      children.delete(child);
      resolve();
    });
  });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', log);
  async function stop() {
    child.kill('SIGTERM');
    // Cloud Run waits 10 seconds (docs, "Container runtime contract"); no test should.
    const killer = setTimeout(() => child.kill('SIGKILL'), 2_000);
    await ended;
    clearTimeout(killer);
  }
  const running = () => child.exitCode === null && child.signalCode === null;

  const end = Date.now() + startupTimeout;
  while (!(await answers(port))) {
    if (!running() || Date.now() > end) {
      await stop();
      throw new Error('The port stays shut.');
    }
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  return {
    port,
    stop,
    get running() {
      return running();
    },
    async send({ method, path, headers, body, timeout }) {
      const signal = AbortSignal.timeout(timeout);
      const sent = request({ host: '127.0.0.1', port, method, path, headers, signal, agent: false });
      sent.end(body);
      const [response]: IncomingMessage[] = await once(sent, 'response');
      const chunks: Buffer[] = [];
      for await (const chunk of response!) chunks.push(chunk);
      return { status: response!.statusCode!, headers: response!.headers, body: Buffer.concat(chunks) };
    },
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const settle = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.on('connect', () => settle(true)).on('error', () => settle(false));
  });
}
