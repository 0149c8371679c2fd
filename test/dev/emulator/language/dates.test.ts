import { expect, test } from '@jest/globals';
import type { Json } from '../../../../dev/emulator/agent.ts';
import { evaluate, parseCondition } from '../../../../dev/emulator/language/condition.ts';
import { resolveValue } from '../../../../dev/emulator/language/value.ts';
import { SCOPE } from './scope.ts';

const value = (call: string, more: object = {}): Json => resolveValue(`$sys.func.${call}`, { ...SCOPE, ...more });
const DAY = '$session.params.day';

test('NOW is on the clock of the agent.', () => {
  expect(value('NOW()')).toEqual({ year: 2024, month: 1, day: 15, hours: 6, minutes: 0, seconds: 0, nanos: 0 });
  expect(value('NOW()', { timeZone: 'Asia/Kolkata' })).toMatchObject({ day: 15, hours: 17, minutes: 30 });
  expect(value('TO_TEXT($sys.func.NOW())')).toBe('2024-01-15T06:00:00');
});

test.each([
  [DAY, 'uuuu-MM-dd', '2021-03-05'],
  [DAY, 'MMMM dd, yyyy', 'March 05, 2021'],
  [DAY, 'EEEE, MMM d', 'Friday, Mar 5'],
  [DAY, 'E MMMMM', 'Fri M'],
  [DAY, 'dd/MM/yy', '05/03/21'],
  [DAY, 'MMyyyy', '032021'],
  [DAY, "d 'of' MMMM 'o''clock'", "5 of March o'clock"],
  [DAY, "''yy", "'21"],
  [DAY, 'D Q w e', '64 1 9 6'],
  ['$session.params.time', 'h:mm a', '5:00 PM'],
  ['$session.params.time', 'HH:mm:ss.SSS', '17:00:00.000'],
  ['$sys.func.NOW()', 'hh:mm a', '06:00 AM'],
  ['$sys.func.NOW()', 'H', '6'],
  ['$sys.func.NOW()', 'k K', '6 6'],
  ['$sys.func.NOW()', 'Z XXX z VV', '-0600 -06:00 CST America/Chicago'],
  ['"2024-07-04"', 'EEEE', 'Thursday'],
  ['"2024-07-04T20:30:00Z"', 'dd HH:mm', '04 15:30'],
  ['"2024-07-04T20:30:00"', 'dd HH:mm', '04 20:30'],
])('FORMAT_DATE(%s, "%s") is %s', (date, pattern, text) => {
  expect(value(`FORMAT_DATE(${date}, "${pattern}")`)).toBe(text);
});

test('FORMAT_DATE speaks languages, and English without one.', () => {
  expect(value(`FORMAT_DATE(${DAY}, "EEEE, d MMMM", "de")`)).toBe('Freitag, 5 März');
  expect(value(`FORMAT_DATE(${DAY}, "EEEE", "es")`)).toBe('viernes');
  expect(value(`FORMAT_DATE(${DAY}, "EEEE")`, { languageCode: 'de' })).toBe('Friday');
});

test.each([
  [`ADD_DATE(${DAY}, 3, "DAYS")`, { year: 2021, month: 3, day: 8 }],
  [`ADD_DATE(${DAY}, -5, "day")`, { year: 2021, month: 2, day: 28 }],
  [`ADD_DATE(${DAY}, 1, "YEARS")`, { year: 2022, month: 3, day: 5 }],
  ['ADD_DATE("2024-01-31", 1, "MONTHS")', { year: 2024, month: 2, day: 29 }],
  [`ADD_DATE(${DAY}, 25, "HOURS")`, { year: 2021, month: 3, day: 6, hours: 1, minutes: 0, seconds: 0, nanos: 0 }],
  ['ADD_DATE($session.params.time, 90, "MINUTES")', { hours: 18, minutes: 30, seconds: 0, nanos: 0 }],
])('%s', (call, expected) => {
  expect(value(call)).toEqual(expected);
});

test.each([
  ['"2024-01-14"', true, false],
  ['"2024-01-15"', false, false],
  ['"2024-01-16"', false, true],
  ['"2024-01-15T05:59:59"', true, false],
  ['"2024-01-15T06:00:01"', false, true],
  ['"2024-01-15T12:00:00Z"', false, false],
  [DAY, true, false],
  ['$sys.func.ADD_DATE($sys.func.NOW(), 1, "MINUTES")', false, true],
])('%s: past %s, future %s', (date, past, future) => {
  expect([value(`IS_PAST_DATE(${date})`), value(`IS_FUTURE_DATE(${date})`)]).toEqual([past, future]);
});

test.each([
  ['"2021-04-29", "uuuu-MM-dd"', true],
  ['"2021-04-31", "uuuu-MM-dd"', false],
  ['"2021-4-29", "uuuu-MM-dd"', false],
  ['"2021-4-9", "uuuu-M-d"', true],
  ['"2023-02-29", "uuuu-MM-dd"', false],
  ['"2024-02-29", "uuuu-MM-dd"', true],
  ['"21 Apr 29", "uu MMM dd", "en"', true],
  ['"21 Apr 42", "uu MMM dd", "en"', false],
  ['"29. April 2021", "dd. MMMM uuuu", "de"', true],
  ['"5 März", "d MMMM", "de"', true],
  ['"Friday 2021-03-05", "EEEE uuuu-MM-dd"', true],
  ['"Monday 2021-03-05", "EEEE uuuu-MM-dd"', false],
  ['"05:30 PM", "hh:mm a"', true],
  ['"17:30 PM", "hh:mm a"', false],
  ['"24:00", "HH:mm"', false],
  ['"tomorrow", "uuuu-MM-dd"', false],
  ['$flow.none, "uuuu-MM-dd"', false],
])('IS_DATE(%s) is %s', (args, expected) => {
  expect(value(`IS_DATE(${args})`)).toBe(expected);
});

test('Summer time: an hour is an hour on the clock that shows it.', () => {
  // Clocks in Chicago went from 2:00 to 3:00 on 10 March 2024.
  const before = { now: Date.parse('2024-03-10T07:30:00Z') };
  expect(value('FORMAT_DATE($sys.func.NOW(), "HH:mm Z")', before)).toBe('01:30 -0600');
  const after = { now: Date.parse('2024-03-10T08:30:00Z') };
  expect(value('FORMAT_DATE($sys.func.NOW(), "HH:mm Z")', after)).toBe('03:30 -0500');
});

test('A pattern of very many fields, or one that can be read in too many ways, fails.', () => {
  const digits = '1'.repeat(64);
  const problems = (call: string) =>
    evaluate(parseCondition(`$sys.func.${call} = null`), SCOPE).problems.map(({ message }) => message);
  const pattern = 'dHms'.repeat(10);
  expect(problems(`IS_DATE("${digits}", "${pattern}")`)).toEqual(['IS_DATE: Argument 2 has more than 20 fields.']);
  expect(problems(`FORMAT_DATE(${DAY}, "${pattern}")`)).toEqual(['FORMAT_DATE: Argument 2 has more than 20 fields.']);
  expect(problems(`IS_DATE("${digits}${digits}", "${'yu'.repeat(10)}")`)).toEqual([
    'IS_DATE: The pattern in argument 2 takes longer than 100 ms on this text.',
  ]);
  expect(problems(`IS_DATE("1", "${'dHms'.repeat(5)}")`)).toEqual([]);
});
