import { Temporal } from 'temporal-polyfill';
import type { SaidDate, SaidDay } from '../values.ts';
import { readTimeZone } from './time-zone.ts';

/** A time at which an appointment may begin. */
export interface Slot {
  /** ISO 8601 in UTC, as the store writes times. */
  readonly start: string;
  /** What the clocks of the campus show then, for example `10:30`. */
  readonly clock: string;
}

/** From `opens` until `closes`, on the clocks of the campus; `24:00` is the midnight at the end of the day. */
export interface Hours {
  readonly opens: string;
  readonly closes: string;
}

/** Dates and times of the campus. Dates are `2026-11-24`, clock times `10:30`; both sort as text. */
export interface Calendar {
  readonly timeZone: string;
  /** The campus's date and clock time at an instant: ISO 8601, or milliseconds since the epoch. */
  at(instant: string | number): { readonly date: string; readonly clock: string };
  /** An instant with the campus's offset, for example `2026-11-24T10:30:00+05:30`. */
  withOffset(instant: string): string;
  /** The days that somebody means who speaks on `today`. */
  meant(said: SaidDate, today: string): { readonly first: string; readonly last: string };
  /**
   * When appointments of so many minutes may begin on a date: from `opens` one after the other, the last ends by `closes`.
   * Hours over midnight have none: `withinOneDay` makes two of them.
   */
  slots(date: string, hours: readonly Hours[], minutes: number): Slot[];
}

const MINUTE_MS = 60_000;
/** The end of a day as ISO 8601 writes it; Temporal reads only `00:00`. */
const MIDNIGHT = '24:00';

/**
 * The calendar of `CAMPUS_TIME_ZONE`, an IANA name such as `Europe/Berlin`; by default India's, which has no summer time.
 *
 * Where there is summer time, opening hours are on the clock and appointments in elapsed minutes. A clock time that the
 * clocks leave out in spring is taken as so much later, one that comes twice in autumn as the first (`compatible`, RFC 5545).
 * No appointment begins the second time that a clock time comes: who says or hears `2:00` could not tell the two apart.
 */
export function createCalendar(env: { readonly [name: string]: string | undefined }): Calendar {
  const timeZone = readTimeZone(env);

  function instantOf(date: string, clock: string): number {
    const day = Temporal.PlainDate.from(date);
    const local = clock === MIDNIGHT ? day.add({ days: 1 }).toPlainDateTime() : day.toPlainDateTime(clock);
    return local.toZonedDateTime(timeZone, { disambiguation: 'compatible' }).epochMilliseconds;
  }

  function zoned(instant: string | number): Temporal.ZonedDateTime {
    const exact =
      typeof instant === 'string' ? Temporal.Instant.from(instant) : Temporal.Instant.fromEpochMilliseconds(instant);
    return exact.toZonedDateTimeISO(timeZone);
  }

  function at(instant: string | number) {
    const there = zoned(instant);
    return {
      date: there.toPlainDate().toString(),
      clock: there.toPlainTime().toString({ smallestUnit: 'minute' }),
    };
  }

  return {
    timeZone,
    at,
    withOffset: (instant) => zoned(instant).toString({ timeZoneName: 'never', smallestUnit: 'second' }),

    meant({ first, last }, today) {
      const end = onOrAfter(last, Temporal.PlainDate.from(today));
      return { first: onOrBefore(first, end).toString(), last: end.toString() };
    },

    slots(date, hours, minutes) {
      const length = Math.max(minutes, 1) * MINUTE_MS;
      const slots: Slot[] = [];
      for (const { opens, closes } of hours) {
        const end = instantOf(date, closes);
        for (let start = instantOf(date, opens); start + length <= end; start += length) {
          const { clock } = at(start);
          if (instantOf(date, clock) === start) slots.push({ start: new Date(start).toISOString(), clock });
        }
      }
      return slots.sort((a, b) => (a.start < b.start ? -1 : 1));
    },
  };
}

/**
 * Weekly hours, those over midnight (`22:00` to `02:00`) as two: until midnight, and from midnight on the next day. So every
 * appointment is of one day, and none goes on over midnight.
 */
export function withinOneDay<T extends Hours & { readonly weekday: number }>(weekly: readonly T[]): T[] {
  return weekly.flatMap((hours) => {
    if (hours.opens <= hours.closes) return [hours];
    const nextDay = { ...hours, weekday: (hours.weekday % 7) + 1, opens: '00:00' };
    return [{ ...hours, closes: MIDNIGHT }, nextDay];
  });
}

/** The day of the week, 1 for Monday (ISO 8601). */
export function weekdayOf(date: string): number {
  return Temporal.PlainDate.from(date).dayOfWeek;
}

export function addDays(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

/** Every date from `first` to `last`. */
export function* eachDay(first: string, last: string): Generator<string> {
  for (let date = first; date <= last; date = addDays(date, 1)) yield date;
}

/** The next such day; one of which all was said is that day, also where it has passed. */
function onOrAfter(said: SaidDay, today: Temporal.PlainDate): Temporal.PlainDate {
  return search(said, today, 1);
}

/** The last such day until `end`. */
function onOrBefore(said: SaidDay, end: Temporal.PlainDate): Temporal.PlainDate {
  return search(said, end, -1);
}

/** 29 February may be 8 years away: 1900 and 2100 have none. */
const MAX_MONTHS = 8 * 12;

function search(said: SaidDay, from: Temporal.PlainDate, step: 1 | -1): Temporal.PlainDate {
  const { year, month, day } = said;
  if (year !== null && month !== null) return Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' });
  for (let months = 0; months <= MAX_MONTHS; months++) {
    const candidate = from.add({ months: months * step }).with({ day: 1 });
    if (month !== null && candidate.month !== month) continue;
    const date = candidate.with({ day }); // the 31st of a month that has 30 days comes out as the 30th
    if (date.day === day && Temporal.PlainDate.compare(date, from) * step >= 0) return date;
  }
  throw new RangeError('There is no such day.');
}
