import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Failure } from './failure.ts';

/** One request as it goes over the wire. */
export interface Sending {
  readonly url: URL;
  readonly method: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string | undefined;
  /** Milliseconds until the whole answer has to be there. */
  readonly timeoutMs: number;
  /** Bytes of the answer's body, unpacked. */
  readonly maxBytes: number;
  /** The connection is reset when the answer begins. */
  readonly drop?: boolean;
}

/** What came back. `failure` is undefined where the answer is whole, whatever its status. */
export interface Received {
  readonly httpStatus: number | null;
  /** As far as it was read. */
  readonly body: string | null;
  readonly failure?: Failure;
}

/**
 * Sends a request and reads its answer; never rejects. Each has a connection of its own: an old one that the server has just
 * closed would look like a failure. Redirects are answers: that CX follows them is on no page.
 */
export function send({ url, method, headers, body, timeoutMs, maxBytes, drop }: Sending): Promise<Received> {
  const { promise, resolve } = Promise.withResolvers<Received>();
  const signal = AbortSignal.timeout(timeoutMs);
  const explain = (error: unknown) => (signal.aborted ? timedOut(timeoutMs) : failureOf(error));
  const fail = (error: unknown) => resolve({ httpStatus: null, body: null, failure: explain(error) });
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  try {
    const outgoing = request(url, { method, headers, signal, agent: false });
    outgoing.on('error', fail).on('response', (response) => {
      if (drop) {
        response.on('error', () => {});
        response.socket.resetAndDestroy();
        fail(new Error('the connection was reset when the answer began'));
      } else {
        outgoing.off('error', fail).on('error', () => {}); // the response has the same, and what was read
        void read(response, maxBytes, explain).then(resolve);
      }
    });
    outgoing.end(body);
  } catch (error) {
    fail(error); // a header or a URL that cannot be sent
  }
  return promise;
}

async function read(
  response: IncomingMessage,
  maxBytes: number,
  explain: (error: unknown) => Failure,
): Promise<Received> {
  const httpStatus = response.statusCode ?? null;
  const chunks: Buffer[] = [];
  let size = 0;
  const received = (failure?: Failure): Received => ({
    httpStatus,
    body: Buffer.concat(chunks).toString('utf8'),
    ...(failure && { failure }),
  });
  try {
    for await (const chunk of unpack(response)) {
      size += chunk.length;
      if (size > maxBytes) {
        response.destroy();
        return received({ kind: 'answer', problem: `The answer is longer than ${maxBytes} bytes, which CX allows.` });
      }
      chunks.push(chunk);
    }
    return received();
  } catch (error) {
    const failure = explain(error);
    // An answer that stops in the middle is none.
    return { ...received(failure), httpStatus: failure.kind === 'answer' ? httpStatus : null };
  }
}

/** Without what `content-encoding` says, of the encodings that CX accepts. */
function unpack(response: IncomingMessage): AsyncIterable<Buffer> {
  const encoding = response.headers['content-encoding']?.toLowerCase() ?? '';
  if (!Object.hasOwn(UNPACKING, encoding)) return response;
  const unpacked = UNPACKING[encoding]!();
  response.on('error', (error) => unpacked.destroy(error));
  return response.pipe(unpacked) as Readable;
}

const UNPACKING: { readonly [encoding: string]: () => NodeJS.ReadWriteStream & Readable } = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** Codes of OpenSSL and of Node for a certificate that nobody vouches for, or that is another host's (`tls` docs). */
const OF_CERTIFICATES = /CERT|SIGNATURE|ISSUER|SELF_SIGNED|HOSTNAME_MISMATCH/;

function timedOut(timeoutMs: number): Failure {
  return { kind: 'timeout', problem: `No answer came within ${timeoutMs} ms.` };
}

function failureOf(error: unknown): Failure {
  const { message, code = '' } = error as NodeJS.ErrnoException;
  if (/^Z_|ERR_ZLIB|ERR_BROTLI|ERR__ERROR/.test(code)) {
    return { kind: 'answer', problem: `The answer is not packed as its content-encoding says: ${message}.` };
  }
  if (OF_CERTIFICATES.test(code)) {
    return { kind: 'tls', problem: `The webhook's certificate does not hold: ${message}.` };
  }
  return { kind: 'connection', problem: `The webhook cannot be reached: ${message || code}.` };
}
