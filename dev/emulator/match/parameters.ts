import type { Intent, IntentParameter, Json, TrainingPhrase } from '../agent.ts';
import type { Entities } from './entities.ts';
import { type Circumstances, type Found, overlap } from './found.ts';
import { asName, isOpen } from './open.ts';
import { type Word, wordsOf } from './words.ts';

/** What was said for a parameter, and what it means. */
export interface Value {
  readonly original: string;
  readonly resolved: Json;
}

/** The value of a parameter of what was found for it; `null`: nothing was. A list has them all. */
export function toValue(text: string, found: readonly Found[], isList: boolean): Value | null {
  const [first] = found;
  if (!first) return null;
  const originals = found.map(({ start, end }) => text.slice(start, end));
  return isList
    ? { original: originals.join(', '), resolved: found.map(({ resolved }) => resolved) }
    : { original: originals[0]!, resolved: first.resolved };
}

/**
 * The parameters of a matched intent. Where several could have a value, the one gets it that has it in most training phrases after
 * the same word (`to` a destination, `from` an origin), then the one that has one in most phrases, then the first.
 */
export function readParameters(
  intent: Intent,
  phrases: readonly TrainingPhrase[],
  text: string,
  entities: Entities,
  circumstances: Circumstances,
): Record<string, Value> {
  const places = phrases.flatMap(placesOf);
  const words = wordsOf(text);
  const candidates = intent.parameters
    .filter(({ entityType }) => entities.isSearched(entityType))
    .flatMap((parameter) =>
      entities.find(parameter.entityType, text, circumstances).map((found) => ({ parameter, found })),
    )
    .map(({ parameter, found }) => {
      const before = words.findLast((word) => word.end <= found.start)?.text ?? null;
      const own = places.filter(({ id }) => id === parameter.id);
      return {
        parameter,
        found,
        length: found.end - found.start,
        afterSame: own.filter((place) => place.before === before).length,
        all: own.length,
      };
    })
    // Stable: the order of the parameters decides last.
    .sort((a, b) => b.length - a.length || b.afterSame - a.afterSame || b.all - a.all);

  const taken: Found[] = [];
  const given = new Map<string, Found[]>();
  for (const { parameter, found } of candidates) {
    const own = given.get(parameter.id) ?? [];
    if (taken.some((other) => overlap(found, other)) || (own.length > 0 && !parameter.isList)) continue;
    taken.push(found);
    given.set(parameter.id, [...own, found]);
  }
  for (const parameter of intent.parameters) {
    const free = given.has(parameter.id) ? null : findFreeText(parameter, phrases, words);
    if (!free || taken.some((other) => overlap(free, other))) continue;
    const said = text.slice(free.start, free.end);
    const resolved = entities.isSearched(parameter.entityType) ? asName(parameter.entityType, said) : said;
    if (resolved !== null) given.set(parameter.id, [{ ...free, resolved }]);
  }
  return Object.fromEntries(
    intent.parameters.flatMap(({ id, isList }) => {
      const value = toValue(
        text,
        (given.get(id) ?? []).toSorted((a, b) => a.start - b.start),
        isList,
      );
      return value ? [[id, value]] : [];
    }),
  );
}

/** Which parameters a phrase has, and the word before each. */
function placesOf(phrase: TrainingPhrase): { readonly id: string; readonly before: string | null }[] {
  return phrase.flatMap(({ parameterId }, index) => {
    if (parameterId === null) return [];
    const before =
      wordsOf(
        phrase
          .slice(0, index)
          .map((part) => part.text)
          .join(''),
      ).at(-1)?.text ?? null;
    return [{ id: parameterId, before }];
  });
}

/**
 * A value that can be anything stands where the words around it are those of a training phrase, of the one with most of them;
 * a name also after the last two words before it in a phrase, and at the end of the text.
 */
function findFreeText(
  parameter: IntentParameter,
  phrases: readonly TrainingPhrase[],
  words: readonly Word[],
): { readonly start: number; readonly end: number } | null {
  const isName = isOpen(parameter.entityType);
  let best: { start: number; end: number } | null = null;
  let most = -1;
  for (const phrase of phrases) {
    const index = phrase.findIndex(({ parameterId }) => parameterId === parameter.id);
    if (index < 0) continue;
    const literal = (part: TrainingPhrase[number] | undefined) =>
      part && part.parameterId === null ? wordsOf(part.text).map((word) => word.text) : [];
    const [whole, after] = [literal(phrase[index - 1]), literal(phrase[index + 1])];
    const before = isName && indexOf(words, whole, 0) < 0 ? whole.slice(-2) : whole;
    const from = before.length === 0 ? 0 : indexOf(words, before, 0) + before.length;
    const found = after.length === 0 ? words.length : indexOf(words, after, from);
    const to = found < 0 && isName && before.length > 1 ? words.length : found;
    const isThere = (before.length === 0 || indexOf(words, before, 0) >= 0) && to > from;
    const score = before.length + (to === found ? after.length : 0);
    if (!isThere || score <= most) continue;
    most = score;
    best = { start: words[from]!.start, end: words[to - 1]!.end };
  }
  return best;
}

/** Where words follow each other in others, from an index on; -1: nowhere. */
function indexOf(words: readonly Word[], sequence: readonly string[], from: number): number {
  for (let start = from; start + sequence.length <= words.length; start++)
    if (sequence.every((word, index) => words[start + index]!.text === word)) return start;
  return -1;
}
