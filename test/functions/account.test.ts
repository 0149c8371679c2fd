import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import account from '../../functions/account.ts';
import { inTurn } from '../../shared/campus/pins.ts';
import type { Json, JsonObject } from '../../shared/wire.ts';
import { AGENT, formRequest, request } from '../helpers/requests.ts';
import { openService } from '../helpers/service.ts';
import { openTestStore, SEEDED_AT, type TestStore } from '../helpers/store.ts';

const ASHA = { student_number: 'S1024', pin: '4821' };

let store: TestStore;
let service: ReturnType<typeof openService>;
let now: number;
let turns = 0;

beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());
beforeEach(async () => {
  now = SEEDED_AT;
  service = openService(account, { name: 'account', now: () => now, store });
  for (const table of ['attempts', 'proofs', 'once'] as const) await store.db.deleteFrom(table).execute();
});

/** One turn of a session: the whole answer. */
async function ask(parameters: JsonObject, session = 'asha') {
  const sessionInfo = { session: `${AGENT}/sessions/${session}`, parameters };
  const turn = { ...request('account'), detectIntentResponseId: `turn ${++turns}`, sessionInfo };
  const { status, body } = await service.post(turn);
  expect(status).toBe(200);
  return body;
}

const says = (text: string) => ({ text: { text: [text] } });
const card = (...richContent: unknown[]) => ({ payload: { richContent } });
const chips = (...texts: string[]) => [{ type: 'chips', options: texts.map((text) => ({ text })) }];

const BALANCE = {
  fulfillmentResponse: {
    messages: [says('Your balance is ₹1,240.50.'), card(chips('My last transactions', 'Fees'))],
  },
  sessionInfo: { parameters: { account_balance: 1240.5, pin: null, student_verified: true } },
};

test('a student who has proved who they are is told their balance; the PIN leaves the session', async () => {
  expect(await ask(ASHA)).toEqual(BALANCE);
});

test('the last transactions: the newest is said, five are shown, ten are in the session', async () => {
  expect(await ask({ ...ASHA, account_request: 'transactions' })).toEqual({
    fulfillmentResponse: {
      messages: [
        says(
          'Your balance is ₹1,240.50. ' +
            'The last transaction was on 22 November 2026: Canteen: misal pav and chai, -₹90.',
        ),
        card(
          [
            { type: 'list', title: 'Canteen: misal pav and chai', subtitle: '-₹90 on 22 November 2026' },
            { type: 'list', title: 'Campus bus: monthly pass', subtitle: '-₹550 on 20 November 2026' },
            { type: 'list', title: 'Stationery shop: lab notebook and pens', subtitle: '-₹145.50 on 17 November 2026' },
            { type: 'list', title: 'Top-up by UPI', subtitle: '+₹500 on 14 November 2026' },
            { type: 'list', title: 'Hostel laundry', subtitle: '-₹160 on 10 November 2026' },
          ],
          chips('Fees'),
        ),
      ],
    },
    sessionInfo: {
      parameters: {
        account_balance: 1240.5,
        recent_transactions: [
          { date: '2026-11-22', text: 'Canteen: misal pav and chai', amount: -90 },
          { date: '2026-11-20', text: 'Campus bus: monthly pass', amount: -550 },
          { date: '2026-11-17', text: 'Stationery shop: lab notebook and pens', amount: -145.5 },
          { date: '2026-11-14', text: 'Top-up by UPI', amount: 500 },
          { date: '2026-11-10', text: 'Hostel laundry', amount: -160 },
          { date: '2026-11-05', text: 'Canteen: thali', amount: -120 },
          { date: '2026-11-01', text: 'Library fine: 3 days late', amount: -15 },
          { date: '2026-10-25', text: 'Print shop: 42 pages', amount: -84 },
          { date: '2026-10-20', text: 'Canteen: masala dosa and coffee', amount: -95 },
          { date: '2026-10-14', text: 'Top-up by UPI', amount: 2000 },
        ],
        pin: null,
        student_verified: true,
      },
    },
  });
});

test.each(['my last transactions', 'Statement', 'what did I spend?', 'transactions'])(
  '%j means the transactions',
  async (account_request) => {
    const { sessionInfo } = await ask({ ...ASHA, account_request });
    expect(sessionInfo.parameters.recent_transactions).toHaveLength(10);
  },
);

