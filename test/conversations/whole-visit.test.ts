import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  type Campus,
  type Conversation,
  openWeek,
  spokenDay,
  startCampus,
  sysDate,
  sysTime,
} from '../helpers/conversation.ts';
import { stopAll } from '../helpers/process.ts';

/**
 * One person goes through all topics in one session, and what each leaves in it stays there for the next.
 */

let campus: Campus;
beforeAll(async () => {
  campus = await startCampus();
});
afterAll(stopAll);

const { tuesday } = openWeek();
const TUESDAY = spokenDay(tuesday, 'en-IN');
const PUNE = { city: 'Pune', country: 'India', original: 'Pune' };
const COUNSELLING = { service: 'Counselling', date: sysDate(tuesday), time: sysTime(10) };
const WEATHER = 'It is 27 °C and partly cloudy in Pune, India. It feels like 29 °C.';
const FEES = /^You have ₹25,700 to pay\. Library and laboratory, ₹4,500, is overdue since /;

/** What answers everybody alike: what the session has of other topics changes nothing. */
const ALIKE = new Set(['weather', 'library', 'faculty', 'ask', 'fallback']);

/** What is said first on a turn. Where everybody is answered alike, the whole answer is that of a new session. */
async function hear(chat: Conversation, ...turn: Parameters<Conversation['turn']>): Promise<string> {
  const answer = await chat.turn(...turn);
  if (ALIKE.has(turn[0])) expect(answer).toEqual(await campus.conversation().turn(...turn));
  return answer.fulfillmentResponse.messages[0].text.text[0];
}

test('Seventeen turns over all topics: no topic is led astray by what another one left in the session', async () => {
  const chat = campus.conversation({ callerId: '+912000001010' });

  expect(await hear(chat, 'welcome', 'WELCOME')).toBe('Hello, I am the Campus assistant.');

  const weather = { intent: 'weather.ask', heard: { location: PUNE } };
  expect(await hear(chat, 'weather', 'Weather in Pune?', weather)).toBe(WEATHER);

  const technology = { intent: 'clubs.find', heard: { club_query: 'technology' } };
  expect(await hear(chat, 'clubs', 'Technology clubs?', technology)).toMatch(/^I found 5 clubs\. The first 3: Neural /);
  const more = { page: 'Search results', sets: { more: true } };
  expect(await hear(chat, 'clubs', 'Show more', more)).toMatch(/^The last 2 of 5 clubs: .* That was all\.$/);

  const python = { intent: 'library.find', heard: { book_query: 'Python' } };
  expect(await hear(chat, 'library', 'Books on Python?', python)).toMatch(/^I found 3 books: Fluent Python /);

  const physics = { intent: 'faculty.find', heard: { department: 'Physics' } };
  expect(await hear(chat, 'faculty', 'Who is in the physics department?', physics)).toMatch(
    /^I found 6 teachers\. The first 3: Mahadev Tikonkar, Lecturer in Physics; /,
  );
  // The department of the question before is not the one of this question.
  const torvane = { intent: 'faculty.find', heard: { faculty_query: 'Torvane' } };
  expect(await hear(chat, 'faculty', 'Where is Torvane?', torvane)).toMatch(
    /^Dr\. Ashwini Torvane is Professor in Computer Science /,
  );

  const wish = { intent: 'booking.create', heard: COUNSELLING };
  expect(await hear(chat, 'booking', 'Book counselling on Tuesday at ten', wish)).toBe(
    `You are booked: Counselling on ${TUESDAY} at 10:00 am, in Mula House, room 104. ` +
      `Your confirmation number is ${chat.parameters.booking_id}.`,
  );
  const { booking_id } = chat.parameters;

  const asha = { page: 'Identification', form: { student_number: 'S1024', pin: '4821' } };
  expect(await hear(chat, 'account', 'My balance, please', { intent: 'account.show', ...asha })).toBe(
    'Your balance is ₹1,240.50.',
  );

  // The number of the appointment is still known, and fills the form.
  expect(await hear(chat, 'booking', 'Cancel my appointment', { intent: 'booking.cancel' })).toBe(
    `Your appointment is cancelled: Counselling on ${TUESDAY} at 10:00 am.`,
  );

  const fees = { intent: 'fees.due', page: 'Account of a known student' };
  expect(await hear(chat, 'fees', 'What do I owe?', fees)).toMatch(FEES);

  // Neither the cancelling nor the old number stands in the way.
  expect(await hear(chat, 'booking', 'Book counselling on Tuesday at ten after all', wish)).toBe(
    `You are booked: Counselling on ${TUESDAY} at 10:00 am, in Mula House, room 104. ` +
      `Your confirmation number is ${chat.parameters.booking_id}.`,
  );
  expect(chat.parameters.booking_id).not.toBe(booking_id);

  const complaint = 'The wifi in the hostel is terrible and keeps dropping.';
  const feedback = { intent: 'feedback.give', form: { feedback_text: complaint } };
  expect(await hear(chat, 'feedback', complaint, feedback)).toBe(
    'Thank you. I have written that down under hostel. I am sorry that this went badly.',
  );

  const question = { intent: 'question.ask', heard: { question: 'How much is the hostel fee?' } };
  expect(await hear(chat, 'ask', 'How much is the hostel fee?', question)).toBe(
    'The fee for hostel is ₹38,000 per semester.',
  );

  expect(await hear(chat, 'fallback', 'Sing me a song')).toBe("I'm sorry, I can't help with that.");

  const details = { name: 'Asha', email: 'asha@example.edu', phone: '+91 20 0000 1010' };
  expect(await hear(chat, 'first-page', 'Take my details', { intent: 'profile.give', form: details })).toBe(
    'We have received the parameters.',
  );
  expect(await hear(chat, 'welcome', 'Forget me', { intent: 'person.forget' })).toBe(
    'I have forgotten your name, your e-mail address and your phone number.',
  );

  // Name, e-mail address, telephone number and all of the account are gone, and the PIN was never kept.
  const left = [
    ...['account_request', 'account_topic', 'answer_sources', 'book_query', 'booking_action'],
    ...['booking_id', 'booking_start', 'booking_state', 'campus_topic', 'club_query', 'date', 'faculty_query'],
    ...['feedback_category', 'feedback_confidence', 'feedback_id', 'feedback_sentiment', 'feedback_text'],
    ...['greeted', 'location', 'question', 'results_shown', 'results_total', 'returning', 'service'],
    ...['time', 'weather_condition', 'weather_place', 'weather_temperature_c'],
  ];
  expect(new Set(Object.keys(chat.parameters))).toEqual(new Set(left));
});
