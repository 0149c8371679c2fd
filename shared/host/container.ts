import type { Server, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { toHttpFunction } from '../host.ts';
import type { Service } from '../serve.ts';

// Not by `import`, which reads every export of node:http and so loads undici: see auth/fetch-certificates.ts.
const { createServer } = process.getBuiltinModule('node:http');

/** All in milliseconds. */
export interface ContainerLimits {
  /** For the head of a request, and for all of it: CX sends its 2 KB at once. Node's own are 60 s and 300 s. */
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  /** How often slow senders are looked for. */
  readonly connectionsCheckingInterval: number;
  /** How long a connection may idle: longer than load balancers keep it (Google's 600 s), or calls meet closed ones. */
  readonly keepAliveTimeout: number;
  /** For calls under way to end: docker and Cloud Run send SIGKILL 10 s after SIGTERM. */
  readonly drainTimeout: number;
  /** Then, for a call that has only half arrived. Node waits for connections on which nothing has come yet, too. */
  readonly quietTime: number;
}

const LIMITS: ContainerLimits = {
  headersTimeout: 10_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 620_000,
  drainTimeout: 9_000,
  quietTime: 250,
};

/** Milliseconds between two looks at what is still open while draining. */
const PAUSE = 20;

export interface ContainerServer {
  readonly server: Server;
  /** Takes no more calls, lets those under way end, and resolves with the number that had to be cut off. */
  drain(): Promise<number>;
}

/** A service behind a plain server of Node's, for a container: any path is its own. */
export function createContainerServer(serve: Service, changes: Partial<ContainerLimits> = {}): ContainerServer {
  const limits = { ...LIMITS, ...changes };
  const answer = toHttpFunction(serve);
  const underWay = new Set<ServerResponse>();
  const server = createServer(limits, (request, response) => {
    underWay.add(response);
    response.on('close', () => underWay.delete(response));
    if (!server.listening) response.setHeader('connection', 'close');
    void answer(request, response);
  });

  async function drain(): Promise<number> {
    let isClosed = false;
    server.close(() => {
      isClosed = true;
    });
    for (const response of underWay) if (!response.headersSent) response.setHeader('connection', 'close');
    const end = Date.now() + limits.drainTimeout;
    for (let quietSince = Date.now(); !isClosed && Date.now() < end; await sleep(PAUSE)) {
      if (underWay.size > 0) quietSince = Date.now();
      if (Date.now() - quietSince >= limits.quietTime) break;
    }
    const cutOff = underWay.size;
    server.closeAllConnections();
    return cutOff;
  }

  return { server, drain };
}