const BALANCES: Json[] = [
  ...['balance', 'how much money do I have', '', null, 7, {}],
  ...[{ toString: 'x' }, { toString: 'transactions' }, ['transactions']],
];

test.each(BALANCES.map((value) => [value]))('%j means the balance', async (account_request) => {
  expect(await ask({ ...ASHA, account_request })).toEqual(BALANCE);
});

test('an account without transactions is empty', async () => {
  const student = await store.db.selectFrom('students').selectAll().where('number', '=', 'S1024').executeTakeFirst();
  await store.db
    .insertInto('students')
    .values({ ...student!, number: 'S2000' })
    .execute();
  expect(await ask({ student_number: 'S2000', pin: '4821', account_request: 'transactions' })).toEqual({
    fulfillmentResponse: { messages: [says('Your balance is ₹0. There are no transactions yet.')] },
    sessionInfo: {
      parameters: { account_balance: 0, recent_transactions: [], pin: null, student_verified: true },
    },
  });
});

test('nothing is asked again in the same session, and nobody else is served from it', async () => {
  await ask(ASHA);
  expect(await ask({ student_number: 'S1024' })).toEqual(BALANCE);
  expect(await ask({})).toEqual(BALANCE);
  expect(await ask({ student_number: 'S1001' })).toEqual(ASKED_PIN);
  expect(await ask({ student_number: 'S1024' }, 'another')).toEqual(ASKED_PIN);
});

const UNPROVED = { pin: null, student_verified: false };
const ASKED_NUMBER = {
  fulfillmentResponse: { messages: [says('What is your student number? It is the letter S and four digits.')] },
  pageInfo: {
    formInfo: {
      parameterInfo: [
        { displayName: 'student_number', state: 'INVALID' },
        { displayName: 'pin', state: 'INVALID' },
      ],
    },
  },
  sessionInfo: { parameters: UNPROVED },
};
const ASKED_PIN = {
  fulfillmentResponse: { messages: [says('What is your PIN? It has four digits.')] },
  sessionInfo: { parameters: UNPROVED },
};

/** The same turn on a page with a form. */
async function fill(form: JsonObject, session: JsonObject = {}) {
  const base = formRequest('account', form);
  const turn = { ...base, detectIntentResponseId: `turn ${++turns}` };
  const sessionInfo = { ...base.sessionInfo, parameters: { ...base.sessionInfo?.parameters, ...session } };
  return (await service.post({ ...turn, sessionInfo })).body;
}

test('what is missing or cannot be read is asked, and a PIN is kept in no case', async () => {
  const withForm = (answer: typeof ASKED_PIN, ...names: string[]) => ({
    ...answer,
    pageInfo: { formInfo: { parameterInfo: names.map((displayName) => ({ displayName, state: 'INVALID' })) } },
  });
  expect(await fill({ student_number: null, pin: null })).toEqual(ASKED_NUMBER);
  expect(await fill({ student_number: 'no idea', pin: 4821 })).toEqual(ASKED_NUMBER);
  expect(await fill({ student_number: 's-1024', pin: null })).toEqual(withForm(ASKED_PIN, 'pin'));
  expect(await fill({ student_number: 's-1024', pin: '48' })).toEqual(withForm(ASKED_PIN, 'pin'));
  expect(service.lines().filter(({ message }) => message === 'identity refused')).toEqual([]);
});

test('a session that says it is verified proves nothing', async () => {
  expect(await ask({ student_number: 'S1024', student_verified: true, account_balance: 5 })).toEqual(ASKED_PIN);
});

const wrong = (tries: string) => ({
  fulfillmentResponse: {
    messages: [says(`That student number and PIN do not go together. You have ${tries}. What is your student number?`)],
  },
  pageInfo: ASKED_NUMBER.pageInfo,
  sessionInfo: { parameters: { ...UNPROVED, 'identity-error': 'wrong' } },
});
const blocked = (wait: string) => ({
  fulfillmentResponse: {
    messages: [says(`There were too many wrong PINs. Please try again in ${wait}, or ask at the accounts office.`)],
  },
  sessionInfo: { parameters: { ...UNPROVED, 'identity-error': 'blocked' } },
});

