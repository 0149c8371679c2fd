import type { Reader, Reading } from './read.ts';

export type SentimentWord = 'positive' | 'neutral' | 'negative';

export interface Sentiment {
  /** -1 to 1, in steps of 0.01. */
  readonly sentiment: number;
  readonly sentimentWord: SentimentWord;
}

/**
 * From where on wink's number is called positive, and down from where negative: the best pair for the texts of the
 * training, as `node dev/train/feedback.ts` finds it. They differ because politeness counts as praise: a lone `please` makes 0.2.
 */
export const POSITIVE_FROM = 0.25;
export const NEGATIVE_FROM = -0.05;

/**
 * Words in which wink hears a feeling and nobody on an Indian campus does, each with a plain one in its place.
 * Without this all that is said of the mess, where one eats, is negative, and `no hot water` is the best of news. `What
 * a mess` and `a complete mess` stay what they are.
 */
const PLAIN_WORDS: readonly (readonly [pattern: RegExp, plain: string])[] = [
  [/(?<!\ba(?: \w{1,20})? )\bmess\b/gi, 'canteen'],
  [/\bhot water\b/gi, 'water'],
  [/\bfans?\b/gi, 'machine'],
  [/\bkindly\b/gi, 'please'],
  [/\b(?:still|waiting)\b/gi, 'yet'],
];

/** wink's sentiment of a text that it has read. */
export function sentimentOf(text: string, reading: Reading, read: Reader): Sentiment {
  const plain = PLAIN_WORDS.reduce((words, [pattern, replacement]) => words.replace(pattern, replacement), text);
  const { sentiment } = plain === text ? reading : read(plain);
  // `+ 0` makes 0 of -0.
  const rounded = Math.round(sentiment * 100) / 100 + 0;
  return { sentiment: rounded, sentimentWord: wordOf(rounded) };
}

export function wordOf(sentiment: number): SentimentWord {
  if (sentiment >= POSITIVE_FROM) return 'positive';
  return sentiment <= NEGATIVE_FROM ? 'negative' : 'neutral';
}
