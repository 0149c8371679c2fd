import {
  looseObject,
  maxLength,
  nonEmpty,
  nullish,
  number,
  pipe,
  string,
  transform,
  trim,
  union,
  unknown,
} from 'valibot';

/** Schemas of parameters that several functions of the campus read. */

/** Longer texts are not what somebody looks for. In characters. */
const MAX_QUESTION = 200;

/**
 * What is looked for, as text. CX sends `@sys.any` as a string, `@sys.person` as `{ name, original }`, and a title that
 * consists of digits as a number where the agent says so.
 */
export function searchText() {
  const Named = looseObject({ name: nullish(string()), original: nullish(string()) });
  return pipe(
    union([
      string(),
      pipe(number(), transform(String)),
      pipe(
        Named,
        transform(({ name, original }) => name || original || ''),
      ),
    ]),
    trim(),
    nonEmpty(),
    maxLength(MAX_QUESTION),
  );
}

/** A sign that a route of the agent sets. All but `true` and the text `true` is no: nobody is asked for it. */
export function flag() {
  return pipe(
    unknown(),
    transform((value) => value === true || value === 'true'),
  );
}

/** A number that an earlier turn left in the session; all that is none is 0. */
export function count() {
  return pipe(
    unknown(),
    transform((value) => (Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : 0)),
  );
}
