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
