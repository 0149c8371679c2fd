import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import account from '../../functions/account.ts';
import fees from '../../functions/fees.ts';
import type { Webhook } from '../../shared/webhook.ts';
import type { JsonObject } from '../../shared/wire.ts';
import { request } from '../helpers/requests.ts';
import { openService } from '../helpers/service.ts';
import { openTestStore, SEEDED_AT, type TestStore } from '../helpers/store.ts';

const DAY = 86_400_000;
const ASHA = { student_number: 'S1024', pin: '4821' };

let store: TestStore;
let turns = 0;

beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());
beforeEach(async () => {
  for (const table of ['attempts', 'proofs', 'once'] as const) await store.db.deleteFrom(table).execute();
});

/** One turn: the whole answer. */
async function ask(
  parameters: JsonObject,
  { now = SEEDED_AT, webhook = fees }: { now?: number; webhook?: Webhook } = {},
) {
  const { post } = openService(webhook, { name: 'fees', now: () => now, store });
  const { status, body } = await post(request('fees', parameters, { detectIntentResponseId: `turn ${++turns}` }));
  expect(status).toBe(200);
  return body;
}

const says = (text: string) => ({ text: { text: [text] } });

test('what is left of each fee, what of it is overdue, and what comes next', async () => {
  expect(await ask(ASHA)).toEqual({
    fulfillmentResponse: {
      messages: [
        says(
          'You have ₹25,700 to pay. Library and laboratory, ₹4,500, is overdue since 17 November 2026. ' +
            'Next is Examination, ₹2,200, due on 14 December 2026.',
        ),
        {
          payload: {
            richContent: [
              [
                {
                  type: 'accordion',
                  title: 'Library and laboratory: ₹4,500',
                  subtitle: 'Overdue since 17 November 2026',
                  text: 'Nothing of it is paid yet.',
                },
                {
                  type: 'accordion',
                  title: 'Examination: ₹2,200',
                  subtitle: 'Due on 14 December 2026',
                  text: 'Nothing of it is paid yet.',
                },
                {
                  type: 'accordion',
                  title: 'Hostel: ₹19,000',
                  subtitle: 'Due on 28 December 2026',
                  text: '₹19,000 of ₹38,000 is paid.',
                },
              ],
              [{ type: 'chips', options: [{ text: 'My balance' }] }],
            ],
          },
        },
      ],
    },
    sessionInfo: {
      parameters: {
        fees_due: [
          { name: 'Library and laboratory', amount: 4500, due: '2026-11-17' },
          { name: 'Examination', amount: 2200, due: '2026-12-14' },
          { name: 'Hostel', amount: 19_000, due: '2026-12-28' },
        ],
        fees_total: 25_700,
        pin: null,
        student_verified: true,
      },
    },
  });
});

const spoken = async (now: number) => (await ask(ASHA, { now })).fulfillmentResponse.messages[0].text.text[0];

test('a fee is overdue from the day after its date, as the campus counts days', async () => {
  // Examination is due on 14 December; that day ends in Pune at 18:30 UTC.
  const midnight = Date.UTC(2026, 11, 14, 18, 30);
  expect(await spoken(midnight - 1)).toMatch(/Next is Examination, ₹2,200, due on 14 December 2026\.$/);
  expect(await spoken(midnight)).toBe(
    'You have ₹25,700 to pay. Library and laboratory, ₹4,500, is overdue since 17 November 2026. ' +
      'Examination, ₹2,200, is overdue since 14 December 2026. Next is Hostel, ₹19,000, due on 28 December 2026.',
  );
});

test('where all is overdue nothing is next', async () => {
  expect(await spoken(SEEDED_AT + 60 * DAY)).toMatch(/Hostel, ₹19,000, is overdue since 28 December 2026\.$/);
});

test('the oldest fee comes first, whenever it was entered', async () => {
  const sports = { id: 'z', student_number: 'S1007', name: 'Sports', amount: 50_050, paid: 0, due: '2026-12-01' };
  const locker = { ...sports, id: 'y', name: 'Locker', due: '2026-12-02' };
  await store.db.insertInto('dues').values([sports, locker]).execute();
  const { fees_due, fees_total } = (await ask({ student_number: 'S1007', pin: '5193' })).sessionInfo.parameters;
  expect([fees_due, fees_total]).toEqual([
    [
      { name: 'Sports', amount: 500.5, due: '2026-12-01' },
      { name: 'Locker', amount: 500.5, due: '2026-12-02' },
    ],
    1001,
  ]);
  await store.db.deleteFrom('dues').where('id', 'in', ['y', 'z']).execute();
});

test('a student who owes nothing hears so', async () => {
  expect(await ask({ student_number: 'S1007', pin: '5193' })).toEqual({
    fulfillmentResponse: { messages: [says('You have no fees to pay.')] },
    sessionInfo: { parameters: { fees_due: [], fees_total: 0, pin: null, student_verified: true } },
  });
});

test('nobody hears of fees who has not proved who they are; who has, for their account, has for their fees', async () => {
  const asked = {
    fulfillmentResponse: { messages: [says('What is your PIN? It has four digits.')] },
    sessionInfo: { parameters: { pin: null, student_verified: false } },
  };
  expect(await ask({ student_number: 'S1024' })).toEqual(asked);
  expect((await ask({ ...ASHA, pin: '4822' })).sessionInfo).toEqual({
    parameters: { pin: null, student_verified: false, 'identity-error': 'wrong' },
  });
  await ask(ASHA, { webhook: account });
  expect((await ask({ student_number: 'S1024' })).sessionInfo.parameters.fees_total).toBe(25_700);
  expect(await ask({ student_number: 'S1024' }, { now: SEEDED_AT + 15 * 60_000 })).toEqual(asked);
});
