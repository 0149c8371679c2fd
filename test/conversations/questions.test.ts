import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { asksAgain, type Campus, cards, chips, says, startCampus } from '../helpers/conversation.ts';
import { stopAll } from '../helpers/process.ts';

/** Questions and feedback in one's own words, fees by the flexible webhook, and what nobody understood. */

let campus: Campus;
beforeAll(async () => {
  campus = await startCampus();
});
afterAll(stopAll);

const fact = (title: string, subtitle: string) => ({ type: 'list', title, subtitle });
const sources = (...titles: string[]) => ({ parameters: { answer_sources: titles, 'ask-error': null } });

test('Questions: the language model answers from the facts of the college, and nothing is guessed', async () => {
  const chat = campus.conversation();
  const hostel = 'The fee for hostel is ₹38,000 per semester.';
  expect(
    await chat.turn('ask', 'xqzzv blorf?', { intent: 'question.ask', heard: { question: 'xqzzv blorf' } }),
  ).toEqual({
    fulfillmentResponse: {
      messages: [
        says("I'm sorry, I don't know that, and I would rather not guess."),
        says('I know about departments, teachers, fees, services, clubs, books and holidays.'),
        cards(chips('Fees', 'Teachers', 'Clubs', 'Library')),
      ],
    },
    sessionInfo: sources(),
  });

  expect(
    await chat.turn('ask', 'How much is the hostel fee?', {
      intent: 'question.ask',
      heard: { question: 'How much is the hostel fee?' },
    }),
  ).toEqual({
    fulfillmentResponse: { messages: [says(hostel), cards([fact('Hostel fee', hostel)])] },
    sessionInfo: sources('Hostel fee'),
  });

  // The agent empties `question` after each answer: without it, what was just said is the question.
  const office =
    'Accounts office is at Main Building, counter 3, Monday to Friday 10:00 am to 1:00 pm and 2:00 pm to 4:00 pm; ' +
    'Saturday 10:00 am to 12:00 pm.';
  const accounting =
    'Makarand Vedpathkar, Associate Professor in Commerce and Management, teaches accounting, auditing, cost accounting. ' +
    'Office Mutha House, room 126, Thursdays, 15:00 to 17:00, makarand.vedpathkar@example.edu.';
  expect(
    await chat.turn('ask', 'When is the accounts office open?', {
      page: 'Question answered',
      sets: { question: null },
    }),
  ).toEqual({
    fulfillmentResponse: {
      messages: [
        says(office),
        cards([
          fact('Accounts office', `${office} An appointment takes 15 minutes.`),
          fact('Makarand Vedpathkar', accounting),
        ]),
      ],
    },
    sessionInfo: sources('Accounts office', 'Makarand Vedpathkar'),
  });
});

test('Feedback: asked for, taken down with what it is about, a second one, and no category by a guess', async () => {
  const chat = campus.conversation();
  const taken = (thanks: string, category: string) => ({
    fulfillmentResponse: {
      messages: [says(thanks), says('Is there anything else?'), cards(chips('More feedback', 'Talk to a counsellor'))],
    },
    sessionInfo: {
      parameters: {
        feedback_id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/),
        feedback_category: category,
        feedback_confidence: expect.any(Number), // the classifier is trained anew now and then
        feedback_sentiment: expect.any(Number),
      },
    },
  });
  expect(await chat.turn('feedback', 'FEEDBACK', { page: 'Feedback words' })).toEqual({
    fulfillmentResponse: { messages: [says('I am listening: what would you like to tell the college?')] },
    pageInfo: asksAgain('feedback_text'),
  });

  const complaint = 'The wifi in the hostel is terrible and keeps dropping.';
  expect(await chat.turn('feedback', complaint, { form: { feedback_text: complaint } })).toEqual(
    taken('Thank you. I have written that down under hostel. I am sorry that this went badly.', 'hostel'),
  );
  const { feedback_id, feedback_sentiment, feedback_confidence } = chat.parameters;
  expect(feedback_sentiment).toBeLessThan(0);
  expect(feedback_confidence).toBeGreaterThanOrEqual(0.6); // else the category would not be said

  const praise = 'The library is wonderful, so quiet, and the staff is very helpful.';
  expect(await chat.turn('feedback', praise, { intent: 'feedback.give', form: { feedback_text: praise } })).toEqual(
    taken('Thank you. I have written that down under library.', 'library'),
  );
  expect(chat.parameters.feedback_id).not.toBe(feedback_id);

  expect(
    await chat.turn('feedback', 'Hm, well.', { intent: 'feedback.give', form: { feedback_text: 'Hm, well.' } }),
  ).toEqual(taken('Thank you. I have written that down.', 'other'));
});

