import { CATEGORIES, topicOf } from '../../shared/text/categories.ts';
import type { Reading } from '../../shared/text/read.ts';
import { SENTIMENTS, sentimentOf } from '../../shared/text/sentiment.ts';
import { feelingTermsOf, topicTermsOf } from '../../shared/text/terms.ts';

/** What a classifier is taught, and how its answer is read. */
export interface Lesson {
  readonly labels: readonly string[];
  /** Whether it counts what most texts are. Without this, a text of which nothing is known is anything. */
  readonly hasBias: boolean;
  /** A pair of words in fewer texts than this is not learnt: it would teach nothing but these. */
  readonly minTextsOfPair: number;
  termsOf(reading: Reading): string[];
  answer(chances: readonly number[]): Answer;
}

export interface Answer {
  readonly said: string;
  readonly confidence: number;
}

export type Subject = 'category' | 'sentiment';

/** A text of unknown words is mostly `other`; but that most people complain makes no complaint of it. */
export const LESSONS: Readonly<Record<Subject, Lesson>> = {
  category: {
    labels: CATEGORIES,
    hasBias: true,
    minTextsOfPair: 2,
    termsOf: ({ tokens }) => topicTermsOf(tokens),
    answer(chances) {
      const { category, confidence } = topicOf(chances);
      return { said: category, confidence };
    },
  },
  sentiment: {
    labels: SENTIMENTS,
    hasBias: false,
    // As often right as 2, and a smaller file.
    minTextsOfPair: 3,
    termsOf: feelingTermsOf,
    answer(chances) {
      const { sentimentWord, sentimentConfidence } = sentimentOf(chances);
      return { said: sentimentWord, confidence: sentimentConfidence };
    },
  },
};
