import { type Model, probabilities, SCALE } from '../../shared/text/classify.ts';
import { isPair } from '../../shared/text/terms.ts';
import { vectorOf } from '../../shared/text/vector.ts';
import type { Lesson } from './lessons.ts';
import { createRandom, shuffle } from './random.ts';

/** Softmax regression on TF-IDF, by stochastic gradient descent. The settings were chosen by cross-validation. */

/** A text as its terms, with its right label. */
export interface Sample {
  readonly right: string;
  readonly terms: readonly string[];
}

const SEED = 3;
const ROUNDS = 15;
/** The step of the first round; later ones are shorter. */
const STEP = 1;
const STEP_OF_BIAS = 0.02;
/** Draws weights to 0 (L2). */
const DECAY = 1e-4;

/** Learns from `texts` and from `words`; document frequencies are of the texts alone. */
export function train(lesson: Lesson, texts: readonly Sample[], words: readonly Sample[]): Model {
  const { labels, hasBias } = lesson;
  const idf = inverseFrequencies(lesson, texts, words);
  const numbers = new Map([...idf.keys()].map((term, i) => [term, i]));
  const samples = [...texts, ...words].map(({ right, terms }) => ({
    right: labels.indexOf(right),
    vector: vectorOf(terms, (term) => idf.get(term)).map(([term, weight]) => [numbers.get(term)!, weight] as const),
  }));
  const bias = labels.map(() => 0);
  const weights = labels.map(() => new Float64Array(idf.size));

  const random = createRandom(SEED);
  for (let round = 0; round < ROUNDS; round++) {
    const step = STEP / (1 + round / 5);
    for (const { right, vector } of shuffle(samples, random)) {
      const scores = bias.map((start, c) => vector.reduce((sum, [i, x]) => sum + x * weights[c]![i]!, start));
      probabilities(scores).forEach((chance, c) => {
        const error = chance - (c === right ? 1 : 0);
        const row = weights[c]!;
        if (hasBias) bias[c]! -= step * STEP_OF_BIAS * error;
        for (const [i, x] of vector) row[i]! -= step * (error * x + DECAY * row[i]!);
      });
    }
  }

  return {
    labels,
    temperature: SCALE,
    bias: bias.map(round),
    terms: Object.fromEntries(
      [...idf].map(([term, value], i) => [term, [round(value), ...weights.map((row) => round(row[i]!))]]),
    ),
  };
}

/**
 * Of every term that is learnt, in alphabetical order. A term that only the words have counts as if one text had it.
 */
function inverseFrequencies(
  { minTextsOfPair }: Lesson,
  texts: readonly Sample[],
  words: readonly Sample[],
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { terms } of texts) for (const term of new Set(terms)) counts.set(term, (counts.get(term) ?? 0) + 1);
  for (const [term, count] of counts) if (isPair(term) && count < minTextsOfPair) counts.delete(term);
  for (const { terms } of words) for (const term of terms) counts.set(term, counts.get(term) ?? 1);
  return new Map(
    [...counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([term, count]) => [term, Math.log((1 + texts.length) / (1 + count)) + 1]),
  );
}

/** `+ 0` makes 0 of -0, which JSON has no word for. */
function round(value: number): number {
  return Math.round(value * SCALE) + 0;
}