test.each(['S1024', 'S9999'])(
  '%s with wrong PINs hears the same as every number, and then has to wait',
  async (number) => {
    const answers = [];
    for (let i = 0; i < 6; i++) answers.push(await fill({ student_number: number, pin: 1000 + i }));
    expect(answers).toEqual([
      wrong('4 more tries'),
      wrong('3 more tries'),
      wrong('2 more tries'),
      wrong('1 more try'),
      blocked('15 minutes'),
      blocked('15 minutes'),
    ]);
  },
);

test('a long wait is said in hours, the last minute as one, and a wait that is over is over', async () => {
  const waits = [];
  for (let i = 0; i < 11; i++) {
    const { fulfillmentResponse } = await ask({ student_number: 'S1024', pin: '0000' });
    const [, wait] = /try again in (.*?),/.exec(fulfillmentResponse.messages[0].text.text[0]) ?? [];
    if (wait) {
      waits.push(wait);
      now += 900_000 * 2 ** (waits.length - 1);
    }
  }
  expect(waits).toEqual(['15 minutes', '30 minutes', '60 minutes', '120 minutes', '4 hours', '8 hours', '16 hours']);
  now -= 30_000;
  expect(await ask(ASHA)).toEqual(blocked('a minute'));
  now += 30_000;
  expect(await ask({ ...ASHA, 'identity-error': 'blocked' })).toEqual({
    ...BALANCE,
    sessionInfo: { parameters: { ...BALANCE.sessionInfo.parameters, 'identity-error': null } },
  });
});

test('where too many are asking, one hears so at once, has used no try, and goes on with the PIN', async () => {
  const ends: (() => void)[] = [];
  const { signal } = new AbortController();
  const crowd = Array.from({ length: 32 }, () =>
    inTurn(signal, () => new Promise<void>((resolve) => ends.push(resolve))),
  );
  expect(await fill(ASHA)).toEqual({
    fulfillmentResponse: {
      messages: [says('Too many people are asking right now. Please tell me your PIN again in a minute.')],
    },
    pageInfo: { formInfo: { parameterInfo: [{ displayName: 'pin', state: 'INVALID' }] } },
    sessionInfo: { parameters: { ...UNPROVED, 'identity-error': 'busy' } },
  });
  expect(service.lines()).toContainEqual(
    expect.objectContaining({ message: 'identity refused', data: { reason: 'busy' } }),
  );
  while (ends.length > 0) {
    ends.shift()!();
    await new Promise(setImmediate);
  }
  await Promise.all(crowd);
  expect(await fill({ ...ASHA, pin: '0000' })).toEqual(wrong('4 more tries'));
});

test('no line of the log holds a number, a PIN, a name or an amount', async () => {
  await ask(ASHA);
  await ask({ ...ASHA, account_request: 'transactions' });
  for (let i = 0; i < 6; i++) await ask({ student_number: 'S1001', pin: '9898' });
  const refusals = service.lines().filter(({ message }) => message === 'identity refused');
  expect(refusals.map(({ data }) => data)).toEqual([...Array(5).fill({ reason: 'wrong' }), { reason: 'blocked' }]);
  const ID = 'logging.googleapis.com/insertId';
  // Times and ids may hold any digits.
  const written = service.lines().map(({ timestamp, milliseconds, [ID]: id, ...line }) => line);
  expect(JSON.stringify(written)).not.toMatch(/1024|4821|1001|9898|Asha|Kulkarni|1240|Canteen/);
});

test('a store that holds a hash nobody can check is our fault, and proves nothing', async () => {
  const { pin_hash } = (await store.db
    .selectFrom('students')
    .select('pin_hash')
    .where('number', '=', 'S1003')
    .executeTakeFirst())!;
  const set = (hash: string) =>
    store.db.updateTable('students').set({ pin_hash: hash }).where('number', '=', 'S1003').execute();
  await set('6042');
  expect(await ask({ student_number: 'S1003', pin: '6042' })).toEqual({
    fulfillmentResponse: { messages: [says('Sorry, something went wrong on our side. Please try again.')] },
    sessionInfo: { parameters: { 'webhook-error': 'internal', pin: null } },
  });
  await set(pin_hash);
});
