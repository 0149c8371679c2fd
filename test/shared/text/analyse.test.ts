import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Analysis, analyse } from '../../../shared/text/analyse.ts';
import { CATEGORIES } from '../../../shared/text/categories.ts';
import { startNode } from '../../helpers/process.ts';

/** What is said of a text that nothing is known of. */
const NOTHING: Analysis = {
  sentiment: 0,
  sentimentWord: 'neutral',
  sentimentConfidence: 0.33,
  phrases: [],
  entities: [],
  category: 'other',
  confidence: 0.27,
};

test('A complaint is understood: how it feels, what it is about, and what it names.', async () => {
  const text =
    'The wifi in the new hostel block is terrible. ' +
    'I paid Rs. 1,500 on 12th March, mail me at asha@example.com before 5 pm!';
  expect(await analyse(text)).toEqual({
    sentiment: -0.57,
    sentimentWord: 'negative',
    sentimentConfidence: 0.76,
    phrases: ['new hostel block', 'wifi', 'mail'],
    entities: [
      { kind: 'money', text: 'Rs. 1,500' },
      { kind: 'date', text: '12th March' },
      { kind: 'email', text: 'asha@example.com' },
      { kind: 'time', text: '5 pm' },
    ],
    category: 'technology',
    confidence: 0.7,
  });
});

test('Praise is understood as well.', async () => {
  expect(await analyse('The librarian is wonderful and the reading room is so quiet, thank you!')).toEqual({
    sentiment: 0.94,
    sentimentWord: 'positive',
    sentimentConfidence: 0.96,
    phrases: ['reading room', 'librarian'],
    entities: [],
    category: 'library',
    confidence: 1,
  });
});

test.each([
  ['The bus came 40 minutes late', 'negative'],
  ['Nobody opened the counter till noon', 'negative'],
  ['There is no hot water in the hostel', 'negative'],
  ['The food is not good.', 'negative'],
  ["It wasn't helpful at all.", 'negative'],
  ['What a mess the parking is', 'negative'],
  ['Please add a bus.', 'neutral'],
  ['Kindly add a fan in the mess', 'neutral'],
  ['Where is the office?', 'neutral'],
  ['I took the bus on Monday', 'neutral'],
  ['The office fixed it the same day', 'positive'],
  ['Mess food was wonderful', 'positive'],
  ['The food is good.', 'positive'],
])('Complaints need no word of feeling, and wishes and questions blame nobody: %s is %s', async (text, word) => {
  expect((await analyse(text)).sentimentWord).toBe(word);
});

test.each([
  ['nothing', ''],
  ['white space', ' \n\t '],
  ['Hindi', 'पुस्तकालय बहुत अच्छा है और खाना भी'],
  ['Chinese', '图书馆很好'],
  ['Arabic', 'المكتبة جيدة'],
])('%s is other, and not surely so', async (_, text) => {
  expect(await analyse(text)).toEqual(NOTHING);
});

test('Letters without sense are other, not surely so, and so are names that JavaScript knows.', async () => {
  expect(await analyse('qwerty zxcvb')).toEqual({ ...NOTHING, phrases: ['qwerty zxcvb'] });
  const { category, confidence } = await analyse('constructor __proto__ toString hasOwnProperty');
  expect({ category, confidence }).toEqual({ category: 'other', confidence: 0.27 });
});

test('Emoji are felt and named.', async () => {
  expect(await analyse('😀')).toEqual({
    ...NOTHING,
    sentiment: 1,
    sentimentWord: 'positive',
    sentimentConfidence: 1,
    entities: [{ kind: 'emoji', text: '😀' }],
  });
});

test('Unknown words take confidence away.', async () => {
  const texts = ['It is noisy', 'It is noisy where glimmed zorbles quuxed frobnicators'];
  const guesses = await Promise.all(texts.map(analyse));
  expect(
    guesses.map(({ category, confidence, sentimentConfidence }) => [category, confidence, sentimentConfidence]),
  ).toEqual([
    ['library', 0.96, 0.94],
    ['library', 0.62, 0.75],
  ]);
});

