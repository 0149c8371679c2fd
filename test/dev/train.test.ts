import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, expect, test } from '@jest/globals';
import { type Builds, build, formatModels, MODEL, samplesOf } from '../../dev/train/build.ts';
import { type Data, parseExamples, parseWords, readData, refuseLearnt } from '../../dev/train/data.ts';
import {
  accuracy,
  calibrationError,
  confusion,
  decide,
  fitTemperature,
  type Judged,
  judge,
  type Verdict,
} from '../../dev/train/evaluate.ts';
import { LESSONS, type Subject } from '../../dev/train/lessons.ts';
import { createRandom, shuffle } from '../../dev/train/random.ts';
import { train } from '../../dev/train/train.ts';
import { CATEGORIES, type Category } from '../../shared/text/categories.ts';
import { SCALE } from '../../shared/text/classify.ts';
import { openReader, type Reader } from '../../shared/text/read.ts';
import { SENTIMENTS } from '../../shared/text/sentiment.ts';
import { startNode } from '../helpers/process.ts';

let data: Data;
let read: Reader;
let builds: Builds;
beforeAll(async () => {
  data = readData(new URL('../../dev/train/', import.meta.url));
  read = await openReader();
  builds = build(data, read); // 4 s
});

const { category, sentiment } = LESSONS;

/** What they make of the texts in cross-validation, and of others. */
function crossValidated(subject: Subject): Judged[] {
  const { model, folds } = builds[subject];
  return decide(LESSONS[subject], folds.flat(), model.temperature / SCALE);
}

function judged(subject: Subject, texts: Data['test']): Judged[] {
  const { model } = builds[subject];
  return decide(LESSONS[subject], judge(model, samplesOf(subject, texts, read)), model.temperature / SCALE);
}

test('The models that ship are what the data that ship make, byte for byte.', () => {
  expect(formatModels(builds)).toBe(readFileSync(MODEL, 'utf8'));
});

test('They are small, and know their labels in order.', () => {
  expect(Buffer.byteLength(formatModels(builds))).toBeLessThan(300_000);
  expect(builds.category.model.labels).toEqual(CATEGORIES);
  expect(builds.sentiment.model.labels).toEqual(SENTIMENTS);
});

test('There are enough texts of every category and sentiment to learn from, and a hundred to test with.', () => {
  const few = CATEGORIES.filter((one) => data.examples.filter(({ category }) => category === one).length < 80);
  const rare = SENTIMENTS.filter((one) => data.examples.filter(({ sentiment }) => sentiment === one).length < 190);
  expect([...few, ...rare]).toEqual([]);
  expect(data.examples.length).toBeGreaterThanOrEqual(900);
  expect(data.test.length).toBeGreaterThanOrEqual(100);
});

// Each floor is a few points below what `node dev/train/feedback.ts` prints: 79.0, 80.6 and 75.0 %.
test('The category is right in 76 of 100 texts that it has not seen.', () => {
  expect(accuracy(crossValidated('category'))).toBeGreaterThan(0.76);
});

test('The category is right in 77 of 100 texts of the test, and in 71 of 100 of those that were written last.', () => {
  expect(accuracy(judged('category', data.test))).toBeGreaterThan(0.77);
  expect(accuracy(judged('category', data.last))).toBeGreaterThan(0.71);
});

// It prints 83.4, 74.2 and 80.0 %. Always `negative` would be right in 55.4, 66.9 and 56.7 %, and wink alone in 55.5,
// 41.1 and 41.7 %.
test('The sentiment is right in 81 of 100 texts that it has not seen.', () => {
  expect(accuracy(crossValidated('sentiment'))).toBeGreaterThan(0.81);
});

test('The sentiment is right in 71 of 100 texts of the test, and in 76 of 100 of those that were written last.', () => {
  expect(accuracy(judged('sentiment', data.test))).toBeGreaterThan(0.71);
  expect(accuracy(judged('sentiment', data.last))).toBeGreaterThan(0.76);
});

test('Of 100 texts that are surely negative 90 are, which is what an apology asks for.', () => {
  const sure = crossValidated('sentiment').filter(({ said, confidence }) => said === 'negative' && confidence >= 0.65);
  expect(accuracy(sure)).toBeGreaterThanOrEqual(0.9);
  expect(sure.length).toBeGreaterThan(430);
});

test('Confidence means what it says, within a tenth.', () => {
  expect(calibrationError(crossValidated('category'))).toBeLessThan(0.1);
  expect(calibrationError(crossValidated('sentiment'))).toBeLessThan(0.1);
});

