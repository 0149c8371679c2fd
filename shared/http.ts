import { WebhookError } from './errors.ts';

/**
 * HTTP as the pipeline knows it, whatever the host. A host (functions-framework, AWS Lambda, a plain server) turns what it
 * has into an `HttpCall`, and an `HttpAnswer` into what it has.
 */

/** Header names in lower case. A header that came more than once has all its values: `['a', 'b']`. */
export type HttpHeaders = { readonly [name: string]: string | readonly string[] | undefined };

export interface HttpCall {
  readonly method: string;
  readonly headers: HttpHeaders;
  /**
   * The parsed JSON; or the raw text or bytes where the host did not parse; or undefined where there was none; or a function
   * that gives one of these, at once or later, and is called only once the caller is verified.
   */
  readonly body: unknown;
  /** Path and query as they came, for example `/fee-quote?credits=12`. */
  readonly url: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/** The values of one header, none, one or several. */
export function headerValues(headers: HttpHeaders, name: string): readonly string[] {
  const value = headers[name];
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}

/** Bytes. A request of CX has some 2 KB and what the session's parameters hold; what is longer was not written by CX. */
const MAX_BODY = 1024 * 1024;

/** Throws where a body is too long, for a host to call as soon as it knows. */
export function checkBodyLength(bytes: number): void {
  if (bytes > MAX_BODY) throw new WebhookError('bad-request', 'The body is over 1 MiB.');
}

/** What Node knows of the headers of a request. */
export interface NodeHeaders {
  readonly headers: NodeJS.Dict<string | string[]>;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
}

/**
 * Node's headers, and every value of `Authorization`, of which Node keeps only the first. (Its `headersDistinct` has them
 * all, but takes as long to make as the token takes to check.)
 */
export function readNodeHeaders({ headers, rawHeaders }: NodeHeaders): HttpHeaders {
  const authorization = rawValues(rawHeaders, 'authorization');
  return authorization.length > 1 ? { ...headers, authorization } : headers;
}

/** The values of one header as they came: Node hides some of them, and a host may have hidden others. */
export function rawValues(rawHeaders: NodeHeaders['rawHeaders'], name: string): string[] {
  const values: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const raw = rawHeaders[i]!;
    if (raw.length === name.length && raw.toLowerCase() === name) values.push(rawHeaders[i + 1]!);
  }
  return values;
}
