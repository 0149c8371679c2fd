/**
 * The ways in which serving a call can go wrong, by a stable code, each with the HTTP status that the caller gets.
 *
 * CX turns the status into an event (concept/handler): 400 `webhook.error.bad-request`, 401 and 403
 * `webhook.error.rejected`, 404 `webhook.error.not-found`, 503 `webhook.error.unavailable`, all others `webhook.error`.
 */
export const STATUS_OF = {
  /** No credential, or one that proves nothing: malformed, forged, expired, meant for somebody else. */
  unauthenticated: 401,
  /** A genuine credential of somebody who is not on the list. */
  forbidden: 403,
  /** The issuer's certificates cannot be had: not the caller's fault. */
  'certificates-unavailable': 503,
  'bad-request': 400,
  'unknown-tag': 404,
  'method-not-allowed': 405,
  /** The handler or something under it failed. */
  internal: 500,
  /** The handler was not done when the time was up. */
  late: 503,
  /** The database is away, busy beyond patience, or has no tables yet. */
  'store-unavailable': 503,
  /** The handler returned something that is no reply. */
  'invalid-reply': 500,
} as const;

export type ErrorCode = keyof typeof STATUS_OF;

/**
 * A failure that was foreseen. `message` is a sentence for whoever calls or operates the webhook and goes into the answer:
 * never put a token, a claim, a parameter's value or another error's text in it. That one belongs in `cause`, which only
 * the log sees.
 */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
  readonly code: ErrorCode;
  readonly status: number;
  /** Further headers of the answer. */
  readonly headers: { readonly [name: string]: string };

  constructor(code: ErrorCode, message: string, options: ErrorOptions & { headers?: WebhookError['headers'] } = {}) {
    super(message, options);
    this.code = code;
    this.status = STATUS_OF[code];
    this.headers = options.headers ?? {};
  }
}

/** A setting that is missing or wrong. It stops the start: its message is the one sentence that the operator reads. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
