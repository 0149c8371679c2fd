import { expect, test } from '@jest/globals';
import fallback from '../../functions/fallback.ts';
import { request } from '../helpers/requests.ts';
import { openService } from '../helpers/service.ts';

test.each(['fallback', 'default'])('%s says that it could not help, and what it can do', async (tag) => {
  const { post } = openService(fallback, { name: 'fallback' });
  expect((await post(request(tag))).body).toEqual({
    fulfillmentResponse: {
      messages: [
        { text: { text: ["I'm sorry, I can't help with that."] } },
        { text: { text: ['I can tell you the weather, quote your fees, or take your details.'] } },
        {
          payload: {
            richContent: [
              [{ type: 'chips', options: [{ text: 'Weather' }, { text: 'Fees' }, { text: 'My details' }] }],
            ],
          },
        },
      ],
    },
  });
});
