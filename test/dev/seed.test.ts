import { scryptSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { seedRows } from '../../dev/seed/rows.ts';
import college from '../../dev/seed/students.json' with { type: 'json' };
import type { Tables } from '../../shared/store/tables.ts';

/** 19:30 of 21 November 2026 in UTC, which on the campus is 22 November already. */
const NOW = Date.parse('2026-11-21T19:30:00.000Z');
const TODAY = '2026-11-22';

const COLUMNS = {
  departments: ['id', 'name', 'building', 'phone', 'email', 'hours'],
  faculty: ['id', 'name', 'title', 'department_id', 'subjects', 'office', 'email', 'hours'],
  books: ['id', 'title', 'author', 'year', 'subject', 'shelf'],
  book_copies: ['id', 'book_id', 'state', 'due'],
  clubs: ['id', 'name', 'topic', 'description', 'meets', 'place', 'email'],
  programmes: ['id', 'name', 'per_credit'],
  semester_fees: ['id', 'name', 'amount'],
  students: ['number', 'name', 'programme_id', 'pin_hash'],
  transactions: ['id', 'student_number', 'at', 'text', 'amount'],
  dues: ['id', 'student_number', 'name', 'amount', 'paid', 'due'],
  services: ['id', 'name', 'name_hi', 'aliases', 'place', 'minutes', 'capacity'],
  opening_hours: ['service_id', 'weekday', 'opens', 'closes'],
  closed_days: ['date', 'reason'],
} as const satisfies { [table in keyof Tables]?: readonly (keyof Tables[table])[] };
type Seeded = keyof typeof COLUMNS;

const rows = seedRows(NOW) as { [table in Seeded]: Tables[table][] };
const everyRow = (Object.keys(rows) as Seeded[]).flatMap((table) =>
  (rows[table] as object[]).map((row) => ({ table, row })),
);
const counts = (keys: readonly string[]) => {
  const found = new Map<string, number>();
  for (const key of keys) found.set(key, (found.get(key) ?? 0) + 1);
  return found;
};
const repeated = (keys: readonly string[]) => [...counts(keys)].filter(([, times]) => times > 1).map(([key]) => key);
const range = (values: readonly number[]) => [Math.min(...values), Math.max(...values)];
const sorted = (words: readonly string[]) => [...new Set(words)].sort();
const minutesOf = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
const isDate = (text: string) =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);

test('a row has the columns of its table, no more and no fewer; tables come after those that they point to', () => {
  expect(Object.keys(rows)).toEqual(Object.keys(COLUMNS));
  for (const { table, row } of everyRow) expect(sorted(Object.keys(row))).toEqual(sorted(COLUMNS[table]));
});

test('all entries of a list in a file have the same keys, so that no misspelt one is passed over', () => {
  const folder = new URL('../../dev/seed/', import.meta.url);
  const lists: [file: string, shapes: string[]][] = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    JSON.parse(readFileSync(new URL(file, folder), 'utf8'), (_, value) => {
      if (Array.isArray(value)) {
        lists.push([
          file,
          [...new Set(value.map((entry) => (isObject(entry) ? Object.keys(entry).join() : typeof entry)))],
        ]);
      }
      return value;
    });
  }
  expect(lists.length).toBeGreaterThan(300);
  const isBook = (shapes: readonly string[]) => shapes.join() === 'string,number';
  expect(lists.filter(([file, shapes]) => shapes.length !== 1 && !(file === 'books.json' && isBook(shapes)))).toEqual(
    [],
  );
});

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

test('the college is as large as promised', () => {
  const size = Object.fromEntries(Object.entries(rows).map(([table, list]) => [table, list.length]));
  expect(size).toMatchObject({ departments: 12, services: 8, semester_fees: 3, closed_days: 16 });
  expect(size.faculty).toBeGreaterThanOrEqual(60);
  expect(size.books).toBeGreaterThanOrEqual(150);
  expect(size.clubs).toBeGreaterThanOrEqual(30);
  expect(size.programmes).toBeGreaterThanOrEqual(10);
  expect(size.students).toBeGreaterThanOrEqual(40);
  expect(counts(rows.faculty.map((row) => row.department_id)).size).toBe(12);
  expect(range([...counts(rows.book_copies.map((row) => row.book_id)).values()])).toEqual([1, 4]);
  expect(range([...counts(rows.transactions.map((row) => row.student_number)).values()])).toEqual([5, 12]);
  expect(range([...counts(rows.dues.map((row) => row.student_number)).values()])).toEqual([1, 4]);
});

