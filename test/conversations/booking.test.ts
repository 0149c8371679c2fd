import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  asksAgain,
  type Campus,
  cards,
  chips,
  openWeek,
  says,
  spokenDay,
  startCampus,
  sysDate,
  sysTime,
} from '../helpers/conversation.ts';
import { stopAll } from '../helpers/process.ts';

/**
 * Appointments. The hostel office takes one person at a time, from Monday to Saturday, for 20 minutes, from 9:00 and
 * from 16:00.
 */

let campus: Campus;
beforeAll(async () => {
  campus = await startCampus();
});
afterAll(stopAll);

const { sunday: SUNDAY, monday: MONDAY, tuesday: TUESDAY } = openWeek();

const ID = expect.stringMatching(/^[2-9A-HJ-NP-Z]{8}$/);
const OPEN = { booking_state: null, 'booking-error': null };
const confirmed = (booking_id: unknown, time: string) => ({
  booking_id,
  booking_start: `${TUESDAY}T${time}:00+05:30`,
  booking_state: 'confirmed',
  'booking-error': null,
});

test('From "an appointment, please" by way of a closed day and a taken time to booked, and to cancelled', async () => {
  const [sunday, monday, tuesday] = [SUNDAY, MONDAY, TUESDAY].map((date) => spokenDay(date, 'en-IN'));
  const asha = campus.conversation();
  const ravi = campus.conversation();

  expect(await asha.turn('booking', 'An appointment, please', { intent: 'booking.create' })).toEqual({
    fulfillmentResponse: {
      messages: [
        says(
          'What would you like an appointment for? You can choose Academic advising, Accounts office, Career guidance, ' +
            'Counselling, Health centre, Hostel office, IT help desk or Library tour.',
        ),
        cards(
          chips(
            ...['Academic advising', 'Accounts office', 'Career guidance', 'Counselling'],
            ...['Health centre', 'Hostel office', 'IT help desk', 'Library tour'],
          ),
        ),
      ],
    },
    pageInfo: asksAgain('service'),
    sessionInfo: { parameters: OPEN },
  });

  expect(await asha.turn('booking', 'The hostel office', { form: { service: 'Hostel office' } })).toEqual({
    fulfillmentResponse: { messages: [says('On which day would you like to come?')] },
    pageInfo: asksAgain('date'),
    sessionInfo: { parameters: OPEN },
  });

  expect(await asha.turn('booking', 'On Sunday', { form: { date: sysDate(SUNDAY) } })).toEqual({
    fulfillmentResponse: {
      messages: [
        says(`Hostel office is closed on ${sunday}. The next day with free times is ${monday}. Which day suits you?`),
        cards(chips(monday!)),
      ],
    },
    pageInfo: asksAgain('date'),
    sessionInfo: { parameters: OPEN },
  });

  expect(await asha.turn('booking', 'Then on Tuesday', { form: { date: sysDate(TUESDAY) } })).toEqual({
    fulfillmentResponse: {
      messages: [
        says(`At what time on ${tuesday}? You can come at 9:00 am, 9:20 am or 9:40 am.`),
        cards(chips('9:00 am', '9:20 am', '9:40 am')),
      ],
    },
    pageInfo: asksAgain('time'),
    sessionInfo: { parameters: OPEN },
  });

  // While Asha thinks about it, Ravi is faster.
  const ravis = await ravi.turn('booking', 'Book the hostel office on Tuesday at nine', {
    intent: 'booking.create',
    heard: { service: 'Hostel office', date: sysDate(TUESDAY), time: sysTime(9) },
  });
  const ravisId = ravi.parameters.booking_id as string;
  expect(ravis).toEqual({
    fulfillmentResponse: {
      messages: [
        says(
          `You are booked: Hostel office on ${tuesday} at 9:00 am, in Hostel A, ground floor. Your confirmation number is ${ravisId}.`,
        ),
      ],
    },
    sessionInfo: { parameters: confirmed(ID, '09:00') },
  });

  expect(await asha.turn('booking', 'At nine', { form: { time: sysTime(9) } })).toEqual({
    fulfillmentResponse: {
      messages: [
        says(`Nothing is free on ${tuesday} at 9:00 am. You can come at 9:20 am, 9:40 am or 10:00 am.`),
        cards(chips('9:20 am', '9:40 am', '10:00 am')),
      ],
    },
    pageInfo: asksAgain('time'),
    sessionInfo: { parameters: OPEN },
  });

  const booked = await asha.turn('booking', 'Twenty past nine', { form: { time: sysTime(9, 20) } });
  const id = asha.parameters.booking_id as string;
  const details = `Hostel office on ${tuesday} at 9:20 am, in Hostel A, ground floor. Your confirmation number is ${id}.`;
  expect(booked).toEqual({
    fulfillmentResponse: { messages: [says(`You are booked: ${details}`)] },
    sessionInfo: { parameters: confirmed(ID, '09:20') },
  });
  expect(id).not.toBe(ravisId);

  expect(
    await asha.turn('booking', 'Book the hostel office on Tuesday at 9:20', {
      intent: 'booking.create',
      heard: { service: 'Hostel office', date: sysDate(TUESDAY), time: sysTime(9, 20) },
    }),
  ).toEqual({
    fulfillmentResponse: { messages: [says(`You have this appointment already: ${details}`)] },
    sessionInfo: { parameters: confirmed(id, '09:20') },
  });

  expect(
    await asha.turn('booking', 'And the IT help desk at the same time', {
      intent: 'booking.create',
      heard: { service: 'IT help desk', date: sysDate(TUESDAY), time: sysTime(9, 20) },
    }),
  ).toEqual({
    fulfillmentResponse: {
      messages: [
        says(
          `You have another appointment then: Hostel office on ${tuesday} at 9:20 am. ` +
            `At what time on ${tuesday}? You can come at 9:00 am, 9:40 am or 10:00 am.`,
        ),
        cards(chips('9:00 am', '9:40 am', '10:00 am')),
      ],
    },
    pageInfo: asksAgain('time'),
    sessionInfo: { parameters: OPEN },
  });

  expect(
    await asha.turn('booking', `Cancel the appointment ${ravisId}`, {
      intent: 'booking.cancel',
      heard: { booking_id: ravisId },
    }),
  ).toEqual({
    fulfillmentResponse: {
      messages: [says(`I can't find an appointment of yours with the number ${ravisId}. What is the number?`)],
    },
    pageInfo: asksAgain('booking_id'),
    sessionInfo: { parameters: OPEN },
  });

  const spelled = id.toLowerCase().split('').join(' ');
  const cancelled = {
    fulfillmentResponse: { messages: [says(`Your appointment is cancelled: Hostel office on ${tuesday} at 9:20 am.`)] },
    sessionInfo: { parameters: { ...confirmed(id, '09:20'), booking_state: 'cancelled' } },
  };
  expect(await asha.turn('booking', spelled, { form: { booking_id: spelled } })).toEqual(cancelled);
  expect(await asha.turn('booking', 'Cancel it', { intent: 'booking.cancel' })).toEqual(cancelled);

  // What Asha gave back, somebody else can have.
  const meera = campus.conversation();
  expect(
    await meera.turn('booking', 'Book the hostel office on Tuesday at 9:20', {
      intent: 'booking.create',
      heard: { service: 'Hostel office', date: sysDate(TUESDAY), time: sysTime(9, 20) },
    }),
  ).toMatchObject({ sessionInfo: { parameters: confirmed(ID, '09:20') } });
});

test('After a cancellation the same time can be booked anew, under a new number', async () => {
  const chat = campus.conversation();
  const wish = { service: 'Library tour', date: sysDate(TUESDAY), time: sysTime(11) };
  await chat.turn('booking', 'Book a library tour on Tuesday at eleven', { intent: 'booking.create', heard: wish });
  const first = chat.parameters.booking_id;
  await chat.turn('booking', 'Cancel it', { intent: 'booking.cancel' });
  expect(chat.parameters).toMatchObject({ booking_state: 'cancelled', booking_action: 'cancel' });

  const again = await chat.turn('booking', 'No, I want it after all', { intent: 'booking.create', heard: wish });
  expect(again).toEqual({
    fulfillmentResponse: {
      messages: [
        says(
          `You are booked: Library tour on ${spokenDay(TUESDAY, 'en-IN')} at 11:00 am, in Library, front desk. ` +
            `Your confirmation number is ${chat.parameters.booking_id}.`,
        ),
      ],
    },
    sessionInfo: { parameters: confirmed(ID, '11:00') },
  });
  expect(chat.parameters.booking_id).not.toBe(first);
});
