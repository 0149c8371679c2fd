import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { http } from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import { createVerifier, readAuthSettings, type Verifier } from '../../shared/auth.ts';
import { type HttpFunction, keepBodyUnparsed, toHttpFunction } from '../../shared/host.ts';
import { createLog, createProcessLog, type Log, type LogTransport } from '../../shared/log.ts';
import type { Soon } from '../../shared/serve/soon.ts';
import { createService } from '../../shared/serve.ts';
import { createStoreDoor, type OpenStore } from '../../shared/store/door.ts';
import type { Router } from '../../shared/webhook.ts';
import type { Console } from '../console/console.ts';
import { audiencesOf, DEFAULT_PORT, urlOf } from './address.ts';
import { prepareEmbeddedStore } from './database.ts';
import { close, listen } from './listen.ts';
import { type LocalFunction, loadFunctions, reloadFunction } from './load.ts';
import { frontPage } from './page.ts';
import { FUNCTIONS, ROOT } from './paths.ts';
import { openSurroundings, type Surroundings } from './surroundings.ts';
import { type Tunnel, verifyThroughTunnel } from './tunnel.ts';

export interface LocalOptions {
  /** 0 is any that is free. */
  readonly port?: number;
  /** Handlers ask the real services, with the keys of the environment, instead of the stand-ins. */
  readonly live?: boolean;
  /** Through which a real agent calls, too. Then there is no console: what is for the person here is for nobody else. */
  readonly tunnel?: Tunnel | undefined;
  /** The exported agent, a folder or a .zip, to which people talk in the console. Default: no console. */
  readonly agent?: string | undefined;
  /** Where the functions are; ends in a slash. */
  readonly folder?: URL;
  /** Where lines of the log go. Default: standard output, as in production. */
  readonly log?: LogTransport;
}

export interface Local {
  /** For example `http://localhost:8080`. */
  readonly url: string;
  readonly port: number;
  /** As they are now: with the console, one that is saved is loaded anew. */
  readonly functions: readonly LocalFunction[];
  /** People can talk to the agent at `url`. */
  readonly hasConsole: boolean;
  /** A token that this function takes, and no other. */
  tokenFor(name: string): string;
  close(): Promise<void>;
}

/** The name under which the functions-framework knows the one function that stands for all. */
const EVERYTHING = 'everything';

/**
 * Serves every function of a folder at `POST /<function>`, and at `GET /` the console or a list: the server, the verification and the
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
  agent,
  folder = FUNCTIONS,
  log: transport,
}: LocalOptions = {}): Promise<Local> {
  // Express reads it once, when the server is made: outside of production it answers with stack traces.
  process.env.NODE_ENV ??= 'production';
  await prepareEmbeddedStore(process.env, Date.now());
  const surroundings = await openSurroundings({ live });
  const restore = setEnvironment(surroundings.services);

  const routes = Promise.withResolvers<Route>();
  http(EVERYTHING, async (request, response) => (await routes.promise)(request, response));
  const servers = [getTestServer(EVERYTHING), getTestServer(EVERYTHING)] as const;
  for (const server of servers) server.prependListener('request', keepBodyUnparsed);

  let desk: Console | undefined;
  async function closeAll(): Promise<void> {
    desk?.close();
    await Promise.all([...servers.map(close), surroundings.close()]);
    restore();
  }

  try {
    // First the port: audiences name it, and one that is in use is told at once.
    const port = await listenOnLoopback(servers, wanted);
    const functions = [...(await loadFunctions(folder))];
    const openStore = createStoreDoor(process.env);
    const { GOOGLE_CLOUD_PROJECT } = process.env;
    const write = transport ? createLog(GOOGLE_CLOUD_PROJECT, transport) : createProcessLog(GOOGLE_CLOUD_PROJECT);
    const log: Log = (...line) => {
      write(...line);
      desk?.hear(...line);
    };
    const site = createSite(functions, { port, surroundings, tunnel, openStore, log });
    if (agent !== undefined && !tunnel) {
      // First the certificates: what follows takes long enough for their fetch to time out on a slow machine.
      await site.ready;
      const { createConsole } = await import('../console/console.ts');
      desk = createConsole({
        agentPath: agent,
        port,
        functions: () => functions,
        urlOf: (name) => urlOf(name, port),
        issuer: surroundings.issuer,
        list: () => frontPage(functions, port),
        async reload(name) {
          const loaded = await reloadFunction(folder, name);
          return loaded === undefined ? undefined : site.replace(name, loaded);
        },
        folders: { functions: folder, shared: new URL('shared/', ROOT) },
      });
    }
    routes.resolve(desk ? withConsole(desk, site.route) : site.route);
    return {
      url: urlOf('', port).replace(/\/$/, ''),
      port,
      functions,
      hasConsole: desk !== undefined,
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

type Route = (request: IncomingMessage, response: ServerResponse) => Soon<void>;

/** The console first, where a request is for it. */
function withConsole(desk: Console, route: Route): Route {
  return (request, response) => (desk.takes(request) ? desk.handle(request, response) : route(request, response));
}

