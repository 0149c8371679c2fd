import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Json, JsonObject } from '../../../../dev/emulator/agent.ts';
import { type Condition, evaluate, parseCondition } from '../../../../dev/emulator/language/condition.ts';
import { LanguageError } from '../../../../dev/emulator/language/error.ts';
import { FUNCTIONS } from '../../../../dev/emulator/language/functions.ts';
import { OPERATORS, type Operand } from '../../../../dev/emulator/language/syntax.ts';
import { problemsOf, render } from '../../../../dev/emulator/language/template.ts';
import { resolveValue } from '../../../../dev/emulator/language/value.ts';
import { SCOPE } from './scope.ts';

/** Everything a text of the language is made of, in any order. */
const pieces = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          'AND',
          ' OR ',
          'NOT ',
          '(',
          ')',
          '=',
          '!=',
          ' < ',
          ':',
          ',',
          '[',
          ']',
          '"',
          "'",
          '\\',
          '"x"',
          'true',
          'null',
          '-3',
        ],
        ...[
          '$',
          '$session.params.name',
          '$flow.counter',
          '$sys.func.',
          '$session.params.cart[0].price',
          '[$flow.index]',
          '.',
        ],
        ...Object.keys(FUNCTIONS).map((name) => `$sys.func.${name}(`),
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    ),
    { maxLength: 40 },
  )
  .map((all) => all.join(''));

/** Long texts of few pieces: what takes the square of its length shows. In milliseconds; a busy machine has its share. */
const long = fc
  .tuple(pieces, fc.integer({ min: 1, max: 200 }))
  .map(([piece, times]) => piece.repeat(times).slice(0, 32_768));
const SOON = 2_000;
const texts = fc.oneof({ weight: 19, arbitrary: pieces }, { weight: 1, arbitrary: long });

function parses(text: string): Condition | null {
  try {
    return parseCondition(text);
  } catch (error) {
    if (!(error instanceof LanguageError)) throw error;
    const [start, end] = error.range;
    expect(start >= 0 && start < end && end <= text.length + 1).toBe(true);
    expect(error.explain().split('\n')[2]).toMatch(/^ *\^+$/);
    return null;
  }
}

test('A text that is no condition is a LanguageError with a place in it, soon; one that is can be evaluated.', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const before = performance.now();
      const condition = parses(text);
      if (condition) evaluate(condition, SCOPE);
      expect(performance.now() - before).toBeLessThan(SOON);
    }),
    { numRuns: 3_000 },
  );
});

test('Any text is rendered, soon; without a $ it stays as it is.', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const before = performance.now();
      const rendered = render(text, SCOPE);
      problemsOf(text).map((problem) => problem.explain());
      expect(performance.now() - before).toBeLessThan(SOON);
      if (!text.includes('$')) expect(rendered).toBe(text);
    }),
    { numRuns: 3_000 },
  );
});

test.each([
  ['open calls', '$sys.func.ADD('.repeat(18_000)],
  ['open quotes', '$sys.func.LEN("'.repeat(17_000)],
  ['quotes in quotes', '$sys.func.LEN("\\"'.repeat(15_000)],
  ['references', '$session.params.a[$flow.b'.repeat(10_000)],
  ['backslashes', `$sys.func.LEN("${'\\'.repeat(200_000)}`],
  ['conditions in conditions', nestedIfs(12)],
])('%s in a long text take no long time.', (_, text) => {
  const before = performance.now();
  render(text, SCOPE);
  parses(text);
  expect(performance.now() - before).toBeLessThan(SOON);
});

function nestedIfs(depth: number): string {
  let text = 'true';
  for (let level = 0; level < depth; level++) {
    text = `$sys.func.IF("${text.replace(/["\\]/g, '\\$&')}", true, false)`;
  }
  return text;
}

// A condition of every form, and its text: what is printed is parsed to the same.

const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}[a-z]$/);
const step = fc.oneof(
  name.map((field) => ({ text: `.${field}`, step: field as string | number })),
  fc.nat(99).map((index) => ({ text: `[${index}]`, step: index })),
);
const reference = fc
  .tuple(fc.constantFrom(['session', 'params'], ['flow'], ['page', 'params']), name, fc.array(step, { maxLength: 3 }))
  .map(([root, first, steps]) => ({
    text: `$${[...root, first].join('.')}${steps.map(({ text }) => text).join('')}`,
    tree: { kind: 'reference', steps: [...root, first, ...steps.map((each) => each.step)] },
  }));
const literal = fc
  .oneof(
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .map((value) => ({ text: String(value), value: Number(String(value)) })),
    fc.constantFrom(true, false, null).map((value) => ({ text: String(value), value })),
    fc
      .stringMatching(/^[a-z][a-z0-9.-]{3,9}$/)
      .filter((word) => !['null', 'true', 'false'].includes(word))
      .map((word) => ({ text: word, value: word })),
  )
  .map(({ text, value }) => ({ text, tree: { kind: 'literal', text, value } }));
