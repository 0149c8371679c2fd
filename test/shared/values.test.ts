import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { optional, safeParse } from 'valibot';
import { spokenTime } from '../../shared/campus/spoken.ts';
import { date, place, time } from '../../shared/values.ts';

function read(value: unknown) {
  const result = safeParse(place(), value);
  return result.success ? result.output : { refused: result.issues.map(({ message }) => message) };
}

test.each([
  ['Pune', 'Pune'],
  ['  Pune ', 'Pune'],
  [{ city: 'Pune', country: 'India', original: 'Pune' }, 'Pune, India'],
  [{ city: 'Springfield', 'admin-area': 'Illinois', country: 'United States' }, 'Springfield, Illinois, United States'],
  [{ city: 'Pune', 'admin-area': '', country: '', original: 'in Pune' }, 'Pune'],
  [{ city: null, country: 'India', original: 'india' }, 'India'],
  [{ 'street-address': '10 Downing Street', original: '10 Downing Street' }, '10 Downing Street'],
  [{ 'business-name': 'Google', city: 'Zurich', original: 'Google in Zurich' }, 'Zurich'],
])('place() makes %j the text "%s".', (value, text) => {
  expect(read(value)).toBe(text);
});

test.each([
  [''],
  ['  '],
  [{}],
  [{ original: '' }],
  [{ 'zip-code': '411001' }],
  [{ city: 5 }],
  [411001],
  [null],
  [undefined],
  [['Pune']],
])('place() refuses %j.', (value) => {
  expect(read(value)).toEqual({ refused: ['This must be the name of a place.'] });
});

test('place() refuses more than 200 characters.', () => {
  expect(read('x'.repeat(200))).toBe('x'.repeat(200));
  expect(read('x'.repeat(201))).toEqual({ refused: ['The name of a place has at most 200 characters.'] });
});

const PUNE = 'Asia/Kolkata';
const dateOf = (value: unknown, zone = PUNE) => safeParse(date(zone), value);
const timeOf = (value: unknown, zone = PUNE) => safeParse(time(zone), value);
const day = (year: number | null, month: number | null, day: number) => ({ year, month, day });
const on = (said: object, clock?: string) => ({
  first: said,
  last: said,
  time: clock === undefined ? null : { first: clock, last: clock },
});

test.each([
  [{ year: 2026, month: 11, day: 24 }, on(day(2026, 11, 24))],
  [{ year: 2028, month: 2, day: 29 }, on(day(2028, 2, 29))],
  [{ month: 2, day: 29 }, on(day(null, 2, 29))],
  [{ year: 0, month: 11, day: 24 }, on(day(null, 11, 24))],
  [{ year: 0, month: 0, day: 31 }, on(day(null, null, 31))],
  [{ year: null, month: null, day: 31 }, on(day(null, null, 31))],
  [{ year: 2026, month: 11, day: 24, hours: 14, minutes: 5, seconds: 0, nanos: 0 }, on(day(2026, 11, 24), '14:05')],
  [{ year: 2026, month: 11, day: 24, future: {}, original: 'tomorrow' }, on(day(2026, 11, 24))],
  ['2026-11-24', on(day(2026, 11, 24))],
  [' 2026-11-24 ', on(day(2026, 11, 24))],
  ['२०२६-११-२४', on(day(2026, 11, 24))],
  ['2026-11-24T09:30', on(day(2026, 11, 24), '09:30')],
  ['2026-11-24 09:30:15', on(day(2026, 11, 24), '09:30')],
  ['2026-11-24T09:30:00+05:30', on(day(2026, 11, 24), '09:30')],
  ['2026-11-24T20:00:00.000Z', on(day(2026, 11, 25), '01:30')],
  ['2026-12-31T20:00:00-01:00', on(day(2027, 1, 1), '02:30')],
  [
    { startDate: { month: 12, day: 28 }, endDate: { month: 1, day: 3 } },
    { first: day(null, 12, 28), last: day(null, 1, 3), time: null },
  ],
  [{ startDate: '2026-11-24', endDate: '2026-11-24' }, on(day(2026, 11, 24))],
])('date() reads %j.', (value, output) => {
  expect(dateOf(value)).toMatchObject({ success: true, output });
});

test.each([
  [undefined],
  [null],
  [''],
  [20261124],
  ['tomorrow'],
  ['24/11/2026'],
  ['04-05-2026'],
  ['2026-02-31'],
  ['2026-02-31T10:00:00Z'],
  ['2026-13-01'],
  ['0000-01-01'],
  ['20260-01-01'],
  [{}],
  [{ year: 2026, month: 11 }],
  [{ year: 2026, month: 11, day: 0 }],
  [{ year: 2026, day: 5 }],
  [{ year: 2027, month: 2, day: 29 }],
  [{ month: 2, day: 30 }],
  [{ month: 4, day: 31 }],
  [{ day: 32 }],
  [{ year: 20260, month: 1, day: 1 }],
  [{ year: 26, month: 1, day: 1 }],
  [{ year: 2026, month: 11, day: 24.5 }],
  [{ year: 2026, month: '11', day: 24 }],
  [{ year: -1, month: 11, day: 24 }],
  [[2026, 11, 24]],
  [{ startDate: '2026-11-24' }],
  [{ startDate: '2026-11-24', endDate: '2026-11-23' }],
  [{ startDate: '2026-11-24', endDate: '2025-12-30' }],
])('date() refuses %j.', (value) => {
  expect(dateOf(value)).toMatchObject({ success: false, issues: [{ message: 'This must be a date.' }] });
});

