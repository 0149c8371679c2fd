import { createVerifier, readAuthSettings } from './auth.ts';
import { createLog, type Log } from './log.ts';
import { createService, type Service } from './serve.ts';
import type { Webhook } from './webhook.ts';

/** What this host reads of an HTTP request: Node's own, and the body that functions-framework read. */
export interface HostRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** The path as the client wrote it, where a router in front changed `url`. */
  readonly originalUrl?: string | undefined;
  /** Every value of every header: Node's `headers` keeps only the first of two `Authorization` headers. */
  readonly headersDistinct: NodeJS.Dict<string[]>;
  readonly body?: unknown;
}

export interface HostResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

/** An HTTP function as functions-framework takes it. */
export type HttpFunction = (request: HostRequest, response: HostResponse) => Promise<void>;

/**
 * Keeps functions-framework from parsing a body, so that this service does: after the caller is verified, and with an answer
 * of its own where it is not JSON. The framework's parsers go by `content-type` and would parse first, print a body that is
 * no JSON to the log, and answer with a page of HTML. To be called before the framework sees the request.
 */
export function keepBodyUnparsed(request: { readonly headers: NodeJS.Dict<string | string[]> }): void {
  request.headers['content-type'] = 'application/octet-stream';
  delete request.headers['content-encoding']; // CX does not compress; what somebody else did is no JSON to us
}

/** Puts a service behind functions-framework, or any host with Node's requests and responses. */
export function toHttpFunction(service: Service): HttpFunction {
  return async function httpFunction(request, response) {
    const { status, headers, body } = await service({
      method: request.method ?? 'GET',
      url: request.originalUrl ?? request.url ?? '/',
      headers: request.headersDistinct,
      body: request.body,
    });
    response.statusCode = status;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.end(body);
  };
}

/**
 * A webhook as an HTTP function with the settings of its environment: `WEBHOOK_AUTH`, `WEBHOOK_AUDIENCES`,
 * `WEBHOOK_CALLERS`, `GOOGLE_CERTS_URL`, `GOOGLE_CLOUD_PROJECT`. Throws a `ConfigError` where one is missing or wrong.
 */
export function createHttpFunction(
  name: string,
  webhook: Webhook,
  env: { readonly [name: string]: string | undefined } = process.env,
  log: Log = createLog(env.GOOGLE_CLOUD_PROJECT),
): HttpFunction {
  const verifier = createVerifier(readAuthSettings(env));
  void verifier.prefetch();
  return toHttpFunction(createService({ name, webhook, verify: verifier.verify, log }));
}
