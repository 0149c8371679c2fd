import { afterAll, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import account from '../../functions/account.ts';
import firstPage from '../../functions/first-page.ts';
import welcome from '../../functions/welcome.ts';
import type { Store } from '../../shared/store.ts';
import type { JsonObject, WebhookRequest } from '../../shared/wire.ts';
import { AGENT, fixture, request } from '../helpers/requests.ts';
import { openService } from '../helpers/service.ts';
import { openTestStore, type TestStore } from '../helpers/store.ts';

let store: TestStore;
beforeEach(async () => {
  await store?.close();
  store = await openTestStore();
});
afterAll(() => store.close());

let turns = 0;
/** A turn of this session; the caller is the same person in all of them. */
async function meet(session: string, parameters: JsonObject = {}, more: WebhookRequest = {}, name = 'welcome') {
  const turn = request(name, parameters, {
    detectIntentResponseId: `turn ${++turns}`,
    sessionInfo: { session: `${AGENT}/sessions/${session}`, parameters },
    payload: { telephony: { caller_id: '+912025501234' } },
    ...more,
  });
  const { status, body } = await openService(name === 'welcome' ? welcome : firstPage, { name, store }).post(turn);
  expect(status).toBe(200);
  return body;
}

const says = (text: string) => ({ text: { text: [text] } });
const chips = (...texts: string[]) => ({
  payload: { richContent: [[{ type: 'chips', options: texts.map((text) => ({ text })) }]] },
});
const TOPICS = chips('Weather', 'Fees', 'Appointment', 'Faculty', 'Library', 'Clubs', 'My details');
const greeting = (hello: string, session: JsonObject) => ({
  fulfillmentResponse: { messages: [says(hello), says('What can I do for you?'), TOPICS] },
  sessionInfo: { parameters: { greeted: true, ...session, forget: null } },
});
const HELLO = 'Hello, I am the Campus assistant.';
const FORGOTTEN = {
  ...{ returning: false, name: null, email: null, phone: null, profile_complete: null, forget: null },
  ...{ student_number: null, pin: null, student_verified: null },
  ...{ account_balance: null, recent_transactions: null, fees_due: null, fees_total: null },
};
const forgot = (...texts: string[]) => ({
  fulfillmentResponse: { messages: texts.map(says) },
  sessionInfo: { parameters: FORGOTTEN },
});
const people = () => store.db.selectFrom('people').selectAll().execute();

test('a stranger is greeted and shown what one can ask', async () => {
  expect(await meet('one')).toEqual(greeting(HELLO, { returning: false }));
});

test('the other tag of the agent, and a name as the agent sends it', async () => {
  const { body } = await openService(welcome, { name: 'welcome', store }).post(fixture('welcome-turn'));
  expect(body).toEqual(greeting('Hello Asha, I am the Campus assistant.', { returning: false, name: 'Asha' }));
});

test('who said a name once is welcomed by it in the next session, and whoever else calls is not', async () => {
  await meet('one', { name: { name: 'Asha', original: 'asha' } });
  expect(await meet('two')).toEqual(greeting('Welcome back, Asha.', { returning: true, name: 'Asha' }));
  const other = { payload: { telephony: { caller_id: '+912025509999' } } };
  expect(await meet('three', {}, other)).toEqual(greeting(HELLO, { returning: false }));
});

test('who never said a name is welcomed without one', async () => {
  await meet('one');
  expect(await meet('two')).toEqual(greeting('Welcome back.', { returning: true }));
});

test('a new name takes the place of the old one', async () => {
  await meet('one', { name: 'Asha' });
  await meet('two', { name: 'Asha Kale' });
  expect(await meet('three')).toEqual(greeting('Welcome back, Asha Kale.', { returning: true, name: 'Asha Kale' }));
});

test('visits are sessions: a repeated call and a second greeting are none', async () => {
  const twice: WebhookRequest = { detectIntentResponseId: 'the same turn' };
  const first = await meet('one', { name: 'Asha' }, twice);
  expect(await meet('one', { name: 'Asha' }, twice)).toEqual(first);
  expect(await meet('one', { name: 'Asha' })).toEqual(first);
  expect(await people()).toMatchObject([{ visits: 1 }]);
  await meet('two');
  expect(await people()).toMatchObject([{ visits: 2, name: 'Asha' }]);
});

test('a name that is none is as good as no name: nobody is asked for it', async () => {
  for (const name of ['', '  ', 7, ['Asha'], 'x'.repeat(121)]) {
    expect((await meet('one', { name })).fulfillmentResponse.messages[0]).toEqual(says(HELLO));
  }
});

test('in Hindi', async () => {
  const hindi = { languageCode: 'hi-IN' };
  const topics = chips('अपॉइंटमेंट', 'मदद');
  expect((await meet('one', { name: 'आशा' }, hindi)).fulfillmentResponse).toEqual({
    messages: [says('नमस्ते आशा, मैं कैंपस सहायक हूँ।'), says('मैं आपकी क्या मदद करूँ?'), topics],
  });
  expect((await meet('two', {}, hindi)).fulfillmentResponse.messages[0]).toEqual(says('फिर से स्वागत है, आशा।'));
  expect(await meet('two', { forget: true }, hindi)).toEqual(forgot('मैंने आपका नाम, ई-मेल पता और फ़ोन नंबर मिटा दिया है।'));
  expect(await meet('two', { forget: true }, hindi)).toEqual(
    forgot('मिटाने के लिए कुछ नहीं है: मेरे पास आपके बारे में कोई जानकारी नहीं है।'),
  );
});

test('who asks to be forgotten is: in the store, in the session, and in the next one', async () => {
  await meet('one', { name: 'Asha', email: 'asha@example.com', phone: '+912025501234' }, {}, 'first-page');
  expect(await people()).toMatchObject([{ name: 'Asha', email: 'asha@example.com', phone: '+912025501234' }]);
  const done = forgot('I have forgotten your name, your e-mail address and your phone number.');
  const twice: WebhookRequest = { detectIntentResponseId: 'a turn that is repeated' };
  expect(await meet('one', { forget: true }, twice)).toEqual(done);
  expect(await meet('one', { forget: true }, twice)).toEqual(done);
  expect(await people()).toEqual([]);
  const kept = await store.db.selectFrom('once').selectAll().execute();
  expect(JSON.stringify(kept)).not.toMatch(/Asha|asha@|5501234/);
  expect(await meet('two')).toEqual(greeting(HELLO, { returning: false }));
});

test('where nothing is known, there is nothing to forget', async () => {
  expect(await meet('one', { forget: true })).toEqual(forgot('There is nothing to forget: I know nothing about you.'));
});

test('a name that only the session knows is forgotten too', async () => {
  expect(await meet('one', { forget: 'true', name: 'Asha' })).toEqual(
    forgot('I have forgotten your name, your e-mail address and your phone number.'),
  );
});

test('whoever comes to the machine after "forget me" is told nothing of the account', async () => {
  const parameters = { student_number: 'S1024', pin: '4821' };
  const { post } = openService(account, { name: 'account', store });
  const at = (session: string, parameters: JsonObject) => {
    const sessionInfo = { session: `${AGENT}/sessions/${session}`, parameters };
    return post({ ...request('account'), detectIntentResponseId: `turn ${++turns}`, sessionInfo });
  };
  const told = async (session: string) =>
    (await at(session, { student_number: 'S1024' })).body.sessionInfo.parameters.account_balance;
  await at('kiosk', parameters);
  await at('her phone', parameters);
  expect(await told('kiosk')).toBe(1240.5);

  const signedOut = 'You are signed out of your student account.';
  const twice: WebhookRequest = { detectIntentResponseId: 'a turn that is repeated' };
  expect(await meet('kiosk', { forget: true }, twice)).toEqual(forgot(signedOut));
  expect(await meet('kiosk', { forget: true }, twice)).toEqual(forgot(signedOut));
  expect(await told('kiosk')).toBeUndefined();
  expect(await told('her phone')).toBe(1240.5);

  expect(await meet('her phone', { forget: true, name: 'Asha' }, { languageCode: 'hi' })).toEqual(
    forgot('मैंने आपका नाम, ई-मेल पता और फ़ोन नंबर मिटा दिया है।', 'आप अपने छात्र खाते से साइन आउट हो गए हैं।'),
  );
  expect(await told('her phone')).toBeUndefined();
});

test('what is kept holds neither the number nor the session', async () => {
  await meet('session-of-asha', { name: 'Asha' });
  expect(JSON.stringify(await people())).not.toMatch(/5501234|session-of-asha/);
  expect(await people()).toEqual([
    {
      key: expect.stringMatching(/^[\w-]{43}$/),
      name: 'Asha',
      email: null,
      phone: null,
      visits: 1,
      last_session: expect.stringMatching(/^[\w-]{43}$/),
      last_seen: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    },
  ]);
});

test('without the store it greets all the same, and the log says why; it does not claim to have forgotten', async () => {
  await store.db.schema.dropTable('once').execute();
  const { post, lines } = openService(welcome, { name: 'welcome', store });
  const { fulfillmentResponse } = greeting('Hello Asha, I am the Campus assistant.', {});
  expect((await post(request('welcome', { name: 'Asha' }))).body).toEqual({
    fulfillmentResponse,
    sessionInfo: { parameters: { greeted: true, returning: false, 'webhook-error': 'store-unavailable' } },
  });
  expect(lines()).toMatchObject([
    {
      message: 'welcome store-unavailable',
      stack_trace: expect.stringContaining('The database has no tables yet: run npm run cx -- db migrate.'),
    },
  ]);
  for (const forget of [true, 'true']) {
    expect((await post(request('welcome', { forget }))).body.sessionInfo.parameters).toEqual({
      'webhook-error': 'store-unavailable',
    });
  }
  const first = async (parameters: JsonObject) =>
    (await post(request('welcome', parameters))).body.fulfillmentResponse.messages[0];
  expect(await first({ name: { name: 'Asha', original: 'asha' } })).toEqual(
    says('Hello Asha, I am the Campus assistant.'),
  );
  expect(await first({ name: 'x'.repeat(121), forget: 'yes' })).toEqual(says(HELLO));
});

test('a mistake in the store is no reason to greet: it is apologised for', async () => {
  const broken: Store = { ...store, transact: () => Promise.reject(new Error('a mistake')) };
  const { post } = openService(welcome, { name: 'welcome', store: broken });
  expect((await post(request('welcome'))).body.sessionInfo.parameters).toEqual({ 'webhook-error': 'internal' });
});

test('any JSON as any parameter gets an answer', async () => {
  const value = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.boolean()) as fc.Arbitrary<JsonObject>;
  await fc.assert(
    fc.asyncProperty(fc.record({ name: value, forget: value }, { requiredKeys: [] }), async (parameters) => {
      await meet('any', parameters);
    }),
    { numRuns: 100 },
  );
});
