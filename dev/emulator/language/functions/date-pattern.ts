import type { Temporal } from 'temporal-polyfill';
import { TimeLimitError, withinTime } from '../../time-limit.ts';
import { LIMITS } from '../limits.ts';

/**
 * Patterns of Java's DateTimeFormatter, which CX's dates use (`uuuu-MM-dd`, `hh:mm a`, `EEEE`): letters in runs, texts in single
 * quotes, all else as it is. The words for months, days and halves of a day are those of `Intl`, so no table of languages is needed.
 */
export function formatDate(at: Temporal.PlainDateTime, pattern: string, language: string, timeZone: string): string {
  return pieces(pattern)
    .map((piece) => (piece.letter ? field(piece, at, language, timeZone) : piece.text))
    .join('');
}

/** Is this text a date that exists, written as the pattern says? */
export function parseDate(text: string, pattern: string, language: string): boolean {
  const parts = pieces(pattern).map((piece) =>
    piece.letter ? reader(piece, language) : { source: escaped(piece.text) },
  );
  const found = matchOf(new RegExp(`^${parts.map(({ source }) => source).join('')}$`, 'iu'), text);
  if (!found) return false;
  const read = new Map<string, number>();
  let group = 0;
  for (const part of parts) {
    if (!('unit' in part)) continue;
    const value = part.value(found[++group]!);
    // The same field twice must agree: `dd/MM dd`.
    if ((read.get(part.unit) ?? value) !== value) return false;
    read.set(part.unit, value);
  }
  return exists(read);
}

/** Digits can be shared out among neighbouring fields in very many ways: `dHmsyyyy`. */
function matchOf(expression: RegExp, text: string): RegExpExecArray | null {
  try {
    return withinTime(() => expression.exec(text));
  } catch (error) {
    if (!(error instanceof TimeLimitError)) throw error;
    throw new Error(`The pattern in argument 2 takes longer than ${LIMITS.pattern} ms on this text.`);
  }
}

interface Piece {
  /** '' for a text. */
  readonly letter: string;
  readonly text: string;
}

function pieces(pattern: string): Piece[] {
  const found = [...pattern.matchAll(/''|'((?:[^']|'')*)'|([a-zA-Z])\2*|[^a-zA-Z']+|'/g)];
  if (found.filter(([, , letter]) => letter).length > LIMITS.dateFields) {
    throw new Error(`Argument 2 has more than ${LIMITS.dateFields} fields.`);
  }
  return found.map(([text, quoted, letter]) => {
    if (letter) return { letter, text };
    return { letter: '', text: text === "''" ? "'" : (quoted?.replaceAll("''", "'") ?? text) };
  });
}

function field({ letter, text: run }: Piece, at: Temporal.PlainDateTime, language: string, timeZone: string): string {
  const width = run.length;
  const number = (value: number) => String(value).padStart(width, '0');
  switch (letter) {
    case 'u':
    case 'y':
      return width === 2 ? String(at.year % 100).padStart(2, '0') : number(at.year);
    case 'M':
    case 'L':
      return width > 2 ? word(at, { month: MONTH_WIDTHS[width] ?? 'long' }, language) : number(at.month);
    case 'd':
      return number(at.day);
    case 'D':
      return number(at.dayOfYear);
    case 'Q':
      return number(Math.ceil(at.month / 3));
    case 'w':
      return number(at.weekOfYear ?? 0);
    case 'E':
      return word(at, { weekday: width > 4 ? 'narrow' : width === 4 ? 'long' : 'short' }, language);
    case 'e':
    case 'c':
      return width > 2 ? word(at, { weekday: width > 3 ? 'long' : 'short' }, language) : number((at.dayOfWeek % 7) + 1);
    case 'a':
      return word(at, { hour: 'numeric', hourCycle: 'h12' }, language, 'dayPeriod');
    case 'H':
      return number(at.hour);
    case 'k':
      return number(at.hour || 24);
    case 'K':
      return number(at.hour % 12);
    case 'h':
      return number(at.hour % 12 || 12);
    case 'm':
      return number(at.minute);
    case 's':
      return number(at.second);
    case 'S':
      return String(at.millisecond).padStart(3, '0').padEnd(9, '0').slice(0, width);
    case 'z':
    case 'V':
    case 'X':
    case 'x':
    case 'Z':
      return zone(letter, width, at, language, timeZone);
    default:
      throw new Error(`Argument 2 has the letter ${letter}, which is not known here. Put a text in single quotes.`);
  }
}

const MONTH_WIDTHS: { readonly [width: number]: 'short' | 'long' | 'narrow' } = { 3: 'short', 4: 'long', 5: 'narrow' };