test('What most people feel is no witness of what one feels; what most write about is.', () => {
  const samples = [
    { right: 'negative', terms: ['bus'] },
    { right: 'negative', terms: ['food'] },
  ];
  expect(train(sentiment, samples, []).bias).toEqual([0, 0, 0]);
  const [bias] = train(category, [{ right: 'facilities', terms: ['lift'] }], []).bias;
  expect(bias).toBeGreaterThan(0);
});

test('A pair of words is learnt from two texts for the category, and from three for the sentiment.', () => {
  const texts = (lesson: typeof category) =>
    ['a b', 'a b', 'c d', 'c d', 'c d', 'e f'].map((pair) => ({ right: lesson.labels[0]!, terms: ['x', pair] }));
  expect(Object.keys(train(category, texts(category), []).terms)).toEqual(['a b', 'c d', 'x']);
  expect(Object.keys(train(sentiment, texts(sentiment), []).terms)).toEqual(['c d', 'x']);
});

test('--check writes nothing and says in numbers how good the model is.', async () => {
  const before = readFileSync(MODEL, 'utf8');
  const { code, stdout, stderr } = await run('--check');
  expect({ code, stderr, after: readFileSync(MODEL, 'utf8') }).toEqual({ code: 0, stderr: '', after: before });
  expect(stdout).toMatch(/^Learns from 959 texts,\n1193 words of categories and 250 of feelings\.\n/);
  expect(stdout).toMatch(/\nTested on 124 and 60 other texts\. The models: 293713 bytes\.\n/);
  const right = (of: RegExp) => [...stdout.matchAll(of)].map(([, share]) => share);
  expect(right(/== Cross-validation, 5 folds .*\nright (.*) %;/g)).toEqual(['79.0', '83.4']);
  expect(right(/== feedback-test\.tsv.*\nright (.*) %;/g)).toEqual(['80.6', '74.2']);
  expect(right(/== feedback-last\.tsv.*\nright (.*) %;/g)).toEqual(['75.0', '80.0']);
  expect(stdout).toContain(
    '\n  always negative: 55.4 %, 66.9 %, 56.7 % right\n  wink alone: 55.5 %, 41.1 %, 41.7 % right\n',
  );
  expect(stdout).toContain('without what wink says of the sentiment: 81.8 % right.');
  expect(stdout).toContain('\n  0.65  precision 90.5 % recall 80.8 %, ');
});

test('--help shows an example; an unknown option is one sentence and exit code 2.', async () => {
  const help = await run('--help');
  expect({ code: help.code, stderr: help.stderr }).toEqual({ code: 0, stderr: '' });
  expect(help.stdout).toMatch(/^Usage: node dev\/train\/feedback\.ts \[--check\]\n.*\nExample:\n {2}node dev\/train/s);
  expect(await run('--nope')).toEqual({ code: 2, stdout: '', stderr: "Unknown option '--nope': see --help.\n" });
});

async function run(...args: string[]) {
  const { ended, printed } = startNode(['dev/train/feedback.ts', ...args]);
  return { code: await ended, ...printed };
}

test('Lines of data are read; comments and empty lines are not.', () => {
  expect(parseExamples('# a comment\n\nfood\tnegative\tCold dal, again\n', 'x.tsv')).toEqual([
    { category: 'food', sentiment: 'negative', text: 'Cold dal, again' },
  ]);
  expect(parseWords('food\tdal, cold tea\n', 'w.tsv', CATEGORIES)).toEqual([
    { label: 'food', text: 'dal' },
    { label: 'food', text: 'cold tea' },
  ]);
});

test.each([
  ['an unknown category', 'drinks\tneutral\ttea', `x.tsv, line 1: "drinks" is none of ${CATEGORIES.join(', ')}.`],
  ['an unknown sentiment', 'food\tangry\ttea', 'x.tsv, line 1: "angry" is none of neutral, positive, negative.'],
  ['no text', 'food\tneutral\t ', 'x.tsv, line 1: write category, sentiment and text, with tabs.'],
  ['a missing tab', 'food neutral tea', 'x.tsv, line 1: write category, sentiment and text, with tabs.'],
  ['a tab too many', 'food\tneutral\ttea\tmilk', 'x.tsv, line 1: write category, sentiment and text, with tabs.'],
  [
    'a duplicate, in other letters and under another category',
    '# texts\nfood\tneutral\tCold tea!\nhostel\tneutral\tcold  TEA',
    'x.tsv, line 3: "cold  TEA" is there already, at x.tsv, line 2.',
  ],
])('One sentence tells of bad texts: %s', (_, tsv, message) => {
  expect(() => parseExamples(tsv, 'x.tsv')).toThrow(expect.objectContaining({ name: 'Problem', message }));
});

