import type { Attempts } from '../store/tables.ts';
import type { Tx } from '../store.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** So many in a row cost nothing: people mistype, and forget which of their PINs it was. */
const FREE_ATTEMPTS = 5;
/**
 * Then one has to wait; each further attempt doubles the wait, up to a day. A day sees 11 attempts at most, the days after it
 * one each; who starts anew after `FORGET_MS` makes fewer than 5 a day. All 10,000 PINs of one student take over six years.
 */
const FIRST_WAIT_MS = 15 * MINUTE_MS;
const LONGEST_WAIT_MS = 24 * HOUR_MS;
/** After the last attempt. The same age at which `store/prune.ts` deletes. */
const FORGET_MS = 48 * HOUR_MS;

/** Whether one more attempt may be made now. */
export type Attempt = {
  readonly allowed: boolean;
  /** How many more may follow at once, should this one fail. */
  readonly left: number;
  /** When the next may be made, should this one fail; milliseconds since the epoch. */
  readonly nextAt: number;
};

/**
 * Counts an attempt before it is made, in every scope, so that none of those made at the same time is made for free. In a
 * scope that has to wait it is not allowed, and counted in none: knocking at a closed door keeps it closed no longer.
 *
 * Scopes must come in the same order from everybody: of two that each hold what the other needs, PostgreSQL ends one.
 */
export async function countAttempt(tx: Tx, scopes: readonly string[], now: number): Promise<Attempt> {
  const records: Attempts[] = [];
  for (const scope of scopes) records.push(await lock(tx, scope, now));

  const opensAt = Math.max(...records.map(({ failures, since }) => Date.parse(since) + waitAfter(failures)));
  if (opensAt > now) return { allowed: false, left: 0, nextAt: opensAt };

  const counts: number[] = [];
  for (const { scope, failures, since } of records) {
    const count = now - Date.parse(since) > FORGET_MS ? 1 : failures + 1;
    await tx
      .updateTable('attempts')
      .set({ failures: count, since: new Date(now).toISOString() })
      .where('scope', '=', scope)
      .execute();
    counts.push(count);
  }
  const most = Math.max(...counts);
  return { allowed: true, left: Math.max(FREE_ATTEMPTS - most, 0), nextAt: now + waitAfter(most) };
}

/** Who succeeds starts anew. */
export async function forgetAttempts(tx: Tx, scopes: readonly string[]): Promise<void> {
  for (const scope of scopes) await tx.deleteFrom('attempts').where('scope', '=', scope).execute();
}

/** The row of a scope, new where there is none, and nobody else's until the transaction ends. */
function lock(tx: Tx, scope: string, now: number): Promise<Attempts> {
  return tx
    .insertInto('attempts')
    .values({ scope, failures: 0, since: new Date(now).toISOString() })
    .onConflict((conflict) =>
      // Changes nothing, but locks and returns the row on both engines; SQLite has no `for update`.
      conflict.column('scope').doUpdateSet(({ ref }) => ({ failures: ref('attempts.failures') })),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
}

function waitAfter(failures: number): number {
  if (failures < FREE_ATTEMPTS) return 0;
  return Math.min(FIRST_WAIT_MS * 2 ** (failures - FREE_ATTEMPTS), LONGEST_WAIT_MS);
}