/** `Intl` shows an instant: here the same clock in UTC. */
function word(
  at: Temporal.PlainDateTime,
  options: Intl.DateTimeFormatOptions,
  language: string,
  type: string = Object.keys(options)[0]!,
): string {
  const instant = at.toZonedDateTime('UTC').epochMilliseconds;
  const parts = formatter(language, { ...options, timeZone: 'UTC' }).formatToParts(instant);
  return parts.find((part) => part.type === type)?.value ?? '';
}

function zone(letter: string, width: number, at: Temporal.PlainDateTime, language: string, timeZone: string): string {
  const zoned = at.toZonedDateTime(timeZone);
  if (letter === 'V') return timeZone;
  if (letter === 'z') {
    const options = { timeZone, timeZoneName: width > 3 ? 'long' : 'short', hour: 'numeric' } as const;
    const parts = formatter(language, options).formatToParts(zoned.epochMilliseconds);
    return parts.find(({ type }) => type === 'timeZoneName')?.value ?? zoned.offset;
  }
  if (letter === 'X' && zoned.offsetNanoseconds === 0) return 'Z';
  const hasColon = letter === 'Z' ? width > 3 : width === 3 || width === 5;
  return hasColon ? zoned.offset : zoned.offset.replace(':', '');
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  let made = formatters.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(language, options);
    // An agent has a handful of patterns; a stream of languages is none.
    if (formatters.size > 200) formatters.clear();
    formatters.set(key, made);
  }
  return made;
}

interface FieldReader {
  readonly source: string;
  readonly unit: string;
  readonly value: (text: string) => number;
}

function reader({ letter, text: run }: Piece, language: string): FieldReader {
  const width = run.length;
  const digits = (unit: string, most = width) => ({
    source: `(\\d{${width},${Math.max(width, most)}})`,
    unit,
    value: Number,
  });
  switch (letter) {
    case 'u':
    case 'y':
      // Two digits are of this century, as in Java.
      return width === 2 ? { ...digits('year'), value: (text) => 2000 + Number(text) } : digits('year', 4);
    case 'M':
    case 'L':
      return width > 2
        ? words('month', MONTHS, { month: MONTH_WIDTHS[width] ?? 'long' }, language)
        : digits('month', 2);
    case 'd':
      return digits('day', 2);
    case 'E':
      return words('weekday', WEEKDAYS, { weekday: width > 3 ? 'long' : 'short' }, language);
    case 'a':
      return words('half', HALVES, { hour: 'numeric', hourCycle: 'h12' }, language, 'dayPeriod');
    case 'H':
      return digits('hour', 2);
    case 'h':
      return digits('hour12', 2);
    case 'm':
      return digits('minute', 2);
    case 's':
      return digits('second', 2);
    case 'S':
      return digits('fraction');
    default:
      throw new Error(`Argument 2 has the letter ${letter}, which is not known here. Put a text in single quotes.`);
  }
}

/** 2024-01-01 was a Monday; the first of each month, the first seven days, and two hours of one day. */
const MONTHS = Array.from({ length: 12 }, (_, month) => Date.UTC(2024, month, 1));
const WEEKDAYS = Array.from({ length: 7 }, (_, day) => Date.UTC(2024, 0, 1 + day));
const HALVES = [Date.UTC(2024, 0, 1, 6), Date.UTC(2024, 0, 1, 18)];

function words(
  unit: string,
  instants: readonly number[],
  options: Intl.DateTimeFormatOptions,
  language: string,
  type: string = Object.keys(options)[0]!,
): FieldReader {
  const format = formatter(language, { ...options, timeZone: 'UTC' });
  const all = instants.map(
    (at) =>
      format
        .formatToParts(at)
        .find((part) => part.type === type)
        ?.value.toLowerCase() ?? '',
  );
  return { unit, source: `(${all.map(escaped).join('|')})`, value: (text) => all.indexOf(text.toLowerCase()) + 1 };
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function exists(read: ReadonlyMap<string, number>): boolean {
  const of = (unit: string, least: number, most: number) => {
    const value = read.get(unit);
    return value === undefined || (value >= least && value <= most);
  };
  // A day and a month without a year: a leap year, so that 29 February is one.
  const [year, month, day] = [read.get('year') ?? 2024, read.get('month') ?? 1, read.get('day') ?? 1];
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  // A day that the month does not have is one of another month.
  const isDay = date.getUTCMonth() === month - 1;
  const weekday = read.get('weekday');
  const isWeekday = weekday === undefined || !read.has('day') || ((date.getUTCDay() + 6) % 7) + 1 === weekday;
  return isDay && isWeekday && of('hour', 0, 23) && of('hour12', 1, 12) && of('minute', 0, 59) && of('second', 0, 59);
}
