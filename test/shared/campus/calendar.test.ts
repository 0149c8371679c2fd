import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addDays, createCalendar, eachDay, weekdayOf, withinOneDay } from '../../../shared/campus/calendar.ts';
import { thrown } from '../../helpers/thrown.ts';

const pune = createCalendar({});
const berlin = createCalendar({ CAMPUS_TIME_ZONE: 'Europe/Berlin' });
const clocks = (slots: readonly { clock: string }[]) => slots.map(({ clock }) => clock);

test('The campus is in India, or where CAMPUS_TIME_ZONE says.', () => {
  expect([pune.timeZone, createCalendar({ CAMPUS_TIME_ZONE: ' ' }).timeZone]).toEqual(['Asia/Kolkata', 'Asia/Kolkata']);
  expect(berlin.timeZone).toBe('Europe/Berlin');
  expect(thrown(() => createCalendar({ CAMPUS_TIME_ZONE: 'Mars/Olympus' }))).toMatchObject({
    name: 'ConfigError',
    message: 'CAMPUS_TIME_ZONE must be the name of a time zone, for example Asia/Kolkata.',
  });
});

test('An instant has the date and the clock time of the campus, and its offset.', () => {
  expect(pune.at('2026-11-23T20:00:00.000Z')).toEqual({ date: '2026-11-24', clock: '01:30' });
  expect(pune.at(Date.UTC(2026, 10, 23, 4, 0))).toEqual({ date: '2026-11-23', clock: '09:30' });
  expect(pune.withOffset('2026-11-24T05:00:00.000Z')).toBe('2026-11-24T10:30:00+05:30');
  expect(berlin.withOffset('2026-07-01T05:00:00.000Z')).toBe('2026-07-01T07:00:00+02:00');
});

test('Appointments follow one another from opening, and the last ends by closing.', () => {
  const hours = [
    { opens: '14:00', closes: '15:30' },
    { opens: '10:00', closes: '11:29' },
  ];
  expect(pune.slots('2026-11-24', hours, 45)).toEqual([
    { start: '2026-11-24T04:30:00.000Z', clock: '10:00' },
    { start: '2026-11-24T08:30:00.000Z', clock: '14:00' },
    { start: '2026-11-24T09:15:00.000Z', clock: '14:45' },
  ]);
  expect(pune.slots('2026-11-24', [], 45)).toEqual([]);
  expect(pune.slots('2026-11-24', [{ opens: '10:00', closes: '10:00' }], 15)).toEqual([]);
});

test('Where the clocks are put forward, the hour that is left out has no appointments.', () => {
  // 29 March 2026: 2:00 is 3:00.
  const night = [{ opens: '01:00', closes: '04:00' }];
  expect(clocks(berlin.slots('2026-03-29', night, 30))).toEqual(['01:00', '01:30', '03:00', '03:30']);
  expect(clocks(berlin.slots('2026-03-29', [{ opens: '02:30', closes: '04:00' }], 30))).toEqual(['03:30']);
});

test('Where the clocks are put back, appointments begin in the first of the hour that comes twice, and none in the second.', () => {
  // 25 October 2026: 3:00 is 2:00.
  const slots = berlin.slots('2026-10-25', [{ opens: '01:00', closes: '04:00' }], 60);
  expect(slots).toEqual([
    { start: '2026-10-24T23:00:00.000Z', clock: '01:00' },
    { start: '2026-10-25T00:00:00.000Z', clock: '02:00' },
    { start: '2026-10-25T02:00:00.000Z', clock: '03:00' },
  ]);
  // The second 2:15 is no other time for whoever hears it.
  expect(clocks(berlin.slots('2026-10-25', [{ opens: '01:00', closes: '04:00' }], 45))).toEqual([
    '01:00',
    '01:45',
    '02:30',
    '03:00',
  ]);
  expect(berlin.slots('2026-10-25', [{ opens: '02:00', closes: '04:00' }], 60)[0]!.start).toBe(
    '2026-10-25T00:00:00.000Z',
  );
});

