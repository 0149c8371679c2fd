import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { parse } from 'valibot';
import { type BookingUpstream, LOCAL_BOOKING_KEY, startBooking } from '../../dev/upstreams/booking.ts';
import type { Fault } from '../../dev/upstreams/server.ts';
import { parseRequest } from '../../shared/request.ts';
import { createOnce } from '../../shared/serve/once.ts';
import type { Store } from '../../shared/store.ts';
import { openBooking } from '../helpers/booking.ts';
import { request } from '../helpers/requests.ts';
import { openTestStore, SEEDED_AT, type TestStore } from '../helpers/store.ts';

/** Booking with the external service, whatever happens between here and there. It is Monday, 23 November 2026, 9:30. */

const upstream: BookingUpstream = await startBooking();
process.env.BOOKING_API_URL = upstream.url;
process.env.BOOKING_API_KEY = LOCAL_BOOKING_KEY;
const { default: booking } = await import('../../functions/booking.ts'); // reads the settings with its first call

let store: TestStore;
let ask: ReturnType<typeof openBooking>['ask'];
let log: () => string;
let day = 0;
let wanted: { service: string; date: string; time: string };
beforeEach(async () => {
  store = await openTestStore();
  ({ ask, log } = openBooking(booking, store));
  // Each test has a day of its own: the stand-in keeps what was booked.
  wanted = { service: 'Health centre', date: `2026-12-${String(++day).padStart(2, '0')}`, time: '10:30' };
});
afterEach(() => store.close());
afterAll(() => upstream.close());

const rows = () => store.db.selectFrom('bookings').selectAll().orderBy('at').orderBy('id').execute();
const keys = () => upstream.requests.map(({ headers }) => headers['idempotency-key']);
const there = () => upstream.bookings.filter(({ start }) => start.startsWith(wanted.date));

test('A booking is confirmed there, under our number and with our key, and no slot is taken here.', async () => {
  const { say, session } = await ask(wanted);
  const id = session.booking_id;
  expect(say).toBe(
    `You are booked: Health centre on Tuesday, 1 December at 10:30 am, in Mula House, ground floor. Your confirmation number is ${id}.`,
  );
  expect(session).toEqual({
    booking_id: id,
    booking_start: '2026-12-01T10:30:00+05:30',
    booking_state: 'confirmed',
    'booking-error': null,
  });
  const [{ method, body, headers }] = upstream.requests as [(typeof upstream.requests)[0]];
  expect([method, headers['idempotency-key'], JSON.parse(body)]).toEqual([
    'POST',
    `"${id}"`,
    { service: 'health-centre', start: '2026-12-01T10:30:00+05:30', minutes: 15, reference: id },
  ]);
  expect(await rows()).toMatchObject([{ id, state: 'confirmed', external_id: there()[0]!.id }]);
  expect(await store.db.selectFrom('slots').selectAll().execute()).toEqual([]);
});

test('A time that is full there is refused, others are offered, and the refused one no more.', async () => {
  await ask(wanted, { session: 'ravi' });
  expect(await ask(wanted)).toEqual({
    say: "I'm sorry, Wednesday, 2 December at 10:30 am could not be booked. Nothing is free on Wednesday, 2 December at 10:30 am. You can come at 10:00 am, 10:15 am or 10:45 am.",
    chips: ['10:00 am', '10:15 am', '10:45 am'],
    invalid: ['time'],
    session: { booking_state: 'refused', 'booking-error': null },
  });
  expect((await ask({ ...wanted, time: '10:31' })).chips).toEqual(['10:15 am', '10:45 am', '11:00 am']);
  // Who insists may try again, as another booking.
  expect((await ask(wanted)).session.booking_state).toBe('refused');
  expect(new Set(keys().slice(-2)).size).toBe(2);
});

test('A span whose first time is full there gets another one the next time.', async () => {
  await ask(wanted, { session: 'ravi' });
  const span = { ...wanted, time: { startTime: { hours: 10, minutes: 30 }, endTime: { hours: 12, minutes: 0 } } };
  expect((await ask(span)).chips).toEqual(['10:45 am']);
  expect((await ask(span)).session.booking_start).toBe(`${wanted.date}T10:45:00+05:30`);
});

