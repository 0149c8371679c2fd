import { expect, test } from '@jest/globals';
import firstPage from '../../functions/first-page.ts';
import type { JsonObject } from '../../shared/wire.ts';
import { formRequest, request } from '../helpers/requests.ts';
import { openService } from '../helpers/service.ts';

const { post } = openService(firstPage, { name: 'first-page' });
const PROFILE = {
  name: { name: 'Alex Example', original: 'alex example' },
  email: 'alex@example.com',
  phone: '+1 (202) 555-0100',
};

test.each(['first-page', 'firstPage'])('%s takes details that are complete', async (tag) => {
  expect((await post(request(tag, PROFILE))).body).toEqual({
    fulfillmentResponse: { messages: [{ text: { text: ['We have received the parameters.'] } }] },
    sessionInfo: { parameters: { profile_complete: true } },
  });
});

test.each<[JsonObject, string, string[]]>([
  [{ ...PROFILE, name: null }, 'What is your name?', ['name']],
  [{ ...PROFILE, name: '  ' }, 'What is your name?', ['name']],
  [{ ...PROFILE, email: 'alex at example' }, 'What is your e-mail address?', ['email']],
  [{ ...PROFILE, phone: '12' }, 'What is your phone number?', ['phone']],
  [{ ...PROFILE, phone: '12025550100'.repeat(2) }, 'What is your phone number?', ['phone']],
  [{ name: null, email: null, phone: null }, 'What is your name?', ['name', 'email', 'phone']],
])('details with a fault (%j) are asked for again', async (profile, question, invalid) => {
  expect((await post(formRequest('firstPage', profile))).body).toEqual({
    fulfillmentResponse: { messages: [{ text: { text: [question] } }] },
    pageInfo: { formInfo: { parameterInfo: invalid.map((displayName) => ({ displayName, state: 'INVALID' })) } },
  });
});
