import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { audiencesAlone, urlOf } from './address.ts';
import { prepareEmbeddedStore } from './database.ts';
import { tryIt } from './examples.ts';
import { listen } from './listen.ts';
import { requireFunction } from './load.ts';
import { CACHE, FUNCTIONS, ROOT } from './paths.ts';
import { openSurroundings } from './surroundings.ts';

/** The CLI: the main file's neighbour, which the package does not export. */
const CLI = new URL('main.js', import.meta.resolve('@google-cloud/functions-framework'));

/**
 * Runs one function in a process of its own under the functions-framework CLI, with the environment variables that it has in
 * the cloud. Resolves with the exit code when it ends.
 */
export async function runFunction(name: string, { port: wanted, live = false }: { port: number; live?: boolean }) {
  await requireFunction(FUNCTIONS, name);
  const port = await findPort(wanted);
  await prepareEmbeddedStore(process.env, Date.now());
  const surroundings = await openSurroundings({ live });
  const child = spawn(process.execPath, [fileURLToPath(CLI)], {
    cwd: fileURLToPath(ROOT),
    stdio: 'inherit',
    env: {
      NODE_COMPILE_CACHE: fileURLToPath(CACHE),
      NODE_ENV: 'production',
      ...process.env,
      ...surroundings.services,
      ...surroundings.authOf(audiencesAlone(name, port)),
      FUNCTION_TARGET: name,
      FUNCTION_SIGNATURE_TYPE: 'http',
      PORT: String(port),
    },
  });
  const forward = (signal: NodeJS.Signals) => void child.kill(signal);
  process.on('SIGINT', forward).on('SIGTERM', forward);
  void announce(child, name, port);

  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  process.off('SIGINT', forward).off('SIGTERM', forward);
  await surroundings.close();
  // A shell's number for a process that a signal ended.
  return code ?? 128 + constants.signals[signal!];
}

/** The CLI says nothing readable about a port in use, so it is tried first, on every interface as the CLI does. */
async function findPort(wanted: number): Promise<number> {
  const probe = createServer();
  const port = await listen(probe, { port: wanted });
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** In production the CLI does not say that it is ready: it is, once somebody answers at its port. */
async function announce(child: ChildProcess, name: string, port: number): Promise<void> {
  while (!(await answers(port))) {
    if (child.exitCode !== null || child.signalCode !== null) return;
    await sleep(20);
  }
  process.stdout.write(
    `${urlOf(name, port)} serves this function. Try it from another terminal:\n\n  ${tryIt(name, port)}\n\n`,
  );
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).on('error', () => resolve(false));
  });
}