const quoted = fc
  .string({ unit: 'grapheme' })
  .filter((value) => !value.includes('$'))
  .map((value) => ({
    text: `"${value.replace(/["\\]/g, '\\$&')}"`,
    tree: { kind: 'quoted', value, parts: value === '' ? [] : [value] },
  }));

interface Printed {
  readonly text: string;
  readonly tree: object;
}
const { condition } = fc.letrec<{ operand: Printed; condition: Printed }>((tie) => ({
  operand: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    reference,
    literal,
    quoted,
    fc.array(tie('operand'), { maxLength: 3 }).map((all) => ({
      text: `[${all.map(({ text }) => text).join(', ')}]`,
      tree: { kind: 'list', items: all.map(({ tree }) => tree) },
    })),
    fc.array(tie('operand'), { minLength: 1, maxLength: 3 }).map((all) => {
      const text = `$sys.func.CONCATENATE(${all.map((each) => each.text).join(', ')})`;
      return { text, tree: { kind: 'call', name: 'CONCATENATE', text, args: all.map(({ tree }) => tree) } };
    }),
  ),
  condition: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.tuple(tie('operand'), fc.constantFrom(...OPERATORS), tie('operand')).map(([left, operator, right]) => ({
      text: `${left.text} ${operator} ${right.text}`,
      tree: { kind: 'comparison', operator, left: left.tree, right: right.tree },
    })),
    reference,
    tie('condition').map(({ text, tree }) => ({ text: `NOT (${text})`, tree: { kind: 'not', of: tree } })),
    fc
      .tuple(fc.constantFrom('and', 'or'), fc.array(tie('condition'), { minLength: 2, maxLength: 3 }))
      .map(([kind, all]) => ({
        text: all.map(({ text }) => `(${text})`).join(` ${kind.toUpperCase()} `),
        tree: { kind, of: all.map(({ tree }) => tree) },
      })),
  ),
}));

/** Without the places, and a reference without its text: its steps say it. */
function bare(node: Condition | Operand): Json {
  return JSON.parse(
    JSON.stringify(node, (key, value: Json) => (key === 'range' ? undefined : withoutText(value))),
  ) as Json;
}

function withoutText(value: Json): Json {
  if (typeof value !== 'object' || value === null || !('kind' in value) || value.kind !== 'reference') return value;
  const { text: _, ...rest } = value as JsonObject;
  return rest;
}

test('What a condition prints as is parsed to the same condition.', () => {
  fc.assert(
    fc.property(condition, ({ text, tree }) => {
      expect(bare(parseCondition(text))).toEqual(JSON.parse(JSON.stringify(tree)));
    }),
    { numRuns: 2_000 },
  );
});

/** As it comes from JSON, in which there is no -0. */
const anything = fc.json({ maxDepth: 3 }).map((text) => JSON.parse(JSON.stringify(JSON.parse(text))) as Json);

test('To evaluate changes nothing and gives the same again, whatever the parameters are.', () => {
  fc.assert(
    fc.property(condition, fc.dictionary(name, anything), anything, ({ text }, parameters, value) => {
      const used = Object.fromEntries([...text.matchAll(/params\.([\w-]+)/g)].map(([, used]) => [used!, value]));
      const scope = deepFrozen({ ...SCOPE, session: { ...parameters, ...used } });
      const first = evaluate(parseCondition(text), scope);
      expect(evaluate(parseCondition(text), scope)).toEqual(first);
      expect(evaluate(parseCondition(`NOT (${text})`), scope).holds).toBe(!first.holds);
    }),
    { numRuns: 1_000 },
  );
});

test('Every function takes anything: it gives JSON, or it fails with a sentence.', () => {
  const call = fc.tuple(
    fc.constantFrom(...Object.entries(FUNCTIONS)),
    fc.array(anything, { minLength: 4, maxLength: 4 }),
  );
  fc.assert(
    fc.property(call, ([[called, { takes }], values]) => {
      const flow = Object.fromEntries(values.map((value, index) => [`a${index}`, value]));
      const count = Math.min(values.length, takes[1]);
      const args = values.slice(0, count).map((_, index) => `$flow.a${index}`);
      const { reads, problems } = evaluate(parseCondition(`$sys.func.${called}(${args.join(', ')}) = 1`), {
        ...SCOPE,
        flow,
      });
      const result = reads.at(-1)!.value;
      expect(problems).toHaveLength(result === undefined ? 1 : 0);
      if (result !== undefined) expect(JSON.parse(JSON.stringify(result))).toEqual(result);
      for (const { message } of problems) expect(message).toMatch(new RegExp(`^${called}: [A-Z]`));
    }),
    { numRuns: 3_000 },
  );
});

test('A value without a $ in it stays as it is.', () => {
  fc.assert(
    fc.property(anything, (value) => {
      fc.pre(!JSON.stringify(value).includes('$'));
      expect(resolveValue(value, SCOPE)).toEqual(value);
    }),
  );
});

function deepFrozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value);
    Object.values(value).forEach(deepFrozen);
  }
  return value;
}
