import MiniSearch from 'minisearch';
import SearchableMap from 'minisearch/SearchableMap';
import type { Store } from '../store.ts';
import { isStopWord, stem, wordsOf } from './words.ts';

/**
 * Search over rows of the store that forgives spelling. MiniSearch keeps the index and ranks by BM25+; which of its words a
 * question means, and whether a row is an answer at all, is decided here.
 *
 * A word of the question means the same word of the index. Where there is none, it means those that begin with it and those
 * that are spelled nearly so. Two words in a row also mean the one that they make together (`thermo dynamics`).
 *
 * A row's score says how much of the question is in it, from 0 to 1: each word counts by how rare it is, and a near one by how
 * near. Rows below `MIN_SCORE`, or well below the best, are no hits: nonsense finds nothing. Hits come best score first, those
 * of the same score by BM25+ with the boosts of their fields, and then as they were loaded.
 */

/** Of 1: less than half of what was asked is no answer. */
const MIN_SCORE = 0.5;
/** All of a question; sums of fractions may miss 1. */
const WHOLE = 0.99;
/** Of the best score: who finds "machine learning" does not want all other machines. */
const NEAR_BEST = 0.8;
/** Scores that differ by less are the same: then the fields decide. */
const SCORE_STEP = 0.05;
/** What the store says now is found after so many milliseconds at the latest. */
const KEEP_MS = 60_000;
/** Longer questions are not read to their end: what is looked for stands in the first words. */
const MAX_WORDS = 50;
/** As `MIN_SCORE`, for a name that is only offered. */
const MIN_NEAR_SCORE = 0.4;
/** Names that are offered where nothing was found. */
const MAX_NEAR = 3;

export interface SearchDefinition<Row> {
  /** Reads all the rows; one search index is made of them. */
  readonly load: (store: Store) => Promise<readonly Row[]>;
  /** What is searched. `boost`: how many times a word weighs here, among rows of the same score; default 1. */
  readonly fields: { readonly [field: string]: { readonly text: (row: Row) => string; readonly boost?: number } };
  /** The field with the row's name: what it is that somebody may have meant. */
  readonly name: string;
  /** Words that only say what kind of thing is looked for: here they mean nothing. */
  readonly noise?: readonly string[];
}

export interface Hit<Row> {
  readonly row: Row;
  /** 0.5 to 1: 1 where all the words are in the row, as they were written. */
  readonly score: number;
}

export interface Found<Row> {
  /** All there are, best first. */
  readonly hits: readonly Hit<Row>[];
  /** Where there are none: up to three rows whose names look like what was asked. */
  readonly near: readonly Row[];
}

/** The store that is searched, and the clock that says how old an index is. */
export interface SearchContext {
  readonly store: Store;
  readonly now: () => number;
}

export interface Search<Row> {
  find(question: string, context: SearchContext): Promise<Found<Row>>;
  /** All that is searched. */
  rows(context: SearchContext): Promise<readonly Row[]>;
  /** Whether the question has a word that says what is looked for. */
  means(question: string): boolean;
}

/**
 * A search over what `load` reads. The index is made when it is first wanted and again when it is older than a minute; calls
 * that come meanwhile wait for the same one.
 *
 * @example
 * const search = createSearch<Club>({
 *   load: ({ db }) => db.selectFrom('clubs').selectAll().orderBy('id').execute(),
 *   fields: { name: { text: ({ name }) => name, boost: 3 }, description: { text: ({ description }) => description } },
 *   name: 'name',
 *   noise: ['club', 'clubs'],
 * });
 * const { hits } = await search.find('is there a dancing club', { store, now });
 */
export function createSearch<Row>(definition: SearchDefinition<Row>): Search<Row> {
  const noise = new Set(definition.noise?.flatMap(wordsOf));
  /** By store: a process has one, tests have many. */
  const kept = new WeakMap<Store, { readonly until: number; readonly index: Promise<Index<Row>> }>();

  function indexOf({ store, now }: SearchContext): Promise<Index<Row>> {
    const before = kept.get(store);
    if (before && now() < before.until) return before.index;
    const index = definition.load(store).then((rows) => createIndex(rows, definition));
    kept.set(store, { until: now() + KEEP_MS, index });
    index.catch(() => kept.delete(store)); // the next call tries again
    return index;
  }

  /** The words that say what is looked for; where there are none ("It"), all of them, and then all must be found. */
  function read(question: string): { readonly words: readonly string[]; readonly minScore: number } {
    const all = wordsOf(question).slice(0, MAX_WORDS);
    const telling = all.filter((word) => !noise.has(word) && !isStopWord(word));
    if (telling.length > 0) return { words: telling, minScore: MIN_SCORE };
    return { words: all.some((word) => noise.has(word)) ? [] : all, minScore: WHOLE };
  }

  return {
    async find(question, context) {
      const { words, minScore } = read(question);
      if (words.length === 0) return { hits: [], near: [] };
      const index = await indexOf(context);
      const hits = findHits(index, words, { errors: fewErrors, minScore });
      if (hits.length > 0 || minScore === WHOLE) return { hits, near: [] };
      const near = findHits(index, words, { errors: manyErrors, fields: [definition.name], minScore: MIN_NEAR_SCORE });
      return { hits, near: near.slice(0, MAX_NEAR).map(({ row }) => row) };
    },
    rows: async (context) => (await indexOf(context)).rows,
    means: (question) => read(question).minScore < WHOLE,
  };
}

/** Every word of the index, and every two that stand together. */
type Vocabulary = SearchableMap<'word' | 'pair'>;

interface Index<Row> {
  readonly rows: readonly Row[];
  readonly mini: MiniSearch<number>;
  readonly vocabulary: Vocabulary;
}

