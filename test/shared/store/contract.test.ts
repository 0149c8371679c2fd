import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { migrateDatabase, resetDatabase, seedDatabase } from '../../../dev/local/database.ts';
import { createOnce } from '../../../shared/serve/once.ts';
import { TABLES } from '../../../shared/store/migrations.ts';
import { prune } from '../../../shared/store/prune.ts';
import { openStore, type Store } from '../../../shared/store.ts';
import { type Database, onEachEngine } from '../../helpers/engines.ts';
import { SEEDED_AT } from '../../helpers/store.ts';

/** What both engines promise: the same tests, once on each. */

onEachEngine((open) => {
  let env: Database['env'];
  let store: Store;
  /** The same database, as another instance has it. */
  let other: Store;
  let close: () => Promise<void>;
  const now = () => SEEDED_AT;

  beforeAll(async () => {
    ({ env, close } = await open());
  });
  afterAll(async () => {
    await Promise.all([store.close(), other.close()]);
    await close();
  });

  test('a store without tables says how to make them', async () => {
    await expect(openStore(env)).rejects.toMatchObject({
      code: 'store-unavailable',
      message: 'The database has no tables yet: run npm run cx -- db migrate.',
    });
  });

  test('migrating makes the tables once, also when two do it at the same time', async () => {
    const steps = await Promise.all([migrateDatabase(env), migrateDatabase(env)]);
    expect(steps.flat()).toEqual(['2026-11-21-campus']);
    expect(await migrateDatabase(env)).toEqual([]);
    [store, other] = [await openStore(env), await openStore(env)];
  });

  test('seeding fills the college in, and doing it again adds nothing', async () => {
    expect(await seedDatabase(env, SEEDED_AT)).toBeGreaterThan(500);
    expect(await seedDatabase(env, SEEDED_AT)).toBe(0);
    const { name } = await store.db
      .selectFrom('students')
      .select('name')
      .where('number', '=', 'S1024')
      .executeTakeFirstOrThrow();
    expect(name).toBe('Asha Kulkarni');
  });

  test('numbers come back as numbers, also where the database counts and sums', async () => {
    const { count, total } = await store.db
      .selectFrom('transactions')
      .select(({ fn }) => [fn.countAll<number>().as('count'), fn.sum<number>('amount').as('total')])
      .where('student_number', '=', 'S1024')
      .executeTakeFirstOrThrow();
    expect([typeof count, typeof total]).toEqual(['number', 'number']);
  });

  test('a transaction is written whole or not at all', async () => {
    const write = store.transact(async (tx) => {
      await tx.insertInto('closed_days').values({ date: '2027-03-01', reason: 'Test' }).execute();
      throw new Error('in the middle');
    });
    await expect(write).rejects.toThrow('in the middle');
    expect(await store.db.selectFrom('closed_days').where('date', '=', '2027-03-01').selectAll().execute()).toEqual([]);
  });

  test('a reference that leads nowhere is refused', async () => {
    const write = store.transact((tx) =>
      tx.insertInto('book_copies').values({ id: 'x', book_id: 'no-such-book', state: 'in', due: null }).execute(),
    );
    await expect(write).rejects.toThrow(/foreign key/i);
  });

  test('a slot cannot be overbooked, whatever the code does', async () => {
    const [service] = await store.db.selectFrom('services').select('id').limit(1).execute();
    const slot = { service_id: service!.id, start: '2026-11-30T05:00:00.000Z', capacity: 1, taken: 2 };
    await expect(store.transact((tx) => tx.insertInto('slots').values(slot).execute())).rejects.toThrow(/check/i);
  });

  test('fifty transactions that read and write the same row, in two instances, lose no update', async () => {
    await store.transact((tx) =>
      tx.insertInto('attempts').values({ scope: 'race', failures: 0, since: 'now' }).execute(),
    );
    const add = (one: Store) =>
      one.transact((tx) =>
        tx
          .updateTable('attempts')
          .set((eb) => ({ failures: eb('failures', '+', 1) }))
          .where('scope', '=', 'race')
          .execute(),
      );
    await Promise.all(Array.from({ length: 50 }, (_, i) => add(i % 2 ? store : other)));
    const { failures } = await store.db
      .selectFrom('attempts')
      .select('failures')
      .where('scope', '=', 'race')
      .executeTakeFirstOrThrow();
    expect(failures).toBe(50);
  });

  test('once: twenty calls of one turn, in two instances, are one effect with one result', async () => {
    let effects = 0;
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        createOnce(
          i % 2 ? store : other,
          now,
          'turn 1',
        )('save', async (tx) => {
          effects++;
          await tx
            .insertInto('closed_days')
            .values({ date: '2027-04-01', reason: `by ${i}` })
            .execute();
          return { by: i };
        }),
      ),
    );
    expect(new Set(results.map(({ by }) => by)).size).toBe(1);
    const days = await store.db.selectFrom('closed_days').select('reason').where('date', '=', '2027-04-01').execute();
    expect(days).toEqual([{ reason: `by ${results[0]!.by}` }]);
    expect(effects).toBe(1);
  });

  test('once: another turn, or another key in the same turn, is another effect', async () => {
    const results = [];
    for (const [turn, key] of [
      ['turn 2', 'a'],
      ['turn 2', 'b'],
      ['turn 3', 'a'],
      ['turn 2', 'a'],
    ] as const) {
      results.push(await createOnce(store, now, turn)(key, async () => `${turn} ${key}`));
    }
    expect(results).toEqual(['turn 2 a', 'turn 2 b', 'turn 3 a', 'turn 2 a']);
  });

  test('once: an effect that fails has not happened, and the next call makes it happen', async () => {
    const once = createOnce(store, now, 'turn 4');
    const fail = once('save', async (tx) => {
      await tx.insertInto('closed_days').values({ date: '2027-05-02', reason: 'lost' }).execute();
      throw new Error('crash');
    });
    await expect(fail).rejects.toThrow('crash');
    expect(await once('save', async () => 'done')).toBe('done');
    expect(await store.db.selectFrom('closed_days').selectAll().where('date', '=', '2027-05-02').execute()).toEqual([]);
  });

  test('once keeps no word of what was said: its keys are digests', async () => {
    await createOnce(store, now, 'the number is 4821')('save', async () => 1);
    const keys = (await store.db.selectFrom('once').select('key').execute()).map(({ key }) => key);
    expect(keys.every((key) => /^[\w-]{43}$/.test(key))).toBe(true);
  });

  test('a result is kept for a day; attempts, proofs, people and appointments go when they serve no purpose any more', async () => {
    const day = 86_400_000;
    const ago = (days: number) => new Date(SEEDED_AT - days * day).toISOString();
    const [service] = await store.db.selectFrom('services').select('id').limit(1).execute();
    const person = (key: string, last_seen: string) => ({
      key,
      last_seen,
      last_session: 's',
      name: 'Asha',
      email: null,
      phone: null,
      visits: 1,
    });
    await store.transact(async (tx) => {
      await tx.deleteFrom('once').execute();
      await tx.deleteFrom('attempts').execute();
      await tx
        .insertInto('once')
        .values([0.9, 1.1].map((days) => ({ key: `${days}`, result: '1', at: ago(days) })))
        .execute();
      await tx
        .insertInto('attempts')
        .values([1.9, 2.1].map((days) => ({ scope: `${days}`, failures: 1, since: ago(days) })))
        .execute();
      await tx
        .insertInto('proofs')
        .values([-0.1, 0.1].map((days) => ({ session: `${days}`, student_number: 'S1024', until: ago(days) })))
        .execute();
      await tx
        .insertInto('people')
        .values([179, 181].map((days) => person(`${days}`, ago(days))))
        .execute();
      await tx
        .insertInto('slots')
        .values([29, 31].map((days) => ({ service_id: service!.id, start: ago(days), capacity: 1, taken: 1 })))
        .execute();
    });
    await prune(store.db, SEEDED_AT);
    expect(await store.db.selectFrom('once').select('key').execute()).toEqual([{ key: '0.9' }]);
    expect(await store.db.selectFrom('attempts').select('scope').execute()).toEqual([{ scope: '1.9' }]);
    expect(await store.db.selectFrom('proofs').select('session').execute()).toEqual([{ session: '-0.1' }]);
    expect(await store.db.selectFrom('people').select('key').execute()).toEqual([{ key: '179' }]);
    expect(await store.db.selectFrom('slots').select('start').execute()).toEqual([{ start: ago(29) }]);
  });

  test('the store in its own transaction is an error that says what to use, and nobody waits for ever', async () => {
    const sentence = 'Inside of a transaction use the tx that it gives you.';
    await expect(store.transact(() => store.db.selectFrom('books').selectAll().execute())).rejects.toThrow(sentence);
    await expect(store.transact(() => store.transact(async () => 1))).rejects.toThrow(sentence);
    expect(await store.transact(async () => 'free again')).toBe('free again');
  });

  test('once: an effect that returns nothing happens once too', async () => {
    const once = createOnce(store, now, 'turn 6');
    const effect = async () => undefined as unknown as null;
    expect([await once('nothing', effect), await once('nothing', effect)]).toEqual([undefined, null]);
  });

  test('resetting empties every table and fills the college in', async () => {
    const rows = await resetDatabase(env, SEEDED_AT);
    const counts = await Promise.all(
      TABLES.map(async (table) => {
        const { count } = await store.db
          .selectFrom(table as 'books')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow();
        return [table, count] as const;
      }),
    );
    expect(counts.reduce((sum, [, count]) => sum + count, 0)).toBe(rows);
    expect(Object.fromEntries(counts)).toMatchObject({ once: 0, attempts: 0, slots: 0, bookings: 0, people: 0 });
  });
});
