import type { IncomingHttpHeaders } from 'node:http';

/** What the fake's services talk in: a call, what it is answered, and a refusal in Google's form. */

/** JSON of Google's APIs: each service reads the fields that it knows. */
// biome-ignore lint/suspicious/noExplicitAny: it comes from gcloud, whose own tests say what it is
export type Data = any;

export interface Call {
  readonly method: string;
  readonly host: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly raw: Buffer;
  /** The body parsed where it is JSON, else undefined. */
  readonly body: Data;
}

export interface Reply {
  readonly status: number;
  readonly headers?: { readonly [name: string]: string | string[] };
  readonly body: string | Buffer;
}

export interface Route {
  readonly method: string;
  /** The whole host; each `*` stands for letters, digits and dashes. */
  readonly host: string;
  /** The whole path; its groups are the handler's arguments. */
  readonly path: RegExp;
  /** Without a token. Default: a call needs the deployer's. */
  readonly open?: boolean;
  /** What it returns is the JSON of a 200, unless it is a `Reply` made by `reply`. */
  handle(call: Call, ...groups: string[]): unknown;
}

/** `GET host/path`: a route in one line. */
export function on(method: string, host: string, path: RegExp, handle: Route['handle']): Route {
  return { method, host, path: new RegExp(`^(?:${path.source})$`), handle };
}

export function matches(route: Route, { method, host, path }: Call): RegExpExecArray | undefined {
  const hosts = new RegExp(`^${route.host.replaceAll('.', '\\.').replaceAll('*', '[a-z0-9-]+')}$`);
  if (method !== route.method || !hosts.test(host)) return undefined;
  return route.path.exec(path) ?? undefined;
}

/** HTTP statuses of Google's canonical codes (google/rpc/code.proto). */
const STATUSES: { readonly [code: number]: string } = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
};

/** An error as Google's APIs answer it. */
export class Refusal extends Error {
  readonly code: number;
  readonly status: string;
  readonly details: readonly Data[];

  constructor(
    code: number,
    message: string,
    { status, details = [] }: { readonly status?: string; readonly details?: readonly Data[] } = {},
  ) {
    super(message);
    this.code = code;
    this.status = status ?? STATUSES[code] ?? 'UNKNOWN';
    this.details = details;
  }

  reply(): Reply {
    const { code, message, status, details } = this;
    return json(code, { error: { code, message, status, ...(details.length > 0 && { details }) } });
  }
}

export function notFound(name: string): Refusal {
  return new Refusal(404, `Resource '${name}' was not found`);
}

export function invalid(message: string, status = 'INVALID_ARGUMENT'): Refusal {
  return new Refusal(400, message, { status });
}

export function json(status: number, body: unknown): Reply {
  return { status, headers: { 'content-type': 'application/json; charset=UTF-8' }, body: JSON.stringify(body) };
}
