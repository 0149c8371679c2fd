import { DATE_FUNCTIONS } from './functions/dates.ts';
import type { SystemFunction } from './functions/definition.ts';
import { LIST_FUNCTIONS } from './functions/lists.ts';
import { NUMBER_FUNCTIONS } from './functions/numbers.ts';
import { OBJECT_FUNCTIONS } from './functions/objects.ts';
import { PHONE_FUNCTIONS } from './functions/phones.ts';
import { TEXT_FUNCTIONS } from './functions/texts.ts';

/**
 * The system functions by name (CX docs, System functions reference), those that 72 exported agents call and the others of the
 * page. UNCONFIRMED, because no page tells it: an argument of another type is cast where nothing is lost (a number to a text,
 * `"5"` to a number), null is the empty list, and anything else makes the function fail: it has no value, which compares as null.
 */
export const FUNCTIONS: { readonly [name: string]: SystemFunction } = {
  ...NUMBER_FUNCTIONS,
  ...TEXT_FUNCTIONS,
  ...LIST_FUNCTIONS,
  ...DATE_FUNCTIONS,
  ...OBJECT_FUNCTIONS,
  ...PHONE_FUNCTIONS,
};
