import { MAX_ANSWER_BYTES, type ResponseMessage, type WebhookResponse } from '../wire.ts';

/**
 * An answer as bytes that CX takes. State goes before words: session and form parameters, payload and target are kept, and
 * messages are dropped from the end until the rest fits 64 KiB; the first text that does not fit is cut.
 */
export interface EncodedAnswer {
  readonly body: string;
  readonly bytes: number;
  /** True: something was dropped or cut. */
  readonly trimmed: boolean;
}

/** Null where even without a message it does not fit. */
export function encodeAnswer(response: WebhookResponse): EncodedAnswer | null {
  const whole = encode(response, false);
  if (whole.bytes <= MAX_ANSWER_BYTES) return whole;

  const messages = [...(response.fulfillmentResponse?.messages ?? [])];
  while (messages.length > 0) {
    const last = messages.pop()!;
    const rest = encode(withMessages(response, messages), true);
    if (rest.bytes > MAX_ANSWER_BYTES) continue;
    const cut = cutText(last, MAX_ANSWER_BYTES - rest.bytes);
    return cut ? encode(withMessages(response, [...messages, cut]), true) : rest;
  }
  return null;
}

function encode(response: WebhookResponse, trimmed: boolean): EncodedAnswer {
  const body = JSON.stringify(response);
  return { body, bytes: Buffer.byteLength(body), trimmed };
}

function withMessages(response: WebhookResponse, messages: readonly ResponseMessage[]): WebhookResponse {
  return { ...response, fulfillmentResponse: { ...response.fulfillmentResponse, messages } };
}

/** What surrounds a text in JSON, in bytes, rounded up: `,{"text":{"text":[""]}}` and the ellipsis. */
const FRAME_BYTES = 32;
/** A text shorter than this says too little to be worth sending. */
const SHORTEST_CUT = 100;

/** As much of a plain text as fits, whole code points only; null where that is too little or it is no plain text. */
function cutText(message: ResponseMessage, space: number): ResponseMessage | null {
  const text = message.text?.text[0];
  if (text === undefined) return null;
  let left = space - FRAME_BYTES - Buffer.byteLength(JSON.stringify({ ...message, text: undefined }));
  let end = 0;
  for (const point of text) {
    left -= Buffer.byteLength(JSON.stringify(point)) - 2; // without its quotes: an escape may take six bytes
    if (left < 0) break;
    end += point.length;
  }
  if (end < SHORTEST_CUT) return null;
  return { ...message, text: { text: [`${text.slice(0, end)}…`] } } as ResponseMessage;
}
