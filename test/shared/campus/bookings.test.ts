import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resetDatabase } from '../../../dev/local/database.ts';
import { startBooking } from '../../../dev/upstreams/booking.ts';
import { book, cancel, type Desk } from '../../../shared/campus/booking-desk.ts';
import { mintBookingId } from '../../../shared/campus/booking-id.ts';
import { confirm, refuse, release, reserve } from '../../../shared/campus/bookings.ts';
import { createCalendar } from '../../../shared/campus/calendar.ts';
import { readService } from '../../../shared/campus/services.ts';
import { createOnce } from '../../../shared/serve/once.ts';
import type { Service } from '../../../shared/store/tables.ts';
import { openStore, type Store } from '../../../shared/store.ts';
import { createBookingService } from '../../../shared/upstream/booking.ts';
import { onEachEngine } from '../../helpers/engines.ts';
import { SEEDED_AT } from '../../helpers/store.ts';

/** Many at the same time, in two instances, on each engine. */

const now = () => SEEDED_AT;
const AT = new Date(SEEDED_AT).toISOString();
const CALL = { signal: AbortSignal.timeout(30_000) };
const calendar = createCalendar({});

test('Confirmation numbers are 8 signs that are not mistaken for each other, and differ.', () => {
  const ids = Array.from({ length: 2000 }, mintBookingId);
  expect(ids.every((id) => /^[2-9A-HJ-NP-Z]{8}$/.test(id))).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(ids.join('')).size).toBe(32);
});

