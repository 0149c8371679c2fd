import type { FormParameter } from '../agent.ts';
import type { Entities } from './entities.ts';
import { type Circumstances, type Found, overlap } from './found.ts';
import { toValue, type Value } from './parameters.ts';
import { normalise } from './words.ts';

/** Values for a form, out of one text. */
export interface Filling {
  readonly values: { readonly [parameter: string]: Value };
  /** The value is all that was said, and it was looked for: the text can hardly mean anything else. */
  readonly isWhole: boolean;
}

/**
 * Fills the parameter that is asked for, and with it those of the others whose values stand elsewhere in the text. Others alone
 * are not filled: in the recorded conversations a `10`, said to the question for a date, was no number of days.
 *
 * @param asked Of a type that is not searched, the whole text is the value.
 * @param others Only those of types that are searched are filled.
 */
export function fill(
  asked: FormParameter,
  others: readonly FormParameter[],
  text: string,
  entities: Entities,
  circumstances: Circumstances,
): Filling | null {
  const isSearched = entities.isSearched(asked.entityType);
  const values: Record<string, Value> = {};
  const taken: Found[] = [];
  const take = (parameter: FormParameter, found: readonly Found[]): boolean => {
    const own = parameter.isList ? found : found.slice(0, 1);
    const value = toValue(text, own, parameter.isList);
    if (!value) return false;
    taken.push(...own);
    values[parameter.displayName] = value;
    return true;
  };

  const all: Found = { start: 0, end: text.length, resolved: text };
  if (!take(asked, isSearched ? entities.find(asked.entityType, text, circumstances) : [all])) return null;
  const isWhole = isSearched && normalise(values[asked.displayName]!.original) === normalise(text);
  for (const parameter of others) {
    if (parameter.displayName === asked.displayName || !entities.isSearched(parameter.entityType)) continue;
    const found = entities.find(parameter.entityType, text, circumstances);
    take(
      parameter,
      found.filter((value) => !taken.some((other) => overlap(value, other))),
    );
  }
  return { values, isWhole };
}