const FAULTS: readonly [fault: Fault, reason: string][] = [
  [{ kind: 'status', status: 500 }, 'status'],
  [{ kind: 'status', status: 401 }, 'status'],
  [{ kind: 'status', status: 422 }, 'status'],
  [{ kind: 'status', status: 503, times: 3 }, 'status'],
  [{ kind: 'garbage' }, 'invalid'],
  [{ kind: 'oversized' }, 'too-large'],
  [{ kind: 'endless' }, 'too-large'],
  [{ kind: 'drop', times: 3 }, 'unreachable'],
  [{ kind: 'cut', times: 3 }, 'unreachable'],
  [{ kind: 'redirect', to: 'http://127.0.0.1:9/' }, 'status'],
];

test.each(FAULTS)(
  'The fault %j is said honestly, and the next turn goes on with the same booking.',
  async (fault, reason) => {
    upstream.faults.add(fault);
    const first = await ask(wanted);
    upstream.faults.clear();
    const id = first.session.booking_id as string;
    expect(first.say).toMatch(
      new RegExp(`^I could not get Health centre on .* confirmed yet. Its number is ${id}. Ask me again`),
    );
    expect(first.session).toEqual({
      booking_id: id,
      booking_start: `${wanted.date}T10:30:00+05:30`,
      booking_state: 'pending',
      'booking-error': reason,
    });
    expect(log()).toContain(`"reason":"${reason}"`);
    expect(await rows()).toMatchObject([{ id, state: 'pending', external_id: null }]);

    const second = await ask(wanted);
    expect(second.session).toEqual({ ...first.session, booking_state: 'confirmed', 'booking-error': null });
    expect(second.say).toMatch(/^You are booked: /);
    expect(there().map(({ reference }) => reference)).toEqual([id]);
    expect(await rows()).toMatchObject([{ id, state: 'confirmed' }]);
  },
);

/** A store whose writes fail from a moment on, as where the process ends there. */
function dyingStore(isDead: (write: { table: string }) => boolean): Store {
  const db = new Proxy(store.db, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...values: unknown[]) => {
        if (name === 'updateTable' && isDead({ table: String(values[0]) })) throw new Error('The process ended.');
        return value.apply(target, values);
      };
    },
  });
  return { ...store, db };
}

test.each(['same turn', 'next turn'])(
  'Ended after the service confirmed and before it was written down: the %s finds the booking.',
  async (when) => {
    const turn = 'ended';
    const died = await ask(wanted, { turn, store: dyingStore(({ table }) => table === 'bookings') });
    expect(died).toEqual({
      say: 'Sorry, something went wrong on our side. Please try again.',
      session: { 'webhook-error': 'internal' },
    });
    const [{ id, state }] = (await rows()) as [Awaited<ReturnType<typeof rows>>[0]];
    expect([state, there().length]).toEqual(['pending', 1]);

    const { session } = await ask(wanted, when === 'same turn' ? { turn } : {});
    expect(session).toMatchObject({ booking_id: id, booking_state: 'confirmed' });
    expect(there()).toHaveLength(1);
    expect(await rows()).toMatchObject([{ id, state: 'confirmed', external_id: there()[0]!.id }]);
  },
);

test('Ended after the number was made and before the service was asked: the same turn goes on with that number.', async () => {
  const before = upstream.requests.length;
  upstream.faults.add({ kind: 'drop', times: 3 });
  const { session } = await ask(wanted, { turn: 'ended early' });
  upstream.faults.clear();
  expect(there()).toEqual([]);
  const again = await ask(wanted, { turn: 'ended early' });
  expect(again.session).toEqual({ ...session, booking_state: 'confirmed', 'booking-error': null });
  expect(new Set(keys().slice(before)).size).toBe(1);
});

test('Ended inside the first transaction: nothing has happened, and the same turn books.', async () => {
  const transact: Store['transact'] = (work) =>
    store.transact(async (tx) => {
      await work(tx);
      throw new Error('The process ended.');
    });
  await ask(wanted, { turn: 'ended inside', store: { ...store, transact } });
  expect([await rows(), there()]).toEqual([[], []]);
  expect((await ask(wanted, { turn: 'ended inside' })).session.booking_state).toBe('confirmed');
  expect(there()).toHaveLength(1);
});

