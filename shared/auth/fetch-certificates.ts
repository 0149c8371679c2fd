import type { IncomingMessage } from 'node:http';

// Not by `import`, which reads every export of node:http and so loads undici behind `WebSocket`: 20 ms of a cold start.
const http = process.getBuiltinModule('node:http');
const https = process.getBuiltinModule('node:https');

export interface CertificatesAnswer {
  /** The body, of a 200. */
  readonly body: string;
  readonly cacheControl?: string | undefined;
}

/** Fetches what the certificates URL answers; rejects unless that is a 200 in time. */
export type FetchCertificates = (url: string) => Promise<CertificatesAnswer>;

/** Milliseconds. CX waits 5 s for the whole call by default (webhook.proto, `Webhook.timeout`). */
const TIMEOUT = 2_000;

/** Bytes. Google's answer has about 3,000. */
const MAX_BODY = 256 * 1024;

/**
 * One GET over node:http(s), because the first one in a process that has loaded the functions-framework takes 7 ms, and
 * built-in `fetch`, which then loads undici, 25 ms. Redirects are not followed: an issuer's address does not move.
 */
export function fetchCertificates(url: string): Promise<CertificatesAnswer> {
  const { get } = url.startsWith('https:') ? https : http;
  // A connection of its own (`agent: false`): there is one fetch in hours, and nothing to keep alive between them.
  const options = { agent: false, headers: { accept: 'application/json' }, signal: AbortSignal.timeout(TIMEOUT) };
  return new Promise((resolve, reject) => {
    get(url, options, (response) => readAnswer(response).then(resolve, reject)).on('error', reject);
  });
}

async function readAnswer(response: IncomingMessage): Promise<CertificatesAnswer> {
  if (response.statusCode !== 200) {
    response.destroy();
    throw new Error(`The certificates URL answered ${response.statusCode} instead of 200.`);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) throw new Error(`The certificates URL answered more than ${MAX_BODY} bytes.`);
    chunks.push(chunk);
  }
  return { body: Buffer.concat(chunks).toString('utf8'), cacheControl: response.headers['cache-control'] };
}
