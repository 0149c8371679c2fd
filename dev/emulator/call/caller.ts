import type { Webhook } from '../agent.ts';
import { LanguageError } from '../language/error.ts';
import { AnswerError, readAnswer } from './answer.ts';
import { type AttemptLimits, attempt } from './attempt.ts';
import { createCredentials, TokenError } from './credentials.ts';
import type { Exchange, WebhookCall, WebhookOutcome } from './effect.ts';
import { toExchange } from './exchange.ts';
import { eventOf, type Failure, statusOf } from './failure.ts';
import { type Faults, faultOf } from './faults.ts';
import { flexibleBody, flexibleUrl } from './flexible.ts';
import { HeaderError, headersOf, readWebhookHeaders, type TokenHeader } from './headers.ts';
import { isLoopback } from './loopback.ts';
import type { UnknownFields } from './proto.ts';
import { buildRequest } from './request.ts';
import type { Sending } from './send.ts';

export interface CallerOptions {
  /** Where a webhook really is; `null`: where the agent says. */
  readonly addressOf: (webhook: Webhook, tag: string) => string | null;
  /** Signs an ID token for an audience, ready to follow `Bearer `; `null`: calls carry none. */
  readonly sign: ((audience: string) => string) | null;
  /** Default `authorization`. */
  readonly tokenHeader?: TokenHeader;
  /** Cloud Run's IAM is in front: tokens arrive without their signatures. Default false. */
  readonly behindIam?: boolean;
  /** Of an environment, by display name: only what is in the web service can differ (environment.proto). */
  readonly webhookOverrides?: { readonly [webhook: string]: WebhookOverride };
  /** `QueryParameters.webhookHeaders`. */
  readonly webhookHeaders?: { readonly [name: string]: string };
  /** `QueryParameters.disableWebhook`. */
  readonly disableWebhook?: boolean;
  /** Calls may leave this machine. Default false. */
  readonly allowRemote?: boolean;
  /** Default `refuse`. */
  readonly unknownFields?: UnknownFields;
  readonly faults?: Faults;
  readonly limits?: Partial<CallLimits>;
  /** Milliseconds since the epoch. Default: the clock. */
  readonly now?: () => number;
}

export type WebhookOverride = Partial<Omit<Webhook, 'id' | 'displayName' | 'timeoutMs' | 'disabled'>>;

export interface CallLimits extends AttemptLimits {
  /** Milliseconds for one attempt, in place of the webhook's own; `null`: the webhook's own. */
  readonly timeoutMs: number | null;
  /** Bytes of an answer. */
  readonly maxBytes: number;
}

/**
 * CX docs, Webhooks: an answer has at most 64 KiB; a call that times out or fails with a transient error is repeated once.
 * Which errors are transient is not said: here a connection that fails, and 503, which means just that.
 */
export const LIMITS: CallLimits = { timeoutMs: null, attempts: 2, retriedStatuses: [503], maxBytes: 65_536 };

/**
 * Makes CX's side of webhook calls: the request as CX writes it, its credentials, one repetition with the very same body,
 * and the event of a failure. What it returns never rejects for anything that a webhook does.
 *
 * @throws HeaderError where `webhookHeaders` has one of Google's own.
 *
 * @example
 * const call = createCaller({ addressOf: (_, tag) => `http://localhost:8080/${tag}`, sign: (audience) => issuer.token({ audience }) });
 * const outcome = await call({ webhook, tag: 'weather', context, scope });
 */
export function createCaller(options: CallerOptions): (call: WebhookCall) => Promise<WebhookOutcome> {
  const { addressOf, tokenHeader = 'authorization', behindIam = false, allowRemote = false, faults = [] } = options;
  const { now = Date.now, unknownFields = 'refuse', sign, webhookOverrides = {} } = options;
  const limits = { ...LIMITS, ...options.limits };
  const webhookHeaders = readWebhookHeaders(options.webhookHeaders ?? {});
  const credentials = createCredentials({ sign, allowRemote, now });

  return async function call({ webhook: written, tag, context, scope }) {
    const webhook: Webhook = { ...written, ...webhookOverrides[written.displayName] };
    if (webhook.disabled) return { kind: 'skipped', reason: 'disabled' };
    if (options.disableWebhook) return { kind: 'skipped', reason: 'off' };

    let sending: Sending;
    try {
      sending = await prepare();
    } catch (error) {
      return failed(notSent(error), null, null);
    }
    const { received, attempts } = await attempt(sending, { fault: faultOf(faults, tag), limits, now });
    const exchange = toExchange(sending, attempts);
    const { httpStatus, body, failure } = received;
    if (failure) return failed(failure, httpStatus, exchange);
    try {
      return { kind: 'answered', httpStatus: httpStatus!, answer: readAnswer(body!, webhook, unknownFields), exchange };
    } catch (error) {
      if (!(error instanceof AnswerError)) throw error;
      return failed({ kind: 'answer', problem: error.message }, httpStatus, exchange);
    }

    /** Everything about the request, once: what is repeated is the same to the last byte. */
    async function prepare(): Promise<Sending> {
      const { flexible } = webhook;
      const address = addressFor(webhook, tag);
      const text = flexible ? flexibleUrl(address, scope) : address;
      const url = URL.parse(text);
      if (url === null || !/^https?:$/.test(url.protocol)) {
        throw new AddressError(`The webhook ${webhook.displayName} has no address that can be called: "${address}".`);
      }
      if (!allowRemote && !isLoopback(url)) {
        throw new AddressError(
          `The webhook ${webhook.displayName} is on ${url.hostname}, and the emulator does not leave this machine: give it an address here, or allow remote calls.`,
        );
      }
      const body = flexible ? flexibleBody(flexible, scope) : JSON.stringify(buildRequest(context));
      return {
        url,
        method: flexible?.httpMethod ?? 'POST',
        headers: await headersOf(
          webhook,
          { url: text, body, scope },
          { credentials, webhookHeaders, tokenHeader, behindIam },
        ),
        body,
        timeoutMs: limits.timeoutMs ?? webhook.timeoutMs,
        maxBytes: limits.maxBytes,
      };
    }
  };

  function addressFor(webhook: Webhook, tag: string): string {
    const address = addressOf(webhook, tag);
    if (address !== null) return address;
    if (webhook.serviceDirectory === null) return webhook.uri;
    throw new AddressError(
      `The webhook ${webhook.displayName} goes through Service Directory, which is not on this machine: give it an address.`,
    );
  }
}

function failed(failure: Failure, httpStatus: number | null, exchange: Exchange | null): WebhookOutcome {
  return {
    kind: 'failed',
    httpStatus,
    event: eventOf(failure),
    status: statusOf(failure),
    problem: failure.problem,
    exchange,
  };
}

/** Why a request was never sent. What is no foreseen reason goes on as the mistake of ours that it is. */
function notSent(error: unknown): Failure {
  if (error instanceof AddressError) return { kind: 'connection', problem: error.message };
  if (error instanceof TokenError) return { kind: 'token', problem: error.message };
  if (error instanceof HeaderError) return { kind: 'request', problem: error.message };
  if (error instanceof LanguageError) {
    return { kind: 'request', problem: `A setting of the webhook cannot be read: ${error.message}` };
  }
  throw error;
}

/** Nothing can be called there: a sentence. */
class AddressError extends Error {
  override readonly name = 'AddressError';
}
