import type { Attempt, Exchange } from './effect.ts';
import type { Sending } from './send.ts';

/** What stands where a person might read a secret. */
export const HIDDEN = '[hidden]';

/** The headers that CX writes itself. The values of all others are the agent's own, and may be secrets. */
const OPEN_HEADERS: readonly string[] = ['accept', 'accept-encoding', 'content-type', 'content-length', 'user-agent'];

/** Names of query parameters whose values are credentials: `key`, `api_key`, `access_token`, `sig`. */
const SECRET_NAME = /key|token|secret|pass|pwd|sig|auth|cred|code/i;

/** A call as a person may see it. */
export function toExchange(
  { url, method, headers, body = '' }: Pick<Sending, 'url' | 'method' | 'headers' | 'body'>,
  attempts: readonly Attempt[],
): Exchange {
  return {
    url: hideInUrl(url),
    method,
    requestHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, hide(name, value)])),
    requestBody: body,
    responseBody: attempts.at(-1)?.responseBody ?? null,
    attempts,
  };
}

/** The scheme of a credential may be seen: `Bearer [hidden]`. */
function hide(name: string, value: string): string {
  if (OPEN_HEADERS.includes(name)) return value;
  const scheme = /^(Basic|Bearer) /i.exec(value)?.[1];
  return scheme ? `${scheme} ${HIDDEN}` : HIDDEN;
}

function hideInUrl(url: URL): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  // Replaced in the text, so that all else stays as it was sent.
  const search = shown.search.replace(/([^?&=]+)=([^&]*)/g, (pair, name: string) =>
    SECRET_NAME.test(name) ? `${name}=${HIDDEN}` : pair,
  );
  shown.search = '';
  return `${shown.href}${search}`;
}
