import { afterAll, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import firstPage from '../../functions/first-page.ts';
import type { JsonObject } from '../../shared/wire.ts';
import { formRequest, request } from '../helpers/requests.ts';
import { openService } from '../helpers/service.ts';
import { openTestStore, type TestStore } from '../helpers/store.ts';

let store: TestStore;
let post: ReturnType<typeof openService>['post'];
beforeEach(async () => {
  await store?.close();
  store = await openTestStore();
  ({ post } = openService(firstPage, { name: 'first-page', store }));
});
afterAll(() => store.close());

const people = () => store.db.selectFrom('people').select(['name', 'email', 'phone', 'visits']).execute();
const PROFILE = {
  name: { name: 'Alex Example', original: 'alex example' },
  email: 'alex@example.com',
  phone: '+1 (202) 555-0100',
};

test.each(['first-page', 'firstPage'])('%s takes details that are complete', async (tag) => {
  expect((await post(request(tag, PROFILE))).body).toEqual({
    fulfillmentResponse: { messages: [{ text: { text: ['We have received the parameters.'] } }] },
    sessionInfo: { parameters: { profile_complete: true } },
  });
});

test('what was taken is saved, once however often the turn is repeated; what is said later takes its place', async () => {
  await post(request('first-page', PROFILE));
  await post(request('first-page', PROFILE));
  const saved = { name: 'Alex Example', email: 'alex@example.com', phone: '+1 (202) 555-0100', visits: 1 };
  expect(await people()).toEqual([saved]);
  await post(request('first-page', { ...PROFILE, email: ' new@example.com ' }, { detectIntentResponseId: 'later' }));
  expect(await people()).toEqual([{ ...saved, email: 'new@example.com' }]);
});

test('details with a fault are not saved', async () => {
  await post(request('first-page', { ...PROFILE, phone: '12' }, { detectIntentResponseId: 'faulty' }));
  expect(await people()).toEqual([]);
});

test('where they cannot be saved nobody is told that they were', async () => {
  const away = await openTestStore();
  await away.db.schema.dropTable('people').execute();
  const { body } = await openService(firstPage, { name: 'first-page', store: away }).post(
    request('first-page', PROFILE),
  );
  await away.close();
  expect(body).toEqual({
    fulfillmentResponse: {
      messages: [{ text: { text: ['Sorry, something went wrong on our side. Please try again.'] } }],
    },
    sessionInfo: { parameters: { 'webhook-error': 'store-unavailable' } },
  });
});

test.each<[JsonObject, string, string[]]>([
  [{ ...PROFILE, name: null }, 'What is your name?', ['name']],
  [{ ...PROFILE, name: '  ' }, 'What is your name?', ['name']],
  [{ ...PROFILE, email: 'alex at example' }, 'What is your e-mail address?', ['email']],
  [{ ...PROFILE, phone: '12' }, 'What is your phone number?', ['phone']],
  [{ ...PROFILE, phone: '12025550100'.repeat(2) }, 'What is your phone number?', ['phone']],
  [{ name: null, email: null, phone: null }, 'What is your name?', ['name', 'email', 'phone']],
])('details with a fault (%j) are asked for again', async (profile, question, invalid) => {
  expect((await post(formRequest('firstPage', profile))).body).toEqual({
    fulfillmentResponse: { messages: [{ text: { text: [question] } }] },
    pageInfo: { formInfo: { parameterInfo: invalid.map((displayName) => ({ displayName, state: 'INVALID' })) } },
  });
});

test('any JSON as any parameter gets an answer', async () => {
  const value = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' })) as fc.Arbitrary<JsonObject>;
  const text = { name: fc.string({ unit: 'binary', minLength: 1 }), email: fc.emailAddress() };
  const profile = fc.oneof(fc.record({ ...PROFILE_OF(value) }), fc.record({ ...PROFILE_OF(value), ...text }));
  let turn = 0;
  await fc.assert(
    fc.asyncProperty(profile, async (parameters) => {
      const turnId = { detectIntentResponseId: `any ${++turn}` };
      expect((await post(request('first-page', parameters as JsonObject, turnId))).status).toBe(200);
    }),
    { numRuns: 100 },
  );
});

const PROFILE_OF = <T>(value: T) => ({ name: value, email: value, phone: value });
