import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { migrateDatabase } from '../../../dev/local/database.ts';
import { type Attempt, countAttempt, forgetAttempts } from '../../../shared/campus/attempts.ts';
import { openStore, type Store } from '../../../shared/store.ts';
import { onEachEngine } from '../../helpers/engines.ts';
import { openTestStore } from '../../helpers/store.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOON = Date.UTC(2026, 10, 23, 12);

onEachEngine((open) => {
  let store: Store;
  /** The same database, as another instance has it. */
  let other: Store;
  let close: () => Promise<void>;

  beforeAll(async () => {
    const { env, close: closeDatabase } = await open();
    await migrateDatabase(env);
    [store, other] = [await openStore(env), await openStore(env)];
    close = async () => {
      await Promise.all([store.close(), other.close()]);
      await closeDatabase();
    };
  });
  afterAll(() => close());

  const count = (scopes: readonly string[], now = NOON, at = store) =>
    at.transact((tx) => countAttempt(tx, scopes, now));
  const failuresOf = async (scope: string) =>
    (await store.db.selectFrom('attempts').select('failures').where('scope', '=', scope).executeTakeFirst())?.failures;

  test('five attempts are free; then each has to be waited for, twice as long as the one before, a day at most', async () => {
    const made: Attempt[] = [];
    let now = NOON;
    for (let i = 0; i < 14; i++) {
      const attempt = await count(['ladder'], now);
      made.push({ ...attempt, nextAt: attempt.nextAt - now });
      if (attempt.nextAt > now) expect((await count(['ladder'], attempt.nextAt - 1)).allowed).toBe(false);
      now = attempt.nextAt;
    }
    expect(made.every(({ allowed }) => allowed)).toBe(true);
    expect(made.map(({ left }) => left)).toEqual([4, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(made.map(({ nextAt }) => nextAt / MINUTE)).toEqual([
      0, 0, 0, 0, 15, 30, 60, 120, 240, 480, 960, 1440, 1440, 1440,
    ]);
  });

  test('an attempt that is not allowed is not counted, and says when one will be', async () => {
    for (let i = 0; i < 5; i++) await count(['closed']);
    for (let i = 1; i <= 3; i++) {
      expect(await count(['closed'], NOON + i)).toEqual({ allowed: false, left: 0, nextAt: NOON + 15 * MINUTE });
    }
    expect(await failuresOf('closed')).toBe(5);
  });

  test('of two scopes the stricter one decides, and the other then counts nothing', async () => {
    for (let i = 0; i < 3; i++) await count(['student a', 'session 1']);
    expect(await count(['student b', 'session 1'])).toEqual({ allowed: true, left: 1, nextAt: NOON });
    expect((await count(['student c', 'session 1'])).nextAt).toBe(NOON + 15 * MINUTE);
    expect((await count(['student b', 'session 1'])).allowed).toBe(false);
    expect(await Promise.all(['student a', 'student b', 'student c', 'session 1'].map(failuresOf))).toEqual([
      3, 1, 1, 5,
    ]);
  });

  test('attempts are forgotten by a success, and two days after the last', async () => {
    for (let i = 0; i < 4; i++) await count(['success', 'time']);
    await store.transact((tx) => forgetAttempts(tx, ['success']));
    expect((await count(['success'])).left).toBe(4);
    expect((await count(['time'], NOON + 2 * DAY)).left).toBe(0);
    expect((await count(['time'], NOON + 4 * DAY + 1)).left).toBe(4);
  });

  test('of fifty attempts at the same time, in two instances and many sessions, five are allowed', async () => {
    const attempts = await Promise.all(
      Array.from({ length: 50 }, (_, i) => count(['student z', `session z${i}`], NOON, i % 2 ? store : other)),
    );
    expect(attempts.filter(({ allowed }) => allowed).map(({ left }) => left)).toEqual(
      expect.arrayContaining([4, 3, 2, 1, 0]),
    );
    expect(attempts.filter(({ allowed }) => allowed)).toHaveLength(5);
    expect(await failuresOf('student z')).toBe(5);
  });
});

test('who is as patient as can be makes fewer than 5 attempts a day, so that 10,000 take six years', async () => {
  const store = await openTestStore();
  /** So many as early as they are allowed, then quiet until they are forgotten. */
  async function daysOf(attempts: number): Promise<number> {
    let now = NOON;
    for (let i = 0; i < attempts; i++) {
      const { allowed, nextAt } = await store.transact((tx) => countAttempt(tx, [`patient ${attempts}`], now));
      expect(allowed).toBe(true);
      if (i < attempts - 1) now = nextAt;
    }
    now += 2 * DAY + 1;
    expect((await store.transact((tx) => countAttempt(tx, [`patient ${attempts}`], now))).left).toBe(4);
    return (now - NOON) / DAY;
  }
  const rates = [];
  for (let attempts = 1; attempts <= 30; attempts++) rates.push(attempts / (await daysOf(attempts)));
  expect(Math.max(...rates)).toBeLessThan(5);
  expect(10_000 / Math.max(...rates) / 365).toBeGreaterThan(6);
  await store.close();
});
