import { NO_CREDENTIAL } from './auth/refusals.ts';
import type { WebhookError } from './errors.ts';
import type { HttpAnswer } from './http.ts';

/**
 * The answer that tells a caller what went wrong: the error's code and its sentence, never its cause.
 *
 * @example
 * errorAnswer(new WebhookError('unknown-tag', 'No webhook answers this tag.'));
 * // { status: 404, headers: {...}, body: '{"error":{"code":"unknown-tag","message":"No webhook answers this tag."}}' }
 */
export function errorAnswer(error: WebhookError): HttpAnswer {
  return {
    status: error.status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      ...advice(error),
      ...error.headers,
    },
    body: JSON.stringify({ error: { code: error.code, message: error.message } }),
  };
}

function advice(error: WebhookError): HttpAnswer['headers'] {
  if (error.status === 401) {
    // RFC 6750 section 3.1: who sent no credential at all is told the scheme, and no error code.
    return { 'www-authenticate': error.message === NO_CREDENTIAL ? 'Bearer' : 'Bearer error="invalid_token"' };
  }
  // Seconds (RFC 9110 section 10.2.3).
  if (error.status === 503) return { 'retry-after': '1' };
  return {};
}
