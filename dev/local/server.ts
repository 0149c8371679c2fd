import type { Server } from 'node:http';
import { http } from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import { createVerifier, readAuthSettings } from '../../shared/auth.ts';
import { type HttpFunction, keepBodyUnparsed, toHttpFunction } from '../../shared/host.ts';
import { createLog, createProcessLog, type Log, type LogTransport } from '../../shared/log.ts';
import { createService } from '../../shared/serve.ts';
import { createStoreDoor, type OpenStore } from '../../shared/store/door.ts';
import { audiencesOf, DEFAULT_PORT, urlOf } from './address.ts';
import { prepareEmbeddedStore } from './database.ts';
import { close, listen } from './listen.ts';
import { type LocalFunction, loadFunctions } from './load.ts';
import { frontPage } from './page.ts';
import { FUNCTIONS } from './paths.ts';
import { openSurroundings, type Surroundings } from './surroundings.ts';
import { type Tunnel, verifyThroughTunnel } from './tunnel.ts';

export interface LocalOptions {
  /** 0 is any that is free. */
  readonly port?: number;
  /** Handlers ask the real services, with the keys of the environment, instead of the stand-ins. */
  readonly live?: boolean;
  /** Through which a real agent calls, too. */
  readonly tunnel?: Tunnel | undefined;
  /** Where the functions are; ends in a slash. */
  readonly folder?: URL;
  /** Where lines of the log go. Default: standard output, as in production. */
  readonly log?: LogTransport;
}

export interface Local {
  /** For example `http://localhost:8080`. */
  readonly url: string;
  readonly port: number;
  readonly functions: readonly LocalFunction[];
  /** A token that this function takes, and no other. */
  tokenFor(name: string): string;
  close(): Promise<void>;
}

/** The name under which the functions-framework knows the one function that stands for all. */
const EVERYTHING = 'everything';

/**
 * Serves every function of a folder at `POST /<function>`, and a page at `GET /`: the server, the verification and the
 * environment variables are those of production, the issuer and the services are local ones. One at a time per process,
 * because handlers read `process.env`.
 *
 * The server is the functions-framework's own, taken by `getTestServer`: its CLI makes the same one, but serves a single
 * function, at every path and on every network interface, and ends the process when it cannot listen.
 *
 * @example
 * const local = await startLocal({ port: 0 });
 * await fetch(`${local.url}/weather`, { method: 'POST', headers: { authorization: `Bearer ${local.tokenFor('weather')}` }, body });
 * await local.close();
 */
export async function startLocal({
  port: wanted = DEFAULT_PORT,
  live = false,
  tunnel,
  folder = FUNCTIONS,
  log: transport,
}: LocalOptions = {}): Promise<Local> {
  // Express reads it once, when the server is made: outside of production it answers with stack traces.
  process.env.NODE_ENV ??= 'production';
  await prepareEmbeddedStore(process.env, Date.now());
  const surroundings = await openSurroundings({ live });
  const restore = setEnvironment(surroundings.services);

  const routes = Promise.withResolvers<HttpFunction>();
  http(EVERYTHING, async (request, response) => (await routes.promise)(request, response));
  const servers = [getTestServer(EVERYTHING), getTestServer(EVERYTHING)] as const;
  for (const server of servers) server.prependListener('request', keepBodyUnparsed);

  async function closeAll(): Promise<void> {
    await Promise.all([...servers.map(close), surroundings.close()]);
    restore();
  }

  try {
    // First the port: audiences name it, and one that is in use is told at once.
    const port = await listenOnLoopback(servers, wanted);
    const functions = await loadFunctions(folder);
    const openStore = createStoreDoor(process.env);
    const { GOOGLE_CLOUD_PROJECT } = process.env;
    const log = transport ? createLog(GOOGLE_CLOUD_PROJECT, transport) : createProcessLog(GOOGLE_CLOUD_PROJECT);
    routes.resolve(createRoutes({ functions, port, surroundings, tunnel, openStore, log }));
    return {
      url: urlOf('', port).replace(/\/$/, ''),
      port,
      functions,
      tokenFor: (name) => surroundings.issuer.token({ audience: urlOf(name, port) }),
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** Sets these variables; the function that it returns brings back what was there. */
function setEnvironment(variables: { readonly [name: string]: string }): () => void {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  return () => {
    for (const name of Object.keys(variables)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  };
}

/** `localhost` is 127.0.0.1 for some programs and ::1 for others. A machine may have no IPv6. */
async function listenOnLoopback([first, second]: readonly [Server, Server], wanted: number): Promise<number> {
  const port = await listen(first, { port: wanted, host: '127.0.0.1' });
  await listen(second, { port, host: '::1' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRNOTAVAIL' && error.code !== 'EAFNOSUPPORT') throw error;
  });
  return port;
}

interface Site {
  readonly functions: readonly LocalFunction[];
  readonly port: number;
  readonly surroundings: Surroundings;
  readonly tunnel: Tunnel | undefined;
  readonly openStore: OpenStore;
  readonly log: Log;
}

/** The first segment of the path names the function. Each verifies its callers with its own audiences. */
function createRoutes({ functions, port, surroundings, tunnel, openStore, log }: Site): HttpFunction {
  const byName = new Map(
    functions.map(({ name, webhook }) => {
      if (!webhook) return [name, answering(500, 'not-loaded', `The function ${name} does not load.`)];
      const local = createVerifier(readAuthSettings(surroundings.authOf(audiencesOf(name, port))));
      const verifier = tunnel ? verifyThroughTunnel(name, tunnel, local, process.env) : local;
      void verifier.prefetch();
      return [name, toHttpFunction(createService({ name, webhook, verify: verifier.verify, openStore, log }))];
    }),
  );
  // What is here is for the person at the keyboard, and through a tunnel everybody can ask.
  const paths = tunnel ? '' : `; there are ${functions.map(({ name }) => `/${name}`).join(', ')}`;
  const elsewhere = answering(404, 'not-found', `No function is at this path${paths}.`);
  const home = tunnel ? elsewhere : toHttpFunction(async () => frontPage(functions, port));

  return async function route(request, response) {
    const [, name = ''] = (request.url ?? '/').split(/[/?]/);
    const isHome = name === '' && request.method === 'GET';
    const serve = isHome ? home : (byName.get(name) ?? elsewhere);
    await serve(request, response);
  };
}

/** An answer of the local server itself, in the form of all others. */
function answering(status: number, code: string, message: string): HttpFunction {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
  return toHttpFunction(async () => ({ status, headers, body: JSON.stringify({ error: { code, message } }) }));
}
