import { expect, test } from '@jest/globals';
import type { Json } from '../../../../dev/emulator/agent.ts';
import { evaluate, parseCondition } from '../../../../dev/emulator/language/condition.ts';
import { LIMITS } from '../../../../dev/emulator/language/limits.ts';
import { assign, parseTarget } from '../../../../dev/emulator/language/target.ts';
import { resolveValue } from '../../../../dev/emulator/language/value.ts';
import { SCOPE } from './scope.ts';

const cases: readonly [Json, Json][] = [
  [5, 5],
  [null, null],
  [true, true],
  ['true', 'true'],
  ['plain', 'plain'],
  // One reference or call keeps its type; in a longer text it is text.
  ['$session.params.guests', 5],
  ['$session.params.toppings', ['cheese', 'ham']],
  ['$session.params.size', ['large']],
  ['$session.params.day', { year: 2021, month: 3, day: 5 }],
  ['$sys.func.ADD($flow.counter, 1)', 2],
  ['$session.params.guests people', '5 people'],
  ['$session.params.guests$session.params.guests', '55'],
  [' $session.params.guests', ' 5'],
  // Not set: nothing alone, as it is written in a text.
  ['$session.params.unknown', null],
  ['$flow.none', null],
  ['$session.params.unknown, lamp', '$session.params.unknown, lamp'],
  // Deep.
  [
    { a: '$session.params.guests', b: ['$session.params.name!', 1, { c: '$flow.unknown' }], '$flow.counter': null },
    { a: 5, b: ['Ada Example!', 1, { c: null }], '$flow.counter': null },
  ],
  [[], []],
];
test.each(cases)('%j gives %j', (value, expected) => {
  expect(resolveValue(value, SCOPE)).toEqual(expected);
});

test.each([
  ['name', { scope: 'session', path: ['name'] }],
  ['$session.params.name', { scope: 'session', path: ['name'] }],
  ['flow.name', { scope: 'flow', path: ['name'] }],
  ['$flow.name', { scope: 'flow', path: ['name'] }],
  ['$sys.func.NESTED_FIELD("$session.params.a", "b-c", "d")', { scope: 'session', path: ['a', 'b-c', 'd'] }],
  ['$sys.func.NESTED_FIELD("$flow.a", "b")', { scope: 'flow', path: ['a', 'b'] }],
  ['flowers', { scope: 'session', path: ['flowers'] }],
])('A setting of %s sets %j', (text, expected) => {
  expect(parseTarget(text)).toEqual(expected);
});

test.each(['', '$flow.', '$sys.func.ADD(1, 2)', '$sys.func.NESTED_FIELD("name", "b")'])(
  'A setting of %j is refused.',
  (text) => {
    expect(() => parseTarget(text)).toThrow(expect.objectContaining({ name: 'LanguageError' }));
  },
);

test('assign sets, removes, and goes down into fields; the old parameters stay as they were.', () => {
  const before = { a: { b: 1 }, Case: 2 };
  expect(assign(before, ['a', 'c'], 5)).toEqual({ a: { b: 1, c: 5 }, Case: 2 });
  expect(assign(before, ['new', 'field'], 5)).toEqual({ ...before, new: { field: 5 } });
  expect(assign(before, ['a', 'b'], null)).toEqual({ a: {}, Case: 2 });
  expect(assign(before, ['case'], 3)).toEqual({ a: { b: 1 }, Case: 3 });
  expect(assign(before, ['a'], null)).toEqual({ Case: 2 });
  expect(before).toEqual({ a: { b: 1 }, Case: 2 });
});

test('A value that doubles again and again is refused in the end.', () => {
  let x: Json = ['a'];
  let turns = 0;
  const double = () => {
    x = resolveValue(['$session.params.x', '$session.params.x'], { ...SCOPE, session: { x } });
    turns += 1;
  };
  expect(() => {
    while (turns < 200) double();
  }).toThrow(new RegExp(`^A value has at most ${LIMITS.value} characters and elements\\.$`));
  expect(turns).toBeGreaterThan(15);
  expect(turns).toBeLessThan(20);
});

test('Texts count by their characters, names too.', () => {
  const scope = { ...SCOPE, flow: { text: 'x'.repeat(600_000) } };
  expect(resolveValue(['$flow.text'], scope)).toHaveLength(1);
  const refused = expect.objectContaining({ name: 'LanguageError' });
  expect(() => resolveValue(['$flow.text', 'and $flow.text'], scope)).toThrow(refused);
  expect(() => resolveValue({ ['n'.repeat(600_000)]: '$flow.text' }, scope)).toThrow(refused);
});

test('A value that grows deeper and deeper is refused in the end.', () => {
  let x: Json = 'a';
  for (let level = 1; level <= LIMITS.levels; level++)
    x = resolveValue({ x: '$session.params.x' }, { ...SCOPE, session: { x } });
  const scope = { ...SCOPE, session: { x } };
  const deep = /^A value is nested at most 100 levels deep\.$/;
  expect(resolveValue('$session.params.x', scope)).toEqual(x);
  expect(() => resolveValue(['$session.params.x'], scope)).toThrow(deep);
  const written = JSON.parse(`${'['.repeat(9_000)}${']'.repeat(9_000)}`) as Json;
  expect(() => resolveValue(written, SCOPE)).toThrow(deep);
});

test('A list in an expression, and what a function gives, are no larger than a value.', () => {
  const scope = { ...SCOPE, flow: { list: Array.from({ length: 5_000 }, () => 'x'.repeat(60)) } };
  const lists = Array.from({ length: 5 }, () => '$flow.list').join(', ');
  expect(() => evaluate(parseCondition(`[${lists}] = 1`), scope)).toThrow(/^A value has at most/);
  expect(evaluate(parseCondition(`$sys.func.COUNT([${lists}]) = 5`), scope).problems).toMatchObject([
    { message: expect.stringMatching(/^COUNT: A value has at most/) },
  ]);
});
