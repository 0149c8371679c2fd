import type { Model } from '../../shared/text/classify.ts';
import type { Reader } from '../../shared/text/read.ts';
import { termsOf } from '../../shared/text/terms.ts';
import type { Data } from './data.ts';
import { crossValidate, fitTemperature, type Verdict } from './evaluate.ts';
import { type Sample, train } from './train.ts';

/** Where the model ships. */
export const MODEL = new URL('../../shared/text/feedback-model.json', import.meta.url);

export interface Build {
  readonly model: Model;
  /** What models that had not seen them make of the texts, by fold. */
  readonly folds: readonly (readonly Verdict[])[];
}

/** The model of all the data, as sure of itself as cross-validation allows. The same data make the same model. */
export function build(data: Data, read: Reader): Build {
  const texts = samplesOf(data.examples, read);
  const words = samplesOf(data.words, read);
  const folds = crossValidate(texts, words);
  return { model: { ...train(texts, words), temperature: fitTemperature(folds.flat()) }, folds };
}

export function samplesOf(texts: Data['words'], read: Reader): Sample[] {
  return texts.map(({ category, text }) => ({ category, terms: termsOf(read(text).tokens) }));
}

/** A line for each term, as biome formats it: a term that changes is a line that changes. */
export function formatModel({ categories, temperature, bias, terms }: Model): string {
  const row = (numbers: readonly number[]) => `[${numbers.join(', ')}]`;
  const lines = Object.entries(terms).map(([term, numbers]) => `    ${JSON.stringify(term)}: ${row(numbers)}`);
  return `{
  "categories": [
${categories.map((category) => `    "${category}"`).join(',\n')}
  ],
  "temperature": ${temperature},
  "bias": ${row(bias)},
  "terms": {
${lines.join(',\n')}
  }
}
`;
}
