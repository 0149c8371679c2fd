import { expect, test } from '@jest/globals';
import { evaluate, parseCondition } from '../../../../dev/emulator/language/condition.ts';
import { resolveValue } from '../../../../dev/emulator/language/value.ts';
import { SCOPE } from './scope.ts';

test.each([
  ['ADD(1, 2)', 3],
  ['ADD($flow.counter,1)', 2],
  ['ADD(0.1, 0.2)', 0.3],
  ['ADD("5", 1, -2)', 4],
  ['MINUS(3, 2)', 1],
  ['MULTIPLY($session.params.guests, 0.80)', 4],
  ['DIVIDE(10, 3)', 3.333],
  ['DIVIDE(10, 3, 1)', 3.3],
  ['DIVIDE(2, 3, 0)', 1],
  ['ROUND(1.005, 2)', 1.01],
  ['ROUND(2.5)', 3],
  ['ROUND(-2.5)', -3],
  ['ROUND(-0.2)', 0],
  ['RAND()', 0.25],
  ['rand()', 0.25],
  ['CONCATENATE("a", " ", $session.params.guests, "-", $session.params.member)', 'a 5-true'],
  ['LOWER($session.params.name)', 'ada example'],
  ['UPPER("straße")', 'STRASSE'],
  ['LEN($session.params.name)', 11],
  ['LEN($session.params.zip)', 5],
  ['LEN("")', 0],
  ['MID("google", 4, 2)', 'gl'],
  ['MID("google", 5, 20)', 'le'],
  ['MID("google", 20, 2)', ''],
  ['SUBSTITUTE("good", "d", "gle")', 'google'],
  ['SUBSTITUTE("a1 b2", "[^a-z]+", "")', 'ab'],
  ['SUBSTITUTE(" a  b ", "\\s+", "")', 'ab'],
  ['SUBSTITUTE("2024-01-15", "(\\d+)-(\\d+)-(\\d+)", "$3/$2/$1")', '15/01/2024'],
  ['SUBSTITUTE("5 USD", "USD", "\\$")', '5 $'],
  ['SUBSTITUTE("Yes", "(?i)yes", "no")', 'no'],
  ['SUBSTITUTE("a.b.c", "\\.", "\\n")', 'a\nb\nc'],
  ['SPLIT("a/b/c", "/")', ['a', 'b', 'c']],
  ['SPLIT("a|b", "|")', ['a', 'b']],
  ['SPLIT("añ", "")', ['a', 'ñ']],
  ['JOIN(", ", $session.params.toppings)', 'cheese, ham'],
  ['JOIN(", ", ["a", "b", "c"], " and ")', 'a, b and c'],
  ['JOIN(", ", ["a"], " and ")', 'a'],
  ['JOIN("", [])', ''],
  ['URL_ENCODE("a+b=c d~é*")', 'a%2Bb%3Dc+d%7E%C3%A9*'],
  ['APPEND($session.params.toppings, "egg", 5)', ['cheese', 'ham', 'egg', 5]],
  ['APPEND([1], [2, 3], 4)', [1, 2, 3, 4]],
  ['APPEND($flow.none, "for $session.params.name")', ['for Ada Example']],
  ['APPEND($flow.unknown, "$flow.counter")', [1]],
  ['REMOVE($session.params.toppings, ["ham"])', ['cheese']],
  ['REMOVE([1, 2, 1, "1"], 1)', [2, '1']],
  ['UNIQUE([1, 2, 2, "2"])', [1, 2, '2']],
  ['COUNT($session.params.toppings)', 2],
  ['COUNT($flow.none)', 0],
  ['GET($session.params.toppings, 0)', 'cheese'],
  ['GET($sys.func.SPLIT("a@b", "@"), 1)', 'b'],
  ['CONTAIN($session.params.toppings, ham)', true],
  ['CONTAIN($session.params.toppings, "am")', false],
  ['CONTAIN($session.params.cart, $session.params.cart[1])', true],
  ['MATCH($session.params.toppings, ham)', 1],
  ['MATCH($session.params.toppings, egg)', -1],
  ['GET_FIELD($session.params.place, "admin-area")', 'Maharashtra'],
  ['GET_FIELD($session.params.place, "Admin-Area")', 'Maharashtra'],
  ['GET_FIELD($session.params.place, "country")', null],
  ['GET_FIELD($sys.func.NOW(), year)', 2024],
  ['NESTED_FIELD("$session.params.cart", "[1]", "item")', 'desk'],
  ['NESTED_FIELD("$session.params.place", "city")', 'Pune'],
  ['NESTED_FIELD("$session.params.place", "street", "x[0]")', null],
  ['IDENTITY($session.params.bill)', { amount: 15, currency: 'USD', original: '$15' }],
  ['TO_TEXT(5)', '5'],
  ['TO_TEXT($session.params.day)', '2021-03-05'],
  ['TO_NUMBER("-3.50")', -3.5],
  [`TO_OBJECT("{'day': '$session.params.guests', \\"it's\\": null}")`, { day: '5', "it's": null }],
  ['TO_OBJECT("{\\"a\\": [1]}")', { a: [1] }],
  ['FILTER("$session.params.cart", "$[?@.price > 50].item")', ['desk']],
  ['FILTER("$session.params.cart", "$.price < 50")', [{ item: 'lamp', price: 5 }]],
  ['FILTER("$session.params.cart", "$.item = \'desk\'")', [{ item: 'desk', price: 80 }]],
  ['IS_PHONE_NUMBER("650-206-5555")', true],
  ['IS_PHONE_NUMBER("+44 20 7946 0958")', true],
  ['IS_PHONE_NUMBER("020 7946 0958", "GB")', true],
  ['IS_PHONE_NUMBER("12345")', false],
  ['IS_PHONE_NUMBER("hello")', false],
  ['TO_PHONE_NUMBER("650-206-5555", "US")', { 'country-code': '1', 'area-code': '650', number: '2065555' }],
  ['TO_PHONE_NUMBER("+442079460958")', { 'country-code': '44', 'area-code': '', number: '2079460958' }],
  ['IS_CREDIT_CARD_NUMBER("4111 1111 1111 1111")', true],
  ['IS_CREDIT_CARD_NUMBER("4111111111111112")', false],
  ['IS_CREDIT_CARD_NUMBER("0")', false],
  ['IF("$flow.counter = 1", "yes", "no")', 'yes'],
  ['IF("$session.params.name = \\"Ada Example\\" AND $flow.counter > 1", 1, 2)', 2],
  ['IF("$sys.func.LEN($session.params.zip) > 3", false, true)', false],
  ['IF($sys.func.CONTAIN($session.params.toppings, "ham"), null, $flow.most)', null],
  ['IF("$flow.counter = 2", "x", $sys.func.IF("true", "$session.params.guests", ""))', 5],
  // Only what is chosen is looked at.
  ['IF("true", 1, $sys.func.DIVIDE(1, 0))', 1],
])('%s', (call, expected) => {
  expect(resolveValue(`$sys.func.${call}`, SCOPE)).toEqual(expected);
});

