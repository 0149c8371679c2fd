import { setTimeout as sleep } from 'node:timers/promises';
import { busyError, troubleOf } from './errors.ts';

/** In milliseconds: within CX's 5 seconds, with time left for an apology. */
const PATIENCE_MS = 3_000;
/** A writer of SQLite holds the lock for less than a millisecond mostly. */
const PAUSE_MS = 2;
const MAX_PAUSE_MS = 50;

/**
 * Does something again while another one is in its way, so it should do nothing that a rollback does not undo. Throws what
 * `work` throws otherwise, and a `WebhookError` `store-unavailable` when the patience is at its end.
 */
export async function untilFree<T>(work: () => Promise<T>, patienceMs = PATIENCE_MS): Promise<T> {
  const end = Date.now() + patienceMs;
  for (let pause = PAUSE_MS; ; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (troubleOf(error) !== 'conflict') throw error;
      if (Date.now() + pause > end) throw busyError(error);
    }
    await sleep(pause * (0.5 + Math.random())); // two that met once should not meet again at once
  }
}
