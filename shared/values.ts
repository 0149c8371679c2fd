import {
  type InferOutput,
  looseObject,
  maxLength,
  nonEmpty,
  nullish,
  optional,
  pipe,
  string,
  transform,
  trim,
  union,
} from 'valibot';

/** Schemas for values that CX sends in more than one form. */

export { date, type SaidDate, type SaidDay, type SaidTime, time } from './values/date-time.ts';

/** A place name longer than this was not meant as one. In characters; the longest official name of a city has 168. */
const MAX_PLACE = 200;

const Location = looseObject({
  city: nullish(string()),
  'admin-area': nullish(string()),
  country: nullish(string()),
  original: nullish(string()),
});

/**
 * A place as text. CX sends `@sys.geo-city` and plain text as a string, and `@sys.location` as an object of parts with what
 * the person said in `original`. No document lists all the parts; unknown ones are ignored, all are optional.
 *
 * @example
 * parse(place(), { city: 'Pune', country: 'India', original: 'pune' }) // 'Pune, India'
 */
export function place() {
  return pipe(
    union([string(), pipe(Location, transform(textOf))], 'This must be the name of a place.'),
    trim(),
    nonEmpty('This must be the name of a place.'),
    maxLength(MAX_PLACE, `The name of a place has at most ${MAX_PLACE} characters.`),
  );
}

/** From the small to the large, as people and geocoders write it; without a city, area or country what the person said. */
function textOf(location: InferOutput<typeof Location>): string {
  const { city, 'admin-area': area, country, original } = location;
  return [city, area, country].filter(Boolean).join(', ') || original || '';
}

/** A name longer than this was not meant as one. In characters. */
const MAX_NAME = 120;

/**
 * A person's name as text. CX sends `@sys.person` as `{ name, original }` and `@sys.given-name` or plain text as a string.
 *
 * @example
 * parse(person(), { name: 'Alex Example', original: 'alex example' }) // 'Alex Example'
 */
export function person() {
  const Person = looseObject({ name: optional(string()), original: optional(string()) });
  return pipe(
    union(
      [
        string(),
        pipe(
          Person,
          transform(({ name, original }) => name || original || ''),
        ),
      ],
      'This must be a name.',
    ),
    trim(),
    nonEmpty('This must be a name.'),
    maxLength(MAX_NAME, `A name has at most ${MAX_NAME} characters.`),
  );
}
