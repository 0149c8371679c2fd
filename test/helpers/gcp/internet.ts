import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Authority } from './ca.ts';
import type { Call, Reply } from './call.ts';

/**
 * The Internet as the fake has it, on three ports of 127.0.0.1: a proxy that ends TLS itself, and what stands in for every
 * host's port 443 and port 80. Whatever leads elsewhere is refused and written down.
 */
export interface Internet {
  readonly proxyPort: number;
  readonly tlsPort: number;
  readonly plainPort: number;
  close(): Promise<void>;
}

export interface Inhabitants {
  readonly authority: Authority;
  /** Whether this host is here. */
  knows(host: string): boolean;
  /** Resolves with the answer; undefined destroys the connection. */
  answer(call: Call): Promise<Reply | undefined>;
  /** Called for everything that wanted to go elsewhere. */
  escaped(where: string): void;
}

export async function openInternet({ authority, knows, answer, escaped }: Inhabitants): Promise<Internet> {
  const sockets = new Set<Duplex>();
  const keep = (socket: Duplex) => {
    sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)));
  };

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const reply = await answer(toCall(request, Buffer.concat(chunks)));
    if (!reply) request.socket.destroy();
    else response.writeHead(reply.status, reply.headers).end(reply.body);
  }

  const { key, cert } = authority;
  const context = createSecureContext({ key, cert });
  // Before the client can refuse the certificate.
  const SNICallback = (host: string, done: (error: Error | null, context?: SecureContext) => void) => {
    if (knows(host)) return done(null, context);
    escaped(`https://${host}`);
    done(new Error('unknown host'));
  };
  const tls = createTlsServer({ key, cert, SNICallback }, (request, response) => {
    respond(request, response).catch(() => request.socket.destroy());
  });
  // Google's metadata server is the one that speaks plain HTTP.
  const plain = createServer((request, response) => {
    const host = hostOf(request);
    if (host !== 'metadata.google.internal' && host !== '169.254.169.254') escaped(`http://${host}`);
    respond(request, response).catch(() => request.socket.destroy());
  });
  plain.on('clientError', (_error, socket) => {
    escaped('a connection that does not speak HTTP');
    socket.destroy();
  });
  const proxy = createServer((request, response) => {
    escaped(`${request.method} ${request.url}`);
    response.writeHead(403).end('The fake proxies no plain HTTP.\n');
  });
  proxy.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    keep(socket);
    const [host = '', port] = request.url!.split(':');
    if (port !== '443' || !knows(host)) {
      escaped(`CONNECT ${request.url}`);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    if (head.length > 0) socket.unshift(head);
    tls.emit('connection', socket);
  });

  const servers = [proxy, tls, plain];
  const ports: number[] = [];
  for (const server of servers) {
    server.on('connection', keep).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ports.push((server.address() as AddressInfo).port);
  }
  tls.on('secureConnection', keep);
  return {
    proxyPort: ports[0]!,
    tlsPort: ports[1]!,
    plainPort: ports[2]!,
    async close() {
      const closed = servers.map((server) => once(server.close(), 'close'));
      for (const socket of sockets) socket.destroy();
      await Promise.all(closed);
    },
  };
}

function hostOf({ headers }: IncomingMessage): string {
  return String(headers.host ?? '').replace(/:\d+$/, '');
}

function toCall(request: IncomingMessage, raw: Buffer): Call {
  const { pathname, searchParams } = new URL(request.url!, 'http://host');
  return {
    method: request.method!,
    host: hostOf(request),
    path: decodeURIComponent(pathname),
    query: searchParams,
    headers: request.headers,
    raw,
    body: parse(raw),
  };
}

function parse(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8'));
  } catch {
    return undefined;
  }
}
