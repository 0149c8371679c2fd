import { type Topic, topicOf } from './categories.ts';
import { type Classifier, createClassifier } from './classify.ts';
import { type Entity, entitiesOf, withRupees } from './entities.ts';
import { phrasesOf } from './phrases.ts';
import { openReader } from './read.ts';
import { type Sentiment, sentimentOf } from './sentiment.ts';
import { feelingTermsOf, topicTermsOf } from './terms.ts';

/** What a text in plain English is about, and how the person feels. */
export interface Analysis extends Topic, Sentiment {
  /** At most five, the most telling first, in the person's own words. */
  readonly phrases: string[];
  readonly entities: Entity[];
}

/**
 * What is read of a text, in UTF-16 code units. CX takes 256 from a person who types; speech and forms may bring more.
 * wink needs 10 ms for a plain text of this length, and 0.6 s for the worst that we know: `http://` over and over.
 */
const MAX_TEXT = 2_000;

interface Classifiers {
  readonly category: Classifier;
  readonly sentiment: Classifier;
}

let loading: Promise<Classifiers> | undefined;

/** Analyses a text; the first call loads wink and the models, no import does. */
export async function analyse(text: string): Promise<Analysis> {
  loading ??= loadClassifiers();
  const [read, classifiers] = await Promise.all([openReader(), loading]);
  const reading = withRupees(read(cut(text)));
  return {
    ...sentimentOf(classifiers.sentiment.chances(feelingTermsOf(reading))),
    phrases: phrasesOf(reading, classifiers.category.tell),
    entities: entitiesOf(reading),
    ...topicOf(classifiers.category.chances(topicTermsOf(reading.tokens))),
  };
}

async function loadClassifiers(): Promise<Classifiers> {
  const { default: models } = await import('./feedback-model.json', { with: { type: 'json' } });
  return { category: createClassifier(models.category), sentiment: createClassifier(models.sentiment) };
}

/** No half of a character is left at the end, nor anywhere else. */
function cut(text: string): string {
  return text
    .slice(0, MAX_TEXT)
    .toWellFormed()
    .replace(/\uFFFD/g, ' ');
}
