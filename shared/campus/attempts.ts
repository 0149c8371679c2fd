import type { Attempts } from '../store/tables.ts';
import type { Tx } from '../store.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** So many cost nothing: people mistype, and forget which of their PINs it was. */
const FREE_ATTEMPTS = 5;
/**
 * Then one has to wait; each further attempt doubles the wait, up to a day. A day sees 11 attempts at most, the days after it
 * one each; who starts anew after `FORGET_MS` makes fewer than 5 a day. All 10,000 PINs of one student take over six years,
 * however often the student comes meanwhile: `takeBack` leaves a stranger's attempts as they are.
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
  /** When it was counted, and when the student's last one before it was; ISO 8601. */
  readonly at: string;
  readonly before: string;
};

/** Who an attempt is counted for. */
export interface Scopes {
  readonly student: string;
  readonly session: string;
  /** That student in that session. */
  readonly both: string;
}

/**
 * Counts an attempt before it is made, in every scope, so that none of those made at the same time is made for free. In a
 * scope that has to wait it is not allowed, and counted in none: knocking at a closed door keeps it closed no longer.
 *
 * Everybody locks in the same order: of two that each hold what the other needs, PostgreSQL ends one.
 */
export async function countAttempt(tx: Tx, { student, session, both }: Scopes, now: number): Promise<Attempt> {
  const at = new Date(now).toISOString();
  const records: Attempts[] = [];
  for (const scope of [student, session, both]) records.push(await lock(tx, scope, at));
  const before = records[0]!.since;

  const opensAt = Math.max(...records.map(({ failures, since }) => Date.parse(since) + waitAfter(failures)));
  if (opensAt > now) return { allowed: false, left: 0, nextAt: opensAt, at, before };

  const counts: number[] = [];
  for (const { scope, failures, since } of records) {
    const count = now - Date.parse(since) > FORGET_MS ? 1 : failures + 1;
    await update(tx, scope, { failures: count, since: at });
    counts.push(count);
  }
  const most = Math.max(...counts);
  return { allowed: true, left: Math.max(FREE_ATTEMPTS - most, 0), nextAt: now + waitAfter(most), at, before };
}

/**
 * For who succeeds: forgets all that the session tried, and takes what it tried of this student off the student's count. So
 * whoever mistypes and then gets it right has used nothing; five tries count only from sessions that end with a mistake. The
 * rest of the count may be a stranger's: it waits for `FORGET_MS`, as if nobody had succeeded.
 */
export async function takeBack(tx: Tx, { student, session, both }: Scopes, { at, before }: Attempt): Promise<void> {
  const { failures, since } = await lock(tx, student, at);
  await forget(tx, session);
  const own = await forget(tx, both);
  // Where somebody else tried meanwhile, theirs was the last.
  await update(tx, student, { failures: Math.max(failures - own, 0), since: since === at ? before : since });
}

/** The row of a scope, new where there is none, and nobody else's until the transaction ends. */
function lock(tx: Tx, scope: string, since: string): Promise<Attempts> {
  return tx
    .insertInto('attempts')
    .values({ scope, failures: 0, since })
    .onConflict((conflict) =>
      // Changes nothing, but locks and returns the row on both engines; SQLite has no `for update`.
      conflict.column('scope').doUpdateSet(({ ref }) => ({ failures: ref('attempts.failures') })),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
}

async function update(tx: Tx, scope: string, values: Pick<Attempts, 'failures' | 'since'>): Promise<void> {
  await tx.updateTable('attempts').set(values).where('scope', '=', scope).execute();
}

/** Deletes the row, and says how many attempts it had counted. */
async function forget(tx: Tx, scope: string): Promise<number> {
  const row = await tx.deleteFrom('attempts').where('scope', '=', scope).returning('failures').executeTakeFirst();
  return row?.failures ?? 0;
}

function waitAfter(failures: number): number {
  if (failures < FREE_ATTEMPTS) return 0;
  return Math.min(FIRST_WAIT_MS * 2 ** (failures - FREE_ATTEMPTS), LONGEST_WAIT_MS);
}
