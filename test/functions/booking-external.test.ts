import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { parse } from 'valibot';
import { type BookingUpstream, LOCAL_BOOKING_KEY, startBooking } from '../../dev/upstreams/booking.ts';
import type { Fault } from '../../dev/upstreams/server.ts';
import { parseRequest } from '../../shared/request.ts';
import { createOnce } from '../../shared/serve/once.ts';
import type { Store, Tx } from '../../shared/store.ts';
import { openBooking } from '../helpers/booking.ts';
import { request } from '../helpers/requests.ts';
import { openTestStore, SEEDED_AT, type TestStore } from '../helpers/store.ts';

/** Booking with the external service, whatever happens between here and there. It is Monday, 23 November 2026, 9:30. */

const upstream: BookingUpstream = await startBooking();
process.env.BOOKING_API_URL = upstream.url;
process.env.BOOKING_API_KEY = LOCAL_BOOKING_KEY;
const { default: booking } = await import('../../functions/booking.ts'); // reads the settings with its first call

/** The 32nd is 1 January. */
const december = (day: number) => new Date(Date.UTC(2026, 11, day)).toISOString().slice(0, 10);

let store: TestStore;
let ask: ReturnType<typeof openBooking>['ask'];
let log: () => string;
let day = 0;
let wanted: { service: string; date: string; time: string };
beforeEach(async () => {
  store = await openTestStore();
  ({ ask, log } = openBooking(booking, store));
  // Each test has a day of its own, none of them Christmas or New Year: the stand-in keeps what was booked.
  do day++;
  while (/12-25|01-01/.test(december(day)));
  wanted = { service: 'Health centre', date: december(day), time: '10:30' };
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
    say: "I'm sorry, Wednesday, 2 December at 10:30 am could not be booked. At what time on Wednesday, 2 December? You can come at 10:00 am, 10:15 am or 10:45 am.",
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

test('The same turn of a span names the same time again, also where the next one is offered by now.', async () => {
  await ask(wanted, { session: 'ravi' });
  const span = { ...wanted, time: { startTime: { hours: 10, minutes: 30 }, endTime: { hours: 12, minutes: 0 } } };
  const first = await ask(span, { turn: 'span' });
  expect(first.say).toMatch(
    /^I'm sorry, .* at 10:30 am could not be booked\. At what time on .*\? You can come at 10:45 am\.$/,
  );
  expect(await ask(span, { turn: 'span' })).toEqual(first);
});

test('A span of days whose first day is full there names the day of the other time.', async () => {
  await ask(wanted, { session: 'ravi' });
  const { say, chips } = await ask({ ...wanted, date: { startDate: wanted.date, endDate: december(day + 1) } });
  expect([say, chips]).toEqual([
    "I'm sorry, Saturday, 5 December at 10:30 am could not be booked. At what time on Sunday, 6 December? You can come at 10:30 am.",
    ['10:30 am'],
  ]);
});

test.each([400, 404, 410, 422])(
  'The status %i would come back every time: it is a refusal that is logged, and the person can book anew.',
  async (status) => {
    upstream.faults.add({ kind: 'status', status });
    const refused = await ask(wanted);
    upstream.faults.clear();
    expect(refused).toMatchObject({
      say: expect.stringMatching(
        /^I'm sorry, .* at 10:30 am could not be booked\. At what time on .*\? You can come at /,
      ),
      invalid: ['time'],
      session: { booking_state: 'refused', 'booking-error': null },
    });
    expect(log()).toContain(`The booking service answered with HTTP status ${status}.`);
    expect(await rows()).toMatchObject([{ state: 'refused', external_id: null }]);
    // A pending booking would stand in the way of any other at this time.
    expect((await ask(wanted)).session.booking_state).toBe('confirmed');
    expect(await rows()).toHaveLength(2);
  },
);

test('Cancelling what the service then does not take says that there is nothing to cancel, and logs why.', async () => {
  upstream.faults.add({ kind: 'status', status: 500 });
  const { session } = await ask(wanted);
  upstream.faults.add({ kind: 'status', status: 404 });
  const { say } = await ask({ booking_action: 'cancel', booking_id: session.booking_id! });
  upstream.faults.clear();
  expect(say).toBe(`The appointment ${session.booking_id} was never confirmed, so there is nothing to cancel.`);
  expect(log()).toContain('HTTP status 404');
});

test('Another session with the same caller is told no number, neither of what is unsure nor of what it then confirms.', async () => {
  const payload = { telephony: { caller_id: '+912000000001' } };
  const [one, two] = ['one', 'two'].map((session) => ({ session, payload }));
  upstream.faults.add({ kind: 'status', status: 500, times: 2 });
  const first = await ask(wanted, one);
  const id = first.session.booking_id as string;
  expect(first.say).toContain(`confirmed yet. Its number is ${id}. Ask me again`);
  const second = await ask(wanted, two);
  upstream.faults.clear();
  expect(second).toEqual({
    say: expect.stringMatching(/confirmed yet\. Ask me again in a few minutes: you will not be booked twice\.$/),
    session: { ...first.session, booking_id: null },
  });
  const third = await ask(wanted, two);
  expect(third.say).toMatch(/^You are booked: .*, in Mula House, ground floor\.$/);
  expect(third.session).toEqual({ ...second.session, booking_state: 'confirmed', 'booking-error': null });
  expect((await rows()).map((row) => row.id)).toEqual([id]);
});

const FAULTS: readonly [fault: Fault, reason: string][] = [
  [{ kind: 'status', status: 500 }, 'status'],
  [{ kind: 'status', status: 401 }, 'status'],
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

/** A store in which one table can be changed no more, as where the process ends before that. */
function dyingStore(table: string): Store {
  const dying = (tx: Tx) =>
    new Proxy(tx, {
      get(target, name) {
        const value = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...values: unknown[]) => {
          if (name === 'updateTable' && values[0] === table) throw new Error('The process ended.');
          return value.apply(target, values);
        };
      },
    });
  return { ...store, transact: (work) => store.transact((tx) => work(dying(tx))) };
}

test.each(['same turn', 'next turn'])(
  'Ended after the service confirmed and before it was written down: the %s finds the booking.',
  async (when) => {
    const turn = 'ended';
    const died = await ask(wanted, { turn, store: dyingStore('bookings') });
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