onEachEngine((open) => {
  let stores: [Store, Store];
  let close: () => Promise<void>;
  let counselling: Service;
  let hour = 0;
  /** Each test has a time of its own. */
  const nextStart = () => `2026-12-01T${String(hour++).padStart(2, '0')}:00:00.000Z`;

  beforeAll(async () => {
    const database = await open();
    const { env } = database;
    await resetDatabase(env, SEEDED_AT);
    stores = [await openStore(env), await openStore(env)];
    counselling = await readService(stores[0].db, 'counselling');
    close = database.close;
  }, 30_000);
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await close();
  });

  const desk = (i: number, turn: string, external: Desk['external'] = null): Desk => ({
    store: stores[i % 2]!,
    once: createOnce(stores[i % 2]!, now, turn),
    external,
    calendar,
    now,
  });
  const rowsAt = (start: string) =>
    stores[0].db.selectFrom('bookings').selectAll().where('start', '=', start).execute();
  const takenAt = (start: string) =>
    stores[0].db.selectFrom('slots').select(['taken', 'capacity']).where('start', '=', start).execute();
  const count = (outcomes: readonly { kind: string }[]) =>
    Object.fromEntries(
      Object.entries(Object.groupBy(outcomes, ({ kind }) => kind)).map(([k, all]) => [k, all!.length]),
    );

  test('forty people who want the same time with room for two: two get it', async () => {
    const start = nextStart();
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        book(desk(i, `${start} ${i}`), { service: counselling, start, person: `${start} ${i}`, session: 's' }, CALL),
      ),
    );
    expect(count(outcomes)).toEqual({ booked: 2, refused: 38 });
    expect(await takenAt(start)).toEqual([{ taken: 2, capacity: 2 }]);
    expect(await rowsAt(start)).toHaveLength(2);
  });

  test('one person who asks twenty times at once, in different turns, gets it once', async () => {
    const start = nextStart();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        book(desk(i, `${start} ${i}`), { service: counselling, start, person: 'asha', session: 's' }, CALL),
      ),
    );
    expect(count(outcomes)).toEqual({ booked: 1, existing: 19 });
    expect(await takenAt(start)).toEqual([{ taken: 1, capacity: 2 }]);
  });

  test('one person who asks for two services at once gets one of them', async () => {
    const start = nextStart();
    const helpDesk = await readService(stores[0].db, 'it-help-desk');
    const outcomes = await Promise.all(
      [counselling, helpDesk].map((service, i) =>
        book(desk(i, `${start} ${i}`), { service, start, person: 'ravi', session: 's' }, CALL),
      ),
    );
    expect(count(outcomes)).toEqual({ booked: 1, busy: 1 });
    expect(await rowsAt(start)).toHaveLength(1);
  });

  test('what counts is the capacity that the service has now, also where it was lowered below what is taken', async () => {
    const start = nextStart();
    const { transact } = stores[0];
    const want = async (person: string, capacity: number) => {
      const wanted = { service: { ...counselling, capacity }, start, person: start + person, session: 's' };
      return (await transact((tx) => reserve(tx, wanted, { counts: 'store', at: AT }))).kind;
    };
    expect([await want('a', 1), await want('b', 1), await want('b', 2), await want('c', 2)]).toEqual([
      ...['reserved', 'full', 'reserved', 'full'],
    ]);
    expect([await want('c', 1), await takenAt(start)]).toEqual(['full', [{ taken: 2, capacity: 2 }]]);
    const [booking] = await rowsAt(start);
    await transact((tx) => release(tx, booking!));
    expect([await want('c', 1), await takenAt(start)]).toEqual(['full', [{ taken: 1, capacity: 2 }]]);
    expect([await want('c', 3), await takenAt(start)]).toEqual(['reserved', [{ taken: 2, capacity: 3 }]]);
  });

  test('one person who asks for ten different times at once gets five', async () => {
    const starts = Array.from({ length: 10 }, (_, i) => `2026-12-03T${String(10 + i)}:00:00.000Z`);
    const outcomes = await Promise.all(
      starts.map((start, i) =>
        book(desk(i, start), { service: counselling, start, person: 'eager', session: `${i}` }, CALL),
      ),
    );
    expect(count(outcomes)).toEqual({ booked: 5, enough: 5 });
  });

  test('an appointment that is cancelled ten times at once gives back one place', async () => {
    const start = nextStart();
    for (const person of ['meera', 'john'])
      await book(desk(0, start + person), { service: counselling, start, person, session: 's' }, CALL);
    const { id } = (await rowsAt(start)).find(({ person }) => person === 'meera')!;
    await Promise.all(Array.from({ length: 10 }, (_, i) => cancel(desk(i, `${i}`), { id, person: 'meera' }, CALL)));
    expect(await takenAt(start)).toEqual([{ taken: 1, capacity: 2 }]);
  });

  test('a number that is there already is made anew; where every one is, nothing is booked', async () => {
    const start = nextStart();
    const ids = ['22222222', '22222222', '33333333'];
    const mint = () => ids.shift() ?? '33333333';
    const want = (person: string) =>
      stores[0].transact((tx) =>
        reserve(tx, { service: counselling, start, person, session: 's' }, { counts: 'store', at: AT, mint }),
      );
    expect([await want('a'), await want('b')]).toEqual([
      { kind: 'reserved', id: '22222222' },
      { kind: 'reserved', id: '33333333' },
    ]);
    const later = nextStart();
    const another = { service: counselling, start: later, person: 'c', session: 's' };
    const doomed = stores[0].transact((tx) => reserve(tx, another, { counts: 'store', at: AT, mint }));
    await expect(doomed).rejects.toThrow('Every new confirmation number was there already.');
    expect(await takenAt(later)).toEqual([]);
  });

  test('what the external service counts takes no place here, nor gives one back', async () => {
    const start = nextStart();
    const wanted = { service: counselling, start, person: 'outside', session: 's' };
    await book(desk(0, `${start} inside`), { ...wanted, person: 'inside' }, CALL);
    await stores[0].transact((tx) => reserve(tx, wanted, { counts: 'external service', at: AT }));
    const [booking] = (await rowsAt(start)).filter(({ person }) => person === 'outside');
    expect(booking).toMatchObject({ state: 'pending', external_id: null });
    await stores[0].transact((tx) => release(tx, booking!));
    expect(await takenAt(start)).toEqual([{ taken: 1, capacity: 2 }]);
  });

  test('a late word of the external service confirms what it refused before, and never what was cancelled', async () => {
    const start = nextStart();
    const { transact } = stores[0];
    const wanted = { service: counselling, start, person: 'late', session: 's' };
    const state = async () => (await rowsAt(start)).map((row) => [row.state, row.external_id]);
    const reserved = await transact((tx) => reserve(tx, wanted, { counts: 'external service', at: AT }));
    const { id } = reserved as { id: string };
    await transact((tx) => refuse(tx, id));
    expect(await state()).toEqual([['refused', null]]);
    await transact((tx) => confirm(tx, id, 'ext-1'));
    await transact((tx) => refuse(tx, id));
    expect(await state()).toEqual([['confirmed', 'ext-1']]);
    const [booking] = await rowsAt(start);
    await transact((tx) => release(tx, booking!));
    await transact((tx) => confirm(tx, id, 'ext-2'));
    expect(await state()).toEqual([['cancelled', 'ext-1']]);
  });

  test('a pending booking whose external service is configured no more stays pending, and says so', async () => {
    const start = nextStart();
    const wanted = { service: counselling, start, person: 'left', session: 's' };
    await stores[0].transact((tx) => reserve(tx, wanted, { counts: 'external service', at: AT }));
    expect(await book(desk(0, start), wanted, CALL)).toMatchObject({
      kind: 'unsure',
      booking: { state: 'pending' },
      error: { reason: 'unreachable' },
    });
  });

  test('an external service that hangs leaves the booking pending, and later confirms the same one', async () => {
    const start = nextStart();
    const upstream = await startBooking({ key: 'k' });
    const env = { BOOKING_API_URL: upstream.url, BOOKING_API_KEY: 'k' };
    const external = createBookingService(env, { tryMs: 60, usualMs: 30, tries: 1 });
    upstream.faults.add({ kind: 'hang' });
    const wanted = { service: counselling, start: '2026-12-02T06:00:00.000Z', person: start, session: 's' };
    const first = await book(desk(0, `${start} 1`, external), wanted, CALL);
    expect(first).toMatchObject({ kind: 'unsure', booking: { state: 'pending' }, error: { reason: 'timeout' } });
    const second = await book(desk(1, `${start} 2`, external), wanted, CALL);
    const { id } = (first as { booking: { id: string } }).booking;
    expect(second).toMatchObject({ kind: 'booked', booking: { id, state: 'confirmed' } });
    expect(upstream.bookings.map(({ reference }) => reference)).toEqual([id]);
    await upstream.close();
  });
});