test.each([
  ['ADD($flow.none, 1)', 'ADD: Argument 1 must be a number, it is null.'],
  ['ADD(1, many)', 'ADD: Argument 2 must be a number, it is "many".'],
  ['MULTIPLY(1e300, 1e300)', 'MULTIPLY: The result is too large.'],
  ['DIVIDE(1, 0)', 'DIVIDE: A number cannot be divided by 0.'],
  ['ROUND(1.5, 99)', 'ROUND: The number of digits must be from 0 to 15, it is 99.'],
  ['CONCATENATE("a", $session.params.toppings)', 'CONCATENATE: Argument 2 must be a text, it is ["cheese","ham"].'],
  ['MID("a", 0, 1)', 'MID: Characters are counted from 1, argument 2 is 0.'],
  ['MID("a", 1, -1)', 'MID: Argument 3 must be 0 or more, it is -1.'],
  ['MID("a", 1.5, 1)', 'MID: Argument 2 must be a whole number, it is 1.5.'],
  ['SUBSTITUTE("a", "(", "")', 'SUBSTITUTE: Argument 2 is no regular expression: ('],
  ['GET(["a"], 1)', 'GET: The list has 1 elements, there is none at 1.'],
  ['GET(["a"], -1)', 'GET: The list has 1 elements, there is none at -1.'],
  ['COUNT("a")', 'COUNT: Argument 1 must be a list, it is "a".'],
  ['GET_FIELD("a", b)', 'GET_FIELD: Argument 1 must be an object, it is "a".'],
  ['TO_TEXT($flow.none)', 'TO_TEXT: There is no value to make a text of.'],
  ['TO_OBJECT("{day")', 'TO_OBJECT: Argument 1 must be a JSON object.'],
  ['TO_PHONE_NUMBER("hello")', 'TO_PHONE_NUMBER: Argument 1 is no phone number.'],
  ['IS_PHONE_NUMBER("1", "Mars")', 'IS_PHONE_NUMBER: Argument 2 must be a country such as US, it is Mars.'],
  ['FILTER($flow.counter, "$")', 'FILTER: Argument 1 must be a list or an object.'],
  ['FILTER("$session.params.cart", "$[")', expect.stringMatching(/^FILTER: Argument 2 is no JSONPath: /)],
  ['FORMAT_DATE("soon", "yyyy")', 'FORMAT_DATE: Argument 1 is no date and no time: "soon"'],
  [
    'FORMAT_DATE($session.params.day, "b")',
    'FORMAT_DATE: Argument 2 has the letter b, which is not known here. Put a text in single quotes.',
  ],
  [
    'ADD_DATE($session.params.day, 1, "moons")',
    'ADD_DATE: Argument 3 must be one of YEARS, MONTHS, WEEKS, DAYS, HOURS, MINUTES, SECONDS.',
  ],
])('%s fails', (call, message) => {
  const { problems } = evaluate(parseCondition(`$sys.func.${call} = null`), SCOPE);
  expect(problems.map((problem) => problem.message)).toEqual([message]);
  expect(resolveValue(`$sys.func.${call}`, SCOPE)).toBe(null);
});

