import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resetDatabase } from '../../dev/local/database.ts';
import { openStore, type Store } from '../../shared/store.ts';

/** When the sample college was filled in: 2026-11-23, a Monday, 9:30 in Pune. */
export const SEEDED_AT = Date.UTC(2026, 10, 23, 4, 0);

export interface TestStore extends Store {
  /** For a process of its own: the environment that names this store. */
  readonly env: { readonly DATABASE_URL: string };
}

/**
 * A store of its own for a test, with the tables and the sample college: a new SQLite file that is deleted when it is closed.
 *
 * @example
 * const store = await openTestStore();
 * afterAll(() => store.close());
 */
export async function openTestStore({ now = SEEDED_AT }: { readonly now?: number } = {}): Promise<TestStore> {
  const folder = mkdtempSync(join(tmpdir(), 'campus-'));
  const env = { DATABASE_URL: `file:${join(folder, 'campus.db')}` };
  await resetDatabase(env, now);
  const store = await openStore(env);
  return {
    ...store,
    env,
    async close() {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}
