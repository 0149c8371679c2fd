import type { Agent, EntityType, Json } from '../agent.ts';
import { isPlain, TimeLimitError, withinTime } from '../time-limit.ts';
import { createDictionary, type Dictionary } from './dictionary.ts';
import { type Circumstances, type Found, inLanguage, longestFirst } from './found.ts';
import { memo } from './memo.ts';
import { asName, isOpen } from './open.ts';
import { SYSTEM_ENTITIES } from './system.ts';
import { normalise, wordsOf } from './words.ts';

/** Finds the values of entity types in texts. */
export interface Entities {
  /** Whether values of the type are looked for; of a type that is not, the whole text is the value, as of `@sys.any`. */
  isSearched(entityType: string): boolean;
  /** The values of a type in a text, the longest ones, in its order. @param entityType With its `@`. */
  find(entityType: string, text: string, circumstances: Circumstances): Found[];
}

/** A synonym with other types in it: `@size @colour:paint box`. */
type Pattern = readonly ({ readonly type: string; readonly alias: string | null } | { readonly literal: string })[];

/** An entity type in one language, ready to be searched. */
interface Searchable {
  readonly words: Dictionary;
  readonly patterns: readonly { readonly pattern: Pattern; readonly value: string; readonly isMap: boolean }[];
  readonly expressions: readonly Expression[];
  readonly excluded: ReadonlySet<string>;
}

interface Expression {
  readonly pattern: RegExp;
  /** It cannot run wild. */
  readonly isPlain: boolean;
}

/** How deep types refer to types; one that contains itself is found in itself so many times. CX's own limit is on no page. */
const LEVELS = 5;

const REFERENCE = /@([\w.-]+)(?::([\w-]+))?/g;

export function createEntities(agent: Agent): Entities {
  const searchablesIn = memo((languageCode) =>
    memo((name): Searchable => {
      const type = agent.entityTypes.get(name)!;
      const entities = inLanguage(type.entities, languageCode, agent.defaultLanguageCode) ?? [];
      const excluded = inLanguage(type.excludedPhrases, languageCode, agent.defaultLanguageCode) ?? [];
      return prepare(type, entities, excluded);
    }),
  );

  /** Names of an open type that are marked in training phrases. */
  const namesIn = memo((languageCode) =>
    memo((entityType): Dictionary => {
      const marked = [...agent.intents.values()].flatMap((intent) => {
        const ids = new Set(intent.parameters.filter((each) => each.entityType === entityType).map(({ id }) => id));
        const phrases = inLanguage(intent.trainingPhrases, languageCode, agent.defaultLanguageCode) ?? [];
        return phrases.flat().filter(({ parameterId }) => parameterId !== null && ids.has(parameterId));
      });
      const names = [...new Set(marked.map(({ text }) => text.trim()))];
      return createDictionary(
        names.flatMap((name) => {
          const value = asName(entityType, name);
          return value === null ? [] : [[name, value] as const];
        }),
        false,
      );
    }),
  );

  /** Of the last text alone: intents and form look for the same types in it, and types for each other. */
  let last = { key: '', found: new Map<string, Found[]>() };
  /** @param levels How many more levels of types are searched: types may refer to each other, and to themselves. */
  const search = (name: string, text: string, circumstances: Circumstances, levels: number): Found[] => {
    const key = `${levels} ${name}`;
    const known = last.found.get(key) ?? searchAnew(name, text, circumstances, levels);
    last.found.set(key, known);
    return known;
  };
  const searchAnew = (name: string, text: string, circumstances: Circumstances, levels: number): Found[] => {
    const known = SYSTEM_ENTITIES.get(name)?.(text, circumstances) ?? [];
    const marked = isOpen(`@${name}`) ? namesIn(circumstances.languageCode)(`@${name}`).find(wordsOf(text)) : [];
    const system = [...known, ...marked];
    if (!agent.entityTypes.has(name)) return longestFirst(system);
    const { words, patterns, expressions, excluded } = searchablesIn(circumstances.languageCode)(name);
    const nested = (levels > 0 ? patterns : []).flatMap((entry) =>
      findPattern(entry, text, (inner) => search(inner, text, circumstances, levels - 1)),
    );
    const found = [...words.find(wordsOf(text)), ...nested, ...findExpressions(expressions, text), ...system];
    return longestFirst(found.filter(({ start, end }) => !excluded.has(normalise(text.slice(start, end)))));
  };
  const find = (entityType: string, text: string, circumstances: Circumstances): Found[] => {
    const key = [text, circumstances.languageCode, circumstances.timeZone, circumstances.now].join('\n');
    if (last.key !== key) last = { key, found: new Map() };
    return search(nameOf(entityType), text, circumstances, LEVELS);
  };
  return {
    isSearched: (entityType) => SYSTEM_ENTITIES.has(nameOf(entityType)) || agent.entityTypes.has(nameOf(entityType)),
    find,
  };
}

