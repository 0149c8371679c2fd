import { boolean, integer, maxValue, minValue, number, optional, pipe, string, transform, trim, union } from 'valibot';
import { defineFlexible } from '../shared/webhook.ts';
import schedule from './fee-quote.json' with { type: 'json' };

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
 * Quotes the fees of one semester from the schedule in `fee-quote.json`. Reads `programme`, `credits` (1 to 60) and
 * `hostel`. Answers `{ known, programme, currency, lines, total }`, and `{ known: false, programmes }` for a programme that
 * the schedule does not have.
 */
export default defineFlexible(
  { programme: pipe(string(), trim()), credits, hostel: optional(flag, false) },
  ({ params: { programme: wanted, credits, hostel } }) => {
    const programmes = Object.entries(schedule.programmes);
    const found = programmes.find(([name]) => name.toLowerCase() === wanted.toLowerCase());
    if (!found) return { known: false, programmes: programmes.map(([name]) => name) };

    const [programme, { perCredit }] = found;
    const lines = [
      { name: `Tuition, ${credits} credits`, amount: credits * perCredit },
      ...Object.entries(schedule.perSemester).map(([name, amount]) => ({ name, amount })),
      ...(hostel ? [{ name: 'Hostel', amount: schedule.hostelPerSemester }] : []),
    ];
    const total = lines.reduce((sum, { amount }) => sum + amount, 0);
    return { known: true, programme, currency: schedule.currency, lines, total };
  },
  {
    methods: ['GET', 'POST'],
    mapping: { fee_known: '$.known', fee_total: '$.total', fee_currency: '$.currency' },
  },
);
