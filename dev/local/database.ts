import { relative } from 'node:path';
import type { Kysely } from 'kysely';
import { storeError } from '../../shared/store/errors.ts';
import { migrate, TABLES } from '../../shared/store/migrations.ts';
import { readStoreSettings } from '../../shared/store/settings.ts';
import type { Tables } from '../../shared/store/tables.ts';
import { connect } from '../../shared/store.ts';

/** The store of this machine, or the one that `DATABASE_URL` names: its tables, and the sample college in them. */

type Environment = { readonly [name: string]: string | undefined };
type Db = Kysely<Tables>;

/** What the database is called to a person: never its address, which holds a password. */
export function nameOfDatabase(env: Environment): string {
  const settings = readStoreSettings(env);
  if (settings.engine === 'sqlite') {
    const path = relative('.', settings.file);
    return path.startsWith('..') ? settings.file : path;
  }
  const [, host, database] = /^\w+:\/\/(?:[^@/]*@)?([^:/?]*)(?::\d+)?\/?([^?]*)/.exec(settings.url) ?? [];
  return `PostgreSQL database ${database} at ${host || 'a local socket'}`;
}

/** Is it a file, which a reset can hurt nobody by? */
export function isEmbedded(env: Environment): boolean {
  return readStoreSettings(env).engine === 'sqlite';
}

/** Makes the tables that are missing; returns the steps taken. */
export async function migrateDatabase(env: Environment): Promise<readonly string[]> {
  return withDatabase(env, migrate);
}

/** Makes what is missing, and fills the sample college in; rows that are there stay as they are. Returns how many are new. */
export async function seedDatabase(env: Environment, now: number): Promise<number> {
  return withDatabase(env, async (db) => {
    await migrate(db);
    return insertSeed(db, now);
  });
}

/** Empties every table, and fills the sample college in anew. Returns its number of rows. */
export async function resetDatabase(env: Environment, now: number): Promise<number> {
  return withDatabase(env, async (db) => {
    await migrate(db);
    return db.transaction().execute(async (tx) => {
      for (const table of [...TABLES].reverse()) await tx.deleteFrom(table).execute();
      return insertRows(tx, now);
    });
  });
}

/** For a start on this machine: the embedded store gets its tables and, where it is empty, the sample college. */
export async function prepareEmbeddedStore(env: Environment, now: number): Promise<void> {
  if (!isEmbedded(env)) return;
  await withDatabase(env, async (db) => {
    await migrate(db);
    const some = await db.selectFrom('services').select('id').limit(1).execute();
    if (some.length === 0) await insertSeed(db, now);
  });
}

async function withDatabase<T>(env: Environment, work: (db: Db) => Promise<T>): Promise<T> {
  const db = await connect(readStoreSettings(env), { patient: true });
  try {
    return await work(db);
  } catch (error) {
    throw storeError(error);
  } finally {
    await db.destroy();
  }
}

function insertSeed(db: Db, now: number): Promise<number> {
  return db.transaction().execute((tx) => insertRows(tx, now));
}

/** SQLite takes 32,766 values in a statement, PostgreSQL 65,535; no table has more than 10 columns. */
const ROWS_AT_ONCE = 500;

async function insertRows(db: Db, now: number): Promise<number> {
  // Loaded where it is needed only: most starts find a store that is filled.
  const { seedRows } = await import('../seed/rows.ts');
  const seed = seedRows(now);
  let count = 0n;
  for (const table of TABLES) {
    const rows = seed[table] ?? [];
    for (let i = 0; i < rows.length; i += ROWS_AT_ONCE) {
      const [result] = await db
        .insertInto(table)
        .values(rows.slice(i, i + ROWS_AT_ONCE) as never)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      count += result?.numInsertedOrUpdatedRows ?? 0n;
    }
  }
  return Number(count);
}