const nameOf = (entityType: string): string => entityType.replace(/^@/, '');

function prepare(
  type: EntityType,
  entities: readonly { readonly value: string; readonly synonyms: readonly string[] }[],
  excluded: readonly string[],
): Searchable {
  const synonyms = entities.flatMap(({ value, synonyms: own }) => own.map((synonym) => ({ synonym, value })));
  const isMap = type.kind === 'KIND_MAP';
  const isRegExp = type.kind === 'KIND_REGEXP';
  const hasReference = ({ synonym }: { synonym: string }) => !isRegExp && synonym.search(REFERENCE) >= 0;
  return {
    words: createDictionary(
      isRegExp ? [] : synonyms.filter((entry) => !hasReference(entry)).map(({ synonym, value }) => [synonym, value]),
      type.fuzzy,
    ),
    patterns: synonyms
      .filter(hasReference)
      .map(({ synonym, value }) => ({ pattern: parsePattern(synonym), value, isMap })),
    expressions: isRegExp ? synonyms.flatMap(({ synonym }) => expression(synonym) ?? []) : [],
    excluded: new Set(excluded.map(normalise)),
  };
}

function parsePattern(synonym: string): Pattern {
  const parts: Pattern[number][] = [];
  let from = 0;
  for (const match of synonym.matchAll(REFERENCE)) {
    const literal = normalise(synonym.slice(from, match.index));
    if (literal) parts.push({ literal });
    parts.push({ type: match[1]!, alias: match[2] ?? null });
    from = match.index + match[0].length;
  }
  const rest = normalise(synonym.slice(from));
  return rest ? [...parts, { literal: rest }] : parts;
}

/** RE2's syntax, as far as it is JavaScript's, too. One that is not finds nothing; the loader says so. */
function expression(source: string): Expression | null {
  const bare = source.replace(/^\(\?i\)/, '');
  try {
    // A value is no part of a longer word or number: recorded card numbers are no PINs of four digits.
    const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${bare})(?![\\p{L}\\p{N}])`, 'giu');
    return { pattern, isPlain: isPlain(bare) };
  } catch {
    return null;
  }
}

/**
 * CX's expressions are RE2's, which take no longer than the text is long (github.com/google/re2/wiki/Syntax); JavaScript's
 * may take for ever, so that all of a type that might have a limit together: if they are stopped, they find nothing.
 */
function findExpressions(expressions: readonly Expression[], text: string): Found[] {
  const plain = expressions.filter((each) => each.isPlain).flatMap(({ pattern }) => findExpression(pattern, text));
  const others = expressions.filter((each) => !each.isPlain);
  if (others.length === 0) return plain;
  try {
    return [...plain, ...withinTime(() => others.flatMap(({ pattern }) => findExpression(pattern, text)))];
  } catch (error) {
    if (!(error instanceof TimeLimitError)) throw error;
    return plain;
  }
}

const findExpression = (pattern: RegExp, text: string): Found[] =>
  [...text.matchAll(pattern)]
    .filter(({ 0: value }) => value !== '')
    .map(({ 0: resolved, index }) => ({ start: index, end: index + resolved.length, resolved }));

/**
 * Texts in which the parts of a pattern follow each other. In a list the value is that of the type inside, of several types an
 * object with each by its alias or type; a map gives the value that is written, even one that is a reference (as recorded).
 */
function findPattern(
  { pattern, value, isMap }: Searchable['patterns'][number],
  text: string,
  search: (type: string) => readonly Found[],
): Found[] {
  interface Sequence {
    readonly start: number;
    readonly end: number;
    readonly values: readonly (readonly [name: string, value: Json])[];
  }
  const words = pattern.some((part) => 'literal' in part) ? wordsOf(text) : [];
  let sequences: Sequence[] | null = null;
  for (const part of pattern) {
    const next: Sequence[] =
      'literal' in part
        ? createDictionary([[part.literal, null]], false)
            .find(words)
            .map(({ start, end }) => ({ start, end, values: [] }))
        : search(part.type).map(({ start, end, resolved }) => ({
            start,
            end,
            values: [[part.alias ?? part.type.replace(/^sys\./, ''), resolved]],
          }));
    sequences = sequences
      ? sequences.flatMap((before) =>
          next
            .filter((after) => after.start >= before.end && wordsOf(text.slice(before.end, after.start)).length === 0)
            .map((after) => ({ start: before.start, end: after.end, values: [...before.values, ...after.values] })),
        )
      : next;
  }
  const isOne = pattern.length === 1 && 'type' in pattern[0]! && pattern[0].alias === null;
  return (sequences ?? []).map(({ start, end, values }) => ({
    start,
    end,
    resolved: isMap ? value : isOne ? values[0]![1] : Object.fromEntries(values),
  }));
}
