import type { Kysely } from 'kysely';
import { digest } from '../digest.ts';
import type { Booking, Service, Tables } from '../store/tables.ts';
import type { Tx } from '../store.ts';
import { mintBookingId } from './booking-id.ts';

/**
 * What the store knows of appointments. Every function that takes a `tx` is one step of a transaction, and leaves the store
 * right whoever else does the same at the same time.
 */

/** An appointment that somebody wants. */
export interface Appointment {
  readonly service: Service;
  /** ISO 8601 in UTC. */
  readonly start: string;
  /** The key of who wants it, and of the session in which it is wanted (`person-key.ts`). */
  readonly person: string;
  readonly session: string;
}

/**
 * `existing`: the person has it already. `busy`: the person has another one then, with that id. `full`: that start has no
 * place. `enough`: the person has as many as one may have.
 */
export type Reservation =
  | { readonly kind: 'reserved' | 'existing' | 'busy'; readonly id: string }
  | { readonly kind: 'full'; readonly start: string }
  | { readonly kind: 'enough' };

export interface ReserveOptions {
  /** Who counts the appointments: the store takes a slot and confirms at once, or leaves both to the external service. */
  readonly counts: 'store' | 'external service';
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly mint?: () => string;
}

/** Two in a row are not to be expected: with a million bookings, one number in a million is there already. */
const MINT_TRIES = 5;

/** Appointments that one person may have ahead: one with each of most services, and nobody takes a whole week away. */
export const MAX_AHEAD = 5;

/** Books, unless the person has that appointment already, has another one then, has enough, or there is no room. */
export async function reserve(
  tx: Tx,
  { service, start, person, session }: Appointment,
  { counts, at, mint = mintBookingId }: ReserveOptions,
): Promise<Reservation> {
  await lockPerson(tx, person, at);
  const held = (await bookingsOf(tx, person, at)).filter(isHeld);
  const overlapping = held.find((booking) => overlap(booking, { start, minutes: service.minutes }));
  if (overlapping) {
    const isSame = overlapping.service_id === service.id && overlapping.start === start;
    return { kind: isSame ? 'existing' : 'busy', id: overlapping.id };
  }
  if (held.filter((booking) => booking.start > at).length >= MAX_AHEAD) return { kind: 'enough' };
  if (counts === 'store' && !(await takeSlot(tx, service, start))) return { kind: 'full', start };

  const state = counts === 'store' ? 'confirmed' : 'pending';
  const booking = { service_id: service.id, start, person, session, state, external_id: null, at } as const;
  for (let tries = 0; tries < MINT_TRIES; tries++) {
    const inserted = await tx
      .insertInto('bookings')
      .values({ id: mint(), ...booking })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (inserted) return { kind: 'reserved', id: inserted.id };
  }
  throw new Error('Every new confirmation number was there already.');
}

/**
 * One person's bookings are made one after the other: two at the same time would not see each other, and PostgreSQL has
 * nothing to lock in rows that are not there yet. `once` has a row for any name, and takes it out after a day.
 */
async function lockPerson(tx: Tx, person: string, at: string): Promise<void> {
  const key = digest(`bookings of ${person}`);
  await tx
    .insertInto('once')
    .values({ key, at, result: '' })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ at }))
    .execute();
}

/** No appointment is longer than a day. */
const DAY_MS = 86_400_000;

/** What somebody has booked, or was refused, that ends after `from`; earliest first. */
export async function bookingsOf(db: Kysely<Tables>, person: string, from: string) {
  const rows = await db
    .selectFrom('bookings')
    .innerJoin('services', 'services.id', 'bookings.service_id')
    .select(['bookings.id', 'service_id', 'session', 'start', 'state', 'minutes'])
    .where('person', '=', person)
    .where('state', '!=', 'cancelled')
    .where('start', '>', new Date(Date.parse(from) - DAY_MS).toISOString())
    .orderBy('start')
    .execute();
  return rows.filter((row) => endOf(row) > Date.parse(from));
}

/** Whether it takes up the person's time: also where the external service has not answered yet. */
export function isHeld({ state }: Pick<Booking, 'state'>): boolean {
  return state === 'pending' || state === 'confirmed';
}

interface Span {
  readonly start: string;
  readonly minutes: number;
}

export function overlap(a: Span, b: Span): boolean {
  return Date.parse(a.start) < endOf(b) && Date.parse(b.start) < endOf(a);
}

function endOf({ start, minutes }: Span): number {
  return Date.parse(start) + minutes * 60_000;
}

/**
 * One more of a slot, in one statement, which no other can come between; false where it is full. What counts is the service's
 * capacity now; where that was lowered below what is taken, the slot is full and stays as it is.
 */
async function takeSlot(tx: Tx, { id, capacity }: Service, start: string): Promise<boolean> {
  await tx
    .insertInto('slots')
    .values({ service_id: id, start, capacity, taken: 0 })
    .onConflict((conflict) => conflict.columns(['service_id', 'start']).doNothing())
    .execute();
  const { numUpdatedRows } = await tx
    .updateTable('slots')
    .set((slot) => ({ taken: slot('taken', '+', 1), capacity }))
    .where('service_id', '=', id)
    .where('start', '=', start)
    .where('taken', '<', capacity)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Somebody's appointment; null where there is none, or where it is somebody else's. */
export async function findBooking(db: Kysely<Tables>, id: string, person: string): Promise<Booking | null> {
  const booking = await db
    .selectFrom('bookings')
    .selectAll()
    .where('id', '=', id)
    .where('person', '=', person)
    .executeTakeFirst();
  return booking ?? null;
}

/** The external service has confirmed, which also counts where it had refused before. What was cancelled stays cancelled. */
export async function confirm(tx: Tx, id: string, externalId: string): Promise<void> {
  await tx
    .updateTable('bookings')
    .set({ state: 'confirmed', external_id: externalId })
    .where('id', '=', id)
    .where('state', 'in', ['pending', 'refused'])
    .execute();
}

/** The external service has refused. */
export async function refuse(tx: Tx, id: string): Promise<void> {
  await tx
    .updateTable('bookings')
    .set({ state: 'refused' })
    .where('id', '=', id)
    .where('state', '=', 'pending')
    .execute();
}

/**
 * Cancels what the store read a moment ago, and gives back the slot that it took: one that the external service counts took
 * none. Doing it again changes nothing.
 */
export async function release(tx: Tx, { id, service_id, start, state, external_id }: Booking): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('bookings')
    .set({ state: 'cancelled' })
    .where('id', '=', id)
    .where('state', '=', state)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n || state !== 'confirmed' || external_id !== null) return;
  await tx
    .updateTable('slots')
    .set((slot) => ({ taken: slot('taken', '-', 1) }))
    .where('service_id', '=', service_id)
    .where('start', '=', start)
    .execute();
}
