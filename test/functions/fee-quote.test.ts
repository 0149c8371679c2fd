import { afterAll, expect, test } from '@jest/globals';
import feeQuote from '../../functions/fee-quote.ts';
import { openService } from '../helpers/service.ts';
import { openTestStore } from '../helpers/store.ts';

const store = await openTestStore();
afterAll(() => store.close());
const { post } = openService(feeQuote, { name: 'fee-quote', store });

test('a quote has its lines and their sum, by query or by body', async () => {
  const quote = {
    known: true,
    programme: 'Master of Science',
    currency: 'INR',
    lines: [
      { name: 'Tuition, 20 credits', amount: 58_000 },
      { name: 'Library and laboratory', amount: 4500 },
      { name: 'Examination', amount: 2200 },
    ],
    total: 64_700,
  };
  const byQuery = { method: 'GET', url: '/fee-quote?programme=master%20of%20science&credits=20' };
  expect((await post(undefined, byQuery)).body).toEqual(quote);
  expect((await post({ programme: ' Master of Science', credits: 20, hostel: false })).body).toEqual(quote);
});

test('a place in the hostel is on the quote when it is asked for', async () => {
  for (const hostel of [true, 'yes', 'TRUE']) {
    const { body } = await post({ programme: 'Bachelor of Arts', credits: '1', hostel });
    expect(body.lines.at(-1)).toEqual({ name: 'Hostel', amount: 38_000 });
    expect(body.total).toBe(1450 + 4500 + 2200 + 38_000);
  }
});

test('a programme that there is not is answered with those that there are', async () => {
  const { body } = await post({ programme: 'Wizardry', credits: 3 });
  expect(body).toEqual({
    known: false,
    programmes: [
      'Bachelor of Arts',
      'Bachelor of Business Administration',
      'Bachelor of Commerce',
      'Bachelor of Computer Applications',
      'Bachelor of Science',
      'Bachelor of Technology',
      'Master of Arts',
      'Master of Business Administration',
      'Master of Commerce',
      'Master of Computer Applications',
      'Master of Science',
      'Master of Technology',
    ],
  });
});

test.each([0, 61, 2.5, 'many', '', null])('%j credits are refused', async (credits) => {
  const { status, body } = await post({ programme: 'Bachelor of Arts', credits });
  expect([status, body]).toEqual([
    400,
    { error: { code: 'bad-request', message: 'Parameter credits: missing or not valid.' } },
  ]);
});

test('the schedule is what the store says: a fee is on the next quote, and without a hostel there is no line for it', async () => {
  await store.transact(async (tx) => {
    await tx.updateTable('programmes').set({ per_credit: 145_050 }).where('id', '=', 'ba').execute();
    await tx.insertInto('semester_fees').values({ id: 'sports', name: 'Sports', amount: 99_950 }).execute();
    await tx.deleteFrom('semester_fees').where('id', '=', 'hostel').execute();
  });
  const { body } = await post({ programme: 'Bachelor of Arts', credits: 1, hostel: true });
  expect(body).toEqual({
    known: true,
    programme: 'Bachelor of Arts',
    currency: 'INR',
    lines: [
      { name: 'Tuition, 1 credits', amount: 1450.5 },
      { name: 'Library and laboratory', amount: 4500 },
      { name: 'Examination', amount: 2200 },
      { name: 'Sports', amount: 999.5 },
    ],
    total: 9150,
  });
});