test('A pattern that runs wild is stopped.', () => {
  const call = `$sys.func.SUBSTITUTE("${'a'.repeat(40)}", "(a+)+b", "")`;
  const before = performance.now();
  const { problems } = evaluate(parseCondition(`${call} = null`), SCOPE);
  expect(performance.now() - before).toBeLessThan(5_000);
  expect(problems.map(({ message }) => message)).toEqual([
    'SUBSTITUTE: The pattern /(a+)+b/g takes longer than 100 ms on this text.',
  ]);
});

test('A path that runs wild or finds too much is stopped.', () => {
  const scope = { ...SCOPE, flow: { texts: ['a'.repeat(50)], deep: { a: [[[[1, 2], [3]]]], b: [[[[4]]]] } } };
  const problem = (path: string) =>
    evaluate(parseCondition(`$sys.func.FILTER(${path}) = null`), scope).problems.map(({ message }) => message);
  const slow = ['FILTER: The search takes longer than 100 ms.'];
  expect(problem(`"$flow.texts", "$[?search(@, '(a+)+b')]"`)).toEqual(slow);
  expect(problem(`"$flow.texts", "$[?match(@, '(a+)+b')]"`)).toEqual(slow);
  expect(problem(`"$flow.texts", "$[?search(@, 'a+')]"`)).toEqual([]);
  const many = `"$flow.deep", "$${'..*'.repeat(4)}"`;
  expect(problem(many)).toEqual([]);
  const wide = { ...scope, flow: { wide: Array.from({ length: 60 }, () => Array.from({ length: 60 }, () => [[1]])) } };
  const [message] = evaluate(
    parseCondition(`$sys.func.FILTER("$flow.wide", "$${'..*'.repeat(5)}") = null`),
    wide,
  ).problems;
  expect(message?.message).toMatch(/^FILTER: A path finds at most 10000 values|^FILTER: The search takes longer/);
});

test('A replacement that is made too often is stopped.', () => {
  const scope = { ...SCOPE, flow: { text: 'x'.repeat(1_000_000), nothing: '$9'.repeat(500_000) } };
  const call = '$sys.func.SUBSTITUTE($flow.text, "x", $flow.nothing)';
  const { problems } = evaluate(parseCondition(`${call} = null`), scope);
  expect(problems.map(({ message }) => message)).toEqual([
    'SUBSTITUTE: The pattern /x/g takes longer than 100 ms on this text.',
  ]);
});

test('A number that is too large is none.', () => {
  const scope = { ...SCOPE, flow: { digits: '9'.repeat(400) } };
  const { problems } = evaluate(parseCondition('$sys.func.TO_NUMBER($flow.digits) = null'), scope);
  expect(problems.map(({ message }) => message)).toEqual([
    `TO_NUMBER: Argument 1 must be a number, it is "${'9'.repeat(59)}....`,
  ]);
});

test('A text or a list that grows too long fails.', () => {
  const text = 'x'.repeat(600_000);
  const list = Array.from({ length: 6_000 }, (_, index) => index);
  const scope = { ...SCOPE, flow: { text, list } };
  const message = (call: string) => evaluate(parseCondition(`$sys.func.${call} = null`), scope).problems[0]?.message;
  expect(message('CONCATENATE($flow.text, $flow.text)')).toBe(
    'CONCATENATE: The text would be longer than 1048576 characters.',
  );
  expect(message('APPEND($flow.list, $flow.list)')).toBe('APPEND: The list would be longer than 10000 elements.');
});
