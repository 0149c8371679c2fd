import { readTimeZone } from './time-zone.ts';

/** Swedish dates are those of ISO 8601. */
const iso = new Intl.DateTimeFormat('sv-SE', {
  timeZone: readTimeZone(process.env),
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** The date on the campus at a time (ISO 8601, or milliseconds since the epoch), as the store writes dates: `2026-11-23`. */
export function campusDate(at: number | string): string {
  return iso.format(new Date(at));
}

const long = new Intl.DateTimeFormat('en-IN', { dateStyle: 'long', timeZone: 'UTC' });

/** With its year, for what may lie far back: `longDate('2026-11-23')` is `23 November 2026`. */
export function longDate(date: string): string {
  return long.format(new Date(date));
}
