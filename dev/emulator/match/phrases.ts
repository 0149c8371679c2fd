import type { Agent, Intent } from '../agent.ts';
import { inLanguage } from './found.ts';
import { wordsOf } from './words.ts';

/** The training phrases of an agent in one language, as vectors. */
export interface Phrases {
  /**
   * How much a text is like each intent's most similar phrase, 0 to 1; 1 is the phrase itself.
   * @param words Normalised words; `@type` stands for a value of that type.
   * @param intents Display names. One without phrases is not in the result.
   */
  compare(words: readonly string[], intents: readonly string[]): Map<string, number>;
}

/**
 * What the groups of three letters of a word weigh beside the word itself. They make `cancelling` and `cancle` like `cancel` in any
 * language, without a stemmer. From 1 to 6 the recorded conversations are understood alike, within three of 100.
 */
const LETTERS = 3;
/** What a word weighs that no training phrase has, beside the rarest that one has: it says little of which intent is meant. */
const UNKNOWN = 0.5;
/** As near as anything else can be to a phrase: 1 is for the very same words in the same order. */
const ALMOST = 0.99;

type Vector = ReadonlyMap<string, number>;

/** TF-IDF over words and groups of three letters, and the cosine of the angle between text and phrase. */
export function createPhrases(agent: Agent, languageCode: string): Phrases {
  const documents: { readonly intent: string; readonly words: readonly string[] }[] = [];
  /** An intent's documents: from, to (excluded). */
  const ranges = new Map<string, readonly [number, number]>();
  for (const intent of agent.intents.values()) {
    const from = documents.length;
    if (!intent.isFallback && intent.priority >= 0)
      for (const words of phrasesOf(intent, languageCode, agent.defaultLanguageCode))
        documents.push({ intent: intent.displayName, words });
    if (documents.length > from) ranges.set(intent.displayName, [from, documents.length]);
  }

  const exact = new Set(documents.map(({ intent, words }) => `${intent}\n${words.join(' ')}`));
  const counts = documents.map(({ words }) => countFeatures(words));
  const frequency = new Map<string, number>();
  for (const features of counts)
    for (const name of features.keys()) frequency.set(name, (frequency.get(name) ?? 0) + 1);
  const weigh = (features: Vector): Vector => {
    const weighted = [...features].map(([name, count]) => {
      const known = frequency.get(name);
      // TF-IDF, with half a document more, so that what is unknown has a weight.
      const weight = Math.log(1 + documents.length / ((known ?? 0) + 0.5));
      return [name, count * weight * (known === undefined ? UNKNOWN : 1)] as const;
    });
    const length = Math.hypot(...weighted.map(([, weight]) => weight)) || 1;
    return new Map(weighted.map(([name, weight]) => [name, weight / length]));
  };
  /** By feature: number of a document and the feature's weight in it, by turns. */
  const postings = new Map<string, number[]>();
  for (const [document, features] of counts.entries())
    for (const [name, weight] of weigh(features)) {
      const posting = postings.get(name);
      if (posting) posting.push(document, weight);
      else postings.set(name, [document, weight]);
    }

  return {
    compare(words, intents) {
      const cosines = new Float64Array(documents.length);
      for (const [name, weight] of weigh(countFeatures(words))) {
        const posting = postings.get(name) ?? [];
        for (let i = 0; i < posting.length; i += 2) cosines[posting[i]!]! += weight * posting[i + 1]!;
      }
      const said = words.join(' ');
      const similarities = new Map<string, number>();
      for (const intent of intents) {
        const range = ranges.get(intent);
        if (!range) continue;
        let best = 0;
        for (let document = range[0]; document < range[1]; document++) best = Math.max(best, cosines[document]!);
        const isPhrase = exact.has(`${intent}\n${said}`) && !words.some((word) => word.startsWith('@'));
        similarities.set(intent, isPhrase ? 1 : Math.min(best, ALMOST));
      }
      return similarities;
    },
  };
}

/** The words of each phrase, and of those with a parameter also the words with types for values. */
function phrasesOf(intent: Intent, languageCode: string, otherwise: string): string[][] {
  const types = new Map(intent.parameters.map(({ id, entityType }) => [id, entityType]));
  return (inLanguage(intent.trainingPhrases, languageCode, otherwise) ?? []).flatMap((phrase) => {
    const plain = wordsOf(phrase.map((part) => part.text).join('')).map((word) => word.text);
    if (!phrase.some((part) => part.parameterId !== null)) return [plain];
    const typed = phrase.flatMap(({ text, parameterId }) => {
      const type = parameterId === null ? undefined : types.get(parameterId);
      return type ? [type] : wordsOf(text).map((word) => word.text);
    });
    return [plain, typed];
  });
}

/** Words and their groups of three letters, `_` for a word's ends, with how often each stands there. */
function countFeatures(words: readonly string[]): Vector {
  const counts = new Map<string, number>();
  const add = (name: string, count: number) => counts.set(name, (counts.get(name) ?? 0) + count);
  for (const word of words) {
    add(word, 1);
    if (word.startsWith('@') || word.length < 3) continue;
    const letters = `_${word}_`;
    for (let i = 0; i + 3 <= letters.length; i++) add(`#${letters.slice(i, i + 3)}`, LETTERS / word.length);
  }
  return counts;
}
