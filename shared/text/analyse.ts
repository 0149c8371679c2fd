import type { Category } from './categories.ts';
import { type Classifier, createClassifier } from './classify.ts';
import { type Entity, entitiesOf, withRupees } from './entities.ts';
import { phrasesOf } from './phrases.ts';
import { openReader } from './read.ts';
import { type SentimentWord, sentimentOf } from './sentiment.ts';
import { termsOf } from './terms.ts';

/** What a text in plain English is about, and how the person feels. */
export interface Analysis {
  /** -1 to 1. */
  readonly sentiment: number;
  readonly sentimentWord: SentimentWord;
  /** At most five, the most telling first, in the person's own words. */
  readonly phrases: string[];
  readonly entities: Entity[];
  readonly category: Category;
  /** How likely the category is right, 0 to 1. */
  readonly confidence: number;
}

/**
 * What is read of a text, in UTF-16 code units. CX takes 256 from a person who types; speech and forms may bring more.
 * wink needs 10 ms for a plain text of this length, and 0.6 s for the worst that we know: `http://` over and over.
 */
const MAX_TEXT = 2_000;

let loading: Promise<Classifier> | undefined;

/** Analyses a text; the first call loads wink and the model, no import does. */
export async function analyse(text: string): Promise<Analysis> {
  loading ??= loadClassifier();
  const [read, classifier] = await Promise.all([openReader(), loading]);
  const short = cut(text);
  const reading = withRupees(read(short));
  return {
    ...sentimentOf(short, reading, read),
    phrases: phrasesOf(reading, classifier.tell),
    entities: entitiesOf(reading),
    ...classifier.classify(termsOf(reading.tokens)),
  };
}

async function loadClassifier(): Promise<Classifier> {
  const { default: model } = await import('./feedback-model.json', { with: { type: 'json' } });
  return createClassifier(model);
}

/** No half of a character is left at the end, nor anywhere else. */
function cut(text: string): string {
  return text
    .slice(0, MAX_TEXT)
    .toWellFormed()
    .replace(/\uFFFD/g, ' ');
}
