import { setTimeout as sleep } from 'node:timers/promises';
import { startUpstream, type Upstream, type UpstreamAnswer, type UpstreamRequest } from './server.ts';

/**
 * A booking service that speaks `docs/booking-api.md`. It holds its calendar in memory: so many appointments for each
 * service and time, between eight in the morning and eight in the evening of whoever asks.
 */

/** The key that the stand-in accepts unless told otherwise. */
export const LOCAL_BOOKING_KEY = 'local-booking-key';

export interface BookingUpstreamOptions {
  readonly port?: number;
  /** The only bearer token that it accepts. */
  readonly key?: string;
  /** Appointments of one service at the same time. */
  readonly capacity?: number;
  /** How long it works on a booking, in milliseconds. */
  readonly workMs?: number;
}

export interface StoredBooking {
  readonly id: string;
  readonly service: string;
  /** ISO 8601 in UTC. */
  readonly start: string;
  readonly minutes: number;
  readonly reference: string;
}

export interface BookingUpstream extends Upstream {
  /** What is booked, oldest first. */
  readonly bookings: readonly StoredBooking[];
}

/** What became of a key. */
interface Remembered {
  readonly body: string;
  state: 'in progress' | 'done' | 'cancelled';
  answer?: UpstreamAnswer;
}

const OPENS = 8;
const CLOSES = 20;

/** Starts the stand-in: point `BOOKING_API_URL` at its `url`, with its key as `BOOKING_API_KEY`. */
export async function startBooking({
  port = 0,
  key = LOCAL_BOOKING_KEY,
  capacity = 1,
  workMs = 0,
}: BookingUpstreamOptions = {}): Promise<BookingUpstream> {
  const bookings: StoredBooking[] = [];
  const keys = new Map<string, Remembered>();
  let count = 0;

  async function create({ headers, body }: UpstreamRequest): Promise<UpstreamAnswer> {
    // A String of RFC 9651, section 3.3.3.
    const idempotencyKey = /^"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])+)"$/.exec(
      String(headers['idempotency-key']),
    )?.[1];
    if (!idempotencyKey) return refuse(400, 'idempotency_key_missing', 'Send an Idempotency-Key header, in quotes.');
    const wanted = parseBooking(body);
    if (typeof wanted === 'string') return refuse(400, 'invalid', wanted);

    const known = keys.get(idempotencyKey);
    if (known && known.body !== JSON.stringify(wanted)) {
      return refuse(422, 'idempotency_key_reused', 'This Idempotency-Key was used for another booking.');
    }
    if (known?.state === 'in progress') {
      return refuse(409, 'in_progress', 'This booking is being worked on.');
    }
    if (known?.state === 'cancelled') return refuse(409, 'cancelled', 'This booking was cancelled.');
    if (known?.answer) return known.answer;

    const remembered: Remembered = { body: JSON.stringify(wanted), state: 'in progress' };
    keys.set(idempotencyKey, remembered);
    if (workMs > 0) await sleep(workMs);
    const refusal = whyNot(wanted);
    if (refusal) {
      keys.delete(idempotencyKey);
      return refusal;
    }
    // Booked and remembered in one step: nothing can come between.
    const booking = { id: `ext-${String(++count).padStart(4, '0')}`, ...wanted.stored };
    bookings.push(booking);
    remembered.state = 'done';
    remembered.answer = { status: 201, body: { id: booking.id, state: 'confirmed' } };
    return remembered.answer;
  }

  function whyNot({ hour, stored }: Wanted): UpstreamAnswer | null {
    if (hour < OPENS || hour >= CLOSES) return refuse(409, 'closed', 'Nothing is offered at this time.');
    const { service, start } = stored;
    const taken = bookings.filter((booking) => booking.service === service && booking.start === start).length;
    return taken < capacity ? null : refuse(409, 'full', 'Everything is taken at this time.');
  }

  function cancel(id: string): UpstreamAnswer {
    const index = bookings.findIndex((booking) => booking.id === id);
    if (index < 0) return refuse(404, 'not_found', 'There is no such booking.');
    bookings.splice(index, 1);
    for (const remembered of keys.values()) {
      if ((remembered.answer?.body as { id?: string } | undefined)?.id === id) remembered.state = 'cancelled';
    }
    return { status: 204, body: '' };
  }

  const upstream = await startUpstream(
    (request) => {
      const { method, url, headers } = request;
      if (headers.authorization !== `Bearer ${key}`) {
        const refusal = refuse(401, 'unauthorized', 'Send the key as a bearer token.');
        return { ...refusal, headers: { 'www-authenticate': 'Bearer' } };
      }
      const [, id] = /^\/bookings(?:\/([^/]+))?$/.exec(url.pathname) ?? [null];
      if (method === 'POST' && url.pathname === '/bookings') return create(request);
      if (method === 'DELETE' && id) return cancel(decodeURIComponent(id));
      return refuse(404, 'no_such_address', 'Nothing is at this address.');
    },
    { port },
  );
  return { ...upstream, bookings };
}

function refuse(status: number, code: string, message: string): UpstreamAnswer {
  return { status, body: { error: { code, message } } };
}

interface Wanted {
  /** On the clock of whoever asks. */
  readonly hour: number;
  readonly stored: Omit<StoredBooking, 'id'>;
}

/** What is wanted, or what is wrong with it. */
function parseBooking(body: string): Wanted | string {
  let json: { readonly [field: string]: unknown } | null;
  try {
    json = JSON.parse(body);
  } catch {
    return 'The body is not JSON.';
  }
  const { service, start, minutes, reference } = json ?? {};
  if (typeof service !== 'string' || service === '') return 'service must be a text.';
  const iso = /^\d{4}-\d\d-\d\dT(\d\d):\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.exec(String(start));
  if (!iso || Number.isNaN(Date.parse(iso[0]))) return 'start must be ISO 8601 with an offset.';
  if (!Number.isInteger(minutes) || !(Number(minutes) > 0)) return 'minutes must be a whole number above 0.';
  if (typeof reference !== 'string' || reference === '') return 'reference must be a text.';
  const stored = { service, start: new Date(iso[0]).toISOString(), minutes: Number(minutes), reference };
  return { hour: Number(iso[1]), stored };
}
