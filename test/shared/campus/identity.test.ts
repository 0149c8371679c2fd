import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { resetDatabase } from '../../../dev/local/database.ts';
import { forgetProof, identify } from '../../../shared/campus/identity.ts';
import type { Given } from '../../../shared/campus/identity-values.ts';
import { fitsPin, inTurn, NOBODYS_HASH } from '../../../shared/campus/pins.ts';
import { parseRequest } from '../../../shared/request.ts';
import { createOnce, effectKey } from '../../../shared/serve/once.ts';
import { openStore, type Store } from '../../../shared/store.ts';
import { NO_POSTGRES, POSTGRES_BINARIES, startPostgres } from '../../helpers/postgres.ts';
import { AGENT, request } from '../../helpers/requests.ts';
import { openTestStore, SEEDED_AT, type TestStore } from '../../helpers/store.ts';

const ASHA = { number: 'S1024', name: 'Asha Kulkarni' };
const ADITYA = { number: 'S1001', name: 'Aditya Deshmukh' };
const MINUTE = 60_000;

let store: TestStore;
let now: number;
/** What PINs were compared with: the slow work, counted. */
let checked: string[];
let turns = 0;

beforeEach(async () => {
  store = await openTestStore();
  now = SEEDED_AT;
  checked = [];
});
afterEach(() => store.close());

interface Visit {
  readonly session?: string | null;
  readonly turn?: string;
  readonly at?: Store;
  readonly signal?: AbortSignal;
}

const { signal: patience } = new AbortController();

function turnOf(number: Given, pin: Given, { session = 'a', turn = `turn ${++turns}` }: Visit) {
  return parseRequest(
    request(
      'account',
      { ...(number && { student_number: number }), ...(pin && { pin }), student_verified: true },
      {
        detectIntentResponseId: turn,
        sessionInfo: session === null ? {} : { session: `${AGENT}/sessions/${session}` },
      },
    ),
  );
}

/** One turn that brings these; each is another turn unless it says which. */
function come(number: Given, pin: Given, visit: Visit = {}) {
  const { at = store, signal = patience } = visit;
  const parsed = turnOf(number, pin, visit);
  return identify(
    {
      params: { student_number: number, pin },
      turn: parsed,
      store: at,
      once: createOnce(at, () => now, effectKey(parsed, ['student_number', 'pin'])),
      now: () => now,
      signal,
    },
    (given, stored) => {
      checked.push(stored);
      return fitsPin(given, stored);
    },
  );
}

const wrong = (left: number, minutes = 0) => ({ refused: 'wrong', left, waitMs: minutes * MINUTE });
const blocked = (minutes: number) => ({ refused: 'blocked', left: 0, waitMs: minutes * MINUTE });

