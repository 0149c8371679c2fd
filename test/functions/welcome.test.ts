import { expect, test } from '@jest/globals';
import welcome from '../../functions/welcome.ts';
import { request } from '../helpers/requests.ts';
import { openService } from '../helpers/service.ts';

const { post } = openService(welcome, { name: 'welcome' });
const greeting = (hello: string) => ({
  fulfillmentResponse: {
    messages: [
      { text: { text: [hello] } },
      { text: { text: ['What can I do for you?'] } },
      {
        payload: {
          richContent: [[{ type: 'chips', options: [{ text: 'Weather' }, { text: 'Fees' }, { text: 'My details' }] }]],
        },
      },
    ],
  },
  sessionInfo: { parameters: { greeted: true } },
});

test('a stranger is greeted and shown what one can ask', async () => {
  expect((await post(request('welcome'))).body).toEqual(greeting('Hello, I am the Campus assistant.'));
  expect((await post(request('defaultWelcomeIntent'))).status).toBe(200);
});

test('somebody whose name is known is greeted by it', async () => {
  const name = { name: 'Alex', original: 'alex' };
  expect((await post(request('welcome', { name }))).body).toEqual(greeting('Hello Alex, I am the Campus assistant.'));
});
