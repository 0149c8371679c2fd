import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { asksAgain, type Campus, cards, chips, dayFromNow, says, startCampus } from '../helpers/conversation.ts';
import { stopAll } from '../helpers/process.ts';

/** A student's account and fees, after the student has proved who it is. */

let campus: Campus;
beforeAll(async () => {
  campus = await startCampus();
});
afterAll(stopAll);

const ASHA = { student_number: 'S1024', pin: '4821' };

/** `2026-11-24` is `24 November 2026`. */
const long = (date: string) =>
  new Intl.DateTimeFormat('en-IN', { dateStyle: 'long', timeZone: 'UTC' }).format(Date.parse(date));

/** The account of the sample college's student S1024; its days are counted from the first start of the program. */
const LINES = [
  { daysAgo: 1, text: 'Canteen: misal pav and chai', amount: -90, shown: '-₹90' },
  { daysAgo: 3, text: 'Campus bus: monthly pass', amount: -550, shown: '-₹550' },
  { daysAgo: 6, text: 'Stationery shop: lab notebook and pens', amount: -145.5, shown: '-₹145.50' },
  { daysAgo: 9, text: 'Top-up by UPI', amount: 500, shown: '+₹500' },
  { daysAgo: 13, text: 'Hostel laundry', amount: -160, shown: '-₹160' },
  { daysAgo: 18, text: 'Canteen: thali', amount: -120 },
  { daysAgo: 22, text: 'Library fine: 3 days late', amount: -15 },
  { daysAgo: 29, text: 'Print shop: 42 pages', amount: -84 },
  { daysAgo: 34, text: 'Canteen: masala dosa and coffee', amount: -95 },
  { daysAgo: 40, text: 'Top-up by UPI', amount: 2000 },
].map(({ daysAgo, ...line }) => ({ date: dayFromNow(-daysAgo), ...line }));

const transactionsTold = () => ({
  fulfillmentResponse: {
    messages: [
      says(
        `Your balance is ₹1,240.50. The last transaction was on ${long(LINES[0]!.date)}: Canteen: misal pav and chai, -₹90.`,
      ),
      cards(
        LINES.slice(0, 5).map(({ text, shown, date }) => ({
          type: 'list',
          title: text,
          subtitle: `${shown!} on ${long(date)}`,
        })),
        chips('Fees'),
      ),
    ],
  },
  sessionInfo: {
    parameters: {
      account_balance: 1240.5,
      recent_transactions: LINES.map(({ date, text, amount }) => ({ date, text, amount })),
      student_verified: true,
      pin: null,
    },
  },
});

const feesTold = () => {
  const [library, examination, hostel] = [-6, 21, 35].map(dayFromNow) as [string, string, string];
  return {
    fulfillmentResponse: {
      messages: [
        says(
          `You have ₹25,700 to pay. Library and laboratory, ₹4,500, is overdue since ${long(library)}. ` +
            `Next is Examination, ₹2,200, due on ${long(examination)}.`,
        ),
        cards(
          [
            {
              type: 'accordion',
              title: 'Library and laboratory: ₹4,500',
              subtitle: `Overdue since ${long(library)}`,
              text: 'Nothing of it is paid yet.',
            },
            {
              type: 'accordion',
              title: 'Examination: ₹2,200',
              subtitle: `Due on ${long(examination)}`,
              text: 'Nothing of it is paid yet.',
            },
            {
              type: 'accordion',
              title: 'Hostel: ₹19,000',
              subtitle: `Due on ${long(hostel)}`,
              text: '₹19,000 of ₹38,000 is paid.',
            },
          ],
          chips('My balance'),
        ),
      ],
    },
    sessionInfo: {
      parameters: {
        fees_due: [
          { name: 'Library and laboratory', amount: 4500, due: library },
          { name: 'Examination', amount: 2200, due: examination },
          { name: 'Hostel', amount: 19_000, due: hostel },
        ],
        fees_total: 25_700,
        student_verified: true,
        pin: null,
      },
    },
  };
};