describe('A proof', () => {
  test('is the PIN of the student with that number', async () => {
    expect(await come('S1024', '4821')).toEqual({ student: ASHA });
  });

  test('needs both: what is missing or cannot be read is asked for, and no PIN is looked at', async () => {
    expect(await come(undefined, undefined)).toEqual({ asked: 'student_number' });
    expect(await come(undefined, '4821')).toEqual({ asked: 'student_number' });
    expect(await come(null, '4821')).toEqual({ asked: 'student_number' });
    expect(await come('S1024', undefined)).toEqual({ asked: 'pin' });
    expect(await come('S1024', null)).toEqual({ asked: 'pin' });
    expect(checked).toEqual([]);
  });

  test('counts in its session for 15 minutes, with the number or without', async () => {
    await come('S1024', '4821');
    now += 15 * MINUTE - 1;
    expect(await come('S1024', undefined)).toEqual({ student: ASHA });
    expect(await come(undefined, undefined)).toEqual({ student: ASHA });
    now += 1;
    expect(await come('S1024', undefined)).toEqual({ asked: 'pin' });
    expect(await come(undefined, undefined)).toEqual({ asked: 'student_number' });
  });

  test('does not stand in for a PIN that is given: a wrong one is refused, the right one counts anew', async () => {
    await come('S1024', '4821');
    now += 10 * MINUTE;
    expect(await come('S1024', '4820')).toEqual(wrong(4));
    expect(await come('S1024', null)).toEqual({ asked: 'pin' });
    await come('S1024', '4821');
    now += 10 * MINUTE;
    expect(await come('S1024', undefined)).toEqual({ student: ASHA });
  });

  test('counts in no other session, nor where there is none', async () => {
    await come('S1024', '4821');
    expect(await come('S1024', undefined, { session: 'b' })).toEqual({ asked: 'pin' });
    expect(await come('S1024', '4821', { session: null })).toEqual({ student: ASHA });
    expect(await come('S1024', undefined, { session: null })).toEqual({ asked: 'pin' });
    expect(await store.db.selectFrom('proofs').select('student_number').execute()).toHaveLength(1);
  });

  test('counts for no other student, whose own PIN takes its place', async () => {
    await come('S1024', '4821');
    expect(await come('S1001', undefined)).toEqual({ asked: 'pin' });
    expect(await come('S1001', '4821')).toEqual(wrong(4));
    expect(await come(null, undefined)).toEqual({ asked: 'student_number' });
    expect(await come('S1001', '7306')).toEqual({ student: ADITYA });
    expect(await come(undefined, undefined)).toEqual({ student: ADITYA });
    expect(await come('S1024', undefined)).toEqual({ asked: 'pin' });
  });

  test('is forgotten where that is asked for, in its session only', async () => {
    const forget = (session: string | null) =>
      store.transact((tx) => forgetProof(tx, turnOf(undefined, undefined, { session })));
    await come('S1024', '4821');
    await come('S1024', '4821', { session: 'b' });
    expect([await forget(null), await forget('a'), await forget('a')]).toEqual([false, true, false]);
    expect(await come('S1024', undefined)).toEqual({ asked: 'pin' });
    expect(await come('S1024', undefined, { session: 'b' })).toEqual({ student: ASHA });
  });

  test('that was forgotten does not come back with the turn that made it, sent again', async () => {
    await come('S1024', '4821', { turn: 'login' });
    await store.transact((tx) => forgetProof(tx, turnOf(undefined, undefined, {})));
    await come('S1024', '4821', { turn: 'login' });
    expect(await come('S1024', undefined)).toEqual({ asked: 'pin' });
  });

  test('is over when the student is', async () => {
    await come('S1024', '4821');
    await store.transact(async (tx) => {
      for (const table of ['transactions', 'dues'] as const) {
        await tx.deleteFrom(table).where('student_number', '=', 'S1024').execute();
      }
      await tx.deleteFrom('students').where('number', '=', 'S1024').execute();
    });
    expect(await come('S1024', undefined)).toEqual({ asked: 'pin' });
  });

  test('leaves neither number, PIN nor session readable in the store, but for whom it is', async () => {
    await come('S1024', '4820', { session: 'a-session' });
    await come('S1024', '4821', { session: 'a-session' });
    await come('S1001', '1111', { session: 'a-session' });
    const kept = JSON.stringify([
      await store.db.selectFrom('attempts').selectAll().execute(),
      await store.db.selectFrom('proofs').select('session').execute(),
      await store.db.selectFrom('once').selectAll().execute(),
    ]);
    expect(kept).toMatch(/student:[\w-]{43}.*session:[\w-]{43}/);
    expect(kept).not.toMatch(/S1024|S1001|4821|4820|1111|a-session/);
  });
});

