import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/** CX repeats a call within a minute (twice the longest timeout of 30 s); a day is plenty, also for who replays by hand. */
const ONCE_DAYS = 1;
/** After which they count no more (`campus/attempts.ts`). */
const ATTEMPTS_DAYS = 2;
/** Who has not come for half a year is forgotten, with all they said of themselves. */
const PEOPLE_DAYS = 180;
/** Appointments that are over. */
const BOOKINGS_DAYS = 30;

/** So many rows in one statement: a table that has grown large is emptied step by step, and nobody has to wait for it. */
const ROWS = 1_000;

/**
 * Deletes what serves no purpose any more: results of old effects, old attempts, proofs that have run out, people who came no
 * more, appointments that are over. One statement for each table, outside of any transaction: what is left is for the next
 * time.
 */
export async function prune(db: Kysely<Tables>, now: number): Promise<void> {
  const before = (days: number) => new Date(now - days * 86_400_000).toISOString();
  const once = db.selectFrom('once').select('key').where('at', '<', before(ONCE_DAYS)).limit(ROWS);
  await db.deleteFrom('once').where('key', 'in', once).execute();
  const attempts = db.selectFrom('attempts').select('scope').where('since', '<', before(ATTEMPTS_DAYS)).limit(ROWS);
  await db.deleteFrom('attempts').where('scope', 'in', attempts).execute();
  const proofs = db.selectFrom('proofs').select('session').where('until', '<', before(0)).limit(ROWS);
  await db.deleteFrom('proofs').where('session', 'in', proofs).execute();
  const people = db.selectFrom('people').select('key').where('last_seen', '<', before(PEOPLE_DAYS)).limit(ROWS);
  await db.deleteFrom('people').where('key', 'in', people).execute();
  const bookings = db.selectFrom('bookings').select('id').where('start', '<', before(BOOKINGS_DAYS)).limit(ROWS);
  await db.deleteFrom('bookings').where('id', 'in', bookings).execute();
  await db.deleteFrom('slots').where('start', '<', before(BOOKINGS_DAYS)).execute();
}
