import type { Agent, Intent } from '../agent.ts';
import type { Entities } from './entities.ts';
import { type Circumstances, type Found, inLanguage, longestFirst } from './found.ts';
import { memo } from './memo.ts';
import { readParameters, type Value } from './parameters.ts';
import { createPhrases, type Phrases } from './phrases.ts';
import { type Word, wordsOf } from './words.ts';

export interface IntentMatch {
  readonly displayName: string;
  /** 0 to 1; 1: a training phrase, word by word. */
  readonly confidence: number;
  readonly parameters: { readonly [name: string]: Value };
}

/** Scores that differ by less are equal: sums of floating point numbers. */
const EQUAL = 1e-6;

/** An intent, and how much a text is like its training phrases: 0 to 1. */
export interface RankedIntent {
  readonly intent: string;
  readonly score: number;
}

export interface Intents {
  /** The first of the ranked ones, or null where none has a word of the text. */
  match(text: string, intents: readonly string[], circumstances: Circumstances): IntentMatch | null;
  /** Those that have a word of the text, the most alike first. Equal ones: as `createIntents` says. */
  rank(text: string, intents: readonly string[], circumstances: Circumstances): readonly RankedIntent[];
}

/**
 * Finds the intent with the training phrase that is most like a text. Equal ones: the higher priority, then the earlier one in
 * `intents` (CX docs, Intents: of several the one with the highest priority).
 */
export function createIntents(agent: Agent, entities: Entities): Intents {
  const phrasesIn = memo((languageCode): Phrases => createPhrases(agent, languageCode));

  function score(text: string, names: readonly string[], circumstances: Circumstances): readonly Scored[] {
    const intents = [...new Set(names)].flatMap((name) => agent.intents.get(name) ?? []);
    const phrases = phrasesIn(circumstances.languageCode);
    const words = wordsOf(text);
    const scores = phrases.compare(
      words.map((word) => word.text),
      intents.map((intent) => intent.displayName),
    );
    for (const [said, readers] of withTypes(words, intents, (type) =>
      entities.isSearched(type) ? entities.find(type, text, circumstances) : [],
    ))
      for (const [name, score] of phrases.compare(said, readers))
        scores.set(name, Math.max(score, scores.get(name) ?? 0));
    return intents
      .map((intent) => ({ intent, score: scores.get(intent.displayName) ?? 0 }))
      .filter((each) => each.score > EQUAL)
      .sort(byLikeness);
  }

  return {
    match(text, names, circumstances) {
      const [best] = score(text, names, circumstances);
      if (!best) return null;
      const { intent } = best;
      const own = inLanguage(intent.trainingPhrases, circumstances.languageCode, agent.defaultLanguageCode) ?? [];
      return {
        displayName: intent.displayName,
        confidence: best.score,
        parameters: readParameters(intent, own, text, entities, circumstances),
      };
    },
    rank: (text, names, circumstances) =>
      score(text, names, circumstances).map(({ intent, score }) => ({ intent: intent.displayName, score })),
  };
}

interface Scored {
  readonly intent: Intent;
  readonly score: number;
}

function byLikeness(one: Scored, other: Scored): number {
  const more = other.score - one.score;
  return Math.abs(more) > EQUAL ? more : other.intent.priority - one.intent.priority;
}

/**
 * The text as intents with parameters read it: each value of one of their types replaced by the type's name. Intents that read it
 * alike are together.
 */
function withTypes(
  words: readonly Word[],
  intents: readonly Intent[],
  find: (entityType: string) => readonly Found[],
): Iterable<readonly [words: readonly string[], intents: readonly string[]]> {
  const readings = new Map<string, [string[], string[]]>();
  for (const intent of intents) {
    const types = new Set(intent.parameters.map((parameter) => parameter.entityType));
    const found = [...types].flatMap((type) => find(type).map((value) => ({ ...value, type })));
    if (found.length === 0) continue;
    const chosen = longestFirst(found);
    const said = words.flatMap((word) => {
      const value = chosen.find(({ start, end }) => start < word.end && word.start < end);
      if (!value) return [word.text];
      // The type stands for all words of the value, at its first one.
      return words.find((other) => other.end > value.start) === word ? [value.type] : [];
    });
    const key = said.join(' ');
    const reading = readings.get(key);
    if (reading) reading[1].push(intent.displayName);
    else readings.set(key, [said, [intent.displayName]]);
  }
  return readings.values();
}