test('24:00 is the midnight at the end of the day.', () => {
  expect(clocks(pune.slots('2026-11-24', [{ opens: '22:00', closes: '24:00' }], 45))).toEqual(['22:00', '22:45']);
  expect(clocks(berlin.slots('2026-10-25', [{ opens: '22:30', closes: '24:00' }], 45))).toEqual(['22:30', '23:15']);
});

test('Hours over midnight are two: until midnight, and on the next day, after Sunday on Monday.', () => {
  const day = { weekday: 2, opens: '10:00', closes: '13:00' };
  expect(withinOneDay([day, { weekday: 7, opens: '22:00', closes: '02:00' }])).toEqual([
    day,
    { weekday: 7, opens: '22:00', closes: '24:00' },
    { weekday: 1, opens: '00:00', closes: '02:00' },
  ]);
  const night = [{ weekday: 1, opens: '22:00', closes: '24:00' }];
  expect(withinOneDay(night)).toEqual(night);
});

const all = (year: number | null, month: number | null, day: number) => ({ year, month, day });

test.each([
  ['all of it', all(2026, 11, 24), all(2026, 11, 24), '2026-11-24', '2026-11-24'],
  ['all of it, also where it has passed', all(2025, 1, 2), all(2025, 1, 2), '2025-01-02', '2025-01-02'],
  ['today', all(null, 11, 23), all(null, 11, 23), '2026-11-23', '2026-11-23'],
  ['a date that has passed this year', all(null, 11, 22), all(null, 11, 22), '2027-11-22', '2027-11-22'],
  ['a day of this month', all(null, null, 30), all(null, null, 30), '2026-11-30', '2026-11-30'],
  ['a day that this month has not', all(null, null, 31), all(null, null, 31), '2026-12-31', '2026-12-31'],
  ['a day of the next month', all(null, null, 5), all(null, null, 5), '2026-12-05', '2026-12-05'],
  ['29 February', all(null, 2, 29), all(null, 2, 29), '2028-02-29', '2028-02-29'],
  ['a span that has begun', all(null, 11, 20), all(null, 11, 28), '2026-11-20', '2026-11-28'],
  ['a span over the new year', all(null, 12, 28), all(null, 1, 3), '2026-12-28', '2027-01-03'],
  ['a span of days', all(null, null, 28), all(null, null, 3), '2026-11-28', '2026-12-03'],
])('On 23 November 2026, %s is meant as the next one.', (_, first, last, from, to) => {
  expect(pune.meant({ first, last, time: null }, '2026-11-23')).toEqual({ first: from, last: to });
});

test('Days have their weekday of ISO 8601, and follow one another.', () => {
  expect([weekdayOf('2026-11-23'), weekdayOf('2026-11-29')]).toEqual([1, 7]);
  expect(addDays('2026-12-30', 3)).toBe('2027-01-02');
  expect([...eachDay('2026-11-29', '2026-12-01')]).toEqual(['2026-11-29', '2026-11-30', '2026-12-01']);
  expect([...eachDay('2026-12-01', '2026-11-29')]).toEqual([]);
});

test('In any zone and on any day: appointments never overlap, and none ends after closing or is of another day.', () => {
  const zones = fc.constantFrom(
    'Asia/Kolkata',
    'Europe/Berlin',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
  );
  const days = fc.integer({ min: 0, max: 800 }).map((n) => addDays('2026-01-01', n));
  fc.assert(
    fc.property(zones, days, fc.integer({ min: 5, max: 90 }), (zone, date, minutes) => {
      const calendar = createCalendar({ CAMPUS_TIME_ZONE: zone });
      const slots = calendar.slots(date, [{ opens: '01:00', closes: '05:00' }], minutes);
      slots.forEach(({ start, clock }, i) => {
        expect(calendar.at(start)).toEqual({ date, clock });
        expect(calendar.at(Date.parse(start) + minutes * 60_000).clock <= '05:00').toBe(true);
        if (i === 0) return;
        expect(Date.parse(start) - Date.parse(slots[i - 1]!.start)).toBeGreaterThanOrEqual(minutes * 60_000);
        expect(clock > slots[i - 1]!.clock).toBe(true);
      });
    }),
    { numRuns: 200 },
  );
});
