const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** India has one time zone and no summer time: UTC+5:30, in milliseconds. */
const CAMPUS_OFFSET = 330 * MINUTE;

/** The date on the campus so many days after `now`, as the store writes dates. */
export function dateIn(now: number, days: number): string {
  return new Date(now + CAMPUS_OFFSET + days * DAY).toISOString().slice(0, 10);
}

/** A date and a clock time of the campus, as the store writes times. */
export function instant(date: string, clock: string): string {
  return new Date(Date.parse(`${date}T${clock}:00.000Z`) - CAMPUS_OFFSET).toISOString();
}
