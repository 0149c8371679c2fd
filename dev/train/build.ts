import type { Model } from '../../shared/text/classify.ts';
import type { Reader } from '../../shared/text/read.ts';
import type { Data, Example } from './data.ts';
import { crossValidate, fitTemperature, type Verdict } from './evaluate.ts';
import { LESSONS, type Subject } from './lessons.ts';
import { type Sample, train } from './train.ts';

/** Where the models ship. */
export const MODEL = new URL('../../shared/text/feedback-model.json', import.meta.url);

/** Characters of a line, as biome counts them. */
const LINE = 120;

export interface Build {
  readonly model: Model;
  /** What models that had not seen them make of the texts, by fold. */
  readonly folds: readonly (readonly Verdict[])[];
}

export type Builds = Readonly<Record<Subject, Build>>;

/** The models of all the data, as sure of themselves as cross-validation allows. The same data make the same models. */
export function build(data: Data, read: Reader): Builds {
  return { category: buildOne('category', data, read), sentiment: buildOne('sentiment', data, read) };
}

function buildOne(subject: Subject, data: Data, read: Reader): Build {
  const lesson = LESSONS[subject];
  const texts = samplesOf(subject, data.examples, read);
  const words = wordSamplesOf(subject, data, read);
  const folds = crossValidate(lesson, texts, words);
  return { model: { ...train(lesson, texts, words), temperature: fitTemperature(lesson, folds.flat()) }, folds };
}

export function samplesOf(subject: Subject, texts: readonly Example[], read: Reader): Sample[] {
  return texts.map((example) => ({ right: example[subject], terms: LESSONS[subject].termsOf(read(example.text)) }));
}

export function wordSamplesOf(subject: Subject, { words }: Data, read: Reader): Sample[] {
  return words[subject].map(({ label, text }) => ({ right: label, terms: LESSONS[subject].termsOf(read(text)) }));
}

/** A line for each term, as biome formats it: a term that changes is a line that changes. */
export function formatModels({ category, sentiment }: Builds): string {
  return `{
  "category": ${formatModel(category.model)},
  "sentiment": ${formatModel(sentiment.model)}
}
`;
}

function formatModel({ labels, temperature, bias, terms }: Model): string {
  const lines = Object.entries(terms).map(([term, numbers]) => `      ${JSON.stringify(term)}: ${row(numbers)}`);
  return `{
    "labels": ${formatLabels(labels)},
    "temperature": ${temperature},
    "bias": ${row(bias)},
    "terms": {
${lines.join(',\n')}
    }
  }`;
}

/** On one line where biome has room for them. */
function formatLabels(labels: readonly string[]): string {
  const names = labels.map((label) => JSON.stringify(label));
  if (`    "labels": ${row(names)},`.length <= LINE) return row(names);
  return `[\n${names.map((name) => `      ${name}`).join(',\n')}\n    ]`;
}

function row(values: readonly (number | string)[]): string {
  return `[${values.join(', ')}]`;
}
