import { boolean, integer, maxValue, minValue, number, optional, pipe, string, transform, trim, union } from 'valibot';
import { findSchedule } from '../shared/campus/fees.ts';
import { CURRENCY, rupees } from '../shared/campus/money.ts';
import { defineFlexible } from '../shared/webhook.ts';

/** A query carries text only, and CX sends a quoted parameter as text; a body may carry the number itself. */
const credits = pipe(
  union([number(), pipe(string(), trim(), transform(Number))]),
  integer(),
  minValue(1),
  maxValue(60),
);
const flag = union([
  boolean(),
  pipe(
    string(),
    transform((word) => /^(true|yes|1)$/i.test(word)),
  ),
]);

/**
 * Quotes the fees of one semester, in rupees. Reads `programme`, `credits` (1 to 60) and `hostel`. Answers
 * `{ known, programme, currency, lines, total }`, and `{ known: false, programmes }` for a programme that there is not.
 */
export default defineFlexible(
  { programme: pipe(string(), trim()), credits, hostel: optional(flag, false) },
  async ({ params: { programme: wanted, credits, hostel }, store }) => {
    const schedule = await findSchedule(store);
    const programme = schedule.programmes.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
    if (!programme) return { known: false, programmes: schedule.programmes.map(({ name }) => name) };

    const fees = [
      { name: `Tuition, ${credits} credits`, amount: credits * programme.per_credit },
      ...schedule.fixed,
      ...(hostel && schedule.hostel ? [schedule.hostel] : []),
    ];
    const lines = fees.map(({ name, amount }) => ({ name, amount: rupees(amount) }));
    const total = rupees(fees.reduce((sum, { amount }) => sum + amount, 0));
    return { known: true, programme: programme.name, currency: CURRENCY, lines, total };
  },
  {
    methods: ['GET', 'POST'],
    mapping: { fee_known: '$.known', fee_total: '$.total', fee_currency: '$.currency' },
    store: true,
  },
);
