import { digest } from '../digest.ts';
import type { Turn } from '../request.ts';
import type { Store, Tx } from '../store.ts';
import { personKey } from './person-key.ts';

/**
 * Who talked to the assistant before. Of a person the store keeps the name, e-mail address and telephone number that they
 * gave, and how often they came; under a digest (`person-key.ts`), until they ask to be forgotten.
 */

/** What somebody said of themselves. */
export interface Details {
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
}

/**
 * Saves that somebody is here, and what they said; what they did not say stays as it was. Returns the number of sessions in
 * which they came, this one included. One statement, so that two sessions at once are counted as two.
 */
export async function savePerson(tx: Tx, turn: Turn, now: number, details: Details): Promise<number> {
  const row = {
    key: personKey(turn),
    name: storable(details.name),
    email: storable(details.email),
    phone: storable(details.phone),
    visits: 1,
    last_session: digest(turn.session?.name ?? ''),
    last_seen: new Date(now).toISOString(),
  };
  const { visits } = await tx
    .insertInto('people')
    .values(row)
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet(({ ref, fn, eb }) => ({
        name: fn.coalesce(ref('excluded.name'), ref('people.name')),
        email: fn.coalesce(ref('excluded.email'), ref('people.email')),
        phone: fn.coalesce(ref('excluded.phone'), ref('people.phone')),
        visits: eb
          .case()
          .when('people.last_session', '=', row.last_session)
          .then(ref('people.visits'))
          .else(eb('people.visits', '+', 1))
          .end(),
        last_session: row.last_session,
        last_seen: row.last_seen,
      })),
    )
    .returning('visits')
    .executeTakeFirstOrThrow();
  return visits;
}

/** The name that somebody gave, now or before. */
export async function nameOf({ db }: Store, turn: Turn): Promise<string | undefined> {
  const row = await db.selectFrom('people').select('name').where('key', '=', personKey(turn)).executeTakeFirst();
  return row?.name ?? undefined;
}

/** Deletes all that is kept of somebody; false where there was nothing. */
export async function forgetPerson(tx: Tx, turn: Turn): Promise<boolean> {
  const { numDeletedRows } = await tx.deleteFrom('people').where('key', '=', personKey(turn)).executeTakeFirstOrThrow();
  return numDeletedRows > 0n;
}

/** PostgreSQL keeps every character but NUL. */
function storable(text: string | undefined): string | null {
  return text?.replaceAll('\0', '') || null;
}
