import type { RpcStatus, WebhookErrorEvent } from './effect.ts';

/** Why an attempt, or the whole call, has failed. */
export type Failure = { readonly problem: string } & (
  | { readonly kind: 'timeout' }
  /** No connection, or one that broke. */
  | { readonly kind: 'connection' }
  | { readonly kind: 'tls' }
  /** A status that is no success. */
  | { readonly kind: 'status'; readonly httpStatus: number }
  /** An answer that cannot be taken. */
  | { readonly kind: 'answer' }
  /** No token could be had for the call. */
  | { readonly kind: 'token' }
  /** What the agent says cannot be made into a request. */
  | { readonly kind: 'request' }
);

/**
 * The event that a failed call raises (CX docs, Handlers, "Webhook error events").
 *
 * The page says of `not-found` that the URL could not be reached. That a 404 raises it, too, is inferred from its name, and
 * that 500, 502 and 504, which the page does not list, raise the general one.
 */
export function eventOf(failure: Failure): WebhookErrorEvent {
  switch (failure.kind) {
    case 'timeout':
      return 'webhook.error.timeout';
    case 'connection':
    case 'tls':
      return 'webhook.error.not-found';
    case 'status':
      return EVENTS[failure.httpStatus] ?? 'webhook.error';
    case 'answer':
    case 'token':
    case 'request':
      return 'webhook.error';
  }
}

const EVENTS: { readonly [httpStatus: number]: WebhookErrorEvent } = {
  400: 'webhook.error.bad-request',
  401: 'webhook.error.rejected',
  403: 'webhook.error.rejected',
  404: 'webhook.error.not-found',
  503: 'webhook.error.unavailable',
};

/**
 * What stands in `QueryResult.webhookStatuses`. On record, from people's logs of CX or ES: the timeout, those of 5xx with
 * code 14, the failed check of a certificate, the reasons for 403 and 404, and the words for JSON that cannot be read. The
 * other codes are google.rpc.Code's for the HTTP status, and no more than likely.
 */
export function statusOf(failure: Failure): RpcStatus {
  switch (failure.kind) {
    case 'timeout':
      return failed(4, 'DEADLINE_EXCEEDED, State: URL_TIMEOUT, Reason: TIMEOUT_WEB');
    case 'connection':
      return failed(14, 'UNAVAILABLE, State: URL_UNREACHABLE');
    case 'tls':
      return failed(14, 'UNAVAILABLE, State: URL_UNREACHABLE, Reason: UNREACHABLE_SSL_VALIDATION_FAILED');
    case 'status':
      return statusOfHttp(failure.httpStatus);
    case 'answer':
      return failed(3, `Failed to parse webhook JSON response: ${failure.problem.replace(/\.$/, '')}`);
    case 'token':
      return failed(16, 'UNAUTHENTICATED');
    case 'request':
      return failed(3, 'INVALID_ARGUMENT');
  }
}

function statusOfHttp(httpStatus: number): RpcStatus {
  const [code, name, reason] = RPC[httpStatus] ?? [2, 'UNKNOWN', 'ERROR_OTHER'];
  return httpStatus >= 500
    ? failed(14, `UNAVAILABLE, State: URL_UNREACHABLE, Reason: UNREACHABLE_5xx, HTTP status code: ${httpStatus}`)
    : failed(code, `${name}, State: URL_ERROR, Reason: ${reason}, HTTP status code: ${httpStatus}`);
}

const RPC: { readonly [httpStatus: number]: readonly [code: number, name: string, reason: string] } = {
  400: [3, 'INVALID_ARGUMENT', 'ERROR_OTHER'],
  401: [16, 'UNAUTHENTICATED', 'ERROR_AUTHENTICATION'],
  403: [7, 'PERMISSION_DENIED', 'ERROR_OTHER'],
  404: [5, 'NOT_FOUND', 'ERROR_NOT_FOUND'],
};

function failed(code: number, what: string): RpcStatus {
  return { code, message: `Webhook call failed. Error: ${what}.` };
}
