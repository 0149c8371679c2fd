import { expect, test } from '@jest/globals';
import { buildFlexible, buildRequest } from '../../dev/local/request.ts';
import { parseRequest } from '../../shared/request.ts';
import { expectConformant } from '../helpers/conformance.ts';

const AGENT = 'projects/local_project/locations/global/agents/c0ffee00-0000-4000-8000-000000000000';
const START_PAGE = `${AGENT}/flows/00000000-0000-0000-0000-000000000000/pages/START_PAGE`;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

test('A request without wishes is a text on the start page, with defaults left out', () => {
  expect(buildRequest({ tag: 'weather', turn: 'turn-1' })).toStrictEqual({
    detectIntentResponseId: 'turn-1',
    pageInfo: { currentPage: START_PAGE, displayName: 'Start Page' },
    sessionInfo: { session: `${AGENT}/sessions/local` },
    fulfillmentInfo: { tag: 'weather' },
    text: 'Hello',
    languageCode: 'en',
    languageInfo: { inputLanguageCode: 'en', resolvedLanguageCode: 'en', confidenceScore: 1 },
  });
});

test('A request with every wish has each where CX puts it', () => {
  const request = buildRequest({
    tag: 'firstPage',
    params: { visits: 3, name: 'Old' },
    form: { name: 'Asha', email: null },
    input: { dtmfDigits: '42' },
    language: 'de-CH',
    session: 'abc',
    page: 'Your details',
    queued: 'One moment.',
    turn: 'turn-2',
  });
  expect(request).toStrictEqual({
    detectIntentResponseId: 'turn-2',
    pageInfo: {
      currentPage: expect.stringMatching(/\/pages\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      formInfo: {
        parameterInfo: [
          { displayName: 'name', required: true, state: 'FILLED', value: 'Asha', justCollected: true },
          { displayName: 'email', required: true, state: 'EMPTY' },
        ],
      },
      displayName: 'Your details',
    },
    sessionInfo: { session: `${AGENT}/sessions/abc`, parameters: { visits: 3, name: 'Asha' } },
    fulfillmentInfo: { tag: 'firstPage' },
    messages: [
      {
        text: { text: ['One moment.'], redactedText: ['One moment.'] },
        responseType: 'HANDLER_PROMPT',
        source: 'VIRTUAL_AGENT',
      },
    ],
    dtmfDigits: '42',
    languageCode: 'de-CH',
    languageInfo: { inputLanguageCode: 'de-CH', resolvedLanguageCode: 'de-CH', confidenceScore: 1 },
  });
});

test("A request is a WebhookRequest by Google's own descriptors", () => {
  expectConformant(buildRequest({ tag: 'weather', params: { location: 'Pune' } }), 'WebhookRequest');
  expectConformant(
    buildRequest({ tag: 'a', form: { b: 1, c: null }, input: { triggerEvent: 'WELCOME' } }),
    'WebhookRequest',
  );
});

test('Every request is a turn of its own, in the same session', () => {
  const [first, second] = [buildRequest({ tag: 'a' }), buildRequest({ tag: 'a' })];
  expect(first.detectIntentResponseId).toMatch(UUID);
  expect(second.detectIntentResponseId).not.toBe(first.detectIntentResponseId);
  expect(second.sessionInfo).toEqual(first.sessionInfo);
});

test('A page has the same id whenever it is named', () => {
  const page = (name: string) => buildRequest({ tag: 'a', page: name }).pageInfo!.currentPage;
  expect(page('Help desk')).toBe(page('Help desk'));
  expect(page('Help desk')).not.toBe(page('Front desk'));
});

test('A page and a session can be given as whole resource names', () => {
  const { pageInfo, sessionInfo } = buildRequest({
    tag: 'a',
    page: 'projects/p/locations/l/agents/a/flows/f/pages/g',
    session: 'projects/p/locations/l/agents/a/environments/e/sessions/s',
  });
  expect(pageInfo).toStrictEqual({ currentPage: 'projects/p/locations/l/agents/a/flows/f/pages/g' });
  expect(sessionInfo).toStrictEqual({ session: 'projects/p/locations/l/agents/a/environments/e/sessions/s' });
});

test('The parser of this project reads what was meant', () => {
  const turn = parseRequest(buildRequest({ tag: 'a', params: { b: [1] }, form: { c: 'd' }, input: { text: 'Hi' } }));
  expect(turn).toMatchObject({ tag: 'a', params: { b: [1], c: 'd' }, query: { kind: 'text', value: 'Hi' } });
});

test('A flexible request carries its parameters in the body where the method has one', () => {
  const params = { programme: 'Bachelor of Science', credits: 12, topics: ['fees'] };
  for (const method of ['POST', 'PUT', 'PATCH'] as const) {
    expect(buildFlexible(method, params)).toStrictEqual({ query: '', body: JSON.stringify(params) });
  }
});

test('A flexible request carries its parameters in the query where the method has no body', () => {
  const params = { programme: 'B & C', credits: 12, topics: ['fees'] };
  for (const method of ['GET', 'HEAD', 'DELETE', 'OPTIONS'] as const) {
    expect(buildFlexible(method, params)).toStrictEqual({
      query: 'programme=B+%26+C&credits=12&topics=%5B%22fees%22%5D',
      body: undefined,
    });
  }
});