function createIndex<Row>(rows: readonly Row[], { fields }: SearchDefinition<Row>): Index<Row> {
  const vocabulary = new SearchableMap<'word' | 'pair'>();
  const mini = new MiniSearch<number>({
    idField: 'row',
    fields: Object.keys(fields),
    extractField: (row, field) => (field === 'row' ? row : fields[field]!.text(rows[row]!)) as string,
    tokenize: (text) => {
      const plain = wordsOf(text);
      const words = plain.map(stem);
      const pairs = pairsOf(plain).map(({ pair }) => stem(pair));
      for (const pair of pairs) if (!vocabulary.has(pair)) vocabulary.set(pair, 'pair');
      for (const word of words) vocabulary.set(word, 'word');
      return [...words, ...pairs];
    },
    processTerm: (word) => word,
    searchOptions: {
      boost: Object.fromEntries(Object.entries(fields).map(([field, { boost = 1 }]) => [field, boost])),
      tokenize: (text) => text.split(' '),
      processTerm: (word) => word,
    },
  });
  mini.addAll([...rows.keys()]);
  return { rows, mini, vocabulary };
}

/** Neighbours that may be one word: `thermo dynamics`, `hip-hop` and `hiphop`. */
function pairsOf(words: readonly string[]): { readonly pair: string; readonly at: number }[] {
  return words
    .slice(1)
    .map((word, at) => ({ pair: words[at]! + word, at, both: [words[at]!, word] }))
    .filter(({ both }) => !both.some(isStopWord));
}

/** Words of the index that a word of the question may mean, each with how near it is: 1 is the same. */
type Meanings = Map<string, number>;

/** How a question is understood: which words of the index may be meant, in which fields, and how much of it must be there. */
interface Reading {
  readonly errors: (word: string) => number;
  readonly fields?: readonly string[];
  readonly minScore: number;
}

function findHits<Row>(index: Index<Row>, words: readonly string[], { errors, fields, minScore }: Reading): Hit<Row>[] {
  const { rows, mini, vocabulary } = index;
  const meanings = words.map((word) => meaningsOf(stem(word), vocabulary, errors));
  for (const { pair, at } of pairsOf(words)) {
    const together = stem(pair);
    if (vocabulary.has(together)) for (const place of [at, at + 1]) meanings[place]!.set(together, 1);
  }
  const meant = new Set(meanings.flatMap((each) => [...each.keys()]));
  const results = mini.search([...meant].join(' '), fields && { fields: [...fields] });

  const inRow = results.map(({ match }) => meanings.map((each) => bestOf(each, Object.keys(match))));
  const weights = meanings.map((_, i) => rarity(inRow.filter((found) => found[i]! > 0).length, rows.length));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const hits = results.map(({ id, score: rank }, at) => ({
    row: rows[id]!,
    score: weights.reduce((sum, weight, i) => sum + weight * inRow[at]![i]!, 0) / total,
    rank,
    id,
  }));
  const best = Math.max(0, ...hits.map(({ score }) => score));
  return hits
    .filter(({ score }) => score >= Math.max(minScore, best * NEAR_BEST))
    .sort((a, b) => step(b.score) - step(a.score) || b.rank - a.rank || a.id - b.id)
    .map(({ row, score }) => ({ row, score }));
}

const step = (score: number) => Math.round(score / SCORE_STEP);

function bestOf(meanings: Meanings, words: readonly string[]): number {
  return Math.max(0, ...words.map((word) => meanings.get(word) ?? 0));
}

/** As in BM25: a word that is in few rows says more than one that is in many; one that is nowhere says as much as any. */
function rarity(found: number, rows: number): number {
  return Math.log(1 + rows / Math.max(found, 1));
}

/** A word that is begun is meant from so many letters on. */
const MIN_BEGINNING = 3;

function meaningsOf(word: string, vocabulary: Vocabulary, errors: Reading['errors']): Meanings {
  const near = spelledLike(word, vocabulary, errors);
  if (vocabulary.has(word) || word.length < MIN_BEGINNING) return near;
  const begun = [...vocabulary.atPrefix(word)].filter(([, kind]) => kind === 'word'); // its pair is in the same row
  return new Map([...near, ...begun.map(([full]) => [full, 0.6 + (0.4 * word.length) / full.length] as const)]);
}

/**
 * The word itself where the index has it, else those that differ by a few letters, but not in the first. Two letters that
 * changed places are one error.
 */
function spelledLike(word: string, vocabulary: Vocabulary, errors: Reading['errors']): Map<string, number> {
  if (vocabulary.has(word)) return new Map([[word, 1]]);
  const limit = errors(word);
  if (limit === 0) return new Map();
  const like = new Map<string, number>();
  for (const [other, [, wrong]] of vocabulary.fuzzyGet(word, limit)) if (other[0] === word[0]) like.set(other, wrong);
  for (const swapped of swapsOf(word)) if (vocabulary.has(swapped)) like.set(swapped, 1);
  return new Map([...like].map(([other, wrong]) => [other, 1 - wrong / word.length]));
}

function swapsOf(word: string): string[] {
  return Array.from(word.slice(1), (letter, i) => word.slice(0, i) + letter + word[i] + word.slice(i + 2));
}

/** Wrong letters in a word: none in short words and in numbers, where each makes another word. */
function fewErrors(word: string): number {
  if (word.length < 4 || /\p{N}/u.test(word)) return 0;
  return word.length < 7 ? 1 : 2;
}

/** In a name that is only offered, two letters of five may be wrong, and at most four. */
function manyErrors(word: string): number {
  return fewErrors(word) && Math.min(Math.floor(word.length * 0.4), 4);
}