describe('Attempts', () => {
  test('after five wrong PINs not even the right one is looked at, for 15 minutes and in any session', async () => {
    for (const left of [4, 3, 2, 1]) expect(await come('S1024', '0000')).toEqual(wrong(left));
    expect(await come('S1024', '0000')).toEqual(wrong(0, 15));
    expect(await come('S1024', '4821')).toEqual(blocked(15));
    now += 15 * MINUTE - 1;
    expect(await come('S1024', '4821', { session: 'b' })).toEqual({ ...blocked(0), waitMs: 1 });
    expect(checked).toHaveLength(5);
    now += 1;
    expect(await come('S1024', '4821')).toEqual({ student: ASHA });
  });

  test('a number that nobody has is refused in the same words, at the same work, and blocked alike', async () => {
    const course = async (number: string) => {
      checked = [];
      const answers = [];
      for (let i = 0; i < 7; i++) answers.push(await come(number, '1234', { session: `${number} ${i}` }));
      return { answers, cost: checked.map((stored) => stored.split('$').slice(0, 4).join('$')) };
    };
    const known = await course('S1024');
    expect(checked).not.toContain(NOBODYS_HASH);
    const unknown = await course('S9999');
    expect(checked).toEqual(Array(5).fill(NOBODYS_HASH));
    expect(unknown).toEqual(known);
    expect(known.cost).toEqual(Array(5).fill('scrypt$16384$8$1'));
  });

  test('one session may not try many students either', async () => {
    for (let i = 1; i <= 5; i++) await come(`S100${i}`, '0000');
    expect(await come('S1024', '4821')).toEqual(blocked(15));
    expect(await come('S1024', '4821', { session: 'b' })).toEqual({ student: ASHA });
  });

  test('a success takes back those of its own session, and of no other', async () => {
    for (let i = 0; i < 2; i++) await come('S1024', '0000', { session: 'a stranger' });
    for (let i = 0; i < 2; i++) await come('S1024', '0000');
    await come('S1024', '4821');
    expect(await come('S1024', '0000')).toEqual(wrong(2));
  });

  test('a student who mistypes every day, and then gets it right, has never to wait for it', async () => {
    for (let day = 0; day < 7; day++) {
      expect(await come('S1024', '4812', { session: `day ${day}` })).toEqual(wrong(4));
      expect(await come('S1024', '4821', { session: `day ${day}` })).toEqual({ student: ASHA });
      now += 24 * 60 * MINUTE;
    }
  });

  test('without a session a success takes back itself alone', async () => {
    for (let i = 0; i < 3; i++) await come('S1024', '0000', { session: null, turn: '' });
    expect(await come('S1024', '4821', { session: null, turn: '' })).toEqual({ student: ASHA });
    expect(await come('S1024', '0000')).toEqual(wrong(1));
  });

  test('a success that CX sends again takes nothing back again', async () => {
    for (let i = 0; i < 3; i++) await come('S1024', '0000', { session: 'a stranger' });
    for (let i = 0; i < 3; i++) await come('S1024', '4821', { turn: 'right' });
    expect(await come('S1024', '0000', { session: 'a stranger' })).toEqual(wrong(1));
  });

  test('who is turned away because too many are asking, or gives up waiting, has used none', async () => {
    const ends: (() => void)[] = [];
    const work = () => new Promise<void>((resolve) => ends.push(resolve));
    const caller = new AbortController();
    const working = [inTurn(patience, work), inTurn(patience, work)];
    const waiting = Array.from({ length: 29 }, () => inTurn(caller.signal, work));
    const late = come('S1024', '0000', { signal: caller.signal });
    expect(await come('S1024', '0000')).toEqual({ refused: 'busy' });
    caller.abort(new Error('late'));
    await expect(late).rejects.toThrow('late');
    await Promise.allSettled(waiting);
    for (const end of ends) end();
    await Promise.all(working);
    expect(checked).toEqual([]);
    expect(await store.db.selectFrom('attempts').selectAll().execute()).toEqual([]);
    expect(await come('S1024', '0000')).toEqual(wrong(4));
  });

  test('a turn that CX sends again counts once, and gets the same answer', async () => {
    for (let i = 0; i < 8; i++) expect(await come('S1024', '0000', { turn: 'again' })).toEqual(wrong(4));
    for (let i = 0; i < 2; i++) expect(await come('S1024', '4821', { turn: 'right' })).toEqual({ student: ASHA });
  });

  test('turns without an id count each, and so do other PINs in the same turn', async () => {
    expect(await come('S1024', '0000', { turn: '' })).toEqual(wrong(4));
    expect(await come('S1024', '0000', { turn: '' })).toEqual(wrong(3));
    expect(await come('S1024', '0001', { turn: 'same' })).toEqual(wrong(2));
    expect(await come('S1024', '0002', { turn: 'same' })).toEqual(wrong(1));
  });

  test('thirty at the same time are five attempts', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, i) => come('S1024', String(1000 + i), { session: `parallel ${i}` })),
    );
    expect(checked).toHaveLength(5);
    expect(answers.filter((answer) => 'refused' in answer && answer.refused === 'blocked')).toHaveLength(25);
  });
});

