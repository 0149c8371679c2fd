import type { Store } from '../store.ts';

/** What went in (positive) or out of an account, in paise. */
export interface Movement {
  /** When, ISO 8601 in UTC. */
  readonly at: string;
  readonly text: string;
  readonly amount: number;
}

/** A student's balance in paise, and their last transactions, newest first. */
export async function findAccount(
  { db }: Store,
  student: string,
  most: number,
): Promise<{ balance: number; movements: Movement[] }> {
  const [sum, movements] = await Promise.all([
    db
      .selectFrom('transactions')
      .select(({ fn }) => fn.sum<number | null>('amount').as('balance'))
      .where('student_number', '=', student)
      .executeTakeFirst(),
    db
      .selectFrom('transactions')
      .select(['at', 'text', 'amount'])
      .where('student_number', '=', student)
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(most)
      .execute(),
  ]);
  return { balance: sum?.balance ?? 0, movements };
}
