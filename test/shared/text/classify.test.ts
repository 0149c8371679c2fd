import { expect, test } from '@jest/globals';
import { CATEGORIES, type Category, OTHER_BELOW, topicOf } from '../../../shared/text/categories.ts';
import { createClassifier, hundredths, type Model, probabilities } from '../../../shared/text/classify.ts';

/** Weights in hundredths, of the categories that are named; 0 for the rest. */
function weights(of: { readonly [category in Category]?: number }): number[] {
  return CATEGORIES.map((category) => of[category] ?? 0);
}

const model: Model = {
  labels: CATEGORIES,
  temperature: 100,
  bias: weights({}),
  terms: {
    bus: [200, ...weights({ transport: 500 })],
    food: [200, ...weights({ food: 500 })],
    'bus food': [200, ...weights({ food: 900 })],
    day: [100, ...weights({ events: 20 })],
  },
};
const { chances, tell } = createClassifier(model);
const classify = (terms: string[]) => topicOf(chances(terms));

test('The category is the one that the terms speak for, with its probability.', () => {
  // e^5 / (e^5 + 10)
  expect(classify(['bus'])).toEqual({ category: 'transport', confidence: 0.94 });
  expect(classify(['bus', 'food', 'bus food'])).toEqual({ category: 'food', confidence: 0.99 });
});

test('A word that the model does not know takes confidence away; a pair that it does not know is the rule.', () => {
  expect(classify(['bus', 'zorble'])).toEqual({ category: 'transport', confidence: 0.39 });
  expect(classify(['bus', 'bus zorble'])).toEqual({ category: 'transport', confidence: 0.94 });
});

test('Where nothing is known it is other, with the confidence that chance has.', () => {
  const other = { category: 'other', confidence: 0.09 };
  expect(classify([])).toEqual(other);
  expect(classify(['zorble', 'constructor', '__proto__'])).toEqual(other);
});

test('Less sure than the threshold is other, with the probability of other and not of the best guess.', () => {
  expect(OTHER_BELOW).toBe(0.35);
  const split = (transport: number) =>
    CATEGORIES.map((category) => (category === 'transport' ? transport : (1 - transport) / 10));
  expect(topicOf(split(0.35))).toEqual({ category: 'transport', confidence: 0.35 });
  expect(topicOf(split(0.34))).toEqual({ category: 'other', confidence: 0.07 });
});

test('The temperature of the model makes it less sure, and changes no answer.', () => {
  const warm = createClassifier({ ...model, temperature: 200 });
  expect(topicOf(warm.chances(['bus']))).toEqual({ category: 'transport', confidence: 0.55 });
});

test('The labels are those of the model, whatever they are, and its bias counts.', () => {
  const { chances } = createClassifier({
    labels: ['yes', 'no'],
    temperature: 100,
    bias: [100, 0],
    terms: { aye: [100, 200, -100] },
  });
  expect([['aye'], []].map((terms) => chances(terms).map(hundredths))).toEqual([
    [0.98, 0.02],
    [0.73, 0.27],
  ]);
});

test('Terms tell as much as they speak for one category; unknown ones tell nothing.', () => {
  expect([['bus'], ['day'], ['bus', 'food'], ['zorble'], []].map(tell)).toEqual([5, 0.2, 5, 0, 0]);
});

test('Probabilities add up to 1, even of scores that no number holds the power of.', () => {
  expect(probabilities([1_000, 1_000, -1_000])).toEqual([0.5, 0.5, 0]);
  expect(probabilities([0, -10_000], 0.1)).toEqual([1, 0]);
});
