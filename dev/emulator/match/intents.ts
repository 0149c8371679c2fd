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

/**
 * The intent with the training phrase that is most like a text, or null where none has a word of it. Equal ones: the higher
 * priority, then the earlier one in `intents` (CX docs, Intents: of several the one with the highest priority).
 */
export function createIntents(
  agent: Agent,
  entities: Entities,
): (text: string, intents: readonly string[], circumstances: Circumstances) => IntentMatch | null {
  const phrasesIn = memo((languageCode): Phrases => createPhrases(agent, languageCode));

  return (text, names, circumstances) => {
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

    let best: Intent | null = null;
    let confidence = 0;
    for (const intent of intents) {
      const score = scores.get(intent.displayName) ?? 0;
      const isBetter =
        score > confidence + EQUAL ||
        (best && Math.abs(score - confidence) <= EQUAL && intent.priority > best.priority);
      if (isBetter) [best, confidence] = [intent, score];
    }
    if (!best) return null;
    const own = inLanguage(best.trainingPhrases, circumstances.languageCode, agent.defaultLanguageCode) ?? [];
    return {
      displayName: best.displayName,
      confidence,
      parameters: readParameters(best, own, text, entities, circumstances),
    };
  };
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
