import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { type Dialect, SqliteAdapter, SqliteDialect } from 'kysely';
import { storeError } from './errors.ts';

/**
 * How long a statement waits for another process's lock, in milliseconds. It waits on this process's only thread, so it is
 * short: `transact` waits longer, and asynchronously.
 */
const BUSY_TIMEOUT_MS = 20;

/**
 * The embedded engine: Node's own SQLite. Several processes may use one file: in WAL mode readers never wait, and writers
 * take turns. `synchronous = NORMAL` loses nothing when a process dies; a power cut may take the last moment with it, but
 * leaves the file whole (https://www.sqlite.org/pragma.html#pragma_synchronous).
 */
export function sqliteDialect(file: string): Dialect {
  return new ImmediateSqliteDialect({ database: async () => openFile(file) });
}

/**
 * SQLite makes tables in transactions. Kysely does not count on it, because its own ones begin as readers: two processes that
 * migrate could both see that there is nothing yet. Ours begin as writers.
 */
class ImmediateSqliteDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new (class extends SqliteAdapter {
      override get supportsTransactionalDdl(): boolean {
        return true;
      }
    })();
  }
}

function openFile(file: string) {
  const database = guard(() => {
    mkdirSync(dirname(file), { recursive: true });
    const opened = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    opened.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on');
    return opened;
  });
  return {
    close: () => database.close(),
    prepare(sql: string) {
      // A transaction that begins as a reader cannot always become a writer: SQLite then fails at once, without waiting.
      const statement = guard(() => database.prepare(sql === 'begin' ? 'begin immediate' : sql));
      const values = (parameters: readonly unknown[]) => parameters as SQLInputValue[];
      return {
        reader: statement.columns().length > 0,
        all: (parameters: readonly unknown[]) => guard(() => statement.all(...values(parameters))),
        run: (parameters: readonly unknown[]) => guard(() => statement.run(...values(parameters))),
        iterate: (parameters: readonly unknown[]) => statement.iterate(...values(parameters)),
      };
    },
  };
}

function guard<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeError(error);
  }
}
