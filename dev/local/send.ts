import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { isLocal } from './address.ts';
import { Problem } from './problem.ts';

export interface Outgoing {
  readonly url: URL;
  readonly method: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string | undefined;
}

export interface Incoming {
  readonly status: number;
  /** From the first byte sent to the last one read. */
  readonly milliseconds: number;
  readonly body: string;
}

/** Milliseconds. CX waits 30 s at most (webhook.proto, `Webhook.timeout`). */
const TIMEOUT = 30_000;

/**
 * Sends one request, with these headers and no others but those of every connection. Not by `fetch`, which adds its own.
 * Where nobody answers it rejects with a `Problem`.
 */
export async function send({ url, method, headers, body }: Outgoing): Promise<Incoming> {
  const began = performance.now();
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const { request } = url.protocol === 'https:' ? https : http;
      request(url, { method, headers, agent: false, signal: AbortSignal.timeout(TIMEOUT) }, resolve)
        .on('error', reject)
        .end(body);
    });
    const answer = await text(response);
    return { status: response.statusCode!, milliseconds: Math.round(performance.now() - began), body: answer };
  } catch (error) {
    throw explain(error as NodeJS.ErrnoException, url);
  }
}

function explain(error: NodeJS.ErrnoException, url: URL): Error {
  if (error.name === 'AbortError' || error.name === 'TimeoutError') {
    return new Problem(`${url} did not answer within ${TIMEOUT / 1000} seconds.`);
  }
  if (error.code === 'ECONNREFUSED' && isLocal(url)) {
    return new Problem(`Nothing answers at ${url}: start it with "npm start".`);
  }
  // The code says it best: ENOTFOUND, ECONNRESET, CERT_HAS_EXPIRED, ERR_INVALID_CHAR.
  return new Problem(`${url} can't be asked (${error.code ?? error.message}).`, { cause: error });
}
