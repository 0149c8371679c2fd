import { hundredths } from './classify.ts';

/** Of two that are as likely the first is said: a text of which nothing is known is neutral. */
export const SENTIMENTS = ['neutral', 'positive', 'negative'] as const;

export type SentimentWord = (typeof SENTIMENTS)[number];

export interface Sentiment {
  /** How much more likely praise is than blame: -1 to 1, in steps of 0.01. */
  readonly sentiment: number;
  readonly sentimentWord: SentimentWord;
  /** How likely the word is right, 0 to 1, in steps of 0.01. */
  readonly sentimentConfidence: number;
}

/** The most likely sentiment, by the chances of each. */
export function sentimentOf(chances: readonly number[]): Sentiment {
  const best = Math.max(...chances);
  const chanceOf = (word: SentimentWord) => chances[SENTIMENTS.indexOf(word)]!;
  return {
    sentiment: hundredths(chanceOf('positive') - chanceOf('negative')),
    sentimentWord: SENTIMENTS[chances.indexOf(best)]!,
    sentimentConfidence: hundredths(best),
  };
}
