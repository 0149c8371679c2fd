import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { migrateDatabase } from '../../../dev/local/database.ts';
import { type Attempt, countAttempt, type Scopes, takeBack } from '../../../shared/campus/attempts.ts';
import { openStore, type Store } from '../../../shared/store.ts';
import { onEachEngine } from '../../helpers/engines.ts';
import { openTestStore } from '../../helpers/store.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOON = Date.UTC(2026, 10, 23, 12);

const scopesOf = (student: string, session = `session of ${student}`): Scopes => ({
  student,
  session,
  both: `${student}, ${session}`,
});

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

  const count = (scopes: Scopes, now = NOON, at = store) => at.transact((tx) => countAttempt(tx, scopes, now));
  const succeed = (scopes: Scopes, attempt: Attempt) => store.transact((tx) => takeBack(tx, scopes, attempt));
  const failuresOf = async (scope: string) =>
    (await store.db.selectFrom('attempts').select('failures').where('scope', '=', scope).executeTakeFirst())?.failures;

  test('five attempts are free; then each has to be waited for, twice as long as the one before, a day at most', async () => {
    const made: Attempt[] = [];
    let now = NOON;
    for (let i = 0; i < 14; i++) {
      const attempt = await count(scopesOf('ladder'), now);
      made.push({ ...attempt, nextAt: attempt.nextAt - now });
      if (attempt.nextAt > now) expect((await count(scopesOf('ladder'), attempt.nextAt - 1)).allowed).toBe(false);
      now = attempt.nextAt;
    }
    expect(made.every(({ allowed }) => allowed)).toBe(true);
    expect(made.map(({ left }) => left)).toEqual([4, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(made.map(({ nextAt }) => nextAt / MINUTE)).toEqual([
      0, 0, 0, 0, 15, 30, 60, 120, 240, 480, 960, 1440, 1440, 1440,
    ]);
  });

  test('an attempt that is not allowed is not counted, and says when one will be', async () => {
    for (let i = 0; i < 5; i++) await count(scopesOf('closed'));
    for (let i = 1; i <= 3; i++) {
      const nextAt = NOON + 15 * MINUTE;
      expect(await count(scopesOf('closed'), NOON + i)).toMatchObject({ allowed: false, left: 0, nextAt });
    }
    expect(await failuresOf('closed')).toBe(5);
  });

  test('of two scopes the stricter one decides, and the other then counts nothing', async () => {
    for (let i = 0; i < 3; i++) await count(scopesOf('student a', 'session 1'));
    const other = await count(scopesOf('student b', 'session 1'));
    expect(other).toMatchObject({ allowed: true, left: 1, nextAt: NOON });
    expect((await count(scopesOf('student c', 'session 1'))).nextAt).toBe(NOON + 15 * MINUTE);
    expect((await count(scopesOf('student b', 'session 1'))).allowed).toBe(false);
    expect(await Promise.all(['student a', 'student b', 'student c', 'session 1'].map(failuresOf))).toEqual([
      3, 1, 1, 5,
    ]);
  });

  test('attempts are forgotten two days after the last', async () => {
    for (let i = 0; i < 4; i++) await count(scopesOf('time'));
    expect((await count(scopesOf('time'), NOON + 2 * DAY)).left).toBe(0);
    expect((await count(scopesOf('time'), NOON + 4 * DAY + 1)).left).toBe(4);
  });

  test('a success takes back what its session tried of that student, and forgets the session', async () => {
    await count(scopesOf('asha', 'not hers'));
    await count(scopesOf('mistaken', 'hers'));
    const own = scopesOf('asha', 'hers');
    await count(own);
    await succeed(own, await count(own));
    const left = await Promise.all(['asha', 'mistaken', own.session, own.both].map(failuresOf));
    expect(left).toEqual([1, 1, undefined, undefined]);
  });

  test("a success changes nothing about a stranger's attempts: neither how many, nor when they are forgotten", async () => {
    const [own, stranger] = [scopesOf('ravi'), scopesOf('ravi', 'not his')];
    for (let i = 0; i < 4; i++) await count(stranger);
    for (let hour = 12; hour <= 48; hour += 12) {
      const now = NOON + hour * HOUR;
      await succeed(own, await count(own, now));
      expect(await failuresOf('ravi')).toBe(4);
    }
    expect((await count(stranger, NOON + 2 * DAY + 1)).left).toBe(4);
  });

  test('an attempt that a stranger makes while a success is on its way keeps its own time', async () => {
    let sessions = 0;
    const guess = (now: number) => count(scopesOf('meera', `stranger ${++sessions}`), now);
    for (let i = 0; i < 3; i++) await guess(NOON);
    const own = scopesOf('meera');
    const right = await count(own, NOON + HOUR);
    expect(await guess(NOON + 2 * HOUR)).toMatchObject({ allowed: true, nextAt: NOON + 2 * HOUR + 15 * MINUTE });
    await succeed(own, right);
    const fifth = await guess(NOON + 2 * HOUR);
    expect(fifth).toMatchObject({ allowed: true, nextAt: NOON + 2 * HOUR + 15 * MINUTE });

    const next = await count(own, NOON + 3 * HOUR);
    await guess(next.nextAt);
    await succeed(own, next);
    expect(await guess(next.nextAt + 30 * MINUTE - 1)).toMatchObject({ allowed: false });
    expect(await guess(next.nextAt + 30 * MINUTE)).toMatchObject({ allowed: true });
  });

  test('of fifty attempts at the same time, in two instances and many sessions, five are allowed', async () => {
    const attempts = await Promise.all(
      Array.from({ length: 50 }, (_, i) => count(scopesOf('student z', `session z${i}`), NOON, i % 2 ? store : other)),
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
      const { allowed, nextAt } = await store.transact((tx) => countAttempt(tx, scopesOf(`patient ${attempts}`), now));
      expect(allowed).toBe(true);
      if (i < attempts - 1) now = nextAt;
    }
    now += 2 * DAY + 1;
    expect((await store.transact((tx) => countAttempt(tx, scopesOf(`patient ${attempts}`), now))).left).toBe(4);
    return (now - NOON) / DAY;
  }
  const rates = [];
  for (let attempts = 1; attempts <= 30; attempts++) rates.push(attempts / (await daysOf(attempts)));
  expect(Math.max(...rates)).toBeLessThan(5);
  expect(10_000 / Math.max(...rates) / 365).toBeGreaterThan(6);
  await store.close();
});
