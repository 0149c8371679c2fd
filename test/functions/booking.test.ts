import { afterEach, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import booking from '../../functions/booking.ts';
import { createCalendar } from '../../shared/campus/calendar.ts';
import type { JsonObject } from '../../shared/wire.ts';
import { type Heard, openBooking } from '../helpers/booking.ts';
import { openTestStore, SEEDED_AT, type TestStore } from '../helpers/store.ts';

/** Booking where the store is the calendar. It is Monday, 23 November 2026, 9:30 in Pune. */

let store: TestStore;
let ask: ReturnType<typeof openBooking>['ask'];
beforeEach(async () => {
  store = await openTestStore();
  ({ ask } = openBooking(booking, store));
});
afterEach(() => store.close());

const calendar = createCalendar({});
const TUESDAY = { year: 2026, month: 11, day: 24 };
const AT_10 = { hours: 10, minutes: 0, seconds: 0, nanos: 0 };
const COUNSELLING = { service: 'Counselling', date: TUESDAY, time: AT_10 };

const ID = /^[2-9A-HJ-NP-Z]{8}$/;
const OPEN = { booking_state: null, 'booking-error': null };
const booked = (id: unknown, start: string) => ({
  ...OPEN,
  booking_id: id,
  booking_start: start,
  booking_state: 'confirmed',
});
const bookings = () => store.db.selectFrom('bookings').selectAll().execute();

test('A free time is booked, and everything about it is said and set.', async () => {
  const { say, session } = await ask({ ...COUNSELLING, time: '10:45' });
  const id = session.booking_id;
  expect(id).toMatch(ID);
  expect(say).toBe(
    `You are booked: Counselling on Tuesday, 24 November at 10:45 am, in Mula House, room 104. Your confirmation number is ${id}.`,
  );
  expect(session).toEqual(booked(id, '2026-11-24T10:45:00+05:30'));
  expect(await bookings()).toEqual([
    {
      id,
      service_id: 'counselling',
      start: '2026-11-24T05:15:00.000Z',
      person: expect.stringMatching(/^[\w-]{43}$/),
      session: expect.stringMatching(/^[\w-]{43}$/),
      state: 'confirmed',
      external_id: null,
      at: '2026-11-23T04:00:00.000Z',
    },
  ]);
});

const SERVICES = [
  'Academic advising',
  'Accounts office',
  'Career guidance',
  'Counselling',
  'Health centre',
  'Hostel office',
  'IT help desk',
  'Library tour',
];

test('Exactly what is missing is asked: the service, then the day, then the time.', async () => {
  const list =
    'You can choose Academic advising, Accounts office, Career guidance, Counselling, Health centre, Hostel office, IT help desk or Library tour.';
  expect(await ask({})).toEqual({
    say: `What would you like an appointment for? ${list}`,
    chips: SERVICES,
    invalid: ['service'],
    session: OPEN,
  });
  expect(await ask({ date: TUESDAY, time: AT_10 })).toMatchObject({ invalid: ['service'] });
  expect(await ask({ service: 'haircut' })).toEqual({
    say: `There are no appointments for "haircut". What would you like an appointment for? ${list}`,
    chips: SERVICES,
    invalid: ['service'],
    session: OPEN,
  });
  expect(await ask({ service: 'the library tour or the warden' })).toEqual({
    say: 'What would you like an appointment for? You can choose Hostel office or Library tour.',
    chips: ['Hostel office', 'Library tour'],
    invalid: ['service'],
    session: OPEN,
  });
  const date = { say: 'On which day would you like to come?', invalid: ['date'], session: OPEN };
  expect(await ask({ service: 'Counselling' })).toEqual(date);
  expect(await ask({ service: 'Counselling', time: AT_10 })).toEqual(date);
  expect(await ask({ service: 'Counselling', date: TUESDAY })).toEqual({
    say: 'At what time on Tuesday, 24 November? You can come at 10:00 am, 10:45 am or 11:30 am.',
    chips: ['10:00 am', '10:45 am', '11:30 am'],
    invalid: ['time'],
    session: OPEN,
  });
  expect(await bookings()).toEqual([]);
});

test.each([
  ['date', '2026-11-31', 'On which day would you like to come?'],
  ['date', { year: 2027, month: 2, day: 29 }, 'On which day would you like to come?'],
  ['date', { year: 2026, month: 11 }, 'On which day would you like to come?'],
  ['time', { hours: 25, minutes: 0 }, 'At what time would you like to come?'],
  ['time', 'soon', 'At what time would you like to come?'],
  ['service', 7, 'What would you like an appointment for?'],
  ['booking_action', 'move', 'Would you like to book or to cancel an appointment?'],
])('A value that cannot be is asked again and books nothing: %s %j.', async (name, value, say) => {
  expect(await ask({ ...COUNSELLING, [name]: value })).toEqual({ say, invalid: [name], session: {} });
  expect(await bookings()).toEqual([]);
});

test.each<[JsonObject, string]>([
  [{ date: { year: 2026, month: 11, day: 24 }, time: { hours: 14, minutes: 45, seconds: 0, nanos: 0 } }, '24T14:45'],
  [{ date: { year: 2026, month: 11, day: 24 }, time: { hours: 14, minutes: 45 } }, '24T14:45'],
  [{ date: { month: 11, day: 24 }, time: '14:45' }, '24T14:45'],
  [{ date: { year: 0, month: 0, day: 24 }, time: '2:45 pm' }, '24T14:45'],
  [{ date: '2026-11-24', time: '2:45 PM' }, '24T14:45'],
  [{ date: '2026-11-24T14:45:00+05:30', time: '2026-11-24T14:45:00+05:30' }, '24T14:45'],
  [{ date: '2026-11-24T09:15:00Z' }, '24T14:45'],
  [{ date: { year: 2026, month: 11, day: 24, hours: 14, minutes: 45, seconds: 0, nanos: 0 } }, '24T14:45'],
  [
    { date: '2026-11-24', time: { startTime: { hours: 14, minutes: 10 }, endTime: { hours: 16, minutes: 0 } } },
    '24T14:45',
  ],
  [{ date: { startDate: { month: 11, day: 29 }, endDate: { month: 12, day: 2 } }, time: '14:45' }, '30T14:45'],
  [
    {
      date: { startDate: { year: 2026, month: 11, day: 16 }, endDate: { year: 2026, month: 11, day: 25 } },
      time: '14:45',
    },
    '23T14:45',
  ],
  [{ date: { startDate: { day: 20 }, endDate: { day: 25 } }, time: '14:45' }, '23T14:45'],
])('%j is November %s.', async (said, start) => {
  const { session } = await ask({ service: 'Counselling', ...said });
  expect(session).toMatchObject({ booking_start: `2026-11-${start}:00+05:30`, booking_state: 'confirmed' });
});

test.each<[JsonObject, string, string[]]>([
  [
    { date: { month: 11, day: 29 } },
    'Counselling is closed on Sunday, 29 November. The next day with free times is Monday, 30 November. Which day suits you?',
    ['Monday, 30 November'],
  ],
  [
    { date: { month: 12, day: 25 } },
    'Counselling is closed on Friday, 25 December: Christmas. The next day with free times is Saturday, 26 December. Which day suits you?',
    ['Saturday, 26 December'],
  ],
  [
    { date: '2026-11-22' },
    'Sunday, 22 November 2026 has passed. The next day with free times is Monday, 23 November. Which day suits you?',
    ['Monday, 23 November'],
  ],
  [
    { date: { month: 11, day: 22 } },
    'Monday, 22 November 2027 is too far ahead: appointments are for the next 60 days. The next day with free times is Tuesday, 24 November. Which day suits you?',
    ['Tuesday, 24 November'],
  ],
])('A day that cannot be says why, and what the next one is: %j.', async (said, say, chips) => {
  expect(await ask({ ...COUNSELLING, ...said })).toEqual({ say, chips, invalid: ['date'], session: OPEN });
});

test('Today after the last appointment has begun is over.', async () => {
  const now = Date.parse('2026-11-23T17:00:00+05:30');
  expect((await ask({ ...COUNSELLING, date: { month: 11, day: 23 } }, { now })).say).toBe(
    'There are no more appointments on Monday, 23 November. The next day with free times is Tuesday, 24 November. Which day suits you?',
  );
});

test.each<[JsonObject, string, string[]]>([
  [
    { time: { hours: 8 } },
    'There is no appointment on Tuesday, 24 November at 8:00 am. You can come at 10:00 am, 10:45 am or 11:30 am.',
    ['10:00 am', '10:45 am', '11:30 am'],
  ],
  [
    { time: { hours: 3 } },
    'There is no appointment on Tuesday, 24 November at 3:00 am. You can come at 2:00 pm, 2:45 pm or 3:30 pm.',
    ['2:00 pm', '2:45 pm', '3:30 pm'],
  ],
  [
    { date: { month: 11, day: 23 }, time: '9:00' },
    'There is no appointment on Monday, 23 November at 9:00 am. You can come at 10:00 am, 10:45 am or 11:30 am.',
    ['10:00 am', '10:45 am', '11:30 am'],
  ],
  [
    { time: { startTime: { hours: 13 }, endTime: { hours: 14 } } },
    'There is no appointment on Tuesday, 24 November between 1:00 pm and 2:00 pm. You can come at 11:30 am, 12:15 pm or 2:00 pm.',
    ['11:30 am', '12:15 pm', '2:00 pm'],
  ],
])('A time at which nothing begins is asked again, with the free ones near it: %j.', async (said, say, chips) => {
  expect(await ask({ ...COUNSELLING, ...said })).toEqual({ say, chips, invalid: ['time'], session: OPEN });
});

test('What has begun is not offered.', async () => {
  const now = Date.parse('2026-11-23T10:45:00+05:30');
  expect(await ask({ ...COUNSELLING, date: '2026-11-23', time: '10:45' }, { now })).toEqual({
    say: 'There is no appointment on Monday, 23 November at 10:45 am. You can come at 11:30 am, 12:15 pm or 2:00 pm.',
    chips: ['11:30 am', '12:15 pm', '2:00 pm'],
    invalid: ['time'],
    session: OPEN,
  });
});

test('A time that is full is not given a third time, and the next ones are offered.', async () => {
  await ask(COUNSELLING, { session: 'asha' });
  await ask(COUNSELLING, { session: 'ravi' });
  expect(await ask(COUNSELLING, { session: 'meera' })).toEqual({
    say: 'Nothing is free on Tuesday, 24 November at 10:00 am. You can come at 10:45 am, 11:30 am or 12:15 pm.',
    chips: ['10:45 am', '11:30 am', '12:15 pm'],
    invalid: ['time'],
    session: OPEN,
  });
});

test('A day that is full says so and what the next one is.', async () => {
  const sunday = { service: 'Library tour', date: '2026-11-28' };
  const times = ['10:00', '11:00', '12:00'];
  for (const time of times) for (const session of ['a', 'b', 'c', 'd']) await ask({ ...sunday, time }, { session });
  expect(await ask({ ...sunday, time: '11:00' }, { session: 'e' })).toMatchObject({
    say: 'Everything is taken on Saturday, 28 November. The next day with free times is Tuesday, 1 December. Which day suits you?',
    invalid: ['date'],
  });
});

test('The same turn twice is one booking and one answer.', async () => {
  const first = await ask(COUNSELLING, { turn: 'same' });
  expect(await ask(COUNSELLING, { turn: 'same' })).toEqual(first);
  expect(await bookings()).toHaveLength(1);
});

test('The same values in a later turn are the same appointment, also where its time is full by now.', async () => {
  const hostel = { service: 'Hostel office', date: TUESDAY, time: '9:00' };
  const { session } = await ask(hostel);
  expect(await ask(hostel)).toEqual({
    say: `You have this appointment already: Hostel office on Tuesday, 24 November at 9:00 am, in Hostel A, ground floor. Your confirmation number is ${session.booking_id}.`,
    session,
  });
});

test('A span that found a time finds the same one in a later turn, not the next.', async () => {
  const span = { service: 'Hostel office', date: TUESDAY, time: { startTime: { hours: 9 }, endTime: { hours: 12 } } };
  const first = await ask(span);
  expect((await ask(span)).session).toEqual(first.session);
  expect(await bookings()).toHaveLength(1);
});

test('Nobody has two appointments that overlap.', async () => {
  await ask(COUNSELLING);
  expect(await ask({ service: 'IT help desk', date: TUESDAY, time: '10:40' })).toEqual({
    say: 'You have another appointment then: Counselling on Tuesday, 24 November at 10:00 am. At what time on Tuesday, 24 November? You can come at 9:40 am, 11:00 am or 11:20 am.',
    chips: ['9:40 am', '11:00 am', '11:20 am'],
    invalid: ['time'],
    session: OPEN,
  });
  expect((await ask({ service: 'Health centre', date: TUESDAY, time: '10:45' })).session.booking_state).toBe(
    'confirmed',
  );
});

test('Who cancels has the appointment no more, and the time is free again.', async () => {
  const hostel = { service: 'Hostel office', date: TUESDAY, time: '9:00' };
  const { session } = await ask(hostel);
  const id = session.booking_id as string;
  const spelled = { booking_action: 'cancel', booking_id: id.toLowerCase().split('').join(' ') };
  const cancelled = {
    say: 'Your appointment is cancelled: Hostel office on Tuesday, 24 November at 9:00 am.',
    session: { ...session, booking_state: 'cancelled' },
  };
  expect(await ask(spelled)).toEqual(cancelled);
  expect(await ask(spelled)).toEqual(cancelled);
  expect(await store.db.selectFrom('slots').select('taken').execute()).toEqual([{ taken: 0 }]);
  expect((await ask(hostel, { session: 'ravi' })).session.booking_state).toBe('confirmed');
});

test('The last place, taken by the same call sent twice while this one reads, is no reason to say that it is full.', async () => {
  const library = { service: 'Library tour', date: TUESDAY, time: '11:00' };
  const { capacity } = await store.db
    .selectFrom('services')
    .select('capacity')
    .where('id', '=', 'library-tour')
    .executeTakeFirstOrThrow();
  for (let i = 1; i < capacity; i++) await ask(library, { session: `other ${i}` });

  let first: Promise<Heard> | undefined;
  const tables = new WeakMap<object, string | undefined>();
  /** Between its reading of the two tables that say who has what, another process serves the same call. */
  const db = store.db.withPlugin({
    transformQuery({ node, queryId }) {
      tables.set(queryId, /"name":"(slots|bookings)"/.exec(JSON.stringify(node))?.[1]);
      return node;
    },
    async transformResult({ result, queryId }) {
      if (tables.get(queryId)) first ??= ask(library, { turn: 'the same' });
      await first;
      return result;
    },
  });
  const second = await ask(library, { turn: 'the same', store: { ...store, db } });
  expect(second).toEqual(await first);
  expect(second.session.booking_state).toBe('confirmed');
});

test('A tag that says to book books, also where an earlier turn left a cancellation in the session.', async () => {
  const { session } = await ask(COUNSELLING);
  const leftover = { booking_action: 'cancel', booking_id: session.booking_id! };
  await ask(leftover);
  const again = await ask({ ...COUNSELLING, ...leftover }, { tag: 'booking.create' });
  expect(again.session).toEqual(booked(expect.stringMatching(ID), '2026-11-24T10:00:00+05:30'));
});

test('Cancelling asks for the number, and finds nobody else’s appointment.', async () => {
  const { session } = await ask(COUNSELLING, { session: 'asha' });
  expect(await ask({ booking_action: 'cancel' })).toEqual({
    say: 'What is the confirmation number of your appointment?',
    invalid: ['booking_id'],
    session: OPEN,
  });
  const { booking_id } = session;
  expect(await ask({ booking_action: 'cancel', booking_id: booking_id! }, { session: 'ravi' })).toEqual({
    say: `I can't find an appointment of yours with the number ${booking_id}. What is the number?`,
    invalid: ['booking_id'],
    session: OPEN,
  });
  expect(await bookings()).toMatchObject([{ state: 'confirmed' }]);
});

test('What has begun cannot be cancelled.', async () => {
  const { session } = await ask(COUNSELLING);
  const now = Date.parse(session.booking_start as string);
  expect(await ask({ booking_action: 'cancel', booking_id: session.booking_id! }, { now })).toEqual({
    say: "Counselling on Tuesday, 24 November at 10:00 am has begun already, so it can't be cancelled.",
    session,
  });
});

const PAYLOAD = { telephony: { caller_id: '+912000000001' } };
const [ONE, TWO] = ['one', 'two'].map((session) => ({ session, payload: PAYLOAD }));

test('The same caller has the same appointment in another session, but hears no number there.', async () => {
  const { session } = await ask(COUNSELLING, ONE);
  const again = {
    say: 'You have this appointment already: Counselling on Tuesday, 24 November at 10:00 am, in Mula House, room 104.',
    session: { ...session, booking_id: null },
  };
  expect(await ask(COUNSELLING, { ...TWO, turn: 'repeated' })).toEqual(again);
  expect(await ask(COUNSELLING, { ...TWO, turn: 'repeated' })).toEqual(again);
  expect((await ask(COUNSELLING, ONE)).session).toEqual(session);
  expect(await bookings()).toHaveLength(1);
  expect((await ask(COUNSELLING, { session: 'three' })).session.booking_id).not.toBe(session.booking_id);
});

test('Another session with the same caller hears of an appointment that it did not name only that it is there.', async () => {
  await ask(COUNSELLING, ONE);
  const answer = await ask({ service: 'IT help desk', date: TUESDAY, time: '10:40' }, TWO);
  expect(answer).toMatchObject({
    say: 'You have another appointment then. At what time on Tuesday, 24 November? You can come at 9:40 am, 11:00 am or 11:20 am.',
    invalid: ['time'],
    session: OPEN,
  });
  const hindi = await ask({ service: 'IT help desk', date: TUESDAY, time: '10:40' }, { ...TWO, language: 'hi' });
  expect(hindi.say).toMatch(/^उस समय आपका एक और अपॉइंटमेंट है। मंगलवार, 24 नवंबर को कितने बजे\? आप सुबह 9:40, /);
});

test.each<[string, JsonObject]>([
  ['times', { date: TUESDAY, time: { startTime: { hours: 9 }, endTime: { hours: 17 } } }],
  ['days', { date: { startDate: TUESDAY, endDate: { month: 12, day: 31 } }, time: AT_10 }],
])('A span of %s does not find out in another session when the caller has an appointment.', async (_, said) => {
  const first = await ask(COUNSELLING, ONE);
  const { say, session } = await ask({ service: 'Counselling', ...said }, TWO);
  expect(say).toMatch(/^You are booked: /);
  expect(session.booking_start).not.toBe(first.session.booking_start);
});

test('In any session the caller cancels with the number.', async () => {
  const { session } = await ask(COUNSELLING, ONE);
  expect(await ask({ booking_action: 'cancel', booking_id: session.booking_id! }, TWO)).toEqual({
    say: 'Your appointment is cancelled: Counselling on Tuesday, 24 November at 10:00 am.',
    session: { ...session, booking_state: 'cancelled' },
  });
});

test('A client without sessions and turn ids still hears the number of what it has booked.', async () => {
  const { say, session } = await ask(COUNSELLING, { session: '', turn: '', payload: PAYLOAD });
  expect(session.booking_id).toMatch(ID);
  expect(say).toContain(`Your confirmation number is ${session.booking_id}.`);
});

test('A span finds a time at which the person has no other appointment, and none of those is offered.', async () => {
  await ask(COUNSELLING); // until 10:45
  const helpDesk = { service: 'IT help desk', date: TUESDAY };
  const span = { startTime: { hours: 10 }, endTime: { hours: 12 } };
  expect((await ask({ ...helpDesk, time: span })).session.booking_start).toBe('2026-11-24T11:00:00+05:30');
  expect((await ask({ ...helpDesk, time: '10:10' })).chips).toEqual(['9:00 am', '9:20 am', '9:40 am']);
});

test('A person has at most five appointments ahead, and the sixth only after one is cancelled or over.', async () => {
  const times = ['10:00', '10:45', '11:30', '12:15', '14:00'];
  const booked = [];
  for (const time of times) booked.push((await ask({ ...COUNSELLING, time })).session.booking_id!);
  const sixth = { ...COUNSELLING, time: '14:45' };
  const enough = { booking_state: null, 'booking-error': 'too-many' };
  expect(await ask(sixth)).toEqual({
    say: 'You have 5 appointments ahead of you, and nobody can have more. You can cancel one of them.',
    session: enough,
  });
  expect(await ask(sixth, { language: 'hi' })).toEqual({
    say: 'आपके 5 अपॉइंटमेंट पहले से हैं, इससे ज़्यादा नहीं हो सकते। आप उनमें से कोई रद्द कर सकते हैं।',
    session: enough,
  });
  expect((await ask({ ...COUNSELLING, time: '14:00' })).session.booking_id).toBe(booked[4]);
  expect((await ask(sixth, { session: 'ravi' })).session.booking_state).toBe('confirmed');
  expect((await ask(sixth, { now: Date.parse('2026-11-24T10:00:00+05:30') })).session.booking_state).toBe('confirmed');
  for (const booking_id of booked.slice(1, 3)) await ask({ booking_action: 'cancel', booking_id });
  expect((await ask({ ...COUNSELLING, time: '15:30' })).session.booking_state).toBe('confirmed');
});

test('A time that filled up or was opened by a change of the capacity is full or free at once.', async () => {
  const setCapacity = (capacity: number) =>
    store.transact((tx) =>
      tx
        .updateTable('services')
        .set({ capacity })
        .where('id', '=', 'counselling')
        .execute()
        .then(() => null),
    );
  await ask(COUNSELLING, { session: 'asha' });
  await setCapacity(1);
  expect((await ask(COUNSELLING, { session: 'ravi' })).say).toMatch(/^Nothing is free on/);
  await setCapacity(3);
  for (const session of ['ravi', 'meera', 'john']) await ask(COUNSELLING, { session });
  expect(await store.db.selectFrom('slots').select(['taken', 'capacity']).execute()).toEqual([
    { taken: 3, capacity: 3 },
  ]);
});

test('The time inside a date wins over one that an earlier turn left, unless the time alone was just said.', async () => {
  const at = { ...TUESDAY, hours: 14, minutes: 45, seconds: 0, nanos: 0 };
  const { session } = await ask({ ...COUNSELLING, date: at });
  expect(session.booking_start).toBe('2026-11-24T14:45:00+05:30');
  const answered = await ask({ ...COUNSELLING, date: at, time: '11:30' }, { session: 'ravi', justSaid: ['time'] });
  expect(answered.session.booking_start).toBe('2026-11-24T11:30:00+05:30');
  const both = await ask({ ...COUNSELLING, date: at }, { session: 'meera', justSaid: ['date', 'time'] });
  expect(both.session.booking_start).toBe('2026-11-24T14:45:00+05:30');
});

test.each(['दोपहर २:४५', 'दोपहर २:४५ बजे', '१४:४५', '2026-11-24T१४:४५'])(
  'Devanagari digits are read: %s.',
  async (time) => {
    const { session } = await ask({ service: 'परामर्श', date: '२०२६-११-२४', time }, { language: 'hi' });
    expect(session.booking_start).toBe('2026-11-24T14:45:00+05:30');
  },
);

test('Hours until midnight are kept to the end, and hours over midnight go on the next day.', async () => {
  const hours = (weekday: number, opens: string, closes: string) => ({
    service_id: 'library-tour',
    weekday,
    opens,
    closes,
  });
  await store.transact(async (tx) => {
    await tx
      .insertInto('opening_hours')
      .values([hours(2, '22:00', '24:00'), hours(3, '22:00', '02:00')])
      .execute();
  });
  const book = async (date: string, time: string) =>
    (await ask({ service: 'library tour', date, time }, { session: date + time })).session.booking_start;
  expect(await book('2026-11-24', '23:00')).toBe('2026-11-24T23:00:00+05:30');
  expect(await book('2026-11-25', '23:00')).toBe('2026-11-25T23:00:00+05:30');
  expect(await book('2026-11-26', '01:00')).toBe('2026-11-26T01:00:00+05:30');
  expect(await book('2026-11-25', '01:00')).toBeUndefined();
});

test('It speaks Hindi.', async () => {
  const hindi = { language: 'hi-IN' };
  expect(await ask({ service: 'परामर्श', date: TUESDAY }, hindi)).toEqual({
    say: 'मंगलवार, 24 नवंबर को कितने बजे? आप सुबह 10:00, सुबह 10:45 या सुबह 11:30 बजे आ सकते हैं।',
    chips: ['सुबह 10:00', 'सुबह 10:45', 'सुबह 11:30'],
    invalid: ['time'],
    session: OPEN,
  });
  const { say, session } = await ask({ service: 'काउंसलिंग', date: TUESDAY, time: 'दोपहर 2:45' }, hindi);
  expect(say).toBe(
    `आपका अपॉइंटमेंट पक्का है: परामर्श, मंगलवार, 24 नवंबर को दोपहर 2:45 बजे, स्थान Mula House, room 104। आपका पुष्टि नंबर ${session.booking_id} है।`,
  );
  expect(session.booking_start).toBe('2026-11-24T14:45:00+05:30');
});

test('Its texts in Hindi are all there, and all of them are in Hindi.', async () => {
  expect(await ask({ time: 'कभी भी' }, { language: 'hi' })).toMatchObject({ say: 'आप कितने बजे आना चाहेंगे?' });
  for (const said of Object.values(booking.options.ask ?? {})) {
    expect(said).toEqual({
      en: expect.any(String),
      hi: expect.stringMatching(/^[\p{Script=Devanagari}\p{P}\p{N} ]+$/u),
    });
  }
});

test('Whatever JSON is sent: it is answered, and what is booked is a slot of an open day, not in the past.', async () => {
  const { ask: askFreely } = openBooking(booking, store);
  let people = 0;
  const json = fc.jsonValue().map((value) => value as JsonObject);
  const day = fc.record({
    year: fc.constantFrom(0, 2026, 2027),
    month: fc.integer({ min: 0, max: 13 }),
    day: fc.integer({ min: 0, max: 32 }),
  });
  const clock = fc.record({ hours: fc.integer({ min: -1, max: 24 }), minutes: fc.constantFrom(0, 15, 30, 45, 60) });
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(json, { weight: 4, arbitrary: fc.constantFrom('Counselling', 'library tour', 'health-centre') }),
      fc.oneof(json, day, fc.record({ startDate: day, endDate: day }), {
        weight: 2,
        arbitrary: fc.constantFrom('2026-11-28', '2026-11-29'),
      }),
      fc.oneof(json, clock, fc.record({ startTime: clock, endTime: clock }), fc.string(), {
        weight: 2,
        arbitrary: fc.constantFrom('10:00', '8 am'),
      }),
      async (service, date, time) => {
        const { say } = await askFreely({ service, date, time } as JsonObject, { session: `someone ${++people}` });
        expect(say).not.toBe('');
        expect(say).not.toMatch(/went wrong/);
      },
    ),
    { numRuns: 250 },
  );
  const booked = await bookings();
  expect(booked.length).toBeGreaterThan(0);
  for (const { start, service_id } of booked) {
    expect(Date.parse(start)).toBeGreaterThan(SEEDED_AT);
    const { date, clock } = calendar.at(start);
    const hours = await store.db
      .selectFrom('opening_hours')
      .selectAll()
      .where('service_id', '=', service_id)
      .where('weekday', '=', new Date(date).getUTCDay() || 7)
      .execute();
    expect(hours.some(({ opens, closes }) => opens <= clock && clock < closes)).toBe(true);
  }
}, 20_000);
