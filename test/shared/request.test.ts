import { expect, test } from '@jest/globals';
import { parseRequest } from '../../shared/request.ts';
import { fixture } from '../helpers/requests.ts';
import { thrown } from '../helpers/thrown.ts';

const NOTHING = {
  id: '',
  tag: '',
  query: null,
  language: 'und',
  detectedLanguage: null,
  session: null,
  agent: null,
  intent: null,
  page: null,
  form: null,
  params: {},
  messages: [],
  payload: {},
  callerId: null,
  sentiment: null,
};

test('a whole form turn is understood', () => {
  const agent = { project: 'campus-demo', location: 'europe-west1', agent: '6a1f0c3e-2b4d-4e5f-8a9b-0c1d2e3f4a5b' };
  const prefix = 'projects/campus-demo/locations/europe-west1/agents/6a1f0c3e-2b4d-4e5f-8a9b-0c1d2e3f4a5b';
  expect(parseRequest(fixture('form-turn'))).toEqual({
    id: '3f1c7a52-8d0e-4b7a-9c1e-5a6b7c8d9e0f',
    tag: 'weather',
    query: { kind: 'text', value: 'what is the weather in pune' },
    language: 'en',
    detectedLanguage: { input: 'en', resolved: 'en', confidence: 1 },
    session: {
      name: `${prefix}/environments/live/sessions/dfMessenger-20613377`,
      id: 'dfMessenger-20613377',
      environment: 'live',
    },
    agent,
    intent: {
      name: `${prefix}/intents/9d8c7b6a-5f4e-4d3c-8b2a-1f0e9d8c7b6a`,
      displayName: 'weather.ask',
      confidence: 0.8412,
      parameters: { location: { original: 'in pune', resolved: 'Pune' } },
    },
    page: {
      name: `${prefix}/flows/1b2c3d4e-5f60-4718-8293-a4b5c6d7e8f9/pages/0f1e2d3c-4b5a-4697-8877-665544332211`,
      id: '0f1e2d3c-4b5a-4697-8877-665544332211',
      displayName: 'Ask for the place',
      flow: `${prefix}/flows/1b2c3d4e-5f60-4718-8293-a4b5c6d7e8f9`,
    },
    form: [{ name: 'location', required: true, state: 'FILLED', value: 'Pune', justCollected: true }],
    params: { location: 'Pune', greeted: true, visits: 3, topics: ['weather', 'fees'] },
    messages: [
      {
        text: { text: ['One moment, I am looking it up.'], redactedText: ['One moment, I am looking it up.'] },
        responseType: 'HANDLER_PROMPT',
        source: 'VIRTUAL_AGENT',
      },
    ],
    payload: {},
    callerId: null,
    sentiment: null,
  });
});

test.each<[string, unknown, object]>([
  ['an empty object', {}, {}],
  ['a tag alone', { fulfillmentInfo: { tag: 'a' } }, { tag: 'a' }],
  ['a tag that is null', { fulfillmentInfo: { tag: null } }, {}],
  ['null in every place', { intentInfo: null, pageInfo: null, sessionInfo: null, messages: null, payload: null }, {}],
  ['unknown fields', { surprise: { a: 1 }, fulfillmentInfo: { tag: 'a', b: [2] } }, { tag: 'a' }],
  ['an event', { triggerEvent: 'hello' }, { query: { kind: 'event', value: 'hello' } }],
  ['an intent', { triggerIntent: 'i' }, { query: { kind: 'intent', value: 'i' } }],
  ['speech', { transcript: 'hi' }, { query: { kind: 'transcript', value: 'hi' } }],
  ['keys', { dtmfDigits: '42' }, { query: { kind: 'dtmf', value: '42' } }],
  ['a language with a region in lower case', { languageCode: 'en-us' }, { language: 'en-US' }],
  ['a language in upper case', { languageCode: 'PT-BR' }, { language: 'pt-BR' }],
  ['a language with a script', { languageCode: 'zh-hant-tw' }, { language: 'zh-Hant-TW' }],
  ['session parameters', { sessionInfo: { parameters: { a: null, b: [1] } } }, { params: { a: null, b: [1] } }],
  [
    'a phone call',
    { payload: { telephony: { caller_id: '+12025550100' } } },
    { payload: { telephony: { caller_id: '+12025550100' } }, callerId: '+12025550100' },
  ],
  ['a payload of another form', { payload: { telephony: 'x' } }, { payload: { telephony: 'x' } }],
  ['a sentiment', { sentimentAnalysisResult: { score: -0.5 } }, { sentiment: { score: -0.5, magnitude: 0 } }],
  [
    'a page without a form',
    { pageInfo: { currentPage: 'projects/p/locations/l/agents/a/flows/f/pages/START_PAGE' } },
    {
      agent: { project: 'p', location: 'l', agent: 'a' },
      page: {
        name: 'projects/p/locations/l/agents/a/flows/f/pages/START_PAGE',
        id: 'START_PAGE',
        displayName: '',
        flow: 'projects/p/locations/l/agents/a/flows/f',
      },
      form: [],
    },
  ],
  [
    'names of another form',
    { pageInfo: { currentPage: 'HERE' }, sessionInfo: { session: 'THIS' } },
    {
      page: { name: 'HERE', id: 'HERE', displayName: '', flow: null },
      form: [],
      session: { name: 'THIS', id: 'THIS', environment: null },
    },
  ],
  [
    'a form parameter without a name',
    { pageInfo: { formInfo: { parameterInfo: [{ displayName: null, value: null }] } } },
    { page: { name: '', id: '', displayName: '', flow: null }, form: [] },
  ],
])('%s is understood', (_title, body, expected) => {
  expect(parseRequest(body)).toEqual({ ...NOTHING, ...expected });
});

