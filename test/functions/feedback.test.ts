import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import feedback from '../../functions/feedback.ts';
import type { JsonObject } from '../../shared/wire.ts';
import { request } from '../helpers/requests.ts';
import { openService } from '../helpers/service.ts';
import { openTestStore, SEEDED_AT, type TestStore } from '../helpers/store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());

let turns = 0;
async function tell(parameters: JsonObject, more = {}) {
  const service = openService(feedback, { name: 'feedback', store, now: () => SEEDED_AT });
  const turn = { detectIntentResponseId: `turn-${++turns}`, ...more };
  const { body } = await service.post(request('feedback', parameters, turn));
  return { body, log: service.text() };
}

const rows = () => store.db.selectFrom('feedback').selectAll().execute();

const COMPLAINT =
  'The mess food on Monday was terrible, I paid Rs 120 and the dal was cold. Write to me at asha@example.com.';

test('What somebody says is thanked for, sorted and saved, with its phrases and entities.', async () => {
  const { body, log } = await tell({ feedback_text: COMPLAINT });
  const id = body.sessionInfo.parameters.feedback_id;
  expect(body).toEqual({
    fulfillmentResponse: {
      messages: [
        { text: { text: ['Thank you. I have written that down under food. I am sorry that this went badly.'] } },
        { text: { text: ['Is there anything else?'] } },
        {
          payload: {
            richContent: [[{ type: 'chips', options: [{ text: 'More feedback' }, { text: 'Talk to a counsellor' }] }]],
          },
        },
      ],
    },
    sessionInfo: {
      parameters: {
        feedback_id: expect.stringMatching(/^[\da-f-]{36}$/),
        feedback_category: 'food',
        feedback_confidence: expect.any(Number),
        feedback_sentiment: expect.any(Number),
      },
    },
  });
  expect(body.sessionInfo.parameters.feedback_sentiment).toBeLessThan(0);
  expect(body.sessionInfo.parameters.feedback_confidence).toBeGreaterThan(0.6);
  const [row] = (await rows()).filter((each) => each.id === id);
  expect(row).toEqual({
    id,
    at: new Date(SEEDED_AT).toISOString(),
    text: COMPLAINT,
    category: 'food',
    confidence: Math.round(body.sessionInfo.parameters.feedback_confidence * 100),
    sentiment: Math.round(body.sessionInfo.parameters.feedback_sentiment * 100),
    phrases: expect.stringContaining('mess food'),
    entities: expect.stringContaining('"text":"asha@example.com"'),
  });
  expect(JSON.parse(row!.entities)).toContainEqual({ kind: 'money', text: 'Rs 120' });
  expect(log).not.toMatch(/dal|asha|120/);
});

test('Without a parameter the feedback is what was just said.', async () => {
  const { body } = await tell({}, { text: 'The library closes too early before exams.' });
  expect(body.sessionInfo.parameters.feedback_category).toBe('library');
});

test('Where nothing was said it asks, and saves nothing.', async () => {
  const before = (await rows()).length;
  for (const more of [{ text: undefined, triggerEvent: 'feedback' }, { text: '  ' }]) {
    expect((await tell({ feedback_text: null }, more)).body).toEqual({
      fulfillmentResponse: {
        messages: [{ text: { text: ['I am listening: what would you like to tell the college?'] } }],
      },
    });
  }
  expect((await rows()).length).toBe(before);
});

test('The same turn sent again is the same feedback, with the same id.', async () => {
  const before = (await rows()).length;
  const turn = { detectIntentResponseId: 'repeated' };
  const answers = await Promise.all(
    [1, 2, 3].map(() => tell({ feedback_text: 'The bus was late again.' }, turn).then(({ body }) => body)),
  );
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
  expect((await rows()).length).toBe(before + 1);
});

test('What it is not sure of it does not name, and Hindi is written down as it is.', async () => {
  const { body } = await tell({ feedback_text: 'खाना ठंडा था' });
  expect(body.fulfillmentResponse.messages[0]).toEqual({ text: { text: ['Thank you. I have written that down.'] } });
  expect(body.sessionInfo.parameters.feedback_category).toBe('other');
  expect((await rows()).at(-1)).toMatchObject({ category: 'other', text: 'खाना ठंडा था' });
});

test.each([
  ['a complaint without a word of feeling', 'The bus was late again.', true],
  ['a wish', 'Please add a bus from Wagholi.', false],
  ['a plain fact', 'I took the bus with my sister.', false],
  ['praise', 'The canteen was helpful, thank you!', false],
  ['what may be a complaint or may not', 'The bus leaves at five.', false],
])('It is sorry where it is sure that something went badly: %s', async (_, feedback_text, isSorry) => {
  const { body } = await tell({ feedback_text });
  const { text } = body.fulfillmentResponse.messages[0];
  expect(text.text[0].endsWith(' I am sorry that this went badly.')).toBe(isSorry);
});

test('A letter is cut, and half a character at the cut is none.', async () => {
  const { body } = await tell({ feedback_text: `${'x'.repeat(1999)}😀 and so on` });
  const [row] = (await rows()).filter(({ id }) => id === body.sessionInfo.parameters.feedback_id);
  expect([row!.text.length, row!.text.isWellFormed()]).toEqual([2000, true]);
});

test('Any JSON as feedback gets an answer.', async () => {
  const value = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary', maxLength: 300 })) as fc.Arbitrary<JsonObject>;
  await fc.assert(
    fc.asyncProperty(value, async (feedback_text) => {
      expect((await tell({ feedback_text })).body.fulfillmentResponse.messages.length).toBeGreaterThan(0);
    }),
    { numRuns: 100 },
  );
});
