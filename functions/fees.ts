import { campusDate, longDate } from '../shared/campus/dates.ts';
import { findDues, type OpenDue } from '../shared/campus/fees.ts';
import { inRupees, rupees } from '../shared/campus/money.ts';
import { IDENTITY, proveFirst } from '../shared/campus/prove-first.ts';
import { richContent } from '../shared/messages.ts';
import { accordion, chips } from '../shared/messenger.ts';
import type { Reply } from '../shared/response.ts';
import { defineWebhook } from '../shared/webhook.ts';

/** What the person reads or hears. */
const text = {
  none: 'You have no fees to pay.',
  total: (paise: number) => `You have ${inRupees(paise)} to pay.`,
  overdue: ({ name, left, due }: OpenDue) => `${name}, ${inRupees(left)}, is overdue since ${longDate(due)}.`,
  next: ({ name, left, due }: OpenDue) => `Next is ${name}, ${inRupees(left)}, due on ${longDate(due)}.`,
  when: ({ due }: OpenDue, isOverdue: boolean) => `${isOverdue ? 'Overdue since' : 'Due on'} ${longDate(due)}`,
  paid: ({ amount, left }: OpenDue) =>
    left < amount ? `${inRupees(amount - left)} of ${inRupees(amount)} is paid.` : 'Nothing of it is paid yet.',
  toAccount: 'My balance',
};

/**
 * Tells students which fees they still have to pay, once they have proved who they are. Reads `student_number` and `pin`; sets
 * `student_verified`, `fees_due` (what is left of each, and its date) and `fees_total`, in rupees.
 */
export default defineWebhook(
  IDENTITY,
  (call) => proveFirst(call, async ({ number }) => tell(await findDues(call.store, number), campusDate(call.now()))),
  { discard: ['pin'], store: true },
);

function tell(dues: readonly OpenDue[], today: string): Reply {
  const total = dues.reduce((sum, { left }) => sum + left, 0);
  return {
    ...(dues.length > 0 ? describe(dues, total, today) : { say: text.none }),
    session: {
      fees_due: dues.map(({ name, left, due }) => ({ name, amount: rupees(left), due })),
      fees_total: rupees(total),
    },
  };
}

/** All that is overdue is said, of the rest what comes first; the card has everything. */
function describe(dues: readonly OpenDue[], total: number, today: string): Reply {
  const isOverdue = ({ due }: OpenDue) => due < today;
  const next = dues.find((due) => !isOverdue(due));
  const cards = dues.map((due) =>
    accordion({
      title: `${due.name}: ${inRupees(due.left)}`,
      subtitle: text.when(due, isOverdue(due)),
      text: text.paid(due),
    }),
  );
  return {
    say: [text.total(total), ...dues.filter(isOverdue).map(text.overdue), ...(next ? [text.next(next)] : [])].join(' '),
    messages: [richContent(cards, chips(text.toAccount))],
  };
}
