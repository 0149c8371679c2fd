import { literal, null_, object, pipe, regex, string, union } from 'valibot';
import { fetchJson, UpstreamError } from './http.ts';
import { createResilience, type Patience, type UpstreamCall } from './resilient.ts';
import { type Environment, readAddress, readSecret } from './settings.ts';

/**
 * An external booking service at `BOOKING_API_URL`, with `BOOKING_API_KEY` as its bearer token where that is set. It speaks
 * the small protocol of `docs/booking-api.md`:
 *
 * - `POST /bookings`, `Idempotency-Key: "B7K2M9QX"`, `{service, start, minutes, reference}` -> 201 `{id, state: "confirmed"}`,
 *   or 409 `{error: {code: "full"}}`. The same key again is the same answer; with another body it is 422; while the first is
 *   still worked on, 409 `in_progress` (draft-ietf-httpapi-idempotency-key-header-07, sections 2.1 and 2.7).
 * - `DELETE /bookings/{id}` -> 204, or 404 `{error: {code: "not_found"}}`.
 */

/** An appointment that somebody wants. */
export interface BookingRequest {
  /**
   * Ours, for example `B7K2M9QX`: letters, digits, `-` and `_`. The idempotency key: the same id with the same rest is the
   * same booking, however often it is sent.
   */
  readonly id: string;
  /** The service's id, for example `counselling`. */
  readonly service: string;
  /** ISO 8601 with an offset, for example `2026-11-24T10:00:00+05:30`. */
  readonly start: string;
  readonly minutes: number;
}

/** What the service said. `full`: no room at that time; `closed`: nothing is offered then; `other`: no for a reason unknown here. */
export type BookingOutcome =
  | { readonly state: 'confirmed'; readonly externalId: string }
  | { readonly state: 'refused'; readonly reason: 'full' | 'closed' | 'other' };

/**
 * Whatever is no outcome is thrown as an `UpstreamError`, and then it is open whether the booking exists: send the same id
 * again later, and it is the same booking.
 */
export interface BookingService {
  book(request: BookingRequest, call: UpstreamCall): Promise<BookingOutcome>;
  /** Done also where it is gone already. `externalId` is that of `book`; one that is not known yet, `book` with the same id tells. */
  cancel(externalId: string, call: UpstreamCall): Promise<void>;
}

const NAME = 'The booking service';

/** A booking is a write in somebody's database: slower than a question. 409 may pass where it is `in_progress`. */
const PATIENCE: Patience = { tryMs: 2000, usualMs: 1000, passing: [409, 429, 502, 503, 504] };

/** Goes into the path of `DELETE`: no slash, and not only dots. */
const id = pipe(string(), regex(/^[A-Za-z0-9_-][A-Za-z0-9._~-]{0,199}$/));
const Confirmed = object({ id, state: literal('confirmed') });
const Refused = object({ error: object({ code: string() }) });
const Booked = union([Confirmed, Refused]);
const Gone = union([null_(), object({ error: object({ code: literal('not_found') }) })]);

/**
 * Null without `BOOKING_API_URL`: then the store is the calendar. Keep it as long as the process.
 *
 * @example
 * const bookings = createBookingService(process.env);
 * const outcome = await bookings.book({ id, service, start, minutes: 30 }, { signal, deadline }); // of the handler's call
 * if (outcome.state === 'confirmed') save(outcome.externalId);
 */
export function createBookingService(env: Environment, patience: Patience = PATIENCE): BookingService | null {
  const address = readAddress(env, 'BOOKING_API_URL');
  if (!address) return null;
  const key = readSecret(env, 'BOOKING_API_KEY');
  const authorization: { readonly [name: string]: string } = key ? { authorization: `Bearer ${key}` } : {};
  const ask = createResilience(NAME, patience);

  return {
    async book({ id, service, start, minutes }, call) {
      const request = {
        upstream: NAME,
        schema: Booked,
        headers: { ...authorization, 'idempotency-key': `"${id}"` }, // a String of RFC 9651: in quotes
        body: { service, start, minutes, reference: id },
        alsoAnswers: [409],
      };
      return ask(async (signal) => {
        const answer = await fetchJson(new URL(`${address}/bookings`), { ...request, signal });
        if (!('error' in answer)) return { state: 'confirmed', externalId: answer.id };
        const { code } = answer.error;
        if (code === 'in_progress') throw new UpstreamError(NAME, 'status', { status: 409 });
        return { state: 'refused', reason: code === 'full' || code === 'closed' ? code : 'other' };
      }, call);
    },

    async cancel(externalId, call) {
      const url = new URL(`${address}/bookings/${encodeURIComponent(externalId)}`);
      const request = { upstream: NAME, schema: Gone, method: 'DELETE', headers: authorization, alsoAnswers: [404] };
      await ask((signal) => fetchJson(url, { ...request, signal }), call);
    },
  };
}