interface Surrounded {
  readonly port: number;
  readonly surroundings: Surroundings;
  readonly tunnel: Tunnel | undefined;
  readonly openStore: OpenStore;
  readonly log: Log;
}

/** The functions as they are served. */
interface Site {
  readonly route: Route;
  /** Each knows the certificates that its callers' tokens need. Never rejects. */
  readonly ready: Promise<unknown>;
  /** Serves a function as it was loaded anew, or with null no more; says why it does not load, or null. */
  replace(name: string, loaded: LocalFunction | null): string | null;
}

/**
 * The first segment of the path names the function. Each verifies its callers with its own audiences.
 *
 * @param functions Kept up to date when one is replaced.
 */
function createSite(functions: LocalFunction[], { port, surroundings, tunnel, openStore, log }: Surrounded): Site {
  const anew = new Map<string, LocalFunction>();
  const verifiers = new Map<string, Verifier>();
  const byName = new Map(functions.map((each) => [each.name, serve(each)]));

  function verifierOf(name: string): Verifier {
    const local = createVerifier(readAuthSettings(surroundings.authOf(audiencesOf(name, port))));
    const verifier = tunnel ? verifyThroughTunnel(name, tunnel, local, process.env) : local;
    verifiers.set(name, verifier);
    return verifier;
  }

  function serve({ name, webhook }: LocalFunction): HttpFunction {
    if (!webhook) return answering(500, 'not-loaded', `The function ${name} does not load.`);
    const { verify } = verifiers.get(name) ?? verifierOf(name);
    const served = webhook.kind === 'router' ? preferring(anew, webhook) : webhook;
    return toHttpFunction(createService({ name, webhook: served, verify, openStore, log }));
  }

  // What is here is for the person at the keyboard, and through a tunnel everybody can ask.
  const elsewhere = () =>
    answering(404, 'not-found', `No function is at this path${tunnel ? '' : `; there are ${namesOf(functions)}`}.`);
  const home = tunnel ? elsewhere() : toHttpFunction(async () => frontPage(functions, port));

  return {
    ready: Promise.all([...verifiers.values()].map((verifier) => verifier.prefetch())),
    async route(request, response) {
      const [, name = ''] = (request.url ?? '/').split(/[/?]/);
      const isHome = name === '' && request.method === 'GET';
      const serve = isHome ? home : (byName.get(name) ?? elsewhere());
      await serve(request, response);
    },
    replace(name, loaded) {
      const others = functions.filter((each) => each.name !== name);
      const all = [...others, ...(loaded ? [loaded] : [])].sort((one, other) => (one.name < other.name ? -1 : 1));
      functions.splice(0, functions.length, ...all);
      if (loaded) {
        byName.set(name, serve(loaded));
        anew.set(name, loaded);
      } else {
        byName.delete(name);
        anew.delete(name);
      }
      return loaded?.problem ?? null;
    },
  };
}

const namesOf = (functions: readonly LocalFunction[]) => functions.map(({ name }) => `/${name}`).join(', ');

/** A router that knows the functions that were loaded anew: it loads files itself, and keeps them as they were then. */
function preferring(anew: ReadonlyMap<string, LocalFunction>, router: Router): Router {
  return {
    ...router,
    async find(tag) {
      for (const { name, webhook } of anew.values()) {
        if (webhook?.kind === 'standard' && (name === tag || webhook.options.tags?.includes(tag))) return webhook;
      }
      return router.find(tag);
    },
  };
}

/** An answer of the local server itself, in the form of all others. */
function answering(status: number, code: string, message: string): HttpFunction {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
  return toHttpFunction(async () => ({ status, headers, body: JSON.stringify({ error: { code, message } }) }));
}
