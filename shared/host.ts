import type { Readable } from 'node:stream';
import { WebhookError } from './errors.ts';
import { createEnvironmentService, type Environment } from './host/environment.ts';
import { checkBodyLength, type NodeHeaders, rawValues, readNodeHeaders } from './http.ts';
import type { Log } from './log.ts';
import { andThen, type Soon } from './serve/soon.ts';
import type { Service } from './serve.ts';
import type { Webhook } from './webhook.ts';

/** What this host reads of an HTTP request: Node's own. */
export interface HostRequest extends Readable, NodeHeaders {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** The path as the client wrote it, where a router in front changed `url`. */
  readonly originalUrl?: string | undefined;
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
      headers: readNodeHeaders(request),
      body: () => readBody(request),
    });
    return andThen(answer, ({ status, headers, body }) => {
      response.statusCode = status;
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      response.end(body);
    });
  };
}

function readBody(request: HostRequest): unknown {
  if (request.body !== undefined || request.readableEnded) return request.body;
  // A small body mostly comes with its headers, in one packet: then it is all there, and nothing has to be waited for.
  const length = Number(rawValues(request.rawHeaders, 'content-length')[0]);
  checkBodyLength(length);
  if (length > 0 && request.readableLength === length) return request.read();
  return readToEnd(request);
}

async function readToEnd(request: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      checkBodyLength(bytes);
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof WebhookError) throw cause;
    throw new WebhookError('bad-request', 'The body did not come whole.', { cause });
  }
  return Buffer.concat(chunks);
}

/** A webhook as an HTTP function with the settings of its environment: see `createEnvironmentService`. */
export function createHttpFunction(name: string, webhook: Webhook, env?: Environment, log?: Log): HttpFunction {
  return toHttpFunction(createEnvironmentService(name, webhook, env, log).serve);
}
