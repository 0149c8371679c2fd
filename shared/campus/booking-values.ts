import { maxLength, nonEmpty, picklist, pipe, string, toLowerCase, transform, trim } from 'valibot';
import type { Turn } from '../request.ts';
import type { SaidDate, SaidTime } from '../values.ts';

/** Schemas for what `booking` reads, beside the dates and times of `values.ts`. */

/** The name of a service is shorter, and so is a sentence that has one. In characters. */
const MAX_SERVICE = 200;

export function service() {
  return pipe(string('This must be a service.'), trim(), nonEmpty(), maxLength(MAX_SERVICE));
}

/** What is not known is asked and not taken for `create`: nobody gets an appointment by a slip. */
export function bookingAction() {
  return pipe(string('This must be create or cancel.'), trim(), toLowerCase(), picklist(['create', 'cancel']));
}

/** Numbers have 8 characters; who gives one more is told that there is no such appointment. */
const MAX_ID = 20;

/** A confirmation number as somebody wrote or spelled it: `b7k2-m9qx`, `B 7 K 2 M 9 Q X`. */
export function bookingId() {
  return pipe(
    string('This must be a confirmation number.'),
    transform((text) => text.toUpperCase().replace(/[^A-Z0-9]/g, '')),
    nonEmpty(),
    maxLength(MAX_ID),
  );
}

/**
 * The time that is meant where both values may have one. The one in `date` is: whoever says a day with its time has no use for
 * a `time` that an earlier turn left in the session. Unless only `time` was just said: that is the answer to "at what time?".
 */
export function meantTime({ form, intent }: Turn, date: SaidDate, time: SaidTime | undefined): SaidTime | null {
  const isJustSaid = (parameter: string) =>
    form?.some(({ name, justCollected }) => justCollected && name === parameter) ||
    intent?.parameters[parameter] !== undefined;
  if (time && isJustSaid('time') && !isJustSaid('date')) return time;
  return date.time ?? time ?? null;
}
