import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from '@jest/globals';
import { NO_POSTGRES, POSTGRES_BINARIES, startPostgres } from './postgres.ts';

/** A new, empty database of one of the engines. */
export interface Database {
  readonly env: { readonly DATABASE_URL: string };
  close(): Promise<void>;
}

const ENGINES: { readonly [engine: string]: () => Promise<Database> } = {
  async SQLite() {
    const folder = mkdtempSync(join(tmpdir(), 'engine-'));
    const env = { DATABASE_URL: `file:${join(folder, 'campus.db')}` };
    return { env, close: async () => rmSync(folder, { recursive: true }) };
  },
  async PostgreSQL() {
    const server = await startPostgres();
    return { env: { DATABASE_URL: await server.createDatabase() }, close: () => server.close() };
  },
};

/**
 * What both engines promise: the same tests, once on each. Where there is no PostgreSQL, a skipped test says so.
 *
 * @example
 * onEachEngine((open) => {
 *   let database: Database;
 *   beforeAll(async () => { database = await open(); });
 *   test('...', ...);
 * });
 */
export function onEachEngine(tests: (open: () => Promise<Database>) => void): void {
  describe.each(Object.entries(ENGINES))('On %s', (engine, open) => {
    if (engine === 'PostgreSQL' && !POSTGRES_BINARIES) {
      console.warn(`On PostgreSQL: ${NO_POSTGRES}`);
      test.skip(NO_POSTGRES, () => {});
    } else tests(open);
  });
}
