import { randomUUID } from 'node:crypto';
import { digest } from '../digest.ts';
import type { Turn } from '../request.ts';
import type { Store, Tx } from '../store.ts';
import type { Once } from '../webhook.ts';
import { countAttempt, takeBack } from './attempts.ts';
import type { Given } from './identity-values.ts';
import { fitsPin, inTurn, NOBODYS_HASH } from './pins.ts';

/** How long a proof counts, from when the PIN was given: long enough for a few questions, short for a phone left behind. */
const PROOF_MS = 15 * 60_000;

export interface Student {
  readonly number: string;
  readonly name: string;
}

/** Who it is, or what stands in the way. `wrong` and `blocked` are the same for numbers that exist and that do not. */
export type Identity =
  | { readonly student: Student }
  | { readonly asked: 'student_number' | 'pin' }
  /** Too many are asking: the PIN was neither looked at nor counted. */
  | { readonly refused: 'busy' }
  | {
      readonly refused: 'wrong' | 'blocked';
      /** How many more PINs may be tried at once. */
      readonly left: number;
      /** Milliseconds until the next may be tried: 0 where some are left. */
      readonly waitMs: number;
    };

/** What a call brings along to be identified. */
export interface Claim {
  readonly params: { readonly student_number: Given; readonly pin: Given };
  readonly turn: Turn;
  readonly store: Store;
  readonly once: Once;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/**
 * Finds out which student is talking: by the PIN, or without one by a proof that was given in this session before. What the
 * session's parameters say about it counts for nothing: a client can set them.
 *
 * An attempt is counted before the PIN is looked at, and not before it is its turn. From there to the answer, a number that
 * exists and one that does not take the same way, with the same work. `check` is there so that a test can count how often
 * that work is done.
 */
export async function identify({ params, turn, store, once, now, signal }: Claim, check = fitsPin): Promise<Identity> {
  const { student_number: number, pin } = params;
  // A turn without a session proves for itself alone.
  const session = turn.session && digest(turn.session.name);

  if (session && pin === undefined) {
    const student = await findProved(store, session, now());
    if (student && (number === undefined || number === student.number)) return { student };
  }
  if (number == null) return { asked: 'student_number' };
  if (pin == null) return { asked: 'pin' };

  const scopes = {
    student: `student:${digest(number)}`,
    session: `session:${session ?? 'none'}`,
    both: `both:${digest(`${number} ${session ?? randomUUID()}`)}`,
  };
  const tried = await inTurn(signal, async () => {
    const attempt = await once(`identity ${number} ${pin}`, (tx) => countAttempt(tx, scopes, now()));
    if (!attempt.allowed) return { attempt };
    const student = await findStudent(store, number);
    const fits = await check(pin, student?.pin_hash ?? NOBODYS_HASH);
    return { attempt, student: fits ? student : undefined };
  });
  if (!tried) return { refused: 'busy' };

  const { attempt, student } = tried;
  const waitMs = Math.max(attempt.nextAt - now(), 0);
  if (!attempt.allowed) return { refused: 'blocked', left: 0, waitMs };
  if (!student) return { refused: 'wrong', left: attempt.left, waitMs };

  // Once: the same turn, sent again, brings back no proof that was forgotten since.
  await once(`proved ${number}`, async (tx) => {
    await takeBack(tx, scopes, attempt);
    if (session) await keepProof(tx, session, student.number, now() + PROOF_MS);
    return null;
  });
  return { student: { number: student.number, name: student.name } };
}

/** Takes the proof of this session back; false where there was none. */
export async function forgetProof(tx: Tx, { session }: Turn): Promise<boolean> {
  if (!session) return false;
  const proof = tx.deleteFrom('proofs').where('session', '=', digest(session.name));
  return (await proof.executeTakeFirstOrThrow()).numDeletedRows > 0n;
}

function findStudent({ db }: Store, number: string) {
  return db
    .selectFrom('students')
    .select(['number', 'name', 'pin_hash'])
    .where('number', '=', number)
    .executeTakeFirst();
}

function findProved({ db }: Store, session: string, now: number): Promise<Student | undefined> {
  return db
    .selectFrom('proofs')
    .innerJoin('students', 'students.number', 'proofs.student_number')
    .select(['students.number', 'students.name'])
    .where('proofs.session', '=', session)
    .where('proofs.until', '>', new Date(now).toISOString())
    .executeTakeFirst();
}

async function keepProof(tx: Tx, session: string, student_number: string, until: number): Promise<void> {
  const proof = { student_number, until: new Date(until).toISOString() };
  await tx
    .insertInto('proofs')
    .values({ session, ...proof })
    .onConflict((conflict) => conflict.column('session').doUpdateSet(proof))
    .execute();
}
