import { Kysely, type Transaction } from 'kysely';
import { prune } from './store/prune.ts';
import { readStoreSettings, type StoreSettings } from './store/settings.ts';
import type { Tables } from './store/tables.ts';
import { untilFree } from './store/until-free.ts';

/** One transaction: what is written in it is written together or not at all. */
export type Tx = Transaction<Tables>;

/** What functions remember. Loaded by those that say `store: true`, and by no other. */
export interface Store {
  /** For reading, and outside of transactions only: within one, use its `tx`. */
  readonly db: Kysely<Tables>;
  /**
   * Runs `work` in a transaction, and again where another one was in its way: it should do nothing that a rollback does not
   * undo. Throws what `work` throws; where the database is away or stays busy, a `WebhookError` `store-unavailable`.
   */
  transact<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Opens the store that `DATABASE_URL` names (`store/settings.ts`) and takes out what is too old to matter.
 *
 * @example
 * const store = await openStore(process.env);
 * const books = await store.db.selectFrom('books').selectAll().where('subject', '=', 'physics').execute();
 */
export async function openStore(
  env: { readonly [name: string]: string | undefined },
  now: () => number = Date.now,
): Promise<Store> {
  const db = await connect(readStoreSettings(env));
  const store = createStore(db);
  try {
    await store.transact((tx) => prune(tx, now()));
  } catch (error) {
    await store.close().catch(() => {});
    throw error;
  }
  return store;
}

/** The database as it is, with or without tables, and not tried yet. */
export async function connect(settings: StoreSettings): Promise<Kysely<Tables>> {
  // Of the two engines only the one that is used is loaded.
  const dialect =
    settings.engine === 'postgres'
      ? (await import('./store/postgres.ts')).postgresDialect(settings.url)
      : (await import('./store/sqlite.ts')).sqliteDialect(settings.file);
  return new Kysely<Tables>({ dialect });
}

export function createStore(db: Kysely<Tables>): Store {
  return {
    db,
    transact: (work) => untilFree(() => db.transaction().execute(work)),
    close: () => db.destroy(),
  };
}
