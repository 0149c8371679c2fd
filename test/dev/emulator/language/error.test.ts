import { expect, test } from '@jest/globals';
import { parseCondition } from '../../../../dev/emulator/language/condition.ts';
import { LanguageError } from '../../../../dev/emulator/language/error.ts';
import { LIMITS } from '../../../../dev/emulator/language/limits.ts';
import { problemsOf } from '../../../../dev/emulator/language/template.ts';

function problem(condition: string): string {
  try {
    parseCondition(condition);
  } catch (error) {
    if (error instanceof LanguageError) return error.explain();
    throw error;
  }
  return 'It was read.';
}

const VALUE = 'I expected a value here: a reference, a number, or a text in quotes.';
const REST = 'I expected AND, OR or the end here. A text with blanks needs quotes.';

test.each([
  ['', VALUE, '', '^'],
  ['$a = 1 AND && AND $b = 2', VALUE, '           ', '^^'],
  ['$a = 1 AND', VALUE, '          ', '^'],
  ['$a = 1 OR AND $b = 2', VALUE, '          ', '^^^'],
  ['$a = credit card', REST, '            ', '^^^^'],
  ['$a = 1 and $b = 2', REST, '       ', '^^^'],
  ['$a = 1)', REST, '      ', '^'],
  ['($a = 1', 'I expected ) here.', '       ', '^'],
  ['$a == 1', 'There is no such operator. Equal is one =.', '   ', '^^'],
  ['FINAL', 'This is compared with nothing. I expected = or another operator after it.', '', '^^^^^'],
  ['$a = "x', 'This text has no closing quote.', '     ', '^'],
  ['$ = 1', 'I expected the name of a parameter after the $.', '', '^'],
  ['$sys.func.NOPE(1) = 1', 'There is no system function NOPE.', '', '^^^^^^^^^^^^^^'],
  ['$sys.func.toString() = 1', 'There is no system function toString.', '', '^^^^^^^^^^^^^^^^^^'],
  ['$sys.func.LEN = 1', 'I expected ( after LEN here.', '              ', '^'],
  ['$sys.func.LEN($a = 1', 'I expected , or ) here.', '                 ', '^'],
  ['$sys.func.MID($a, 1) = 1', 'MID takes 3 arguments, not 2.', '', '^^^^^^^^^^^^^^^^^^^^'],
  ['$sys.func.DIVIDE(1) = 1', 'DIVIDE takes 2 to 3 arguments, not 1.', '', '^^^^^^^^^^^^^^^^^^^'],
  ['$sys.func.ADD() = 1', 'ADD takes at least 1 arguments, not 0.', '', '^^^^^^^^^^^^^^^'],
  ['$a = $sys.func.IF("$b = ", 1, 2)', `In this text: ${VALUE}`, '                  ', '^^^^^^^'],
  [
    '$a = $sys.func.LEN("$sys.func.NOPE()")',
    'In this text: There is no system function NOPE.',
    `${' '.repeat(19)}`,
    '^'.repeat(18),
  ],
])('%j is refused with the place.', (condition, message, before, carets) => {
  const [shown, line, marks] = problem(condition).split('\n');
  expect([shown, line, marks?.trimEnd()]).toEqual([message, `  ${condition}`, `  ${before}${carets}`.trimEnd()]);
});

test('Of a long condition the line around the place is shown.', () => {
  const condition = `${'$session.params.number = 1 OR\n'.repeat(3)}${'$session.params.number = 1 OR '.repeat(20)}?? = $`;
  expect(problem(condition)).toMatchInlineSnapshot(`
"I expected the name of a parameter after the $.
  1 OR $session.params.number = 1 OR ?? = $
                                          ^"
`);
});

test('A text tells what it cannot read, and the rest of it is read.', () => {
  const problems = problemsOf('$sys.func.NOPE(1), $session.params.name, $sys.func.LEN(');
  expect(problems.map(({ message, range }) => ({ message, range }))).toEqual([
    { message: 'There is no system function NOPE.', range: [0, 14] },
    { message: VALUE, range: [55, 56] },
  ]);
});

test.each([
  ['parentheses', `${'('.repeat(51)}true${')'.repeat(51)}`],
  ['NOT', `${'NOT '.repeat(51)}true`],
  ['calls', `${'$sys.func.LOWER('.repeat(51)}a${')'.repeat(51)} = a`],
  ['lists', `$sys.func.COUNT(${'['.repeat(50)}${']'.repeat(50)}) = 1`],
  ['indexes', `${'$a['.repeat(51)}$a${']'.repeat(51)} = 1`],
])('More than 50 levels of %s are refused.', (_, condition) => {
  expect(problem(condition)).toContain('This is nested more than 50 levels deep.');
});

test('A condition has a longest length.', () => {
  const longest = `$flow.a = "${'x'.repeat(LIMITS.condition - 12)}"`;
  expect(problem(longest)).toBe('It was read.');
  expect(problem(`${longest} `)).toContain('A condition has at most 32768 characters.');
});

test('A condition that is too long and begins with a line feed is explained as well.', () => {
  const condition = `\n$flow.a = "${'x'.repeat(LIMITS.condition)}"`;
  expect(problem(condition)).toBe('A condition has at most 32768 characters.\n  \n  ^');
});
