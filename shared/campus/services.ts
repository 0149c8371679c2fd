import type { Kysely } from 'kysely';
import type { Service, Tables } from '../store/tables.ts';

/**
 * The services that somebody may mean: one where the words are a name of it, or contain exactly one service's name; several
 * where they contain names of several; all where they contain none.
 *
 * Names are the id, the names in both languages and the aliases. Case, spaces, hyphens and other signs do not matter.
 */
export async function findServices(
  db: Kysely<Tables>,
  said: string,
): Promise<{ readonly known: boolean; readonly services: readonly Service[] }> {
  const all = await db.selectFrom('services').selectAll().orderBy('name').execute();
  const words = wordsOf(said);
  if (words.length === 0) return { known: false, services: all };
  const whole = words.join('');
  const named = all.filter((service) => namesOf(service).some((name) => wordsOf(name).join('') === whole));
  if (named.length > 0) return { known: true, services: named };
  const mentioned = all.filter((service) => namesOf(service).some((name) => contains(words, wordsOf(name))));
  return mentioned.length > 0 ? { known: true, services: mentioned } : { known: false, services: all };
}

function namesOf({ id, name, name_hi, aliases }: Service): string[] {
  return [id, name, name_hi, ...aliases.split(',')];
}

/** Letters, the vowel signs of Hindi, and digits; `résumé` and its decomposed form are the same. */
function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  );
}

/** Whether one list of words stands in the other, unbroken. */
function contains(words: readonly string[], wanted: readonly string[]): boolean {
  if (wanted.length === 0) return false;
  return words.some((_, at) => wanted.every((word, i) => words[at + i] === word));
}

export async function readService(db: Kysely<Tables>, id: string): Promise<Service> {
  return db.selectFrom('services').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}