test('no key is there twice, nor anything else that people tell rows apart by', () => {
  for (const table of ['departments', 'faculty', 'books', 'book_copies', 'clubs', 'programmes', 'services'] as const) {
    expect(repeated(rows[table].map(({ id }) => id))).toEqual([]);
  }
  for (const table of ['semester_fees', 'transactions', 'dues'] as const) {
    expect(repeated(rows[table].map(({ id }) => id))).toEqual([]);
  }
  expect(repeated(rows.students.map(({ number }) => number))).toEqual([]);
  expect(repeated(rows.closed_days.map(({ date }) => date))).toEqual([]);
  expect(
    repeated(rows.opening_hours.map(({ service_id, weekday, opens }) => `${service_id} ${weekday} ${opens}`)),
  ).toEqual([]);
  expect(repeated(rows.books.map(({ title, author }) => `${title}, ${author}`))).toEqual([]);
  expect(repeated(rows.books.map(({ shelf }) => shelf))).toEqual([]);
  expect(repeated([...rows.faculty, ...rows.students].map(({ name }) => name))).toEqual([]);
  expect(repeated([...rows.faculty, ...rows.departments, ...rows.clubs].map(({ email }) => email))).toEqual([]);
  expect(repeated(rows.departments.map(({ phone }) => phone))).toEqual([]);
  expect(repeated(rows.students.map(({ pin_hash }) => pin_hash.split('$')[4]!))).toEqual([]);
  const words = rows.services.flatMap(({ name, name_hi, aliases }) => [name, name_hi, ...aliases.split(', ')]);
  expect(repeated(words.map((word) => word.toLowerCase()))).toEqual([]);
});

test('every reference leads to a row, and every book, service and student has what belongs to it', () => {
  const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id).sort();
  const numbers = rows.students.map(({ number }) => number).sort();
  expect(sorted(rows.faculty.map((row) => row.department_id))).toEqual(ids(rows.departments));
  expect(sorted(rows.book_copies.map((row) => row.book_id))).toEqual(ids(rows.books));
  expect(sorted(rows.students.map((row) => row.programme_id))).toEqual(ids(rows.programmes));
  expect(sorted(rows.opening_hours.map((row) => row.service_id))).toEqual(ids(rows.services));
  expect(sorted(rows.transactions.map((row) => row.student_number))).toEqual(numbers);
  expect(sorted(rows.dues.map((row) => row.student_number))).toEqual(numbers);
});

test('texts are trimmed and not empty, numbers are integers below 2^31', () => {
  const cells = everyRow.flatMap(({ table, row }) =>
    Object.entries(row).map(([column, value]: [string, unknown]) => ({ name: `${table}.${column}`, value })),
  );
  const odd = cells.filter(({ name, value }) => {
    if (typeof value === 'string') return value === '' || value !== value.trim();
    if (typeof value === 'number') return !Number.isInteger(value) || Math.abs(value) >= 2 ** 31;
    return name !== 'book_copies.due' || value !== null;
  });
  expect(odd).toEqual([]);
});

