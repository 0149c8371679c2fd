import { globSync, readFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import { evaluate, parseCondition } from '../../../../dev/emulator/language/condition.ts';
import { LanguageError } from '../../../../dev/emulator/language/error.ts';
import { parseTarget } from '../../../../dev/emulator/language/target.ts';
import { problemsOf, render } from '../../../../dev/emulator/language/template.ts';
import { corpusTest, hasCorpus } from '../../../helpers/corpus.ts';
import { SCOPE } from './scope.ts';

/** All that real agents write in this language: where it lies, see `helpers/corpus.ts`. Without it these tests are skipped. */
const ROOT = process.env.CX_CORPUS ?? new URL('../../../../../shared/cx-corpus', import.meta.url).pathname;
if (!hasCorpus) console.warn(`No corpus at ${ROOT}: the tests of the language on real agents are skipped.`);

const conditions = new Set<string>();
const targets = new Set<string>();
const texts = new Set<string>();

function collect(value: unknown, key: string): void {
  if (typeof value === 'string') (key === 'condition' ? conditions : texts).add(value);
  if (typeof value !== 'object' || value === null) return;
  if (key === 'setParameterActions' && 'parameter' in value) targets.add(String(value.parameter));
  for (const [name, inner] of Object.entries(value)) collect(inner, Array.isArray(value) ? key : name);
}
for (const file of globSync(`${ROOT}/agents/**/*.json`)) {
  if (!/testCases|trainingPhrases/.test(file)) collect(JSON.parse(readFileSync(file, 'utf8')), '');
}

/** What is wrong, in words, so that a failure reads like an error of the language. */
function problem(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    return error instanceof LanguageError ? error.explain() : String(error);
  }
}

corpusTest('Every condition of real agents is read and evaluated.', () => {
  expect(conditions.size).toBeGreaterThan(200);
  const problems = [...conditions].map((text) => problem(() => evaluate(parseCondition(text), SCOPE)));
  expect(problems.filter(Boolean)).toEqual([]);
});

corpusTest('Every text, value, payload and body of real agents is read and rendered.', () => {
  expect(texts.size).toBeGreaterThan(4_000);
  expect([...texts].flatMap((text) => problemsOf(text).map((each) => each.explain()))).toEqual([]);
  expect([...texts].filter((text) => typeof render(text, SCOPE) !== 'string')).toEqual([]);
});

corpusTest('Every parameter that real agents set is understood.', () => {
  expect(targets.size).toBeGreaterThan(50);
  expect([...targets].map((target) => problem(() => parseTarget(target))).filter(Boolean)).toEqual([]);
});
