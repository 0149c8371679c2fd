import { beforeAll, expect, test } from '@jest/globals';
import { entitiesOf, withRupees } from '../../../shared/text/entities.ts';
import { phrasesOf } from '../../../shared/text/phrases.ts';
import { openReader, type Reader } from '../../../shared/text/read.ts';
import { SENTIMENTS, sentimentOf } from '../../../shared/text/sentiment.ts';
import { feelingTermsOf, topicTermsOf } from '../../../shared/text/terms.ts';
import { vectorOf } from '../../../shared/text/vector.ts';

/** What is made of a text that wink has read, each by itself. */

let read: Reader;
beforeAll(async () => {
  read = await openReader();
});

const terms = (text: string) => topicTermsOf(read(text).tokens);
const feelings = (text: string) => feelingTermsOf(read(text));
const phrases = (text: string, tell: (terms: readonly string[]) => number = () => 0) =>
  phrasesOf(withRupees(read(text)), tell);

test('Terms are stems and pairs of stems, whatever the case, without stop words and numbers.', () => {
  expect(terms('The Libraries of the HOSTELS are closed')).toEqual([
    'librari',
    'hostel',
    'librari hostel',
    'close',
    'hostel close',
  ]);
  expect(terms('bus 7, late')).toEqual(['bus', 'late']);
});

test('What wink cannot read is a term that nobody has seen.', () => {
  expect(terms('यह library')).toEqual(['यह', 'librari', 'यह librari']);
  expect(feelings('यह library')).toEqual(['यह', '^ यह', 'library', 'यह library']);
});

test('A vector has length 1, rare terms weigh more, repeated ones a little more.', () => {
  const idfOf = (term: string) => ({ a: 4, b: 3 })[term];
  expect(vectorOf(['a', 'b'], idfOf)).toEqual([
    ['a', 0.8],
    ['b', 0.6],
  ]);
  const [[, a], [, b]] = vectorOf(['a', 'b', 'b'], idfOf) as [[string, number], [string, number]];
  expect(b / a).toBeCloseTo(((1 + Math.log(2)) * 3) / 4);
  expect(vectorOf([], idfOf)).toEqual([]);
  expect(vectorOf(['unknown', 'unknown pair'], idfOf)).toEqual([]);
});

test('Feelings are told by all words as they are written, with their neighbours and where a sentence begins.', () => {
  expect(feelings('The lifts were LATE, why?')).toEqual([
    'the',
    '^ the',
    'lifts',
    'the lifts',
    'were',
    'lifts were',
    'late',
    'were late',
    'why',
    '^ why',
    '?',
  ]);
  expect(feelings('bus 7! 12')).toEqual(['bus', '^ bus', '!']);
});

test("What wink knows for negated is another word than the same word by itself, after n't as well as after not.", () => {
  const negated = ['not', 'is not', 'not:closed', 'not not:closed'];
  expect(feelings('is not closed')).toEqual(['is', '^ is', ...negated]);
  expect(feelings("isn't closed")).toEqual(['is', '^ is', ...negated]);
});

test.each([
  ['I love this wonderful library', ['+0.05', '+0.25', '+0.5']],
  ['The library is clean', ['+0.05', '+0.25']],
  ['please', ['+0.05']],
  ['The bus leaves at five', []],
  ['no', []],
  ['The bus was delayed', ['-0.05']],
  ['It is not good', ['-0.05', '-0.25', '-0.5']],
])('The sentiment that wink finds is a term for each step that it reaches: %s', (text, steps) => {
  expect(feelings(text).filter((term) => /^[-+]/.test(term))).toEqual(steps);
});

test('The sentiment is the most likely one, and the number is praise less blame.', () => {
  expect(SENTIMENTS).toEqual(['neutral', 'positive', 'negative']);
  expect(sentimentOf([0.2, 0.7, 0.1])).toEqual({
    sentiment: 0.6,
    sentimentWord: 'positive',
    sentimentConfidence: 0.7,
  });
  expect(sentimentOf([0.1, 0.184, 0.716])).toEqual({
    sentiment: -0.53,
    sentimentWord: 'negative',
    sentimentConfidence: 0.72,
  });
});

test('Where nothing is known the text is neutral, and a sentiment of almost nothing is 0 and not below it.', () => {
  const third = 1 / 3;
  expect(sentimentOf([third, third, third])).toEqual({
    sentiment: 0,
    sentimentWord: 'neutral',
    sentimentConfidence: 0.33,
  });
  expect(sentimentOf([0.599, 0.2, 0.201]).sentiment).toBe(0);
});

test('Phrases are rows of adjectives and nouns, in the words of the text, as they come.', () => {
  expect(phrases('The cold dal in the Hostel Mess and a broken projector are what I saw.')).toEqual([
    'cold dal',
    'Hostel Mess',
    'broken projector',
  ]);
});

test('The most telling phrases come first, five at most.', () => {
  const text = 'The room, the bus, the food, the book, the exam, the clerk and the wifi';
  expect(phrases(text)).toEqual(['room', 'bus', 'food', 'book', 'exam']);
  expect(phrases(text, (terms) => (terms.includes('wifi') ? 2 : terms.includes('exam') ? 1 : 0))).toEqual([
    'wifi',
    'exam',
    'room',
    'bus',
    'food',
  ]);
});

test('What is said twice is named once, and so is what a longer phrase says.', () => {
  expect(phrases('The bus was late and the buses were late. The college bus is the problem.')).toEqual([
    'college bus',
    'problem',
  ]);
});

test('Words with a hyphen stay together; dates, amounts and addresses are no phrases.', () => {
  expect(phrases('The wi-fi password is sold for Rs 500 on Monday by a@example.com')).toEqual(['wi-fi password']);
});

test('No phrase and no term is empty.', () => {
  expect(phrases('bus..canteen')).toEqual(['bus', 'canteen']);
  expect(terms('bus..canteen')).toEqual(['bus', 'canteen']);
});

test('A row of more than four nouns is no phrase.', () => {
  expect(phrases('library canteen hostel bus office')).toEqual([]);
});

test("Entities are wink's, in lower case and in the order of the text, and Rs makes money of a number.", () => {
  const text =
    'I paid Rs 500, Rs. 1,20,000, INR 20 and ₹30 on 12th March, 10% more than 2 years ago. Mail a@example.com';
  expect(entitiesOf(withRupees(read(text)))).toEqual([
    { kind: 'money', text: 'Rs 500' },
    { kind: 'money', text: 'Rs. 1,20,000' },
    { kind: 'money', text: 'INR 20' },
    { kind: 'money', text: '₹30' },
    { kind: 'date', text: '12th March' },
    { kind: 'percent', text: '10%' },
    { kind: 'date', text: '2 years ago' },
    { kind: 'email', text: 'a@example.com' },
  ]);
});

test('Rs makes money of nothing but a number.', () => {
  expect(entitiesOf(withRupees(read('Rs 10%, and 20 Rs')))).toEqual([
    { kind: 'percent', text: '10%' },
    { kind: 'cardinal', text: '20' },
  ]);
});

test('At most twenty entities are named.', () => {
  expect(entitiesOf(read('1 and '.repeat(30)))).toEqual(
    Array.from({ length: 20 }, () => ({ kind: 'cardinal', text: '1' })),
  );
});