test('One wrong PIN, then the right one: this session has the proof for all topics, no other has it', async () => {
  const chat = campus.conversation();
  expect(
    await chat.turn('account', '4822', {
      intent: 'account.show',
      page: 'Identification',
      form: { ...ASHA, pin: '4822' },
    }),
  ).toEqual({
    fulfillmentResponse: {
      messages: [
        says('That student number and PIN do not go together. You have 4 more tries. What is your student number?'),
      ],
    },
    pageInfo: asksAgain('student_number', 'pin'),
    sessionInfo: { parameters: { 'identity-error': 'wrong', student_verified: false, pin: null } },
  });

  expect(await chat.turn('account', '4821', { form: ASHA })).toEqual({
    fulfillmentResponse: {
      messages: [says('Your balance is ₹1,240.50.'), cards(chips('My last transactions', 'Fees'))],
    },
    sessionInfo: {
      parameters: { account_balance: 1240.5, 'identity-error': null, student_verified: true, pin: null },
    },
  });

  expect(
    await chat.turn('account', 'What did I spend last?', {
      intent: 'account.show',
      heard: { account_request: 'transactions' },
      page: 'Account of a known student',
    }),
  ).toEqual(transactionsTold());

  const location = { city: 'Pune', country: 'India', original: 'Pune' };
  expect(
    await chat.turn('weather', 'And the weather in Pune?', { intent: 'weather.ask', heard: { location } }),
  ).toMatchObject({ sessionInfo: { parameters: { weather_place: 'Pune, India' } } });

  expect(
    await chat.turn('fees', 'What do I have to pay?', { intent: 'fees.due', page: 'Account of a known student' }),
  ).toEqual(feesTold());

  const claims = { student_number: 'S1024', student_verified: true };
  expect(
    await campus.conversation().turn('fees', 'What do I have to pay?', {
      intent: 'fees.due',
      page: 'Account of a known student',
      sets: claims,
    }),
  ).toEqual({
    fulfillmentResponse: { messages: [says('What is your PIN? It has four digits.')] },
    sessionInfo: { parameters: { student_verified: false, pin: null } },
  });
});

test('Fees: asked for number and PIN, then told; a later question for the balance needs no PIN', async () => {
  const chat = campus.conversation();
  expect(await chat.turn('fees', 'What do I have to pay?', { intent: 'fees.due', page: 'Identification' })).toEqual({
    fulfillmentResponse: {
      messages: [says('What is your student number? It is the letter S and four digits.')],
    },
    pageInfo: asksAgain('student_number', 'pin'),
    sessionInfo: { parameters: { student_verified: false, pin: null } },
  });
  expect(await chat.turn('fees', 's 10 24', { form: { student_number: 's 10 24' } })).toEqual({
    fulfillmentResponse: { messages: [says('What is your PIN? It has four digits.')] },
    pageInfo: asksAgain('pin'),
    sessionInfo: { parameters: { student_verified: false, pin: null } },
  });
  expect(await chat.turn('fees', '4 8 2 1', { form: { pin: '4 8 2 1' } })).toEqual(feesTold());
  expect(
    await chat.turn('account', 'My balance', { intent: 'account.show', page: 'Account of a known student' }),
  ).toEqual({
    fulfillmentResponse: {
      messages: [says('Your balance is ₹1,240.50.'), cards(chips('My last transactions', 'Fees'))],
    },
    sessionInfo: { parameters: { account_balance: 1240.5, student_verified: true, pin: null } },
  });
});

test('Five wrong PINs block, the right one too; a turn that is sent again does not count again', async () => {
  const chat = campus.conversation();
  const left: string[] = [];
  for (const pin of ['0001', '0002', '0003', '0004', '0005']) {
    const { fulfillmentResponse } = await chat.turn('account', pin, {
      intent: 'account.show',
      page: 'Identification',
      form: { student_number: 'S1030', pin },
    });
    left.push(fulfillmentResponse.messages[0].text.text[0]);
  }
  const wrong = (tries: string) =>
    `That student number and PIN do not go together. You have ${tries}. What is your student number?`;
  const blocked = 'There were too many wrong PINs. Please try again in 15 minutes, or ask at the accounts office.';
  expect(left).toEqual([
    wrong('4 more tries'),
    wrong('3 more tries'),
    wrong('2 more tries'),
    wrong('1 more try'),
    blocked,
  ]);

  const right = { student_number: 'S1030', pin: '8893' };
  expect(await campus.conversation().turn('account', '8893', { page: 'Identification', form: right })).toEqual({
    fulfillmentResponse: { messages: [says(blocked)] },
    sessionInfo: { parameters: { 'identity-error': 'blocked', student_verified: false, pin: null } },
  });
});