const ALL_PINS = Array.from({ length: 10_000 }, (_, i) => String(i).padStart(4, '0'));

describe('All 10,000 PINs', () => {
  test('tried at once, from as many sessions, get nowhere: five are looked at', async () => {
    for (let i = 0; i < ALL_PINS.length; i += 100) {
      const batch = ALL_PINS.slice(i, i + 100);
      const answers = await Promise.all(batch.map((pin) => come('S1024', pin, { session: `s${pin}` })));
      expect(answers.filter((answer) => 'student' in answer)).toEqual([]);
    }
    expect(checked).toHaveLength(5);
  }, 120_000);

  test('tried four an hour, while the student logs in every hour, get as far as without the student', async () => {
    /** How many were looked at in 12 hours: the guesses, at the least. */
    async function guess(number: string, right?: string): Promise<number> {
      let looked = 0;
      for (let hour = 0; hour < 12; hour++) {
        for (let i = 0; i < 4; i++) {
          const answer = await come(number, ALL_PINS[hour * 4 + i], { session: `guess ${number} ${hour} ${i}` });
          if ('refused' in answer && answer.refused === 'wrong') looked++;
        }
        if (right) await come(number, right, { session: `login ${hour}` });
        now += 60 * MINUTE;
      }
      return looked;
    }
    const alone = await guess('S1001');
    expect(await guess('S1024', '4821')).toBe(alone);
    expect(alone).toBeLessThanOrEqual(11);
  });

  test('tried one every five minutes for a day get nowhere: eleven are looked at', async () => {
    for (const pin of ALL_PINS.slice(0, 24 * 12)) {
      expect(await come('S1024', pin, { session: `s${pin}` })).not.toHaveProperty('student');
      now += 5 * MINUTE;
    }
    expect(checked).toHaveLength(11);
  });
});

(POSTGRES_BINARIES ? test : test.skip)(
  `On PostgreSQL: thirty at the same time, in two instances, are five; who waited is let in${POSTGRES_BINARIES ? '' : ` (${NO_POSTGRES})`}`,
  async () => {
    const server = await startPostgres();
    const env = { DATABASE_URL: await server.createDatabase() };
    await resetDatabase(env, SEEDED_AT);
    const [one, other] = [await openStore(env), await openStore(env)];
    await Promise.all(
      Array.from({ length: 30 }, (_, i) => come('S1024', '0000', { session: `s${i % 20}`, at: i % 2 ? one : other })),
    );
    expect(checked).toHaveLength(5);
    expect(await come('S1024', '4821', { at: one })).toEqual(blocked(15));
    now += 15 * MINUTE;
    expect(await come('S1024', '4821', { at: one })).toEqual({ student: ASHA });
    expect(await come('S1001', '7306', { at: other })).toEqual({ student: ADITYA });
    expect(await come(undefined, undefined, { at: one })).toEqual({ student: ADITYA });
    await Promise.all([one.close(), other.close()]);
    await server.close();
  },
);