test('Only the first 2,000 characters are read, and no character is cut in half.', async () => {
  const late = 'The bus is late. '.repeat(117).padEnd(1_999);
  const whole = await analyse(late);
  expect(whole.category).toBe('transport');
  expect(await analyse(`${late}😀`)).toEqual(whole);
  expect(await analyse(`${late} The food in the canteen was wonderful on 12th March.`)).toEqual(whole);
});

test('What is given back can be saved: no half of a character is in it.', async () => {
  expect(await analyse('cold\ud83d food')).toEqual(await analyse('cold  food'));
  expect((await analyse('the canteen\ud83dbus')).phrases).toEqual(['canteen bus']);
});

test.each([
  ['one letter', 'a'.repeat(2_000)],
  ['an address begun over and over', 'http://'.repeat(300)],
  ['joined letters', 'a&'.repeat(1_000)],
  ['hyphens', 'a-'.repeat(1_000)],
  ['mess', 'a mess '.repeat(300)],
  ['nouns', Array.from({ length: 400 }, (_, i) => `w${i}`).join(' ')],
  ['single nouns', Array.from({ length: 280 }, (_, i) => `w${i}`).join(' the ')],
  ['amounts', 'Rs 5 '.repeat(400)],
  ['joined emoji', '👩‍👩‍👧‍👦'.repeat(180)],
  ['half characters', '\ud83d'.repeat(2_000)],
  ['numbers', '1 '.repeat(1_000)],
])('Text that is meant to be slow or large gets a small answer in time: %s', async (_, text) => {
  const before = performance.now();
  expectSound(await analyse(text));
  // The worst takes 0.5 s on its own; a pattern that backtracks would take minutes.
  expect(performance.now() - before).toBeLessThan(10_000);
});

test('A thousand texts that nobody would write get sound answers.', async () => {
  const word = fc.constantFrom(
    'bus',
    'food',
    'not',
    "n't",
    'a mess',
    'hot water',
    'Rs',
    '500',
    '12th',
    'March',
    '-',
    '😀',
    '.',
    'है',
    '\ud83d',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({ unit: 'grapheme', maxLength: 200 }),
    fc.array(fc.oneof(word, fc.string({ maxLength: 8 })), { maxLength: 40 }).map((words) => words.join(' ')),
    fc.array(word, { maxLength: 20 }).map((words) => words.join('')),
  );
  await fc.assert(
    fc.asyncProperty(text, async (text) => expectSound(await analyse(text))),
    { numRuns: 1_000 },
  );
});

test('wink and the model are loaded by the first text and not by an import.', async () => {
  const program = `
    import { createRequire } from 'node:module';
    const { cache } = createRequire(process.cwd() + '/');
    const isLoaded = () => Object.keys(cache).some((file) => file.includes('wink'));
    const { analyse } = await import('./shared/text/analyse.ts');
    const atImport = isLoaded();
    await Promise.all([analyse('one'), analyse('two')]);
    console.log(JSON.stringify([atImport, isLoaded()]));`;
  const node = startNode(['--input-type=module', '--eval', program]);
  expect(await node.ended).toBe(0);
  expect(JSON.parse(node.printed.stdout)).toEqual([false, true]);
});

function expectSound(analysis: Analysis): void {
  const { sentiment, sentimentWord, sentimentConfidence, phrases, entities, category, confidence, ...rest } = analysis;
  expect(rest).toEqual({});
  expect(sentiment).toBeGreaterThanOrEqual(-1);
  expect(sentiment).toBeLessThanOrEqual(1);
  expect(['positive', 'neutral', 'negative']).toContain(sentimentWord);
  expect(sentimentConfidence).toBeGreaterThanOrEqual(0.33);
  expect(sentimentConfidence).toBeLessThanOrEqual(1);
  expect(phrases.length).toBeLessThanOrEqual(5);
  expect(new Set(phrases).size).toBe(phrases.length);
  expect(entities.length).toBeLessThanOrEqual(20);
  expect([...phrases, ...entities.flatMap(({ kind, text }) => [kind, text])].filter((text) => text === '')).toEqual([]);
  expect(JSON.stringify([phrases, entities])).not.toMatch(/\\ud[89a-f]/);
  expect(CATEGORIES).toContain(category);
  expect(confidence).toBeGreaterThan(0);
  expect(confidence).toBeLessThanOrEqual(1);
}
