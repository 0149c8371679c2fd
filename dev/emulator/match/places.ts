import type { JsonObject } from '../agent.ts';
import { createDictionary, type Dictionary } from './dictionary.ts';
import { baseLanguage, type Circumstances, type Found } from './found.ts';
import { wordsTagged } from './lexicon.ts';
import { memo } from './memo.ts';
import { wordsOf } from './words.ts';

/** A house number and a name that ends in a kind of street, in English: `12 long road`, `12b Main St.` */
const STREET =
  /\b\d+[a-z]?(?:\s+[\p{L}\p{N}.'-]+){0,4}?\s+(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|place|pl|parkway|pkwy|way|square|sq|terrace|circle|highway|hwy|trail)\b\.?/giu;
/** Of the United States, with or without the four digits (`94043-1351`), of Canada, of Britain, and plain ones of four to six digits. */
const ZIP = /\b(?:\d{5}-\d{4}|\d{4,6}|[a-z]\d[a-z] ?\d[a-z]\d|[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2})\b/gi;

type Kind = 'city' | 'state' | 'country';

/** Countries by the names that ICU has in the language, and in English those that compromise knows. */
export const findCountries = finderOf('country');
/** The cities that compromise knows and those that time zones are named after: some 800. */
export const findCities = finderOf('city');
/** The states and provinces of some 15 countries that compromise knows. A long name may be misspelt. */
export const findStates = finderOf('state');

/** Streets with house numbers. */
export function findStreets(text: string): Found[] {
  return matches(text, STREET);
}

export function findZipCodes(text: string): Found[] {
  return matches(text, ZIP);
}

/** An address as it was said: a street with all that follows, where a city may be that isn't known. One at most. */
export function findAddresses(text: string): Found[] {
  const [street] = findStreets(text);
  const end = text.trimEnd().length;
  return street ? [{ start: street.start, end, resolved: text.slice(street.start, end) }] : [];
}

/** `{ original, street-address, city, admin-area, zip-code, country }`, of it what was said. One at most. */
export function findLocations(text: string, circumstances: Circumstances): Found[] {
  const [street] = findStreets(text);
  // What is a street's name is no city's, and what is a house number no zip code.
  const rest = street
    ? text.slice(0, street.start) + ' '.repeat(street.end - street.start) + text.slice(street.end)
    : text;
  const [city] = findCities(rest, circumstances);
  const admin = findStates(rest, circumstances).find((state) => !city || state.start !== city.start);
  const [country] = findCountries(rest, circumstances);
  const [zip] = street || city || admin ? findZipCodes(rest) : [];
  const parts: [string, Found | undefined][] = [
    ['street-address', street],
    ['city', city],
    ['admin-area', admin],
    ['zip-code', zip],
    ['country', country?.start === admin?.start ? undefined : country],
  ];
  const said = parts.flatMap(([, found]) => found ?? []);
  if (said.length === 0) return [];
  const start = Math.min(...said.map((found) => found.start));
  const end = Math.max(...said.map((found) => found.end));
  const resolved: JsonObject = {
    original: text.slice(start, end),
    ...Object.fromEntries(parts.flatMap(([name, found]) => (found ? [[name, found.resolved]] : []))),
  };
  return [{ start, end, resolved }];
}

function matches(text: string, pattern: RegExp): Found[] {
  return [...text.matchAll(pattern)].map(({ 0: resolved, index }) => ({
    start: index,
    end: index + resolved.length,
    resolved,
  }));
}

function finderOf(kind: Kind): (text: string, circumstances: Circumstances) => Found[] {
  const dictionaryIn = memo((language): Dictionary => {
    const names = new Set(namesOf(kind, language));
    // States are long names, and written by hand.
    return createDictionary(
      [...names].map((name) => [name, capitalised(name)] as const),
      kind === 'state',
    );
  });
  return (text, { languageCode }) => dictionaryIn(baseLanguage(languageCode)).find(wordsOf(text));
}

function namesOf(kind: Kind, language: string): string[] {
  switch (kind) {
    case 'city':
      // Cities and states: who says so mostly means the city.
      return [...Intl.supportedValuesOf('timeZone').map(cityOf), ...wordsTagged('City'), 'New York', 'Washington'];
    case 'state':
      return [...wordsTagged('Region')];
    case 'country':
      return [...(language === 'en' ? wordsTagged('Country').map(withAbbreviation) : []), ...countryNames(language)];
  }
}

const cityOf = (zone: string): string => zone.split('/').at(-1)!.replaceAll('_', ' ');

/** `uk` as `UK`, `drc` as `DRC`: compromise's names of countries are longer than three letters. */
const withAbbreviation = (name: string): string => (name.length <= 3 ? name.toUpperCase() : name);

/** `san francisco` as `San Francisco`; what has capitals stays. */
const capitalised = (name: string): string =>
  name === name.toLowerCase() ? name.replace(/(^|[\s-])\p{L}/gu, (letter) => letter.toUpperCase()) : name;

/** Every region of ISO 3166 that ICU has a name for, without what is no country, as `world`. */
function countryNames(language: string): string[] {
  const names = new Intl.DisplayNames([language], { type: 'region', fallback: 'none' });
  const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(65 + index));
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  return codes.filter((code) => !/^(EU|EZ|UN|QO|X[A-Z]|ZZ)$/.test(code)).flatMap((code) => names.of(code) ?? []);
}