test.each([
  ['an empty entry', 'food\tdal,, tea', 'w.tsv, line 1: there is nothing between two commas.'],
  ['no words', 'food', 'w.tsv, line 1: write label and words, with one tab.'],
  ['another label', 'angry\tdal', `w.tsv, line 1: "angry" is none of ${CATEGORIES.join(', ')}.`],
  ['a duplicate', 'food\tdal\nfood\ttea, Dal', 'w.tsv, line 2: "food Dal" is there already, at w.tsv, line 1.'],
])('One sentence tells of bad words: %s', (_, tsv, message) => {
  expect(() => parseWords(tsv, 'w.tsv', CATEGORIES)).toThrow(expect.objectContaining({ name: 'Problem', message }));
});

test('A text that is both learnt and tested is refused.', () => {
  const texts = (tsv: string) => parseExamples(tsv, 'x.tsv');
  expect(() => refuseLearnt(texts('food\tneutral\tCold tea'), texts('food\tneutral\tcold tea.'))).toThrow(
    expect.objectContaining({ message: '"cold tea." is both learnt and tested: leave it in one file.' }),
  );
  expect(() => refuseLearnt(texts('food\tneutral\tCold tea'), texts('food\tneutral\tcold milk'))).not.toThrow();
});

test('A folder of data is read whole, and refused where a test repeats what was learnt.', () => {
  const folder = pathToFileURL(`${mkdtempSync(join(tmpdir(), 'train-'))}/`);
  const write = (name: string, tsv: string) => writeFileSync(new URL(name, folder), tsv);
  write('feedback.tsv', 'food\tneutral\ttea\n');
  write('feedback-words.tsv', 'food\tdal\n');
  write('feedback-feelings.tsv', 'negative\ttoo late\n');
  write('feedback-test.tsv', 'food\tneutral\tmilk\n');
  write('feedback-last.tsv', 'fees\tnegative\tdues\n');
  expect(readData(folder)).toEqual({
    examples: [{ category: 'food', sentiment: 'neutral', text: 'tea' }],
    words: { category: [{ label: 'food', text: 'dal' }], sentiment: [{ label: 'negative', text: 'too late' }] },
    test: [{ category: 'food', sentiment: 'neutral', text: 'milk' }],
    last: [{ category: 'fees', sentiment: 'negative', text: 'dues' }],
  });
  write('feedback-last.tsv', 'food\tneutral\tTea!\n');
  expect(() => readData(folder)).toThrow('"Tea!" is both learnt and tested: leave it in one file.');
});

/** A verdict that gives one category this chance and the others the rest. */
function verdict(right: Category, said: Category, chance: number): Verdict {
  return { right, chances: CATEGORIES.map((category) => (category === said ? chance : (1 - chance) / 10)) };
}

test('Figures: who is right, how often and how surely.', () => {
  const judged: Judged[] = decide(
    category,
    [verdict('food', 'food', 0.9), verdict('food', 'hostel', 0.6), verdict('other', 'fees', 0.2)],
    1,
  );
  expect(judged).toEqual([
    { right: 'food', best: 'food', said: 'food', confidence: 0.9, chances: expect.any(Array) },
    { right: 'food', best: 'hostel', said: 'hostel', confidence: 0.6, chances: expect.any(Array) },
    { right: 'other', best: 'fees', said: 'other', confidence: 0.08, chances: expect.any(Array) },
  ]);
  expect(accuracy(judged)).toBeCloseTo(2 / 3);
  expect(calibrationError(judged)).toBeCloseTo((0.1 + 0.6 + 0.92) / 3);
  const surer = [verdict('food', 'food', 1), verdict('food', 'fees', 0.9)];
  expect(calibrationError(decide(category, surer, 1))).toBeCloseTo(0.45);
  expect(confusion(category, judged).find(({ label }) => label === 'food')).toEqual({
    label: 'food',
    texts: 2,
    precision: 1,
    recall: 0.5,
    answers: CATEGORIES.map((category) => Number(category === 'food' || category === 'hostel')),
  });
});

test('The temperature cools what is too unsure, and warms what is too sure.', () => {
  const unsure = Array.from({ length: 10 }, () => verdict('food', 'food', 0.5));
  const tooSure = [...Array(5)].flatMap(() => [verdict('food', 'food', 0.99), verdict('food', 'hostel', 0.99)]);
  expect(fitTemperature(category, unsure)).toBe(20);
  expect(fitTemperature(category, tooSure)).toBeGreaterThan(200);
});

test('Chance is the same at every run.', () => {
  const random = createRandom(7);
  expect([random(), random(), random()].map((value) => Math.floor(value * 1_000))).toEqual([11, 61, 976]);
  expect(shuffle([1, 2, 3, 4, 5], createRandom(7))).toEqual(shuffle([1, 2, 3, 4, 5], createRandom(7)));
});
