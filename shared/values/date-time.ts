import { pipe, rawTransform, unknown } from 'valibot';
import { withPlainDigits } from './digits.ts';

/** A day as somebody says it: `the 24th`, `24 November`, `24 November 2026`. What was not said is null. */
export type SaidDay = { readonly year: number | null; readonly month: number | null; readonly day: number };

/** The days from `first` to `last`, both included; for one day the two are the same. */
export type SaidDate = {
  readonly first: SaidDay;
  readonly last: SaidDay;
  /** Where the value has a time as well, as a `@sys.date-time` has. */
  readonly time: SaidTime | null;
};

/** From `first` until before `last`, as `09:30`; for a point in time the two are the same. */
export type SaidTime = { readonly first: string; readonly last: string };

/**
 * A date, or a span of dates. CX sends `@sys.date` as `{ year, month, day }`, where what was not said is missing or 0,
 * `@sys.date-time` with hours and minutes in the same object, and `@sys.date-period` as `{ startDate, endDate }`. A text is
 * read as ISO 8601 and in no other way: `04/05/2026` is April to some and May to others. One with an offset is an instant:
 * its date is the one in `timeZone` then. A date without a day, or one that no calendar has, is refused.
 *
 * Which year or month is meant where none was said is for whoever has a clock to decide.
 *
 * @example
 * parse(date('Asia/Kolkata'), { month: 11, day: 24 })
 * // { first: { year: null, month: 11, day: 24 }, last: { year: null, month: 11, day: 24 }, time: null }
 */
export function date(timeZone: string) {
  return read((value) => readDate(value, timeZone), 'This must be a date.');
}

/**
 * A time of the day, or a span of it, to the minute. CX sends `@sys.time` as `{ hours, minutes, seconds, nanos }` and
 * `@sys.time-period` as `{ startTime, endTime }`. A text may be `14:30`, `2:30 pm`, `दोपहर 2:30 बजे` (`दोपहर २:३० बजे`) or
 * ISO 8601, of which one with an offset is an instant: its time is the one in `timeZone` then.
 *
 * @example
 * parse(time('Asia/Kolkata'), { hours: 14, minutes: 30, seconds: 0, nanos: 0 }) // { first: '14:30', last: '14:30' }
 */
export function time(timeZone: string) {
  return read((value) => readTime(value, timeZone), 'This must be a time of the day.');
}

function read<T>(reader: (value: unknown) => T | null, message: string) {
  return pipe(
    unknown(),
    rawTransform<unknown, T>(({ dataset, addIssue, NEVER }) => {
      const output = reader(dataset.value);
      if (output !== null) return output;
      addIssue({ message });
      return NEVER;
    }),
  );
}

type Fields = { readonly [name: string]: unknown };

function readDate(value: unknown, timeZone: string): SaidDate | null {
  if (isFields(value) && 'startDate' in value) {
    const first = readDay(value.startDate, timeZone);
    const last = readDay(value.endDate, timeZone);
    if (!first || !last || isBefore(last, first)) return null;
    return { first, last, time: null };
  }
  const day = readDay(value, timeZone);
  const clock = readClock(value, timeZone);
  return day && { first: day, last: day, time: clock === null ? null : { first: clock, last: clock } };
}

function readTime(value: unknown, timeZone: string): SaidTime | null {
  const isPeriod = isFields(value) && 'startTime' in value;
  const first = readClock(isPeriod ? value.startTime : value, timeZone);
  const last = isPeriod ? readClock(value.endTime, timeZone) : first;
  if (first === null || last === null || last < first) return null; // over midnight: nobody means that for an appointment
  return { first, last };
}

/** So that years are four digits, and dates sort as text. */
const MIN_YEAR = 1000;
const MAX_YEAR = 9999;

function readDay(value: unknown, timeZone: string): SaidDay | null {
  const fields = typeof value === 'string' ? readIso(value, timeZone) : value;
  if (!isFields(fields)) return null;
  const [year, month, day] = [fields.year || null, fields.month || null, fields.day];
  if (year !== null && (!isWhole(year, MIN_YEAR, MAX_YEAR) || month === null)) return null;
  if (month !== null && !isWhole(month, 1, 12)) return null;
  return isWhole(day, 1, daysIn(year, month)) ? { year, month, day } : null;
}

