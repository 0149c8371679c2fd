import { expect, test } from '@jest/globals';
import feeQuote from '../../functions/fee-quote.ts';
import { openService } from '../helpers/service.ts';

const { post } = openService(feeQuote, { name: 'fee-quote' });

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

test('a programme that the schedule does not have is answered with those that it has', async () => {
  const { body } = await post({ programme: 'Wizardry', credits: 3 });
  expect(body).toEqual({
    known: false,
    programmes: [
      'Bachelor of Arts',
      'Bachelor of Commerce',
      'Bachelor of Science',
      'Bachelor of Technology',
      'Master of Business Administration',
      'Master of Science',
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
