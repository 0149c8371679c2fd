import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Json } from '../wire.ts';

/** The outside world that a handler may ask: here, how anything is asked over HTTP. */

/**
 * What can be wrong with an upstream.
 * - `unreachable`: no connection, or it broke before the answer was whole
 * - `timeout`: the caller's signal aborted first
 * - `status`: an HTTP status that is no answer, redirects included
 * - `invalid`: not JSON, or JSON of another form than expected
 * - `too-large`: more bytes than the caller wants to hold
 * - `open`: it failed so often just now that it was not asked (`resilient.ts`)
 */
export type UpstreamReason = 'unreachable' | 'timeout' | 'status' | 'invalid' | 'too-large' | 'open';

interface Detail {
  readonly status?: number;
  /** Where in the answer, as a path of field names. */
  readonly at?: string;
  /** The system's, for example `ECONNREFUSED`. */
  readonly code?: string;
  readonly retryAfterMs?: number | null;
}

/**
 * An upstream that did not answer as it should. `message` is a sentence for the log: it names the upstream, and holds
 * nothing of the address, of keys or of the answer. There is no `cause` on purpose: fetch's own errors may quote the whole
 * URL, and JSON's quote the body.
 */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly upstream: string;
  readonly reason: UpstreamReason;
  /** The HTTP status where `reason` is `status`, else null. */
  readonly status: number | null;
  /** How long the upstream asks to be left alone (`Retry-After`), else null. */
  readonly retryAfterMs: number | null;

  constructor(upstream: string, reason: UpstreamReason, detail: Detail = {}) {
    super(sentence(upstream, reason, detail));
    this.upstream = upstream;
    this.reason = reason;
    this.status = detail.status ?? null;
    this.retryAfterMs = detail.retryAfterMs ?? null;
  }
}

function sentence(upstream: string, reason: UpstreamReason, { status, at, code }: Detail) {
  switch (reason) {
    case 'unreachable':
      return `${upstream} could not be reached${code ? ` (${code})` : ''}.`;
    case 'timeout':
      return `${upstream} did not answer in time.`;
    case 'status':
      return `${upstream} answered with HTTP status ${status}.`;
    case 'invalid':
      return `${upstream} sent an answer of an unexpected form${at ? ` at ${at}` : ''}.`;
    case 'too-large':
      return `${upstream} sent more than this client reads.`;
    case 'open':
      return `${upstream} failed too often just now and was not asked.`;
  }
}

/** More than any answer of the upstreams here; what a hostile or broken one may cost us, in bytes. */
const MAX_BYTES = 1024 * 1024;

export interface JsonRequest<S extends StandardSchemaV1> {
  /** The upstream's name for errors and logs, for example `WeatherAPI.com`. */
  readonly upstream: string;
  /** The form of the answer. */
  readonly schema: S;
  readonly signal: AbortSignal;
  readonly method?: string;
  readonly headers?: { readonly [name: string]: string };
  /** Sent as JSON. */
  readonly body?: Json;
  /** Statuses beside 200 to 299 whose body is an answer too, where it has the form; where not, it is a `status` as ever. */
  readonly alsoAnswers?: readonly number[];
  /** Bytes after decompression. Default 1 MiB. */
  readonly maxBytes?: number;
}

export type FetchJson = typeof fetchJson;

/**
 * Asks an upstream and returns its JSON, validated; for status 204, which has no body, what the schema makes of null. Redirects are not followed, so that a key in the request goes nowhere
 * else. Whatever goes wrong is an `UpstreamError`.
 *
 * @example
 * const { temperature } = await fetchJson(url, { upstream: 'Thermometer', schema: object({ temperature: number() }), signal });
 */
export async function fetchJson<S extends StandardSchemaV1>(
  url: URL,
  request: JsonRequest<S>,
): Promise<StandardSchemaV1.InferOutput<S>> {
  const { upstream, schema, signal } = request;
  let answer: Answer;
  try {
    answer = await readAnswer(url, request);
  } catch (error) {
    if (error instanceof UpstreamError) throw error;
    if (signal.aborted) throw new UpstreamError(upstream, 'timeout');
    throw new UpstreamError(upstream, 'unreachable', codeOf(error));
  }
  const { ok, status, bytes } = answer;
  const refuse = (at?: string) =>
    ok ? new UpstreamError(upstream, 'invalid', at ? { at } : {}) : new UpstreamError(upstream, 'status', { status });

  let json: unknown;
  try {
    json = status === 204 ? null : JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw refuse();
  }
  const checked = await schema['~standard'].validate(json);
  if (checked.issues) throw refuse(pathOf(checked.issues[0]));
  return checked.value;
}

interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly bytes: Uint8Array;
}

async function readAnswer<S extends StandardSchemaV1>(url: URL, request: JsonRequest<S>): Promise<Answer> {
  const { upstream, signal, method, headers, body, alsoAnswers = [], maxBytes = MAX_BYTES } = request;
  const response = await fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    redirect: 'manual',
    signal,
  });
  if (!response.ok && !alsoAnswers.includes(response.status)) {
    await response.body?.cancel(); // frees the connection
    const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'));
    throw new UpstreamError(upstream, 'status', { status: response.status, retryAfterMs });
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new UpstreamError(upstream, 'too-large'); // leaving the loop cancels the stream
    chunks.push(chunk);
  }
  return { ok: response.ok, status: response.status, bytes: Buffer.concat(chunks) };
}

/** Seconds or a date (RFC 9110, section 10.2.3), as milliseconds from now. */
function parseRetryAfter(text: string | null): number | null {
  if (text === null) return null;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? null : Math.max(ms, 0);
}

/** The system's code, for example `ECONNREFUSED`: all of fetch's error that is safe to repeat. */
function codeOf(error: unknown): { code?: string } {
  const code = (error as { cause?: { code?: unknown } } | null)?.cause?.code;
  return typeof code === 'string' ? { code } : {};
}

function pathOf(issue: StandardSchemaV1.Issue | undefined): string {
  return (issue?.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
}