/** Where the year is not known, 29 February may be; where the month is not known, the 31st may be. */
function daysIn(year: number | null, month: number | null): number {
  const LEAP_YEAR = 2024;
  return month === null ? 31 : new Date(Date.UTC(year ?? LEAP_YEAR, month, 0)).getUTCDate();
}

function isBefore(a: SaidDay, b: SaidDay): boolean {
  if (a.year === null || b.year === null) return false; // 28 December to 3 January
  return [a.year - b.year, a.month! - b.month!, a.day - b.day].find((difference) => difference !== 0)! < 0;
}

function readClock(value: unknown, timeZone: string): string | null {
  const fields = typeof value === 'string' ? (readIso(value, timeZone) ?? readSpokenClock(value)) : value;
  if (!isFields(fields)) return null;
  const { hours, minutes } = fields;
  if (!isWhole(hours, 0, 23) || !isWhole(minutes ?? 0, 0, 59)) return null;
  return [hours, minutes ?? 0].map((part) => String(part).padStart(2, '0')).join(':');
}

const ISO = /^([1-9]\d{3})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** The parts of an ISO 8601 text; null for another. */
function readIso(text: string, timeZone: string): Fields | null {
  const parts = ISO.exec(withPlainDigits(text).trim());
  if (!parts) return null;
  const [year, month, day, hours, minutes] = parts.slice(1, 6).map((part) => part && Number(part));
  const fields = { year, month, day, hours, minutes };
  // A date that there is not must not become another one on the way.
  if (!parts[6] || !readDay(fields, timeZone) || readClock(fields, timeZone) === null) return fields;
  const instant = Date.parse(parts[0].replace(' ', 'T'));
  return Number.isNaN(instant) ? null : onClock(instant, timeZone);
}

function onClock(instant: number, timeZone: string): Fields {
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    calendar: 'iso8601',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const part = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  return { year: part.year, month: part.month, day: part.day, hours: part.hour, minutes: part.minute };
}

/** `14:30`, `T14:30:00`, `2 pm`, `2:30 p.m.`, `शाम 5 बजे`, `14:30 बजे`. */
const SPOKEN = /^(?:(सुबह|दोपहर|शाम|रात)\s*|T)?(\d{1,2})(?::(\d\d)(?::\d\d)?)?(?:\s*([ap])\.?\s?m\.?)?(?:\s*(बजे))?$/i;

/** The hour on a clock of 24 for an hour on one of 12, by the Hindi word for the part of the day. */
const HINDI_HOUR: { readonly [word: string]: (hour: number) => number } = {
  सुबह: (hour) => hour % 12,
  दोपहर: (hour) => (hour === 11 ? 11 : (hour % 12) + 12),
  शाम: (hour) => (hour % 12) + 12,
  रात: (hour) => (hour % 12) + (hour >= 7 && hour < 12 ? 12 : 0),
};

/** `3 बजे` without a part of the day is in the afternoon: who means the night or a clock of 24 says `रात` or `03:00`. */
const BY_DAY = /^[1-7]$/;

function readSpokenClock(text: string): Fields | null {
  const [, partOfDay, hour, minute, half, oClock] = SPOKEN.exec(withPlainDigits(text).trim()) ?? [];
  if (hour === undefined || (minute === undefined && !half && !partOfDay && !oClock)) return null; // a bare number is none
  const fields = { hours: Number(hour), minutes: Number(minute ?? 0) };
  if (!half && !partOfDay) return oClock && BY_DAY.test(hour) ? { ...fields, hours: fields.hours + 12 } : fields;
  if (fields.hours < 1 || fields.hours > 12) return null;
  const toHours = partOfDay
    ? HINDI_HOUR[partOfDay]!
    : (on12: number) => (on12 % 12) + (half === 'a' || half === 'A' ? 0 : 12);
  return { ...fields, hours: toHours(fields.hours) };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWhole(value: unknown, min: number, max: number): value is number {
  return Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
}
