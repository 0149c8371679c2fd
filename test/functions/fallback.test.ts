import { expect, test } from '@jest/globals';
import fallback from '../../functions/fallback.ts';
import { request } from '../helpers/requests.ts';
import { openService } from '../helpers/service.ts';

const TOPICS = [
  ...['Weather', 'Fees', 'My account', 'Appointment', 'Faculty', 'Library', 'Clubs'],
  ...['Feedback', 'My details', 'Ask a question'],
];

test.each(['fallback', 'default'])('%s says that it could not help, and what it can do', async (tag) => {
  const { post } = openService(fallback, { name: 'fallback' });
  expect((await post(request(tag))).body).toEqual({
    fulfillmentResponse: {
      messages: [
        { text: { text: ["I'm sorry, I can't help with that."] } },
        {
          text: {
            text: [
              'I can tell you the weather, your fees and your account, book an appointment, find teachers, books and clubs, ' +
                'take your feedback and your details, and answer questions about the campus.',
            ],
          },
        },
        { payload: { richContent: [[{ type: 'chips', options: TOPICS.map((text) => ({ text })) }]] } },
      ],
    },
  });
});
