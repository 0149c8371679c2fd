import { inLanguage } from '../language.ts';

/**
 * Dates, times and lists as people read and say them, in the languages that the assistant speaks. Hindi has its words for the
 * parts of the day (`दोपहर 2:30`), which `time()` of `values.ts` understands again.
 */

const LOCALES = { en: 'en-IN', hi: 'hi-IN' };
const CLOCK = {
  en: { hour: 'numeric', minute: '2-digit', hour12: true },
  hi: { hour: 'numeric', minute: '2-digit', hour12: true, dayPeriod: 'short' },
} as const;

/** `2026-11-24` is `Tuesday, 24 November`, or with its year, which is said where it is not clear. */
export function spokenDate(date: string, language: string, { year = false } = {}): string {
  const format = new Intl.DateTimeFormat(inLanguage(LOCALES, language), {
    timeZone: 'UTC',
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(year && { year: 'numeric' }),
  });
  return format.format(Date.parse(date));
}

/** `14:30` is `2:30 pm`. */
export function spokenTime(clock: string, language: string): string {
  const format = new Intl.DateTimeFormat(inLanguage(LOCALES, language), {
    timeZone: 'UTC',
    ...inLanguage(CLOCK, language),
  });
  return format.format(Date.parse(`1970-01-01T${clock}Z`)).replace(/\s/g, ' '); // some versions of ICU put a narrow space
}

/** `a, b or c`, `a, b and c`. */
export function spokenList(words: readonly string[], language: string, type: 'or' | 'and'): string {
  const style = type === 'or' ? 'disjunction' : 'conjunction';
  return new Intl.ListFormat(inLanguage(LOCALES, language), { type: style }).format(words);
}
