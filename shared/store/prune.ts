import type { Transaction } from 'kysely';
import type { Tables } from './tables.ts';

/** CX repeats a call within a minute (twice the longest timeout of 30 s); a day is plenty, also for who replays by hand. */
const ONCE_DAYS = 1;
/** After which they count no more (`campus/attempts.ts`). */
const ATTEMPTS_DAYS = 2;

/** Deletes what serves no purpose any more: results of old effects, old attempts, proofs that have run out. */
export async function prune(tx: Transaction<Tables>, now: number): Promise<void> {
  await tx.deleteFrom('once').where('at', '<', daysBefore(now, ONCE_DAYS)).execute();
  await tx.deleteFrom('attempts').where('since', '<', daysBefore(now, ATTEMPTS_DAYS)).execute();
  await tx.deleteFrom('proofs').where('until', '<', daysBefore(now, 0)).execute();
}

function daysBefore(now: number, days: number): string {
  return new Date(now - days * 86_400_000).toISOString();
}
