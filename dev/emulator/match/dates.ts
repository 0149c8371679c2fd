import type * as chrono from 'chrono-node';
import type { JsonObject } from '../agent.ts';
import { baseLanguage, type Circumstances, type Found } from './found.ts';
import { chronoNode } from './libraries.ts';
import { memo } from './memo.ts';

/** Days with a name and a fixed date, which chrono does not know: month, day. English. */
const NAMED_DAYS: readonly (readonly [RegExp, number, number])[] = [
  [/\bchristmas eve\b/i, 12, 24],
  [/\bchristmas(?: day)?\b(?! eve)/i, 12, 25],
  [/\bnew year'?s eve\b/i, 12, 31],
  [/\bnew year'?s(?: day)?\b(?! eve)/i, 1, 1],
  [/\bvalentine'?s(?: day)?\b/i, 2, 14],
  [/\bhalloween\b/i, 10, 31],
];
/** chrono's parser of a language; any that it does not have is read as English. */
const parserOf = memo((language): chrono.Chrono => {
  const { en, de, es, fr, it, ja, nl, pt, ru, sv, uk, zh } = chronoNode();
  const other = Object.entries({ de, es, fr, it, ja, nl, pt, ru, sv, uk, zh }).find(([code]) => code === language);
  if (other) return other[1].casual;
  const english = en.casual.clone();
  english.parsers.push(
    ...NAMED_DAYS.map(([pattern, month, day]) => ({ pattern: () => pattern, extract: () => ({ month, day }) })),
  );
  return english;
});

const RELATIVE_TIME = 'result/relativeDateAndTime';
type Parts = chrono.ParsedComponents;

const dateOf = (parts: Parts): JsonObject => ({
  year: parts.get('year')!,
  month: parts.get('month')!,
  day: parts.get('day')!,
});
const timeOf = (parts: Parts): JsonObject => ({
  hours: parts.get('hour') ?? 0,
  minutes: parts.get('minute') ?? 0,
  seconds: parts.get('second') ?? 0,
  nanos: (parts.get('millisecond') ?? 0) * 1_000_000,
});
const hasDay = (parts: Parts) => parts.isCertain('day') || parts.isCertain('weekday');
const hasTime = (parts: Parts) => parts.isCertain('hour') && !parts.tags().has(RELATIVE_TIME);

/** `{ year, month, day }`: the next such day, today with it. */
export function findDates(text: string, circumstances: Circumstances): Found[] {
  return parse(text, circumstances)
    .filter(({ start }) => hasDay(start) && !start.tags().has(RELATIVE_TIME))
    .map((result) => foundAt(result, dateOf(result.start)));
}

/** `{ hours, minutes, seconds, nanos }`, 24 hours; of a date with a time in it, the time. */
export function findTimes(text: string, circumstances: Circumstances): Found[] {
  return parse(text, circumstances)
    .filter(({ start }) => hasTime(start))
    .map((result) => foundAt(result, timeOf(result.start)));
}

/** A date, a time of the next day that has it, or both: all seven fields. */
export function findDateTimes(text: string, circumstances: Circumstances): Found[] {
  return parse(text, circumstances)
    .filter(({ start }) => hasDay(start) || start.isCertain('hour'))
    .map((result) => foundAt(result, { ...dateOf(result.start), ...timeOf(result.start) }));
}

/** `{ startDate, endDate }`, both days in it: two dates with `to` between, a week, a month, a year. */
export function findDatePeriods(text: string, circumstances: Circumstances): Found[] {
  return parse(text, circumstances).flatMap((result) => {
    const first = result.start;
    if (result.end) return [foundAt(result, { startDate: dateOf(first), endDate: dateOf(result.end) })];
    const [year, month, day] = [first.get('year')!, first.get('month')!, first.get('day')!];
    const period = (from: Date, to: Date) => [foundAt(result, { startDate: utcDate(from), endDate: utcDate(to) })];
    const at = (y: number, m: number, d: number) => new Date(Date.UTC(y, m - 1, d));
    if (/week(?!end|day)/i.test(result.text) && !first.isCertain('weekday')) {
      // ISO 8601: a week begins on Monday.
      const monday = day - ((at(year, month, day).getUTCDay() + 6) % 7);
      return period(at(year, month, monday), at(year, month, monday + 6));
    }
    if (hasDay(first) || first.isCertain('hour')) return [];
    if (first.isCertain('month')) return period(at(year, month, 1), at(year, month + 1, 0));
    if (/month/i.test(result.text)) return period(at(year, month, 1), at(year, month + 1, 0));
    return /year/i.test(result.text) ? period(at(year, 1, 1), at(year, 12, 31)) : [];
  });
}

const utcDate = (date: Date): JsonObject => ({
  year: date.getUTCFullYear(),
  month: date.getUTCMonth() + 1,
  day: date.getUTCDate(),
});
const foundAt = ({ index, text }: chrono.ParsedResult, resolved: JsonObject): Found => ({
  start: index,
  end: index + text.length,
  resolved,
});

function parse(text: string, { languageCode, timeZone, now }: Circumstances): chrono.ParsedResult[] {
  const parser = parserOf(baseLanguage(languageCode));
  return parser.parse(text, { instant: new Date(now), timezone: offsetOf(timeZone, now) }, { forwardDate: true });
}

const offsetFormat = memo((timeZone) => new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }));

/** Minutes east of UTC at a moment. */
function offsetOf(timeZone: string, now: number): number {
  const name = offsetFormat(timeZone)
    .formatToParts(now)
    .find((part) => part.type === 'timeZoneName')?.value;
  const [, sign, hours, minutes] = /([+-])(\d{2}):(\d{2})/.exec(name ?? '') ?? [];
  return sign ? Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) : 0;
}
