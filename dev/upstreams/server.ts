import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  integer,
  maxValue,
  minValue,
  number,
  object,
  optional,
  picklist,
  pipe,
  safeParse,
  string,
  variant,
} from 'valibot';

/**
 * The ground under every local stand-in for a real service: an HTTP server on loopback that remembers what it was asked and
 * can be told to misbehave. A stand-in speaks the service's protocol, written from its documents and not from our client,
 * so that the two can disagree.
 */

/** One way of misbehaving. Each is used up by one request, or by `times` of them. */
export type Fault = (
  | { readonly kind: 'delay'; readonly ms: number }
  /** Never answers. */
  | { readonly kind: 'hang' }
  /** `retryAfter` in seconds. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: number }
  /** 200 with something that is not JSON. */
  | { readonly kind: 'garbage' }
  /** 200 with 10 MB of valid JSON. */
  | { readonly kind: 'oversized' }
  /** 200 with a body that never ends. */
  | { readonly kind: 'endless' }
  /** Closes the connection without a word. */
  | { readonly kind: 'drop' }
  /** Closes the connection in the middle of the body. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'redirect'; readonly to: string }
) & { readonly times?: number };

const times = optional(pipe(number(), integer(), minValue(1), maxValue(1000)));
const FaultSchema = variant('kind', [
  object({ kind: picklist(['hang', 'garbage', 'oversized', 'endless', 'drop', 'cut']), times }),
  object({ kind: picklist(['delay']), ms: pipe(number(), minValue(0), maxValue(60_000)), times }),
  object({
    kind: picklist(['status']),
    status: pipe(number(), integer(), minValue(200), maxValue(599)),
    retryAfter: optional(pipe(number(), integer(), minValue(0))),
    times,
  }),
  object({ kind: picklist(['redirect']), to: string(), times }),
]);

export interface UpstreamRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface UpstreamAnswer {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: { readonly [name: string]: string };
  /** A string or a Buffer goes out as it is, anything else as JSON. */
  readonly body: unknown;
}

export type UpstreamHandler = (request: UpstreamRequest) => UpstreamAnswer | Promise<UpstreamAnswer>;

export interface Upstream {
  /** For example `http://127.0.0.1:41234`. */
  readonly url: string;
  readonly faults: {
    /** The next requests meet these, in this order. Over HTTP: `POST /__faults {"kind": "hang", "times": 2}`. */
    add(...faults: Fault[]): void;
    clear(): void;
  };
  /** Everything that was asked, oldest first, faults included. */
  readonly requests: readonly UpstreamRequest[];
  /** Waits until every request is answered or given up by the client. */
  idle(): Promise<void>;
  /** Drops every connection. */
  close(): Promise<void>;
}

/**
 * Starts a stand-in on loopback. Without `port` the system chooses one.
 *
 * @example
 * const upstream = await startUpstream(() => ({ body: { temperature: 21 } }));
 * upstream.faults.add({ kind: 'status', status: 500 });
 */
export async function startUpstream(handler: UpstreamHandler, { port = 0 } = {}): Promise<Upstream> {
  const requests: UpstreamRequest[] = [];
  const faults: Fault[] = [];
  const closing = new AbortController();
  let open = 0;
  const idleWaiters: (() => void)[] = [];
  const server = createServer((incoming, outgoing) => {
    open++;
    outgoing.once('close', () => {
      if (--open === 0) for (const wake of idleWaiters.splice(0)) wake();
    });
    serve(incoming, outgoing).catch(() => outgoing.destroy());
  });

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const request = await readRequest(incoming);
    if (request.url.pathname === '/__faults') return send(outgoing, manageFaults(request, faults));
    requests.push(request);
    const fault = faults.shift();
    if (fault?.kind === 'delay') await sleep(fault.ms, undefined, { signal: closing.signal });
    else if (fault) return misbehave(fault, incoming, outgoing);
    send(outgoing, await handler(request));
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults: {
      add: (...added) => void faults.push(...added.flatMap(spread)),
      clear: () => void faults.splice(0),
    },
    requests,
    idle: () => new Promise((resolve) => (open === 0 ? resolve() : void idleWaiters.push(resolve))),
    close: () =>
      new Promise((resolve) => {
        closing.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readRequest(incoming: IncomingMessage): Promise<UpstreamRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return {
    method: incoming.method ?? 'GET',
    url: new URL(incoming.url ?? '/', 'http://127.0.0.1'),
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString(),
  };
}

function send(outgoing: ServerResponse, { status = 200, headers, body }: UpstreamAnswer): void {
  outgoing.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  outgoing.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
}

/** One entry per request that it meets. */
function spread({ times: count = 1, ...fault }: Fault): Fault[] {
  return Array.from({ length: count }, () => fault);
}

/** JSON only: a page in somebody's browser cannot send that to another origin without a permission that nobody gives. */
function manageFaults({ method, headers, body }: UpstreamRequest, faults: Fault[]): UpstreamAnswer {
  if (method === 'DELETE') faults.splice(0);
  if (method === 'POST') {
    const isJson = headers['content-type']?.startsWith('application/json');
    const fault = isJson ? safeParse(FaultSchema, tryJson(body)) : undefined;
    if (!fault?.success)
      return { status: 400, body: { error: 'Send a fault as JSON, for example {"kind":"hang","times":1}.' } };
    faults.push(...spread(fault.output as Fault));
  }
  return { body: { faults } };
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const JSON_TYPE = { 'content-type': 'application/json' };
const OVERSIZED = 10 * 1024 * 1024;

function misbehave(
  fault: Exclude<Fault, { kind: 'delay' }>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void {
  switch (fault.kind) {
    case 'hang':
      break;
    case 'status':
      send(outgoing, {
        status: fault.status,
        ...(fault.retryAfter !== undefined && { headers: { 'retry-after': String(fault.retryAfter) } }),
        body: { error: true, reason: 'A fault on demand.' },
      });
      break;
    case 'garbage':
      send(outgoing, { body: '<html>Bad gateway</html>' });
      break;
    case 'oversized':
      send(outgoing, { body: JSON.stringify({ padding: 'x'.repeat(OVERSIZED) }) });
      break;
    case 'endless':
      outgoing.writeHead(200, JSON_TYPE);
      pour(outgoing);
      break;
    case 'drop':
      incoming.socket.destroy();
      break;
    case 'cut':
      outgoing.writeHead(200, { ...JSON_TYPE, 'content-length': '1000' });
      outgoing.write('{"temp', () => incoming.socket.destroy());
      break;
    case 'redirect':
      send(outgoing, { status: 302, headers: { location: fault.to }, body: '' });
      break;
  }
}

/** Writes as fast as the other side reads, until it leaves. */
function pour(outgoing: ServerResponse): void {
  const chunk = ' '.repeat(16 * 1024);
  while (!outgoing.destroyed && outgoing.write(chunk));
  if (!outgoing.destroyed) outgoing.once('drain', () => pour(outgoing));
}
