import { randomUUID } from 'node:crypto';
import { digest } from '../digest.ts';
import type { Turn } from '../request.ts';
import type { Store, Tx } from '../store.ts';
import type { Once } from '../webhook.ts';
import type { Json } from '../wire.ts';
import { lookUp } from './params.ts';

/**
 * What a repeated call has in common with the first, as one text. The turn's id alone will not do: one turn may call several
 * webhooks, and one webhook several times, from other pages or with other parameters.
 */
export function effectKey(turn: Turn, parameters: readonly string[]): string {
  if (turn.id === '') return randomUUID();
  const values = parameters.map((name) => lookUp(turn.params, name) ?? null);
  return JSON.stringify([turn.session?.name ?? '', turn.id, turn.tag, turn.page?.name ?? '', values]);
}

/** `once` for the effects of one call; see `Once`. */
export function createOnce(store: Store, now: () => number, callKey: string): Once {
  return function once<T extends Json>(name: string, effect: (tx: Tx) => Promise<T>): Promise<T> {
    // What it is made of holds what a person said; its digest does not.
    const key = digest(JSON.stringify([callKey, name]));
    const at = new Date(now()).toISOString();
    return store.transact(async (tx) => {
      // Of two at the same time, one inserts and the other waits until the first is done: PostgreSQL here at the unique key,
      // SQLite at the beginning of the transaction. A first that dies leaves no row, and the second inserts.
      const mine = await tx
        .insertInto('once')
        .values({ key, at, result: '' })
        .onConflict((conflict) => conflict.column('key').doNothing())
        .returning('key')
        .executeTakeFirst();
      if (!mine) {
        const before = await tx.selectFrom('once').select('result').where('key', '=', key).executeTakeFirstOrThrow();
        return JSON.parse(before.result) as T;
      }
      const result = await effect(tx);
      await tx
        .updateTable('once')
        .set({ result: JSON.stringify(result ?? null) })
        .where('key', '=', key)
        .execute();
      return result;
    });
  };
}
