import type { Booking, Service } from '../store/tables.ts';
import type { Store } from '../store.ts';
import type { BookingOutcome, BookingService } from '../upstream/booking.ts';
import { UpstreamError } from '../upstream/http.ts';
import type { UpstreamCall } from '../upstream/resilient.ts';
import type { Once } from '../webhook.ts';
import { type Appointment, confirm, findBooking, refuse, release, reserve } from './bookings.ts';
import type { Calendar } from './calendar.ts';
import { readService } from './services.ts';

/**
 * Books and cancels, in the store alone or with the external service. The external service is told only what the store knows
 * already (docs/decisions/booking-outbox.md): whoever stops in the middle leaves a `pending` booking, and the next call for
 * the same appointment goes on with it, under the same id.
 */
export interface Desk {
  readonly store: Store;
  readonly once: Once;
  /** Null where the store counts what is taken. */
  readonly external: BookingService | null;
  /** The external service is told times with the campus's offset: it may think in opening hours. */
  readonly calendar: Calendar;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * What has become of an appointment. `existing`: the person had it before. `over`: it has begun. `unsure`: nobody knows yet
 * whether it was booked, or cancelled; doing it again finds out.
 */
export type Told =
  | { readonly kind: 'booked' | 'existing' | 'cancelled' | 'over'; readonly booking: Booking }
  | { readonly kind: 'unsure'; readonly booking: Booking; readonly error: UpstreamError };

/** `start` was tried. Where the external service did not say no but could not take the request, `error` is what it said. */
export type Refused = { readonly kind: 'refused'; readonly start: string; readonly error: UpstreamError | null };

/** Why nothing was tried: the person has that other appointment then, or has as many as one may have. */
export type Hindered = { readonly kind: 'busy'; readonly booking: Booking } | { readonly kind: 'enough' };

/** Books an appointment that is free as far as the store knows. Doing it again books nothing more. */
export async function book(desk: Desk, wanted: Appointment, call: UpstreamCall): Promise<Told | Refused | Hindered> {
  const { store, once, external, now } = desk;
  const counts = external ? 'external service' : 'store';
  const reserved = await once('book', (tx) => reserve(tx, wanted, { counts, at: new Date(now()).toISOString() }));
  if (reserved.kind === 'enough') return reserved;
  if (reserved.kind === 'full') return refusal(reserved);

  const booking = await readBooking(store, reserved.id, wanted.person);
  if (reserved.kind === 'busy') return { kind: 'busy', booking };
  if (booking.state === 'pending') return settle(desk, booking, wanted.service, call);
  if (booking.state === 'refused') return refusal(booking);
  if (booking.state === 'cancelled') return { kind: 'cancelled', booking };
  return { kind: reserved.kind === 'existing' ? 'existing' : 'booked', booking };
}

/** Cancels the appointment with this id if it is this person's, and has not begun. */
export async function cancel(
  desk: Desk,
  { id, person }: { id: string; person: string },
  call: UpstreamCall,
): Promise<Told | Refused | { readonly kind: 'unknown' }> {
  const { store, external, now } = desk;
  let booking = await findBooking(store.db, id, person);
  if (!booking) return { kind: 'unknown' };
  if (booking.state === 'cancelled') return { kind: 'cancelled', booking };
  if (Date.parse(booking.start) <= now()) return { kind: 'over', booking };
  if (booking.state === 'pending') {
    // What was never answered must be known before it can be cancelled: the same id is the same booking.
    const service = await readService(store.db, booking.service_id);
    const outcome = await settle(desk, booking, service, call);
    if (outcome.kind !== 'booked') return outcome;
    booking = outcome.booking;
  }
  if (booking.state === 'refused') return refusal(booking);

  const cancelled = booking;
  return unlessUnsure(booking, async (): Promise<Told> => {
    // First there, then here: who stops in between finds it gone there the next time, which is as good.
    if (cancelled.external_id !== null) await connected(external).cancel(cancelled.external_id, call);
    await store.transact((tx) => release(tx, cancelled));
    return { kind: 'cancelled', booking: { ...cancelled, state: 'cancelled' } };
  });
}

/**
 * HTTP statuses with which a request comes back every time. A booking that waited for another answer would wait for ever, and
 * its person could book nothing else then. 401 and 403 are not among them: a key can be put right.
 */
const FINAL = [400, 404, 410, 422];

/** Asks the external service for what the store calls `pending`, and writes down what it says. */
async function settle(desk: Desk, booking: Booking, service: Service, call: UpstreamCall): Promise<Told | Refused> {
  const { store, external, calendar } = desk;
  const { id, person } = booking;
  const start = calendar.withOffset(booking.start);
  return unlessUnsure(booking, async (): Promise<Told | Refused> => {
    const request = { id, service: service.id, start, minutes: service.minutes };
    const answer = await orFinal(connected(external).book(request, call));
    await store.transact((tx) => (answer.state === 'confirmed' ? confirm(tx, id, answer.externalId) : refuse(tx, id)));
    // The same call at the same time, or a cancelling, may have been first: what the store says now is what counts.
    const settled = await readBooking(store, id, person);
    if (settled.state === 'cancelled') return { kind: 'cancelled', booking: settled };
    if (settled.state === 'confirmed') return { kind: 'booked', booking: settled };
    return refusal(settled, 'error' in answer ? answer.error : null);
  });
}

async function orFinal(answer: Promise<BookingOutcome>) {
  return answer.catch((error: unknown) => {
    const isFinal = error instanceof UpstreamError && error.status !== null && FINAL.includes(error.status);
    if (!isFinal) throw error;
    return { state: 'refused', error } as const;
  });
}

function refusal({ start }: { readonly start: string }, error: UpstreamError | null = null): Refused {
  return { kind: 'refused', start, error };
}

async function unlessUnsure<T>(booking: Booking, work: () => Promise<T>): Promise<T | Told> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { kind: 'unsure', booking, error };
  }
}

/** Whoever takes `BOOKING_API_URL` away leaves bookings behind of which only the service knows. */
function connected(external: BookingService | null): BookingService {
  if (external) return external;
  throw new UpstreamError('The booking service', 'unreachable');
}

async function readBooking({ db }: Store, id: string, person: string): Promise<Booking> {
  const booking = await findBooking(db, id, person);
  if (booking) return booking;
  throw new Error('A booking that was made is gone.');
}
