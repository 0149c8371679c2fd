import { vectorOf } from './vector.ts';

/**
 * Softmax regression, for whatever labels it was trained with. What `dev/train/feedback.ts` makes and
 * `feedback-model.json` holds. Its numbers are hundredths: the file stays small.
 */
export interface Model {
  readonly labels: readonly string[];
  /** Divides the scores, so that a chance means what it says: fitted on texts that the model had not seen. */
  readonly temperature: number;
  readonly bias: readonly number[];
  /** Of each term its inverse document frequency, then its weight for each label. */
  readonly terms: { readonly [term: string]: readonly number[] };
}

export interface Classifier {
  /** The probability of each label, in the order of the model. */
  chances(terms: readonly string[]): number[];
  /** How clearly these terms speak for one label or another: 0 where the model knows none of them. */
  tell(terms: readonly string[]): number;
}

/** What the numbers of a model are multiplied with. */
export const SCALE = 100;

export function createClassifier(model: Model): Classifier {
  const temperature = model.temperature / SCALE;
  const bias = model.bias.map((value) => value / SCALE);
  // A Map: a text may say `constructor`.
  const terms = new Map(Object.entries(model.terms));
  const idfOf = (term: string) => {
    const entry = terms.get(term);
    return entry && entry[0]! / SCALE;
  };
  const weightOf = (term: string, label: number) => terms.get(term)![label + 1]! / SCALE;

  return {
    chances(seen) {
      const vector = vectorOf(seen, idfOf);
      const scores = bias.map((start, label) =>
        vector.reduce((sum, [term, weight]) => sum + weight * weightOf(term, label), start),
      );
      return probabilities(scores, temperature);
    },
    tell(seen) {
      const known = seen.filter((term) => terms.has(term));
      return Math.max(0, ...bias.map((_, label) => known.reduce((sum, term) => sum + weightOf(term, label), 0)));
    },
  };
}

/** Softmax: the higher the temperature, the less sure. */
export function probabilities(scores: readonly number[], temperature = 1): number[] {
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp((score - highest) / temperature));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** Steps of 0.01: more digits would be more than anybody knows. `+ 0` makes 0 of -0. */
export function hundredths(value: number): number {
  return Math.round(value * 100) / 100 + 0;
}
