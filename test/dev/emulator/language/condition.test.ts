import { expect, test } from '@jest/globals';
import { evaluate, parseCondition } from '../../../../dev/emulator/language/condition.ts';
import { SCOPE } from './scope.ts';

const holds = (condition: string) => evaluate(parseCondition(condition), SCOPE).holds;

test.each([
  // A whole condition without a comparison.
  ['true', true],
  ['TRUE', true],
  ['False', false],
  ['$session.params.member', true],
  ['$session.params.consent', true],
  ['$session.params.name', false],
  ['$session.params.unknown', false],
  ['$sys.func.CONTAIN($session.params.toppings, ham)', true],
  // The right side is cast to the type of the left one.
  ['$session.params.guests = 5', true],
  ['$session.params.guests = "5"', true],
  ['$session.params.guests = 5.0', true],
  ['$session.params.guests = five', false],
  ['$session.params.guests != five', true],
  ['$session.params.zip = 22222', true],
  ['$session.params.zip = 22222.0', false],
  ['$session.params.zip = "022222"', false],
  ['$session.params.member = "true"', true],
  ['$session.params.member = TRUE', true],
  ['$session.params.member = 1', false],
  ['$session.params.consent = true', true],
  ['$session.params.consent = True', true],
  ['$session.params.consent != false', true],
  ['$session.params.name = "Ada Example"', true],
  ["$session.params.name = 'Ada Example'", true],
  ['$session.params.name = "ada example"', false],
  ['$session.params.day = "2021-03-05"', true],
  ['$session.params.time = 17:00:00', true],
  // Not set is null, and so is what has no field.
  ['$session.params.unknown = null', true],
  ['$session.params.unknown = NULL', true],
  ['$session.params.unknown != null', false],
  ['$session.params.nothing = null', true],
  ['$session.params.name = null', false],
  ['$session.params.name.first = null', true],
  ['$session.params.unknown = ""', false],
  ['$session.params.unknown != "x"', true],
  ['$session.params.empty = ""', true],
  ['$session.params.empty = null', false],
  ['$session.params.unknown = "null"', false],
  ['$session.params.unknown < 5', false],
  ['$session.params.unknown >= 5', false],
  // Order: numbers by size, texts by their characters, as recorded conversations have it.
  ['$session.params.guests > 4', true],
  ['$session.params.guests >= 5.5', false],
  ['$session.params.guests > -6', true],
  ['$session.params.price < 10', true],
  ['$session.params.guests < "10"', true],
  ['$session.params.zip > 5000', false],
  ['$session.params.zip <= 5000', true],
  ['$session.params.name > "Ada"', true],
  ['$session.params.day < "2021-03-06"', true],
  ['$session.params.day > "2021-03-06"', false],
  ['$session.params.member < true', false],
  // `:` finds a part of a text and an element of a list; for others it is =.
  ['$session.params.name : "Exam"', true],
  ['$session.params.name : exam', false],
  ['"Ada Example, Bob" : $session.params.name', true],
  ['$session.params.toppings : "ham"', true],
  ['$session.params.toppings : "am"', false],
  ['"cheese" : $session.params.toppings', true],
  ['$session.params.guests : 5', true],
  ['$session.params.guests : 50', false],
  ['$session.params.unknown : "x"', false],
  ['"x" : $session.params.unknown', false],
  // Lists and objects.
  ['$session.params.size = "large"', true],
  ['$session.params.pin = 1234', true],
  ['$session.params.toppings = "cheese"', false],
  ['$session.params.toppings[0] = "cheese"', true],
  ['$session.params.toppings[$flow.index] = ham', true],
  ['$session.params.toppings[2] = null', true],
  ['$session.params.cart[1].price >= 80', true],
  ['$session.params.cart[1]["item"] = desk', true],
  ['$session.params.place.admin-area = "Maharashtra"', true],
  ['$session.params.place = $session.params.place', true],
  // Both sides may be references, and the left one a literal.
  ['$flow.counter < $flow.most', true],
  ['$flow.counter = $sys.func.MINUS($flow.most, 2)', true],
  ['5 = $session.params.guests', true],
  ['"5" = $session.params.guests', true],
  ['4 < $session.params.guests', true],
  ['6 < $session.params.guests', false],
  // Scopes; names have no case.
  ['$page.params.status = "FINAL"', true],
  ['$page.params.status = FINAL', true],
  ['$page.params.guests = 5', true],
  ['$page.params.guests.status = "UPDATED"', true],
  ['$page.params.city = null', true],
  ['$intent.params.city = Pune', true],
  ['$intent.params.city.original = puna', true],
  ['$intent.params.city.resolved = Pune', true],
  ['$session.params.guests.original : "five"', true],
  ['$session.params.place.original = "in pune"', true],
  ['$request.user-utterance = hello', true],
  ['$request.sentiment.score < -0.2', true],
  ['$request.payload.caller[0] = "+1"', true],
  ['$request.generative.answer = null', true],
  ['$event.params.reason = late', true],
  ['$flow.params.counter = 1', true],
  ['$session.params.GUESTS = 5', true],
  ['$session.params.dotted.name = dots', true],
  ['$user.params.level = null', true],
  ['$session.params.__proto__ = null', true],
  ['$session.params.constructor = null', true],
  // AND binds tighter than OR; NOT binds tightest.
  ['true OR true AND false', true],
  ['(true OR true) AND false', false],
  ['false AND true OR true', true],
  ['false AND (true OR true)', false],
  ['NOT true OR true', true],
  ['NOT (true OR true)', false],
  ['NOT NOT true', true],
  ['$session.params.guests = 5 AND NOT $session.params.zip = 1', true],
  // Words, blanks, escapes.
  ['$session.params.name != ANDREA', true],
  ['  $session.params.guests\n=\t5  ', true],
  ['$session.params.guests=5', true],
  ['$session.params.name = "Ada\\ Example"', true],
  ['$session.params.name != "\\"Ada\\""', true],
])('%s is %s', (condition, expected) => {
  expect(holds(condition)).toBe(expected);
});

test('AND and OR look no further than they must, and tell what they looked at.', () => {
  expect(
    evaluate(
      parseCondition('$flow.counter = 2 AND $flow.most = 3 OR $session.params.x = null OR $flow.none = 1'),
      SCOPE,
    ),
  ).toEqual({
    holds: true,
    reads: [
      { reference: '$flow.counter', value: 1 },
      { reference: '$session.params.x', value: undefined },
    ],
    problems: [],
  });
});

test('A function that fails compares as null, and says why.', () => {
  const { holds: result, reads, problems } = evaluate(parseCondition('$sys.func.LEN($flow.none) > 3'), SCOPE);
  expect({ result, reads }).toEqual({
    result: false,
    reads: [
      { reference: '$flow.none', value: null },
      { reference: '$sys.func.LEN($flow.none)', value: undefined },
    ],
  });
  expect(problems.map((problem) => problem.explain())).toEqual([
    'LEN: Argument 1 must be a text, it is null.\n  $sys.func.LEN($flow.none)\n  ^^^^^^^^^^^^^^^^^^^^^^^^^',
  ]);
});

test('A failure inside a call is told once.', () => {
  const { problems } = evaluate(parseCondition('$sys.func.ADD($sys.func.TO_NUMBER("x"), 1) = 1'), SCOPE);
  expect(problems.map(({ message }) => message)).toEqual(['TO_NUMBER: Argument 1 must be a number, it is "x".']);
});

test('The same text is parsed once.', () => {
  expect(parseCondition('$flow.counter = 7')).toBe(parseCondition('$flow.counter = 7'));
});