test('A semester costs the same by POST and by GET; an unknown programme is told all that there are', async () => {
  const lines = [
    { name: 'Tuition, 20 credits', amount: 37_000 },
    { name: 'Library and laboratory', amount: 4500 },
    { name: 'Examination', amount: 2200 },
    { name: 'Hostel', amount: 38_000 },
  ];
  const quote = {
    status: 200,
    body: { known: true, programme: 'Bachelor of Science', currency: 'INR', lines, total: 81_700 },
  };
  const params = { programme: 'bachelor of science', credits: 20, hostel: true };
  expect(await campus.flexible('POST', 'fee-quote', params)).toEqual(quote);
  expect(await campus.flexible('POST', 'fee-quote', { ...params, credits: '20', hostel: 'yes' })).toEqual(quote);
  expect(await campus.flexible('GET', 'fee-quote', params)).toEqual(quote);
  expect(await campus.flexible('GET', 'fee-quote', { ...params, hostel: 'no' })).toEqual({
    status: 200,
    body: { ...quote.body, lines: lines.slice(0, 3), total: 43_700 },
  });

  const degrees = ['Arts', 'Business Administration', 'Commerce', 'Computer Applications', 'Science', 'Technology'];
  expect(await campus.flexible('POST', 'fee-quote', { ...params, programme: 'Law' })).toEqual({
    status: 200,
    body: {
      known: false,
      programmes: ['Bachelor of', 'Master of'].flatMap((of) => degrees.map((in_) => `${of} ${in_}`)),
    },
  });
  expect(await campus.flexible('GET', 'fee-quote', { ...params, credits: 90 })).toEqual({
    status: 400,
    body: { error: { code: 'bad-request', message: 'Parameter credits: missing or not valid.' } },
  });
});

const LOST = {
  fulfillmentResponse: {
    messages: [
      says("I'm sorry, I can't help with that."),
      says(
        'I can tell you the weather, your fees and your account, book an appointment, find teachers, books and clubs, ' +
          'take your feedback and your details, and answer questions about the campus.',
      ),
      cards(
        chips(
          ...['Weather', 'Fees', 'My account', 'Appointment', 'Faculty', 'Library', 'Clubs'],
          ...['Feedback', 'My details', 'Ask a question'],
        ),
      ),
    ],
  },
};

test('What nobody understood gets the same answer each time, and the next topic goes on', async () => {
  const chat = campus.conversation();
  expect(await chat.turn('fallback', 'Sing me a song')).toEqual(LOST);
  expect(await chat.turn('fallback', 'Sing!', { tag: 'default' })).toEqual(LOST);
  expect(await chat.turn('welcome', 'Hello?', { intent: 'Default Welcome Intent' })).toMatchObject({
    sessionInfo: { parameters: { greeted: true } },
  });
});

test('The router answers a tag as the function does at its own URL, whichever of the two is called first', async () => {
  const chat = campus.conversation();
  expect(await chat.turn('router', 'Sing me a song', { tag: 'fallback' })).toEqual(LOST);
  expect(await chat.repeat('fallback')).toEqual(LOST);

  const feedback = await chat.turn('router', 'The canteen is good.', { tag: 'feedback' });
  expect(await chat.repeat('feedback')).toEqual(feedback);

  expect(await chat.turn('router', 'Hello', { tag: 'no-such-tag' })).toEqual({
    fulfillmentResponse: { messages: [says('No handler for the tag: no-such-tag')] },
  });
});
