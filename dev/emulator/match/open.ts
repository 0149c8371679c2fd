import type { Json } from '../agent.ts';

/**
 * System entities whose values no list has: names of places and people. Dialogflow knows far more of them than is known
 * here, so that a name that isn't found may be one all the same. Value shapes as recorded.
 */
const OPEN: { readonly [entityType: string]: (name: string) => Json } = {
  '@sys.location': (city) => ({ original: city, city }),
  '@sys.geo-city': (name) => name,
  '@sys.geo-state': (name) => name,
  '@sys.person': (name) => ({ name, original: name }),
  '@sys.given-name': (name) => name,
  '@sys.last-name': (name) => name,
};

/** Is it a type of names? */
export function isOpen(entityType: string): boolean {
  return Object.hasOwn(OPEN, entityType);
}

/** Words: longer ones are sentences. */
const LONGEST_NAME = 3;

/** What a text means for an open type if it can be a name: a few words without digits; `null`: it can't. */
export function asName(entityType: string, text: string): Json | null {
  const name = text.trim().replace(/[.,!]+$/, '');
  const words = name.split(/\s+/);
  const isName = words.length <= LONGEST_NAME && words.every((word) => /^[\p{L}\p{M}][\p{L}\p{M}.'’-]*$/u.test(word));
  return isName ? (OPEN[entityType]?.(name) ?? null) : null;
}
