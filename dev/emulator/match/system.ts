import { findCurrencies, findDurations, findMoney, findPercentages } from './amounts.ts';
import { findDatePeriods, findDates, findDateTimes, findTimes } from './dates.ts';
import { createDictionary, type Dictionary } from './dictionary.ts';
import { baseLanguage, type Circumstances, type Found } from './found.ts';
import { memo } from './memo.ts';
import { findGivenNames, findLastNames, findPersons } from './names.ts';
import { findNumbers } from './numbers.ts';
import {
  findAddresses,
  findCities,
  findCountries,
  findLocations,
  findStates,
  findStreets,
  findZipCodes,
} from './places.ts';
import { wordsOf } from './words.ts';

export type Finder = (text: string, circumstances: Circumstances) => Found[];

/** The colours' names of everyday English, returned as they are said (CX docs, System entities). */
const COLOURS =
  'red orange yellow green blue purple violet pink brown black white grey gray beige turquoise cyan magenta crimson scarlet maroon navy teal olive gold silver lilac lavender indigo ivory';
/** Names of languages with a code of two letters, as ICU has them in the language of the conversation. */
const languagesIn = memo((language): Dictionary => {
  const names = new Intl.DisplayNames([language], { type: 'language', fallback: 'none' });
  const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(97 + index));
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  const said = codes.flatMap((code) => names.of(code) ?? []);
  return createDictionary(
    said.map((name) => [name, name] as const),
    false,
  );
});

/** Values by a pattern; `clean` makes the value of the text. */
const byPattern =
  (pattern: RegExp, clean = (value: string) => value): Finder =>
  (text) =>
    [...text.matchAll(pattern)].map(({ 0: value, index }) => ({
      start: index,
      end: index + value.length,
      resolved: clean(value),
    }));
const digitsOnly = (value: string) => value.replace(/\D/g, '');
const numbers =
  (accepts: (number: ReturnType<typeof findNumbers>[number]) => boolean): Finder =>
  (text, circumstances) =>
    findNumbers(text, circumstances)
      .filter(accepts)
      .map(({ start, end, resolved }) => ({ start, end, resolved }));
const isWhole = ({ resolved }: { readonly resolved: number }) => Number.isInteger(resolved);
const colours = createDictionary(
  COLOURS.split(' ').map((colour) => [colour, colour] as const),
  false,
);

/**
 * The system entities that are found in texts (CX docs, System entities), by their names without `@`. The shapes of the values
 * are those of recorded conversations; of `duration`, `date-period`, `date-time` and `percentage` there were none, and they
 * follow the documentation. A parameter of any other type takes the whole text.
 */
export const SYSTEM_ENTITIES: ReadonlyMap<string, Finder> = new Map<string, Finder>([
  ['sys.number', numbers(() => true)],
  ['sys.number-integer', numbers(isWhole)],
  ['sys.cardinal', numbers((number) => !number.isOrdinal)],
  ['sys.ordinal', numbers((number) => number.isOrdinal)],
  ['sys.number-sequence', byPattern(/(?<![\p{L}\p{N}])\d(?:[ .-]?\d)*(?![\p{L}\p{N}])/gu, digitsOnly)],
  ['sys.percentage', findPercentages],
  ['sys.date', findDates],
  ['sys.time', findTimes],
  ['sys.date-time', findDateTimes],
  ['sys.date-period', findDatePeriods],
  ['sys.duration', findDurations],
  ['sys.unit-currency', findMoney],
  ['sys.currency-name', findCurrencies],
  ['sys.email', byPattern(/[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu)],
  ['sys.url', byPattern(/\b(?:https?:\/\/|www\.)[^\s<>"]+[^\s<>".,;:!?)]/giu)],
  // Any number of four digits and more: recorded ones are of no numbering plan (1111111111), and some are short.
  ['sys.phone-number', byPattern(/(?<![\p{L}\p{N}])\+?\(?\d(?:[ ().-]{0,2}\d){3,}(?![\p{L}\p{N}])/gu, digitsOnly)],
  ['sys.zip-code', findZipCodes],
  ['sys.flight-number', byPattern(/\b(?:[a-z]{2}|[a-z]\d|\d[a-z]) ?\d{1,4}\b/gi, (value) => value.toUpperCase())],
  ['sys.person', findPersons],
  ['sys.given-name', findGivenNames],
  ['sys.last-name', findLastNames],
  ['sys.location', findLocations],
  ['sys.address', findAddresses],
  ['sys.street-address', findStreets],
  ['sys.geo-city', findCities],
  ['sys.geo-state', findStates],
  ['sys.geo-country', findCountries],
  ['sys.color', (text) => colours.find(wordsOf(text))],
  ['sys.language', findLanguages],
]);

function findLanguages(text: string, { languageCode }: Circumstances): Found[] {
  return languagesIn(baseLanguage(languageCode)).find(wordsOf(text));
}
