import type { Json, JsonObject, Message, Webhook } from '../agent.ts';
import type { Scope } from '../language/scope.ts';
import type { CallContext } from './request.ts';

/** What a step asks the outside world for, and what it gets: a step itself never waits. */
export interface WebhookCall {
  readonly webhook: Webhook;
  /** `Fulfillment.tag` of the fulfillment that calls. */
  readonly tag: string;
  readonly context: CallContext;
  /** What references in header values, and in the URL and the body of a flexible webhook, can see. */
  readonly scope: Scope;
}

/** One request on the wire. */
export interface Attempt {
  /** Milliseconds since the epoch at which it was sent. */
  readonly at: number;
  /** Milliseconds until the answer was there, or the failure. */
  readonly ms: number;
  /** `null`: no answer came. */
  readonly httpStatus: number | null;
  /** As far as it was read, unpacked. A fault may keep it from CX all the same. `null`: no answer came. */
  readonly responseBody: string | null;
  /** A sentence; `null`: it went well. */
  readonly problem: string | null;
}

/** A call as a person may see it: credentials are not in it, nor what the agent's static headers say. */
export interface Exchange {
  readonly url: string;
  readonly method: string;
  /** Names in lower case; every value that may be a secret is `HIDDEN` (`exchange.ts`). */
  readonly requestHeaders: { readonly [name: string]: string };
  /** Empty where the method has none. */
  readonly requestBody: string;
  /** Of the last attempt. */
  readonly responseBody: string | null;
  readonly attempts: readonly Attempt[];
}

/** The events that a failed call raises (CX docs, Handlers, "Webhook error events"). */
export type WebhookErrorEvent =
  | 'webhook.error'
  | 'webhook.error.timeout'
  | 'webhook.error.bad-request'
  | 'webhook.error.rejected'
  | 'webhook.error.unavailable'
  | 'webhook.error.not-found';

/** `google.rpc.Status`, an entry of `QueryResult.webhookStatuses`. */
export interface RpcStatus {
  readonly code: number;
  readonly message: string;
}

export type WebhookOutcome =
  | {
      readonly kind: 'answered';
      readonly httpStatus: number;
      readonly answer: WebhookAnswer;
      readonly exchange: Exchange;
    }
  | {
      readonly kind: 'failed';
      /** `null`: no answer came. */
      readonly httpStatus: number | null;
      /** Where no handler is in scope for a finer one, `webhook.error` is raised in its place. */
      readonly event: WebhookErrorEvent;
      readonly status: RpcStatus;
      /** What went wrong, for the person who runs the emulator: a sentence. */
      readonly problem: string;
      /** `null`: nothing was sent. */
      readonly exchange: Exchange | null;
    }
  /** `disabled`: the webhook is. `off`: the turn has webhooks off. `nobody`: nobody here answers it. */
  | { readonly kind: 'skipped'; readonly reason: 'disabled' | 'off' | 'nobody' };

/** `WebhookResponse` (webhook.proto), read; what a flexible webhook answers has parameters alone. */
export interface WebhookAnswer {
  readonly messages: readonly AnswerMessage[];
  /** `REPLACE` replaces the whole queue, not just what this fulfillment has put there. */
  readonly mergeBehavior: 'APPEND' | 'REPLACE';
  /** Into the session; null removes. */
  readonly parameters: JsonObject;
  /** Into the flow: only the parameter mapping of a flexible webhook reaches it. */
  readonly flowParameters: JsonObject;
  readonly form: readonly AnswerFormParameter[];
  /** Into `QueryResult.webhookPayloads`. */
  readonly payload: JsonObject | null;
  /** Resource names as sent; at most one of the two. */
  readonly targetPage: string | null;
  readonly targetFlow: string | null;
}

/** `languageCode` is null: a `ResponseMessage` has none. */
export interface AnswerMessage extends Message {
  readonly responseType: ResponseType | null;
}

/** `ResponseMessage.ResponseType` (response_message.proto). */
export type ResponseType = 'ENTRY_PROMPT' | 'PARAMETER_PROMPT' | 'HANDLER_PROMPT';

/** `PageInfo.FormInfo.ParameterInfo`: what is left out stays as it is. Of the states only `INVALID` has an effect. */
export interface AnswerFormParameter {
  readonly displayName: string;
  readonly required?: boolean;
  readonly state?: ParameterState;
  readonly value?: Json;
}

/** `ParameterState`, without the unspecified one. */
export type ParameterState = 'EMPTY' | 'FILLED' | 'INVALID';
