import { baseLanguage, type Circumstances, type Found } from './found.ts';
import { compromise } from './libraries.ts';

interface Person {
  readonly text: string;
  readonly person: { readonly firstName: string; readonly lastName: string };
  readonly offset: { readonly start: number; readonly length: number };
}

/** `{ name, original }` of persons whose first name compromise knows. English only: elsewhere nothing is found. */
export function findPersons(text: string, circumstances: Circumstances): Found[] {
  return people(text, circumstances).map(({ start, end }) => {
    const name = text.slice(start, end);
    return { start, end, resolved: { name, original: name } };
  });
}

export function findGivenNames(text: string, circumstances: Circumstances): Found[] {
  return people(text, circumstances).flatMap(({ person, start, end }) =>
    person.firstName ? part(text, text.toLowerCase().indexOf(person.firstName, start), person.firstName, end) : [],
  );
}

export function findLastNames(text: string, circumstances: Circumstances): Found[] {
  return people(text, circumstances).flatMap(({ person, end }) =>
    person.lastName ? part(text, text.toLowerCase().lastIndexOf(person.lastName, end), person.lastName, end) : [],
  );
}

function part(text: string, start: number, name: string, limit: number): Found[] {
  const end = start + name.length;
  return start < 0 || end > limit ? [] : [{ start, end, resolved: text.slice(start, end) }];
}

function people(text: string, { languageCode }: Circumstances) {
  if (baseLanguage(languageCode) !== 'en') return [];
  const found = compromise()(text).people().json({ offset: true }) as Person[];
  return found.map(({ person, offset }) => ({ person, start: offset.start, end: offset.start + offset.length }));
}
