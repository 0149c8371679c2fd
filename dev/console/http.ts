import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal } from './problem.ts';

/** What the console answers. A body that is no text is bytes of a file. */
export interface Answer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string | Uint8Array;
}

/** Bytes of the body of a request: what a person types, and what they set. */
const MAX_BODY = 64 * 1024;

/**
 * On every answer. Scripts and styles come from here alone; pictures may be an agent's, from anywhere; nothing may put the
 * page into a frame, or read it from another site.
 */
const HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' https: data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

export function json(value: unknown, status = 200, headers: Answer['headers'] = {}): Answer {
  const type = { 'content-type': 'application/json; charset=utf-8' };
  return { status, headers: { ...type, ...headers }, body: JSON.stringify(value) };
}

export const NOTHING: Answer = { status: 204, headers: {}, body: '' };

export function refusal({ code, status, message, headers }: Refusal): Answer {
  return json({ error: { code, message } }, status, headers);
}

/** Writes the head of an answer, with the headers that every one has. */
export function writeHead(response: ServerResponse, { status, headers }: Omit<Answer, 'body'>): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries({ ...HEADERS, ...headers })) response.setHeader(name, value);
}

export function write(response: ServerResponse, answer: Answer): void {
  writeHead(response, answer);
  response.end(answer.body);
}

/** The body of a request as JSON: an object. */
export async function readJson(request: IncomingMessage): Promise<object> {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new Refusal('not-json', 'Send the body as JSON, with the content-type application/json.');
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY) throw new Refusal('too-large', `The body is over ${MAX_BODY / 1024} KiB.`);
    chunks.push(chunk);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Told below.
  }
  throw new Refusal('bad-request', 'The body is no JSON object.');
}
