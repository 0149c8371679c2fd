import type { AccountTransaction, Due } from '../../shared/store/tables.ts';
import { dateIn, instant } from './days.ts';
import written from './dues.json' with { type: 'json' };
import programmes from './programmes.json' with { type: 'json' };
import semesterFees from './semester-fees.json' with { type: 'json' };
import statements from './transactions.json' with { type: 'json' };

interface Holder {
  readonly number: string;
  readonly programme_id: string;
}
type Entry = Pick<AccountTransaction, 'text' | 'amount'> & { daysAgo: number; at: string };
type Owed = Pick<Due, 'name' | 'amount' | 'paid'> & { inDays: number };

/** Students whose accounts are written out, so that texts and tests may name their amounts. */
const WRITTEN_STATEMENTS: Record<string, readonly Entry[]> = { S1024: statements.S1024 };
const WRITTEN_DUES: Record<string, readonly Owed[]> = written;

const twoDigits = (number: number) => String(number).padStart(2, '0');
/** The n-th of a list that starts again at its end. */
const nth = <T>(list: readonly T[], n: number): T => list[n % list.length]!;

/** What has gone in and out of each account, oldest first. */
export function transactionsOf(students: readonly Holder[], now: number): AccountTransaction[] {
  return students
    .flatMap(({ number }, place) =>
      (WRITTEN_STATEMENTS[number] ?? statementOf(place)).map(({ daysAgo, at, text, amount }) => ({
        student_number: number,
        at: instant(dateIn(now, -daysAgo), at),
        text,
        amount,
      })),
    )
    .map((row, index) => ({ id: `t-${String(index + 1).padStart(5, '0')}`, ...row }));
}

/** What each student owes, and what they have paid of it. */
export function duesOf(students: readonly Holder[], now: number): Due[] {
  return students
    .flatMap((student, place) =>
      (WRITTEN_DUES[student.number] ?? owedBy(student, place)).map(({ name, amount, paid, inDays }) => ({
        student_number: student.number,
        name,
        amount,
        paid,
        due: dateIn(now, inDays),
      })),
    )
    .map((row, index) => ({ id: `d-${String(index + 1).padStart(4, '0')}`, ...row }));
}

/** 5 to 12 lines. The first is a top-up larger than all purchases that can follow: no account is overdrawn. */
function statementOf(place: number): Entry[] {
  const length = 5 + ((place * 3) % 8);
  return Array.from({ length }, (_, line) => ({
    // The steps share no factor with the lengths of the lists, so that no statement has the same line twice.
    ...(line === 0 ? nth(statements.topUps, place) : nth(statements.purchases, place * 5 + line * 7)),
    daysAgo: 2 + (place % 3) + (length - 1 - line) * 3,
    at: `${twoDigits(9 + ((place + line * 2) % 9))}:${twoDigits((place * 11 + line * 17) % 60)}`,
  }));
}

/** The first 1 to 4 of a semester's fees; of these some are unpaid, some half paid, some paid, and some overdue. */
function owedBy(student: Holder, place: number): Owed[] {
  const { per_credit } = programmes.find(({ id }) => id === student.programme_id)!;
  const fees = [{ name: 'Tuition, 20 credits', amount: 20 * per_credit }, ...semesterFees];
  return fees.slice(0, 1 + (place % 4)).map(({ name, amount }, line) => ({
    name,
    amount,
    paid: (nth([0, 1, 2], place + line * 2) * amount) / 2,
    inDays: nth([21, 35, -8, 14, 21], place + line),
  }));
}
