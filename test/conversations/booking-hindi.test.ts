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
 * The way of `booking.test.ts` in Hindi. The hostel office takes one person at a time, from Monday to Saturday, for
 * 20 minutes, from 9:00 and from 16:00.
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

test('In Hindi, from "an appointment, please" by way of a closed day and a taken time to a cancelled one', async () => {
  const [sunday, monday, tuesday] = [SUNDAY, MONDAY, TUESDAY].map((date) => spokenDay(date, 'hi-IN'));
  const asha = campus.conversation({ language: 'hi' });
  const ravi = campus.conversation({ language: 'hi' });
  const services = [
    ...['शैक्षणिक सलाह', 'लेखा कार्यालय', 'करियर मार्गदर्शन', 'परामर्श'],
    ...['स्वास्थ्य केंद्र', 'छात्रावास कार्यालय', 'आईटी सहायता डेस्क', 'पुस्तकालय भ्रमण'],
  ];

  expect(await asha.turn('booking', 'मुझे अपॉइंटमेंट चाहिए', { intent: 'booking.create' })).toEqual({
    fulfillmentResponse: {
      messages: [
        says(
          'आप किसके लिए अपॉइंटमेंट चाहते हैं? आप इनमें से चुन सकते हैं: ' +
            'शैक्षणिक सलाह, लेखा कार्यालय, करियर मार्गदर्शन, परामर्श, स्वास्थ्य केंद्र, छात्रावास कार्यालय, आईटी सहायता डेस्क या पुस्तकालय भ्रमण।',
        ),
        cards(chips(...services)),
      ],
    },
    pageInfo: asksAgain('service'),
    sessionInfo: { parameters: OPEN },
  });

  expect(await asha.turn('booking', 'हॉस्टल', { form: { service: 'हॉस्टल' } })).toEqual({
    fulfillmentResponse: { messages: [says('आप किस दिन आना चाहेंगे?')] },
    pageInfo: asksAgain('date'),
    sessionInfo: { parameters: OPEN },
  });

  expect(await asha.turn('booking', 'रविवार को', { form: { date: sysDate(SUNDAY) } })).toEqual({
    fulfillmentResponse: {
      messages: [
        says(`छात्रावास कार्यालय: ${sunday} को बंद है। अगला दिन जब समय खाली है: ${monday}। आपको कौन सा दिन ठीक रहेगा?`),
        cards(chips(monday!)),
      ],
    },
    pageInfo: asksAgain('date'),
    sessionInfo: { parameters: OPEN },
  });

  expect(await asha.turn('booking', 'तो मंगलवार को', { form: { date: sysDate(TUESDAY) } })).toEqual({
    fulfillmentResponse: {
      messages: [
        says(`${tuesday} को कितने बजे? आप सुबह 9:00, सुबह 9:20 या सुबह 9:40 बजे आ सकते हैं।`),
        cards(chips('सुबह 9:00', 'सुबह 9:20', 'सुबह 9:40')),
      ],
    },
    pageInfo: asksAgain('time'),
    sessionInfo: { parameters: OPEN },
  });

  const ravis = await ravi.turn('booking', 'मंगलवार को शाम 4 बजे हॉस्टल', {
    intent: 'booking.create',
    heard: { service: 'छात्रावास', date: sysDate(TUESDAY), time: sysTime(16) },
  });
  const ravisId = ravi.parameters.booking_id as string;
  expect(ravis).toEqual({
    fulfillmentResponse: {
      messages: [
        says(
          `आपका अपॉइंटमेंट पक्का है: छात्रावास कार्यालय, ${tuesday} को शाम 4:00 बजे, स्थान Hostel A, ground floor। आपका पुष्टि नंबर ${ravisId} है।`,
        ),
      ],
    },
    sessionInfo: { parameters: confirmed(ID, '16:00') },
  });

  expect(await asha.turn('booking', 'शाम 4 बजे', { form: { time: 'शाम 4 बजे' } })).toEqual({
    fulfillmentResponse: {
      messages: [
        says(`${tuesday} को शाम 4:00 बजे कोई समय खाली नहीं है। आप शाम 4:20, शाम 4:40 या शाम 5:00 बजे आ सकते हैं।`),
        cards(chips('शाम 4:20', 'शाम 4:40', 'शाम 5:00')),
      ],
    },
    pageInfo: asksAgain('time'),
    sessionInfo: { parameters: OPEN },
  });

  const booked = await asha.turn('booking', 'शाम 4:20', { form: { time: 'शाम 4:20' } });
  const id = asha.parameters.booking_id as string;
  const details = `छात्रावास कार्यालय, ${tuesday} को शाम 4:20 बजे, स्थान Hostel A, ground floor। आपका पुष्टि नंबर ${id} है।`;
  expect(booked).toEqual({
    fulfillmentResponse: { messages: [says(`आपका अपॉइंटमेंट पक्का है: ${details}`)] },
    sessionInfo: { parameters: confirmed(ID, '16:20') },
  });

  expect(
    await asha.turn('booking', 'मंगलवार को 4:20 बजे हॉस्टल', {
      intent: 'booking.create',
      heard: { service: 'छात्रावास', date: sysDate(TUESDAY), time: sysTime(16, 20) },
    }),
  ).toEqual({
    fulfillmentResponse: { messages: [says(`यह अपॉइंटमेंट आपके पास पहले से है: ${details}`)] },
    sessionInfo: { parameters: confirmed(id, '16:20') },
  });

  expect(
    await asha.turn('booking', `${ravisId} रद्द करो`, { intent: 'booking.cancel', heard: { booking_id: ravisId } }),
  ).toEqual({
    fulfillmentResponse: { messages: [says(`नंबर ${ravisId} का आपका कोई अपॉइंटमेंट नहीं मिला। नंबर क्या है?`)] },
    pageInfo: asksAgain('booking_id'),
    sessionInfo: { parameters: OPEN },
  });

  expect(await asha.turn('booking', id, { form: { booking_id: id } })).toEqual({
    fulfillmentResponse: {
      messages: [says(`आपका अपॉइंटमेंट रद्द कर दिया गया है: छात्रावास कार्यालय, ${tuesday} को शाम 4:20 बजे।`)],
    },
    sessionInfo: { parameters: { ...confirmed(id, '16:20'), booking_state: 'cancelled' } },
  });
});
