import { AsyncLocalStorage } from 'node:async_hooks';
import { Kysely, type Transaction } from 'kysely';
import { readStoreSettings, type StoreSettings } from './store/settings.ts';
import type { Tables } from './store/tables.ts';
import { untilFree } from './store/until-free.ts';

/** One transaction: what is written in it is written together or not at all. */
export type Tx = Transaction<Tables>;

/** What functions remember. Loaded by those that say `store: true`, and by no other. */
export interface Store {
  /** For reading, and outside of transactions only: within one, use its `tx`, or an error says so. */
  readonly db: Kysely<Tables>;
  /**
   * Runs `work` in a transaction, and again where another one was in its way: it should do nothing that a rollback does not
   * undo. Throws what `work` throws; where the database is away or stays busy, a `WebhookError` `store-unavailable`.
   */
  transact<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Opens the store that `DATABASE_URL` names (`store/settings.ts`). Throws a `WebhookError` `store-unavailable` where the
 * database is away or has no tables yet.
 *
 * @example
 * const store = await openStore(process.env);
 * const books = await store.db.selectFrom('books').selectAll().where('subject', '=', 'physics').execute();
 */
export async function openStore(env: { readonly [name: string]: string | undefined }): Promise<Store> {
  const db = await connect(readStoreSettings(env));
  try {
    await db.selectFrom('once').select('key').limit(1).execute();
  } catch (error) {
    await db.destroy().catch(() => {});
    throw error;
  }
  return createStore(db);
}

/** The database as it is, with or without tables, and not tried yet. `patient`: for who changes the schema. */
export async function connect(settings: StoreSettings, { patient = false } = {}): Promise<Kysely<Tables>> {
  // Of the two engines only the one that is used is loaded.
  const dialect =
    settings.engine === 'postgres'
      ? (await import('./store/postgres.ts')).postgresDialect(settings.url, { patient })
      : (await import('./store/sqlite.ts')).sqliteDialect(settings.file);
  return new Kysely<Tables>({ dialect });
}

export function createStore(db: Kysely<Tables>): Store {
  const inside = new AsyncLocalStorage<true>();
  /** SQLite has one connection, and whoever waits for it inside of its own transaction waits for ever. */
  function refuseInside(): void {
    if (inside.getStore()) throw new Error('Inside of a transaction use the tx that it gives you.');
  }
  return {
    db: db.withPlugin({
      transformQuery({ node }) {
        refuseInside();
        return node;
      },
      transformResult: async ({ result }) => result,
    }),
    async transact(work) {
      refuseInside();
      return untilFree(() => db.transaction().execute((tx) => inside.run(true, () => work(tx))));
    },
    close: () => db.destroy(),
  };
}
