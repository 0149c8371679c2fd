import { readFileSync } from 'node:fs';
import { CATEGORIES, type Category } from '../../shared/text/categories.ts';
import type { SentimentWord } from '../../shared/text/sentiment.ts';
import { Problem } from '../local/problem.ts';

/** The texts that the classifier learns from and is judged by. */

export interface Example {
  readonly category: Category;
  readonly sentiment: SentimentWord;
  readonly text: string;
}

export interface Word {
  readonly category: Category;
  /** A word, or a few that belong together. */
  readonly text: string;
}

export interface Data {
  readonly examples: readonly Example[];
  readonly words: readonly Word[];
  /** Nothing is learnt from these, nor tuned on them. */
  readonly test: readonly Example[];
  /** Nor from these; they were written when all else was final. */
  readonly last: readonly Example[];
}

const SENTIMENTS: readonly SentimentWord[] = ['positive', 'neutral', 'negative'];

export function readData(folder: URL): Data {
  const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');
  const [examples, test, last] = ['feedback.tsv', 'feedback-test.tsv', 'feedback-last.tsv'].map((name) =>
    parseExamples(read(name), name),
  );
  refuseLearnt(examples!, [...test!, ...last!]);
  const words = parseWords(read('feedback-words.tsv'), 'feedback-words.tsv');
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
    if (!isSentiment(sentiment)) throw new Problem(`${at}: "${sentiment}" is none of ${SENTIMENTS.join(', ')}.`);
    refuseDuplicate(seen, text, at);
    return { category: readCategory(category, at), sentiment, text };
  });
}

/** Lines of category and words, with a comma between them. */
export function parseWords(tsv: string, file: string): Word[] {
  const seen = new Map<string, string>();
  return rowsOf(tsv, file).flatMap(({ at, cells }) => {
    const [name, list] = cells;
    if (cells.length !== 2 || !list?.trim()) throw new Problem(`${at}: write category and words, with one tab.`);
    const category = readCategory(name, at);
    return list.split(',').map((entry) => {
      const text = entry.trim();
      if (!text) throw new Problem(`${at}: there is nothing between two commas.`);
      refuseDuplicate(seen, `${category} ${text}`, at);
      return { category, text };
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

function readCategory(name: string | undefined, at: string): Category {
  const category = CATEGORIES.find((known) => known === name);
  if (!category) throw new Problem(`${at}: "${name}" is none of the categories ${CATEGORIES.join(', ')}.`);
  return category;
}

function isSentiment(word: string | undefined): word is SentimentWord {
  return SENTIMENTS.some((known) => known === word);
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