test('A confirmed booking is not sent again, neither by the same turn nor by the next.', async () => {
  const first = await ask(wanted, { turn: 'once' });
  const before = upstream.requests.length;
  expect(await ask(wanted, { turn: 'once' })).toEqual(first);
  expect(await ask(wanted)).toMatchObject({
    say: expect.stringMatching(/^You have this appointment already: /),
    session: first.session,
  });
  expect(upstream.requests).toHaveLength(before);
});

test('The same turn ten times at once is one booking.', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => ask(wanted, { turn: 'ten' })));
  expect(new Set(answers.map(({ session }) => session.booking_id)).size).toBe(1);
  expect(there()).toHaveLength(1);
  expect(await rows()).toHaveLength(1);
});

test('Cancelling reaches the service; where that fails the appointment stays, and asking again cancels it.', async () => {
  const { session } = await ask(wanted);
  const cancel = { booking_action: 'cancel', booking_id: session.booking_id! };
  upstream.faults.add({ kind: 'status', status: 500 });
  expect(await ask(cancel)).toEqual({
    say: expect.stringMatching(/^I could not cancel Health centre on .* yet\. Please ask me again in a few minutes\.$/),
    session: { ...session, 'booking-error': 'status' },
  });
  expect(there()).toHaveLength(1);
  expect((await ask(cancel)).session).toEqual({ ...session, booking_state: 'cancelled' });
  expect(there()).toEqual([]);
});

test('Ended after the service cancelled and before it was written down: asking again writes it down.', async () => {
  const { session } = await ask(wanted);
  const cancel = { booking_action: 'cancel', booking_id: session.booking_id! };
  const transact = () => Promise.reject(new Error('The process ended.'));
  await ask(cancel, { store: { ...store, transact } });
  expect([there(), await rows()]).toMatchObject([[], [{ state: 'confirmed' }]]);
  expect((await ask(cancel)).session.booking_state).toBe('cancelled');
  expect(await rows()).toMatchObject([{ state: 'cancelled' }]);
});

test('Cancelling what was never confirmed asks the service first, and leaves nothing there.', async () => {
  upstream.faults.add({ kind: 'drop', times: 3 });
  const { session } = await ask(wanted);
  upstream.faults.clear();
  const { booking_id } = session;
  expect((await ask({ booking_action: 'cancel', booking_id: booking_id! })).session.booking_state).toBe('cancelled');
  expect(there()).toEqual([]);
});

test('Cancelling what turns out to be refused says that there is nothing to cancel.', async () => {
  upstream.faults.add({ kind: 'status', status: 500 });
  const { session } = await ask(wanted);
  await ask(wanted, { session: 'ravi' });
  expect(await ask({ booking_action: 'cancel', booking_id: session.booking_id! })).toEqual({
    say: `The appointment ${session.booking_id} was never confirmed, so there is nothing to cancel.`,
    session: { booking_state: 'refused', 'booking-error': null },
  });
});

test('A service that hangs is given up while there is time to say so, in the language of the person.', async () => {
  upstream.faults.add({ kind: 'hang', times: 3 });
  const end = Date.now() + 600;
  const deadline = { at: end, remaining: () => Math.max(end - Date.now(), 0) };
  const { params } = booking;
  const reply = await booking.handler({
    params: {
      service: parse(params.service, wanted.service),
      date: parse(params.date, wanted.date),
      time: parse(params.time, wanted.time),
      booking_action: 'create',
      booking_id: undefined,
    },
    turn: parseRequest(request('booking', {}, { languageCode: 'hi' })),
    signal: AbortSignal.timeout(5000),
    deadline,
    log: () => {},
    now: () => SEEDED_AT,
    store,
    once: createOnce(store, () => SEEDED_AT, 'hanging'),
  });
  upstream.faults.clear();
  expect(deadline.remaining()).toBeGreaterThan(100);
  expect(reply).toMatchObject({
    say: expect.stringMatching(/अभी पुष्टि नहीं हो सकी/),
    session: { booking_state: 'pending', 'booking-error': 'timeout' },
  });
});
