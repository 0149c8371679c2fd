import { expect, test } from '@jest/globals';
import { parse } from 'valibot';
import { PAGING, pageOf, sessionOf, tellNothing, tellPage } from '../../../shared/campus/catalogue.ts';
import { searchText } from '../../../shared/campus/parameters.ts';

const ROWS = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const start = { more: false, results_shown: 5 };
const TELLING = {
  counted: (total: number) => `${total} letters`,
  line: (letter: string) => letter,
  item: (letter: string) => ({ title: letter }),
};
const say = (rows: readonly string[], turn = start) => tellPage(pageOf(rows, turn), TELLING).say;

test('three at a time, from the start or from where an earlier turn stopped', () => {
  expect(pageOf(ROWS, start)).toEqual({ rows: ['a', 'b', 'c'], total: 7, shown: 3, first: true });
  expect(pageOf(ROWS, { more: true, results_shown: 0 })).toEqual(pageOf(ROWS, start));
  expect(pageOf(ROWS, { more: true, results_shown: 6 })).toEqual({ rows: ['g'], total: 7, shown: 7, first: false });
  expect(pageOf(ROWS, { more: true, results_shown: 99 })).toEqual({ rows: [], total: 7, shown: 7, first: false });
  expect(sessionOf(pageOf(ROWS, start))).toEqual({ results_total: 7, results_shown: 3, more: null });
});

test('what is said tells what there is, which part of it this is, and how to go on', () => {
  expect([0, 3, 6, 7].map((results_shown) => say(ROWS, { more: true, results_shown }))).toEqual([
    'I found 7 letters. The first 3: a; b; c. Say “show more” for the next.',
    'The next 3 of 7 letters: d; e; f. Say “show more” for the next.',
    'The last of 7 letters: g. That was all.',
    'That was all.',
  ]);
  expect(say(['a', 'b', 'c'])).toBe('I found 3 letters: a; b; c.');
  expect(say(ROWS.slice(0, 5), { more: true, results_shown: 3 })).toBe('The last 2 of 5 letters: d; e. That was all.');
});

test('nothing found: names are offered where there are any, as chips too', () => {
  const session = { results_total: 0, results_shown: 0, more: null };
  expect(tellNothing('Nothing.', [], 'Ask.')).toEqual({ say: ['Nothing.', 'Ask.'], session });
  expect(tellNothing('Nothing.', ['A', 'B', 'C'], 'Ask.')).toEqual({
    say: ['Nothing.', 'Did you mean A, B or C?', 'Ask.'],
    messages: [
      { payload: { richContent: [[{ type: 'chips', options: [{ text: 'A' }, { text: 'B' }, { text: 'C' }] }]] } },
    ],
    session,
  });
});

test('only true goes on, and only a number that can be is where', () => {
  const more = [true, 'true', false, 'yes', 1, null, undefined, {}].map((value) => parse(PAGING.more, value));
  expect(more).toEqual([true, true, false, false, false, false, false, false]);
  const shown = [3, 0, -3, 1.5, '3', Number.NaN, null, undefined].map((value) => parse(PAGING.results_shown, value));
  expect(shown).toEqual([3, 0, 0, 0, 0, 0, 0, 0]);
});

test('what is looked for is text, a number, or a name as CX understands one', () => {
  const texts = [' dune ', 1984, { name: 'Asha', original: 'asha' }, { original: 'asha' }];
  expect(texts.map((value) => parse(searchText(), value))).toEqual(['dune', '1984', 'Asha', 'asha']);
  for (const value of ['', ' ', {}, [], null, true, 'x'.repeat(201)]) {
    expect(() => parse(searchText(), value)).toThrow();
  }
});
