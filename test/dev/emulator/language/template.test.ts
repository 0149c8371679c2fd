import { expect, test } from '@jest/globals';
import { LIMITS } from '../../../../dev/emulator/language/limits.ts';
import { render } from '../../../../dev/emulator/language/template.ts';
import { SCOPE } from './scope.ts';

test.each([
  ['No reference.', 'No reference.'],
  ['', ''],
  // A name ends where letters, digits, _ and - end; the dot of a sentence is its own.
  ['Hello $session.params.name.', 'Hello Ada Example.'],
  ['Hello $session.params.name!', 'Hello Ada Example!'],
  ['$session.params.name, you are $session.params.guests', 'Ada Example, you are 5'],
  ['In $session.params.place.admin-area.', 'In Maharashtra.'],
  ['$session.params.toppings[1]. $session.params.toppings[$flow.index]', 'ham. ham'],
  ['$session.params.guests [optional]', '5 [optional]'],
  ['$session.params.guests[optional]', '5[optional]'],
  ['$SESSION.params.guests $session.params.GUESTS', '$SESSION.params.guests 5'],
  // What a value looks like.
  ['$session.params.day at $session.params.time', '2021-03-05 at 17:00:00'],
  ['$session.params.price $session.params.member', '9.99 true'],
  ['$session.params.size $session.params.pin', 'large 1234'],
  ['$session.params.toppings', 'cheese, ham'],
  ['$session.params.bill', '15 USD'],
  ['$session.params.place', '{"city":"Pune","admin-area":"Maharashtra","original":"in pune"}'],
  ['"$session.params.empty"', '""'],
  // What is not set, or means nothing, stays as it is.
  ['$session.params.unknown.', '$session.params.unknown.'],
  ['$flow.none and $session.params.nothing', '$flow.none and $session.params.nothing'],
  ['$session.params.cart[7].item', '$session.params.cart[7].item'],
  ['$request.generative.answer', '$request.generative.answer'],
  ['$[XX] per day, $5, $$session.params.price', '$[XX] per day, $5, $9.99'],
  ['$session.params. $flow. $sys.func. $x', '$session.params. $flow. $sys.func. $x'],
  ['$session.id', '$session.id'],
  // Calls.
  ['It is $sys.func.ADD($flow.counter, 1).', 'It is 2.'],
  ['$sys.func.UPPER("a ($b)") $sys.func.LEN("")', 'A ($B) 0'],
  ['$sys.func.NOPE(1) $session.params.guests', '$sys.func.NOPE(1) 5'],
  ['$sys.func.ADD($session.params.name, 1) failed', '$sys.func.ADD($session.params.name, 1) failed'],
  ['$sys.func.LEN("open) $session.params.guests', '$sys.func.LEN("open) 5'],
  ['{"id": "$session.params.guests", "at": "$session.params.day"}', '{"id": "5", "at": "2021-03-05"}'],
])('%j reads %j', (text, expected) => {
  expect(render(text, SCOPE)).toBe(expected);
});

test('A value is not read again: what people say is no program.', () => {
  const scope = { ...SCOPE, session: { said: '$flow.counter $sys.func.NOW()' } };
  expect(render('$session.params.said', scope)).toBe('$flow.counter $sys.func.NOW()');
});

test('A very long text stays as it is.', () => {
  const text = '$flow.counter '.repeat(LIMITS.template / 14);
  expect(render(text, SCOPE)).toBe('1 '.repeat(LIMITS.template / 14));
  expect(render(`${text} and more`, SCOPE)).toBe(`${text} and more`);
});

test('A text that grows beyond all measure is refused, and not made.', () => {
  const scope = { ...SCOPE, flow: { long: 'x'.repeat(500_000) } };
  expect(() => render('$flow.long '.repeat(20_000), scope)).toThrow('A text has at most 1048576 characters.');
});
