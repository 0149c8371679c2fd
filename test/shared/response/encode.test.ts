import { expect, test } from '@jest/globals';
import { encodeAnswer } from '../../../shared/response/encode.ts';
import { MAX_ANSWER_BYTES, type WebhookResponse } from '../../../shared/wire.ts';

const say = (...texts: string[]): WebhookResponse => ({
  fulfillmentResponse: { messages: texts.map((text) => ({ text: { text: [text] } })) },
});
const texts = (body: string | undefined): string[] =>
  JSON.parse(body ?? '{}').fulfillmentResponse.messages.map(
    (message: { text: { text: string[] } }) => message.text.text[0],
  );

test('an answer that fits is sent as it is', () => {
  expect(encodeAnswer(say('Hello'))).toEqual({
    body: '{"fulfillmentResponse":{"messages":[{"text":{"text":["Hello"]}}]}}',
    bytes: 66,
    trimmed: false,
  });
});

test('the limit counts bytes, not characters, and is met to the byte', () => {
  const frame = Buffer.byteLength(JSON.stringify(say('')));
  const full = 'é'.repeat((MAX_ANSWER_BYTES - frame - 1) / 2) + '.'.repeat(1 + ((MAX_ANSWER_BYTES - frame - 1) % 2));
  expect(encodeAnswer(say(full))).toMatchObject({ bytes: MAX_ANSWER_BYTES, trimmed: false });
  expect(encodeAnswer(say(`${full}.`))).toMatchObject({ trimmed: true });
});

test('messages are dropped from the end, and the first that does not fit is cut', () => {
  const answer = encodeAnswer(say('first', 'x'.repeat(40_000), 'y'.repeat(40_000), 'last'));
  expect(answer?.trimmed).toBe(true);
  expect(answer?.bytes).toBeLessThanOrEqual(MAX_ANSWER_BYTES);
  const [first, second, third, ...others] = texts(answer?.body);
  expect([first, second, others]).toEqual(['first', 'x'.repeat(40_000), []]);
  expect(third).toMatch(/^y{20000,30000}…$/);
});

test.each(['😀', '"', '\u0001', 'é', 'क'])('a text of %j is cut between code points, within the limit', (point) => {
  const answer = encodeAnswer(say(point.repeat(70_000)));
  expect(Buffer.byteLength(answer?.body ?? '')).toBe(answer?.bytes);
  expect(answer?.bytes).toBeLessThanOrEqual(MAX_ANSWER_BYTES);
  expect(answer?.bytes).toBeGreaterThan(MAX_ANSWER_BYTES - 64);
  expect(texts(answer?.body)[0]).toMatch(new RegExp(`^(?:${point === '"' ? '"' : point})+…$`, 'u'));
});

test('what is no text is dropped whole, and state is kept', () => {
  const answer = encodeAnswer({
    fulfillmentResponse: {
      messages: [{ text: { text: ['kept'] } }, { payload: { big: 'x'.repeat(70_000) } }],
      mergeBehavior: 'REPLACE',
    },
    sessionInfo: { parameters: { kept: true } },
    targetPage: 'somewhere',
  });
  expect(JSON.parse(answer?.body ?? '')).toEqual({
    fulfillmentResponse: { messages: [{ text: { text: ['kept'] } }], mergeBehavior: 'REPLACE' },
    sessionInfo: { parameters: { kept: true } },
    targetPage: 'somewhere',
  });
});

test('state that does not fit even without a message cannot be sent', () => {
  expect(encodeAnswer({ ...say('hi'), sessionInfo: { parameters: { big: 'x'.repeat(70_000) } } })).toBeNull();
});
