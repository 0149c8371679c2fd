import { CATEGORIES, type Category } from './categories.ts';
import { vectorOf } from './vector.ts';

/**
 * What `dev/train/feedback.ts` makes and `feedback-model.json` holds. Its numbers are hundredths: the file stays
 * small.
 */
export interface Model {
  readonly categories: readonly string[];
  /** Divides the scores, so that confidence means what it says: fitted on texts that the model had not seen. */
  readonly temperature: number;
  readonly bias: readonly number[];
  /** Of each term its inverse document frequency, then its weight for each category. */
  readonly terms: { readonly [term: string]: readonly number[] };
}

export interface Guess {
  readonly category: Category;
  /** How likely the category is right, 0 to 1, in steps of 0.01. */
  readonly confidence: number;
}

export interface Classifier {
  classify(terms: readonly string[]): Guess;
  /** The probability of each category, in the order of CATEGORIES. */
  chances(terms: readonly string[]): number[];
  /** How clearly these terms speak for one category or another: 0 where the model knows none of them. */
  tell(terms: readonly string[]): number;
}

/** Less sure than this, and the answer is `other`: then the best guess is wrong in 54 of 100, in cross-validation. */
export const OTHER_BELOW = 0.35;

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
  const weightOf = (term: string, category: number) => terms.get(term)![category + 1]! / SCALE;

  const chances = (seen: readonly string[]) => {
    const vector = vectorOf(seen, idfOf);
    const scores = bias.map((start, category) =>
      vector.reduce((sum, [term, weight]) => sum + weight * weightOf(term, category), start),
    );
    return probabilities(scores, temperature);
  };

  return {
    classify: (seen) => guess(chances(seen)),
    chances,
    tell(seen) {
      const known = seen.filter((term) => terms.has(term));
      return Math.max(
        0,
        ...CATEGORIES.map((_, category) => known.reduce((sum, term) => sum + weightOf(term, category), 0)),
      );
    },
  };
}

/** The best category; `other`, with the confidence that it has, where the best one is not sure enough. */
export function guess(chances: readonly number[]): Guess {
  const best = Math.max(...chances);
  const at = best < OTHER_BELOW ? CATEGORIES.indexOf('other') : chances.indexOf(best);
  return { category: CATEGORIES[at]!, confidence: Math.round(chances[at]! * 100) / 100 };
}

/** Softmax: the higher the temperature, the less sure. */
export function probabilities(scores: readonly number[], temperature = 1): number[] {
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp((score - highest) / temperature));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}