test('addresses and telephones reach nobody: example.edu is reserved, and no number goes on with 0', () => {
  for (const { email } of [...rows.departments, ...rows.faculty, ...rows.clubs]) {
    expect(email).toMatch(/^[a-z]+([.-][a-z]+)*@example\.edu$/);
  }
  for (const { phone } of rows.departments) expect(phone).toMatch(/^\+91 20 0000 0\d{3}$/);
  expect(JSON.stringify(rows).match(/@(?!example\.(edu|com)")/g)).toBeNull();
});

test('dates exist and are written as the store writes them', () => {
  const dates = [...rows.dues.map(({ due }) => due), ...rows.closed_days.map(({ date }) => date)];
  dates.push(...rows.book_copies.flatMap(({ due }) => due ?? []));
  expect(dates.filter((date) => !isDate(date))).toEqual([]);
  expect(rows.transactions.filter(({ at }) => new Date(at).toISOString() !== at)).toEqual([]);
});

test('a copy has a day of return only while it is out, and that day is ahead', () => {
  for (const { state, due } of rows.book_copies) {
    if (state === 'out') expect(due! > TODAY).toBe(true);
    else expect({ state, due }).toEqual({ state: expect.stringMatching(/^(in|reference)$/), due: null });
  }
  expect(counts(rows.book_copies.map(({ state }) => state)).size).toBe(3);
  expect(range(rows.books.map(({ year }) => year))).toEqual([1776, 2017]);
});

test('a service opens for whole appointments, without overlap, on days from 1 to 7', () => {
  for (const { id, minutes, capacity } of rows.services) {
    expect([id, minutes >= 15 && minutes <= 60, capacity >= 1 && capacity <= 4]).toEqual([id, true, true]);
    const hours = rows.opening_hours.filter(({ service_id }) => service_id === id);
    for (const { weekday, opens, closes } of hours) {
      expect([1, 2, 3, 4, 5, 6, 7]).toContain(weekday);
      for (const clock of [opens, closes]) expect(clock).toMatch(/^([01]\d|2[0-3]):[0-5]\d$/);
      const length = minutesOf(closes) - minutesOf(opens);
      expect([id, weekday, length > 0, length % minutes]).toEqual([id, weekday, true, 0]);
      const others = hours.filter((other) => other.weekday === weekday && other.opens !== opens);
      expect(others.filter((other) => other.opens < closes && opens < other.closes)).toEqual([]);
    }
  }
  const days = counts(rows.opening_hours.map(({ service_id, weekday }) => `${service_id} ${weekday}`));
  expect(range([...days.values()])).toEqual([1, 2]);
});

test('the college is closed on holidays that never move, in this year and the next', () => {
  const holidays = ['01-01', '01-26', '02-19', '04-14', '05-01', '08-15', '10-02', '12-25'];
  const dates = [2026, 2027].flatMap((year) => holidays.map((day) => `${year}-${day}`));
  expect(rows.closed_days.map(({ date }) => date)).toEqual(dates);
  expect(rows.closed_days.find(({ date }) => date === '2027-01-26')).toEqual({
    date: '2027-01-26',
    reason: 'Republic Day',
  });
  expect(seedRows(Date.parse('2026-12-31T18:30:00.000Z')).closed_days![0]!.date).toBe('2027-01-01');
});

test('fees are in paise, and those that were quoted before the store keep their price', () => {
  const prices = Object.fromEntries(rows.programmes.map(({ name, per_credit }) => [name, per_credit / 100]));
  expect(prices).toMatchObject({
    'Bachelor of Arts': 1450,
    'Bachelor of Commerce': 1600,
    'Bachelor of Science': 1850,
    'Bachelor of Technology': 3200,
    'Master of Business Administration': 6400,
    'Master of Science': 2900,
  });
  const [least, most] = range(Object.values(prices));
  expect([least! >= 1000, most! <= 10_000]).toEqual([true, true]);
  expect(rows.semester_fees).toEqual([
    { id: 'library-laboratory', name: 'Library and laboratory', amount: 450_000 },
    { id: 'examination', name: 'Examination', amount: 220_000 },
    { id: 'hostel', name: 'Hostel', amount: 3_800_000 },
  ]);
});

test('an account is never overdrawn, and nothing in it is of the future', () => {
  for (const { number } of rows.students) {
    const own = rows.transactions.filter(({ student_number }) => student_number === number);
    const times = own.map(({ at }) => at);
    expect(times).toEqual([...new Set(times)].sort());
    expect(times.at(-1)! < new Date(NOW).toISOString()).toBe(true);
    let balance = 0;
    for (const { amount } of own) {
      balance += amount;
      expect([number, amount !== 0, balance >= 0, balance <= 1_000_000]).toEqual([number, true, true, true]);
    }
  }
});

test('a due is paid in whole, in part or not at all, never more; some are overdue, and S1007 owes nothing', () => {
  for (const { amount, paid } of rows.dues) expect([amount > 0, paid >= 0, paid <= amount]).toEqual([true, true, true]);
  const owed = rows.dues.filter(({ amount, paid }) => paid < amount);
  expect(owed.some(({ paid }) => paid > 0)).toBe(true);
  expect(owed.some(({ due }) => due < TODAY)).toBe(true);
  expect(owed.some(({ due }) => due > TODAY)).toBe(true);
  expect(owed.map(({ student_number }) => student_number)).not.toContain('S1007');
});

test('every PIN has four digits and fits its hash, which has a salt of its own', () => {
  const fits = college.students.map(({ number, pin }) => {
    const { pin_hash } = rows.students.find((student) => student.number === number)!;
    const [scheme, n, r, p, salt, hash] = pin_hash.split('$') as [string, string, string, string, string, string];
    const bytes = Buffer.from(salt, 'base64url');
    expect([number, scheme, n, r, p, bytes.length]).toEqual([number, 'scrypt', '16384', '8', '1', 16]);
    const fresh = scryptSync(pin, bytes, 32, { N: Number(n), r: Number(r), p: Number(p) }).toString('base64url');
    return /^\d{4}$/.test(pin) && hash === fresh;
  });
  expect(fits).toEqual(rows.students.map(() => true));
});

test('Asha Kulkarni, S1024, has PIN 4821, a balance of 1,240.50 rupees and dues of 25,700, whenever it is', () => {
  expect(college.students.find(({ number }) => number === 'S1024')).toEqual({
    number: 'S1024',
    name: 'Asha Kulkarni',
    programme_id: 'bsc',
    pin: '4821',
  });
  for (const now of [NOW, NOW + 1e10, 0]) {
    const { transactions, dues } = seedRows(now);
    const own = transactions!.filter(({ student_number }) => student_number === 'S1024');
    expect(own.length).toBe(10);
    expect(own.reduce((sum, { amount }) => sum + amount, 0)).toBe(124_050);
    const owed = dues!.filter(({ student_number }) => student_number === 'S1024');
    expect(owed.reduce((sum, { amount, paid }) => sum + amount - paid, 0)).toBe(2_570_000);
  }
  const unpaid = rows.dues.filter(({ student_number, amount, paid }) => student_number === 'S1024' && paid < amount);
  expect(unpaid.map(({ name, due }) => ({ name, due }))).toEqual([
    { name: 'Library and laboratory', due: '2026-11-16' },
    { name: 'Examination', due: '2026-12-13' },
    { name: 'Hostel', due: '2026-12-27' },
  ]);
});

test.each([
  ['faculty', /machine learning/i, 2],
  ['faculty', /thermodynamics/i, 3],
  ['books', /thermodynamics/i, 7],
  ['books', /machine learning/i, 5],
  ['clubs', /danc/i, 2],
  ['clubs', /robot/i, 1],
] as const)('%s that speak of %s are found', (table, words, atLeast) => {
  const found = (rows[table] as object[]).filter((row) => words.test(Object.values(row).join(' ')));
  expect(found.length).toBeGreaterThanOrEqual(atLeast);
});

test('the rows are the same on every run; `now` moves only dates', () => {
  expect(seedRows(NOW)).toEqual(rows);
  const still = (all: object) =>
    JSON.parse(JSON.stringify(all), (key, value) => (/^(at|due|date)$/.test(key) && value !== null ? 'moves' : value));
  expect(still(seedRows(NOW + 400 * 86_400_000))).toEqual(still(rows));
});

test('they are made in under 20 ms', () => {
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    seedRows(NOW);
    return performance.now() - start;
  });
  expect(Math.min(...times)).toBeLessThan(20);
});
