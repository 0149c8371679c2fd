import { readFileSync } from 'node:fs';
import { CATEGORIES, type Category } from '../../shared/text/categories.ts';
import { SENTIMENTS, type SentimentWord } from '../../shared/text/sentiment.ts';
import { Problem } from '../local/problem.ts';
import { LESSONS, type Subject } from './lessons.ts';

/** The texts that the classifiers learn from and are judged by. */

export interface Example {
  readonly category: Category;
  readonly sentiment: SentimentWord;
  readonly text: string;
}

export interface Word {
  readonly label: string;
  /** A word, or a few that belong together. */
  readonly text: string;
}

export interface Data {
  readonly examples: readonly Example[];
  readonly words: Readonly<Record<Subject, readonly Word[]>>;
  /** Nothing is learnt from these, nor tuned on them. */
  readonly test: readonly Example[];
  /** Nor from these; they were written when all else was final. */
  readonly last: readonly Example[];
}

export function readData(folder: URL): Data {
  const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');
  const [examples, test, last] = ['feedback.tsv', 'feedback-test.tsv', 'feedback-last.tsv'].map((name) =>
    parseExamples(read(name), name),
  );
  refuseLearnt(examples!, [...test!, ...last!]);
  const wordsOf = (subject: Subject, name: string) => parseWords(read(name), name, LESSONS[subject].labels);
  const words = {
    category: wordsOf('category', 'feedback-words.tsv'),
    sentiment: wordsOf('sentiment', 'feedback-feelings.tsv'),
  };
  return { examples: examples!, words, test: test!, last: last! };
}

/** A test of what was learnt by heart would tell nothing. */
export function refuseLearnt(learnt: readonly Example[], tests: readonly Example[]): void {
  const known = new Set(learnt.map(({ text }) => sameness(text)));
  const repeated = tests.find(({ text }) => known.has(sameness(text)));
  if (repeated) throw new Problem(`"${repeated.text}" is both learnt and tested: leave it in one file.`);
}

/** Lines of category, sentiment and text. */
export function parseExamples(tsv: string, file: string): Example[] {
  const seen = new Map<string, string>();
  return rowsOf(tsv, file).map(({ at, cells }) => {
    const [category, sentiment, text] = cells;
    if (cells.length !== 3 || !text?.trim()) throw new Problem(`${at}: write category, sentiment and text, with tabs.`);
    refuseDuplicate(seen, text, at);
    return { category: oneOf(CATEGORIES, category, at), sentiment: oneOf(SENTIMENTS, sentiment, at), text };
  });
}

/** Lines of label and words, with a comma between them. */
export function parseWords(tsv: string, file: string, labels: readonly string[]): Word[] {
  const seen = new Map<string, string>();
  return rowsOf(tsv, file).flatMap(({ at, cells }) => {
    const [name, list] = cells;
    if (cells.length !== 2 || !list?.trim()) throw new Problem(`${at}: write label and words, with one tab.`);
    const label = oneOf(labels, name, at);
    return list.split(',').map((entry) => {
      const text = entry.trim();
      if (!text) throw new Problem(`${at}: there is nothing between two commas.`);
      refuseDuplicate(seen, `${label} ${text}`, at);
      return { label, text };
    });
  });
}

function rowsOf(tsv: string, file: string): { readonly at: string; readonly cells: readonly string[] }[] {
  return tsv
    .split('\n')
    .map((line, i) => ({ at: `${file}, line ${i + 1}`, line }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'))
    .map(({ at, line }) => ({ at, cells: line.split('\t') }));
}

function oneOf<T extends string>(labels: readonly T[], name: string | undefined, at: string): T {
  const label = labels.find((known) => known === name);
  if (!label) throw new Problem(`${at}: "${name}" is none of ${labels.join(', ')}.`);
  return label;
}

function refuseDuplicate(seen: Map<string, string>, text: string, at: string): void {
  const first = seen.get(sameness(text));
  if (first) throw new Problem(`${at}: "${text}" is there already, at ${first}.`);
  seen.set(sameness(text), at);
}

/** Two texts of the same words are the same, whatever their case and punctuation. */
function sameness(text: string): string {
  const words = text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu);
  return words ? words.join(' ') : text;
}