test('what the intent heard stands over the form, and the form over the session', () => {
  const turn = parseRequest({
    sessionInfo: { parameters: { a: 'session', b: 'session', c: 'session', d: 'session' } },
    pageInfo: {
      formInfo: {
        parameterInfo: [
          { displayName: 'b', value: 'form' },
          { displayName: 'c', value: 'form' },
          { displayName: 'd', state: 'EMPTY' },
        ],
      },
    },
    intentInfo: {
      parameters: { c: { originalValue: 'said', resolvedValue: 'heard' }, e: { originalValue: 'said' }, d: {} },
    },
  });
  expect(turn.params).toEqual({ a: 'session', b: 'form', c: 'heard', d: 'session', e: 'said' });
});

test('a parameter called __proto__ is a parameter and nothing more', () => {
  const turn = parseRequest(
    JSON.parse(
      '{"sessionInfo":{"parameters":{"__proto__":{"admin":true}}},"intentInfo":{"parameters":{"__proto__":{}}}}',
    ),
  );
  expect(Object.keys(turn.params)).toEqual(['__proto__']);
  expect(Object.getPrototypeOf(turn.params)).toBe(Object.prototype);
  expect((turn.params as { admin?: boolean }).admin).toBeUndefined();
});

test.each<[unknown, string]>([
  [undefined, 'The body must be a JSON object, this one is nothing.'],
  [null, 'The body must be a JSON object, this one is null.'],
  ['hi', 'The body must be a JSON object, this one is a string.'],
  [[], 'The body must be a JSON object, this one is a list.'],
  [{ fulfillmentInfo: 'weather' }, 'fulfillmentInfo: expected an object, got a string.'],
  [{ fulfillmentInfo: { tag: 7 } }, 'fulfillmentInfo.tag: expected a string, got a number.'],
  [{ sessionInfo: { parameters: [] } }, 'sessionInfo.parameters: expected an object, got a list.'],
  [{ sessionInfo: { session: {} } }, 'sessionInfo.session: expected a string, got an object.'],
  [{ intentInfo: { confidence: 'high' } }, 'intentInfo.confidence: expected a number, got a string.'],
  [{ intentInfo: { parameters: { a: 1 } } }, 'intentInfo.parameters.a: expected an object, got a number.'],
  [
    { pageInfo: { formInfo: { parameterInfo: [{}, { displayName: true }] } } },
    'pageInfo.formInfo.parameterInfo[1].displayName: expected a string, got a boolean.',
  ],
  [
    { pageInfo: { formInfo: { parameterInfo: [{ required: 'yes' }] } } },
    'pageInfo.formInfo.parameterInfo[0].required: expected true or false, got a string.',
  ],
  [{ messages: {} }, 'messages: expected a list, got an object.'],
  [{ messages: ['hi'] }, 'messages[0]: expected an object, got a string.'],
  [{ text: 5 }, 'text: expected a string, got a number.'],
  [{ payload: [] }, 'payload: expected an object, got a list.'],
  [{ sentimentAnalysisResult: { score: '0' } }, 'sentimentAnalysisResult.score: expected a number, got a string.'],
  [{ languageInfo: { confidenceScore: true } }, 'languageInfo.confidenceScore: expected a number, got a boolean.'],
])('%j is refused by its path', (body, message) => {
  expect(thrown(() => parseRequest(body))).toEqual({ name: 'WebhookError', code: 'bad-request', message });
});