test.each([
  [{ hours: 14, minutes: 30, seconds: 0, nanos: 0 }, '14:30'],
  [{ hours: 9 }, '09:00'],
  [{ hours: 0, minutes: 0 }, '00:00'],
  [{ year: 2026, month: 11, day: 24, hours: 14, minutes: 30 }, '14:30'],
  ['14:30', '14:30'],
  ['T14:30:00', '14:30'],
  ['9:05', '09:05'],
  ['2 pm', '14:00'],
  ['2pm', '14:00'],
  ['2:30 PM', '14:30'],
  ['2:30 p.m.', '14:30'],
  ['12 am', '00:00'],
  ['12:15 pm', '12:15'],
  ['10:30\u202fam', '10:30'],
  ['2026-11-24T14:30:00+05:30', '14:30'],
  ['2026-11-24T09:00:00Z', '14:30'],
  ['सुबह 10:30', '10:30'],
  ['दोपहर 2:30 बजे', '14:30'],
  ['दोपहर 12:15', '12:15'],
  ['दोपहर 11:30', '11:30'],
  ['शाम 5 बजे', '17:00'],
  ['रात 9 बजे', '21:00'],
  ['रात 12:30', '00:30'],
  ['रात 2 बजे', '02:00'],
  ['14:30 बजे', '14:30'],
  ['दोपहर २:३०', '14:30'],
  ['सुबह १० बजे', '10:00'],
  ['१४:३०', '14:30'],
  ['２:３０ pm', '14:30'],
  ['3 बजे', '15:00'],
  ['३:३० बजे', '15:30'],
  ['7 बजे', '19:00'],
  ['8 बजे', '08:00'],
  ['12 बजे', '12:00'],
  ['03:00 बजे', '03:00'],
  ['3:00', '03:00'],
])('time() reads %j as %s.', (value, clock) => {
  expect(timeOf(value)).toMatchObject({ success: true, output: { first: clock, last: clock } });
});

test.each([
  [undefined],
  [null],
  [''],
  [14],
  ['14'],
  ['soon'],
  ['25:00'],
  ['14:60'],
  ['13 pm'],
  ['0 am'],
  ['शाम 17 बजे'],
  ['2026-11-24'],
  [{}],
  [{ minutes: 30 }],
  [{ hours: 24 }],
  [{ hours: -1 }],
  [{ hours: 9.5 }],
  [{ hours: '9' }],
  [{ startTime: { hours: 9 } }],
  [{ startTime: { hours: 22 }, endTime: { hours: 2 } }],
])('time() refuses %j.', (value) => {
  expect(timeOf(value)).toMatchObject({ success: false, issues: [{ message: 'This must be a time of the day.' }] });
});

test('time() reads a span.', () => {
  const value = { startTime: { hours: 9, minutes: 30 }, endTime: '12 pm' };
  expect(timeOf(value)).toMatchObject({ output: { first: '09:30', last: '12:00' } });
});

test('An instant has the date and the time of the zone that is given, summer time included.', () => {
  expect(dateOf('2026-07-01T22:30:00Z', 'Europe/Berlin')).toMatchObject({ output: on(day(2026, 7, 2), '00:30') });
  expect(dateOf('2026-01-01T22:30:00Z', 'Europe/Berlin')).toMatchObject({ output: on(day(2026, 1, 1), '23:30') });
});

test('A parameter that is not there stays away where it may.', () => {
  expect(safeParse(optional(date(PUNE)), undefined)).toMatchObject({ success: true, output: undefined });
});

test('Every time that is offered is understood again, in both languages.', () => {
  for (let minute = 0; minute < 24 * 60; minute++) {
    const clock = [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
    for (const language of ['en', 'hi-IN']) {
      const said = spokenTime(clock, language);
      expect([said, timeOf(said).output]).toEqual([said, { first: clock, last: clock }]);
    }
  }
});

test('Whatever JSON is read: nothing is thrown, and what comes out is a date of the calendar and a time of the clock.', () => {
  const part = fc.oneof(fc.integer({ min: -1, max: 62 }), fc.constantFrom(0, 2026, 9999, null), fc.double());
  const fields = fc.record({ year: part, month: part, day: part, hours: part, minutes: part }, { requiredKeys: [] });
  const text = fc.stringMatching(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(Z|\+05:30)?)?$/);
  const span = fc.record({ startDate: fields, endDate: fields, startTime: fields, endTime: fields });
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fields, text, span), (value) => {
      const said = dateOf(value);
      if (said.success) {
        for (const { year, month, day } of [said.output.first, said.output.last]) {
          const there = new Date(Date.UTC(year ?? 2024, (month ?? 1) - 1, day));
          expect([there.getUTCMonth() + 1, there.getUTCDate()]).toEqual([month ?? 1, day]);
        }
      }
      const clock = timeOf(value);
      if (clock.success) {
        for (const each of [clock.output.first, clock.output.last]) expect(each).toMatch(/^([01]\d|2[0-3]):[0-5]\d$/);
      }
    }),
    { numRuns: 2000 },
  );
});
