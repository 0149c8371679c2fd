import { WebhookError } from './errors.ts';
import { checkJson, checkMessage } from './messages/check.ts';
import { kindOf } from './request/read.ts';
import type { Turn } from './request.ts';
import { formatForm } from './response/form.ts';
import { resolveFlow, resolvePage } from './response/target.ts';
import type { Json, JsonObject, ResponseMessage, WebhookResponse } from './wire.ts';

/** What a handler says and changes. All of it is optional: `{}` says nothing and changes nothing. */
interface ReplyContent {
  /** Said as it is; several strings are several messages. */
  readonly say?: string | readonly string[];
  /** Said after `say`: made by the builders of `messages.ts` and `messenger.ts`. */
  readonly messages?: readonly ResponseMessage[];
  /** Session parameters to set; `null` deletes one, `undefined` leaves it alone. */
  readonly session?: { readonly [name: string]: Json | undefined };
  /** Form parameters that CX shall ask again. Where the current page's form has no such parameter, nothing happens. */
  readonly invalid?: readonly string[];
  /** Form parameters to fill, or to make required or optional. Also only where the current page's form has them. */
  readonly form?: { readonly [name: string]: { readonly value?: Json; readonly required?: boolean } };
  /** For the client: it arrives in `QueryResult.webhookPayloads`. */
  readonly payload?: JsonObject;
  /** True: this reply takes the place of all messages queued in this turn, not only of this fulfillment's. */
  readonly replace?: boolean;
}

/** Where the conversation goes on: at most one of the three. */
type ReplyTarget =
  | {
      /** A page of the current flow: its id, a symbolic page such as `START_PAGE` or `END_FLOW`, or a resource name. */
      readonly toPage?: string;
      readonly toFlow?: never;
      readonly end?: never;
    }
  | {
      /** A flow of the agent: its id or its resource name. */
      readonly toFlow: string;
      readonly toPage?: never;
      readonly end?: never;
    }
  | {
      /** Ends the session: the page `END_SESSION`. */
      readonly end: boolean;
      readonly toPage?: never;
      readonly toFlow?: never;
    };

/** What a handler returns: plain data, in a caller's words. */
export type Reply = ReplyContent & ReplyTarget;

const REPLY_KEYS: ReadonlySet<string> = new Set([
  'say',
  'messages',
  'session',
  'invalid',
  'form',
  'payload',
  'replace',
  'toPage',
  'toFlow',
  'end',
] satisfies (keyof Reply)[]);

/**
 * Puts a reply into CX's words. Whatever cannot become a legal answer (an unknown key, two contents in one message, a page
 * id that no flow can be found for) is a `WebhookError` `invalid-reply` whose message names the place.
 *
 * @example
 * formatReply({ say: 'Hello', session: { greeted: true } }, turn)
 * // { fulfillmentResponse: { messages: [{ text: { text: ['Hello'] } }] }, sessionInfo: { parameters: { greeted: true } } }
 */
export function formatReply(reply: Reply, turn: Turn): WebhookResponse {
  if (!isObject(reply)) throw invalid(`A handler returns an object, this one returned ${kindOf(reply)}.`);
  for (const key of Object.keys(reply)) {
    if (!REPLY_KEYS.has(key))
      throw invalid(`${key}: a reply has no such key; it may have ${[...REPLY_KEYS].join(', ')}.`);
  }

  const response: WebhookResponse = {};
  const messages = formatMessages(reply);
  if (messages.length > 0) response.fulfillmentResponse = { messages };
  if (reply.replace) response.fulfillmentResponse = { ...response.fulfillmentResponse, mergeBehavior: 'REPLACE' };

  const parameterInfo = formatForm(reply.form ?? {}, reply.invalid ?? [], turn.form);
  if (parameterInfo.length > 0) response.pageInfo = { formInfo: { parameterInfo } };

  const parameters = formatStruct(reply.session ?? {}, 'session');
  if (Object.keys(parameters).length > 0) response.sessionInfo = { parameters };

  if (reply.payload) response.payload = formatStruct(reply.payload, 'payload');
  return Object.assign(response, formatTarget(reply, turn));
}

function formatMessages(reply: Reply): ResponseMessage[] {
  const said = reply.say === undefined ? [] : typeof reply.say === 'string' ? [reply.say] : reply.say;
  if (!Array.isArray(said)) throw invalid(`say: expected a string or a list of strings, got ${kindOf(said)}.`);
  if (reply.messages !== undefined && !Array.isArray(reply.messages)) {
    throw invalid(`messages: expected a list, got ${kindOf(reply.messages)}.`);
  }
  const messages: ResponseMessage[] = [];
  for (const [i, text] of said.entries()) {
    if (typeof text !== 'string') throw invalid(`say[${i}]: expected a string, got ${kindOf(text)}.`);
    if (text.trim() !== '') messages.push({ text: { text: [text] } }); // an empty text message may not be authored
  }
  for (const [i, message] of (reply.messages ?? []).entries()) messages.push(checkMessage(message, `messages[${i}]`));
  return messages;
}

function formatStruct(value: unknown, path: string): JsonObject {
  if (!isObject(value)) throw invalid(`${path}: expected an object, got ${kindOf(value)}.`);
  return checkJson(value, path) as JsonObject;
}

function formatTarget(reply: Reply, turn: Turn): Pick<WebhookResponse, 'targetPage' | 'targetFlow'> {
  const { toPage, toFlow, end } = reply as { toPage?: string; toFlow?: string; end?: boolean };
  if (toPage === undefined && toFlow === undefined && !end) return {};
  const wanted = [toPage !== undefined && 'toPage', toFlow !== undefined && 'toFlow', end && 'end'].filter(Boolean);
  if (wanted.length > 1) throw invalid(`A reply goes to one place, this one says ${wanted.join(' and ')}.`);
  if (toFlow !== undefined) return { targetFlow: resolveFlow(toFlow, turn) };
  return { targetPage: resolvePage(toPage ?? 'END_SESSION', turn) };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(message: string): WebhookError {
  return new WebhookError('invalid-reply', message);
}
