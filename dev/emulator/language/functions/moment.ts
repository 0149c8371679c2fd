import { Temporal } from 'temporal-polyfill';
import type { JsonObject } from '../../agent.ts';

/** A date, a time, or both, on the clock of the agent. */
export interface Moment {
  readonly at: Temporal.PlainDateTime;
  readonly hasDate: boolean;
  readonly hasTime: boolean;
}

/**
 * Of `{ year, month, day }`, `{ hours, minutes, seconds, nanos }`, both in one (CX docs, System entities) or a text of ISO 8601. A time
 * alone is today's. `null`: it is none of them, or no day of the calendar.
 */
export function momentOf(value: JsonObject | string, today: Temporal.PlainDateTime, timeZone: string): Moment | null {
  try {
    return typeof value === 'string' ? fromText(value, timeZone) : fromObject(value, today);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function fromObject(value: JsonObject, today: Temporal.PlainDateTime): Moment | null {
  const hasDate = ['year', 'month', 'day'].every((name) => Number.isInteger(value[name]));
  const hasTime = Number.isInteger(value.hours);
  if (!hasDate && !hasTime) return null;
  const part = (name: string) => (typeof value[name] === 'number' ? value[name] : 0);
  const date = hasDate
    ? Temporal.PlainDate.from({ year: part('year'), month: part('month'), day: part('day') }, { overflow: 'reject' })
    : today.toPlainDate();
  const time = Temporal.PlainTime.from(
    {
      hour: part('hours'),
      minute: part('minutes'),
      second: part('seconds'),
      millisecond: Math.trunc(part('nanos') / 1e6),
    },
    { overflow: 'reject' },
  );
  return { at: date.toPlainDateTime(time), hasDate, hasTime };
}

/** With an offset it is an instant, and reads as the agent's clock shows it then. */
function fromText(text: string, timeZone: string): Moment {
  const hasTime = /\d[T ]\d/i.test(text);
  const at =
    /(?:Z|[+-]\d\d:?\d\d)$/i.test(text) && hasTime
      ? Temporal.Instant.from(text).toZonedDateTimeISO(timeZone).toPlainDateTime()
      : Temporal.PlainDateTime.from(text);
  return { at, hasDate: true, hasTime };
}

export function objectOf({ at, hasDate, hasTime }: Moment): JsonObject {
  const date = { day: at.day, month: at.month, year: at.year };
  const nanos = at.millisecond * 1e6 + at.microsecond * 1e3 + at.nanosecond;
  const time = { hours: at.hour, minutes: at.minute, nanos, seconds: at.second };
  return { ...(hasDate ? date : {}), ...(hasTime ? time : {}) };
}
