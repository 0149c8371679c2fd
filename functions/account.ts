import { optional, pipe, transform, unknown } from 'valibot';
import { findAccount, type Movement } from '../shared/campus/accounts.ts';
import { campusDate, longDate } from '../shared/campus/dates.ts';
import { inRupees, rupees, signedRupees } from '../shared/campus/money.ts';
import { IDENTITY, proveFirst } from '../shared/campus/prove-first.ts';
import { richContent } from '../shared/messages.ts';
import { chips, list } from '../shared/messenger.ts';
import type { Reply } from '../shared/response.ts';
import { defineWebhook } from '../shared/webhook.ts';

/** What the person reads or hears. */
const text = {
  balance: (paise: number) => `Your balance is ${inRupees(paise)}.`,
  newest: ({ text, amount, at }: Movement) =>
    `The last transaction was on ${longDate(campusDate(at))}: ${text}, ${signedRupees(amount)}.`,
  none: 'There are no transactions yet.',
  line: ({ at, amount }: Movement) => `${signedRupees(amount)} on ${longDate(campusDate(at))}`,
  toTransactions: 'My last transactions',
  toFees: 'Fees',
};

/** Transactions on the card, and in the session. */
const SHOWN = 5;
const KEPT = 10;

const TRANSACTIONS = /transaction|statement|history|recent|last|sp[ea]nt|spend|paid|payment|purchase/i;

/** `balance` or `transactions`, or words that mean one of them: "what did I spend last week?" */
const request = pipe(
  unknown(),
  transform((wanted) => (typeof wanted === 'string' && TRANSACTIONS.test(wanted) ? 'transactions' : 'balance')),
);

/**
 * Tells students their balance, or also their last transactions, once they have proved who they are. Reads `student_number`,
 * `pin` and `account_request`; sets `student_verified`, `account_balance` (rupees), and where they were asked for
 * `recent_transactions`.
 */
export default defineWebhook(
  { ...IDENTITY, account_request: optional(request, 'balance') },
  (call) =>
    proveFirst(call, async ({ number }) => {
      const { balance, movements } = await findAccount(call.store, number, KEPT);
      return call.params.account_request === 'balance' ? tellBalance(balance) : tellMovements(balance, movements);
    }),
  { tags: ['database-query'], discard: ['pin'], store: true },
);

function tellBalance(balance: number): Reply {
  return {
    say: text.balance(balance),
    messages: [richContent(chips(text.toTransactions, text.toFees))],
    session: { account_balance: rupees(balance) },
  };
}

function tellMovements(balance: number, movements: readonly Movement[]): Reply {
  const [newest] = movements;
  const cards = list(
    ...movements.slice(0, SHOWN).map((movement) => ({ title: movement.text, subtitle: text.line(movement) })),
  );
  return {
    say: `${text.balance(balance)} ${newest ? text.newest(newest) : text.none}`,
    messages: newest ? [richContent(cards, chips(text.toFees))] : [],
    session: {
      account_balance: rupees(balance),
      recent_transactions: movements.map(({ at, text, amount }) => ({
        date: campusDate(at),
        text,
        amount: rupees(amount),
      })),
    },
  };
}
