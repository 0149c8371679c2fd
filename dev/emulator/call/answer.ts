import type { Webhook } from '../agent.ts';
import { flawOf } from '../levels.ts';
import type { WebhookAnswer } from './effect.ts';
import { mapAnswer } from './flexible.ts';
import { AnswerError, readMessage, type UnknownFields } from './proto.ts';
import { readResponse, WEBHOOK_RESPONSE } from './response.ts';

export { AnswerError };

/**
 * Reads what a webhook has answered, with a status of success.
 *
 * A standard webhook has to answer a JSON object. Nothing at all, `null` and a page of HTML are refused as Dialogflow ES
 * does, in its words ("Failed to parse webhook JSON response: Expect message object but got: null"); of CX no such case is
 * on record. A flexible one may answer nothing: then no parameter is set.
 *
 * @throws AnswerError, a sentence: the call has failed.
 */
export function readAnswer(body: string, webhook: Webhook, unknownFields: UnknownFields = 'refuse'): WebhookAnswer {
  if (webhook.flexible === null) {
    return readResponse(readMessage(WEBHOOK_RESPONSE, parse(body), unknownFields));
  }
  const { parameterMapping } = webhook.flexible;
  const hasNothing = body.trim() === '' || Object.keys(parameterMapping).length === 0;
  return { ...NOTHING, ...(!hasNothing && mapAnswer(parameterMapping, parse(body))) };
}

/** What `{}` says. */
const NOTHING = readResponse({});

/** `unknown`: a `JSON.parse` makes no promises. */
function parse(body: string): unknown {
  // RFC 8259 section 8.1 lets a parser skip the mark; Google's refused UTF-16, which is no JSON either.
  const text = body.replace(/^\uFEFF/, '').trim();
  if (text === '') return null;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new AnswerError(`The answer is not JSON: ${(error as Error).message}.`);
  }
  const flaw = flawOf(json);
  if (flaw !== null) throw new AnswerError(`The answer ${flaw}.`);
  return json;
}
