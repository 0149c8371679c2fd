import type { Readable } from 'node:stream';
import { createVerifier, readAuthSettings } from './auth.ts';
import { WebhookError } from './errors.ts';
import type { HttpHeaders } from './http.ts';
import { createProcessLog, type Log } from './log.ts';
import { andThen, type Soon } from './serve/soon.ts';
import { createService, type Service } from './serve.ts';
import type { Webhook } from './webhook.ts';

/** What this host reads of an HTTP request: Node's own. */
export interface HostRequest extends Readable {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** The path as the client wrote it, where a router in front changed `url`. */
  readonly originalUrl?: string | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
  /** What a host that has read the body made of it. */
  readonly body?: unknown;
}

export interface HostResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

/** An HTTP function as functions-framework takes it. */
export type HttpFunction = (request: HostRequest, response: HostResponse) => Soon<void>;

/**
 * Keeps functions-framework from reading a body, so that this service does: after the caller is verified, within a limit, and
 * with an answer of its own where it is not JSON. The framework's parsers go by these two headers; they would read up to 1 GB
 * from anybody, print a body that is no JSON to the log, and answer with a page of HTML. To be called before the framework
 * sees the request.
 */
export function keepBodyUnparsed(request: { readonly headers: NodeJS.Dict<string | string[]> }): void {
  delete request.headers['content-length'];
  delete request.headers['transfer-encoding'];
}

/** Puts a service behind functions-framework, or any host with Node's requests and responses. */
export function toHttpFunction(service: Service): HttpFunction {
  return function httpFunction(request, response) {
    const answer = service({
      method: request.method ?? 'GET',
      url: request.originalUrl ?? request.url ?? '/',
      headers: headersOf(request),
      body: () => readBody(request),
    });
    return andThen(answer, ({ status, headers, body }) => {
      response.statusCode = status;
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      response.end(body);
    });
  };
}

/**
 * Node's headers, and every value of `Authorization`, of which Node keeps only the first. (Its `headersDistinct` has them all,
 * but takes as long to make as the token takes to check.)
 */
function headersOf({ headers, rawHeaders }: HostRequest): HttpHeaders {
  const authorization = rawValues(rawHeaders, 'authorization');
  return authorization.length > 1 ? { ...headers, authorization } : headers;
}

function rawValues(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const raw = rawHeaders[i]!;
    if (raw.length === name.length && raw.toLowerCase() === name) values.push(rawHeaders[i + 1]!);
  }
  return values;
}

/** Bytes. A request of CX has some 2 KB and what the session's parameters hold; what is longer was not written by CX. */
const MAX_BODY = 1024 * 1024;

function readBody(request: HostRequest): unknown {
  if (request.body !== undefined || request.readableEnded) return request.body;
  // A small body mostly comes with its headers, in one packet: then it is all there, and nothing has to be waited for.
  const length = Number(rawValues(request.rawHeaders, 'content-length')[0]);
  if (length > MAX_BODY) throw new WebhookError('bad-request', 'The body is over 1 MiB.');
  if (length > 0 && request.readableLength === length) return request.read();
  return readToEnd(request);
}

async function readToEnd(request: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_BODY) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw new WebhookError('bad-request', 'The body did not come whole.', { cause });
  }
  if (bytes > MAX_BODY) throw new WebhookError('bad-request', 'The body is over 1 MiB.');
  return Buffer.concat(chunks);
}

/**
 * A webhook as an HTTP function with the settings of its environment: `WEBHOOK_AUTH`, `WEBHOOK_AUDIENCES`,
 * `WEBHOOK_CALLERS`, `GOOGLE_CERTS_URL`, `GOOGLE_CLOUD_PROJECT`. Throws a `ConfigError` where one is missing or wrong.
 */
export function createHttpFunction(
  name: string,
  webhook: Webhook,
  env: { readonly [name: string]: string | undefined } = process.env,
  log: Log = createProcessLog(env.GOOGLE_CLOUD_PROJECT),
): HttpFunction {
  const verifier = createVerifier(readAuthSettings(env));
  void verifier.prefetch();
  return toHttpFunction(createService({ name, webhook, verify: verifier.verify, log }));
}
