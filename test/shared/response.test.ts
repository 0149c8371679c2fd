import { expect, test } from '@jest/globals';
import { parseRequest } from '../../shared/request.ts';
import { formatReply, type Reply } from '../../shared/response.ts';
import { expectConformant } from '../helpers/conformance.ts';
import { AGENT, FLOW, formRequest, request } from '../helpers/requests.ts';
import { thrown } from '../helpers/thrown.ts';

const TURN = parseRequest(request('any'));
const FORM_TURN = parseRequest(formRequest('any', { Email: 'a@example.com', phone: null }));
const START = '00000000-0000-0000-0000-000000000000';
const text = (...variants: string[]) => ({ text: { text: variants } });

test.each<[string, Reply, object]>([
  ['nothing', {}, {}],
  ['words', { say: 'Hello' }, { fulfillmentResponse: { messages: [text('Hello')] } }],
  [
    'several texts, then messages',
    { say: ['Hello', 'there'], messages: [text('a', 'b'), { payload: { x: [1] } }] },
    { fulfillmentResponse: { messages: [text('Hello'), text('there'), text('a', 'b'), { payload: { x: [1] } }] } },
  ],
  ['empty words', { say: ['', 'Hi', ''] }, { fulfillmentResponse: { messages: [text('Hi')] } }],
  [
    'words in the place of all others',
    { say: 'Hi', replace: true },
    { fulfillmentResponse: { messages: [text('Hi')], mergeBehavior: 'REPLACE' } },
  ],
  ['silence in the place of all words', { replace: true }, { fulfillmentResponse: { mergeBehavior: 'REPLACE' } }],
  [
    'session parameters, null among them',
    { session: { a: { b: [1, null] }, gone: null, untouched: undefined } },
    { sessionInfo: { parameters: { a: { b: [1, null] }, gone: null } } },
  ],
  ['a payload for the client', { payload: { a: 1 } }, { payload: { a: 1 } }],
  ['a page by its id', { toPage: 'abc-1' }, { targetPage: `${FLOW}/pages/abc-1` }],
  ['a symbolic page', { toPage: 'END_FLOW_WITH_FAILURE' }, { targetPage: `${FLOW}/pages/END_FLOW_WITH_FAILURE` }],
  ['a page by its full name', { toPage: `${AGENT}/flows/f/pages/p` }, { targetPage: `${AGENT}/flows/f/pages/p` }],
  ['the end of the session', { end: true }, { targetPage: `${FLOW}/pages/END_SESSION` }],
  ['no end', { end: false }, {}],
  ['a flow by its id', { toFlow: 'f-2' }, { targetFlow: `${AGENT}/flows/f-2` }],
  ['a flow by its full name', { toFlow: `${AGENT}/flows/f` }, { targetFlow: `${AGENT}/flows/f` }],
])('a reply may hold %s', (_title, reply, expected) => {
  const response = formatReply(reply, TURN);
  expect(response).toEqual(expected);
  expectConformant(JSON.parse(JSON.stringify(response)));
});

test('form parameters are changed and asked again under the spelling of the form', () => {
  const response = formatReply(
    { invalid: ['email'], form: { PHONE: { value: null, required: false }, email: { value: 'b@example.com' } } },
    FORM_TURN,
  );
  expect(response).toEqual({
    pageInfo: {
      formInfo: {
        parameterInfo: [
          { displayName: 'phone', value: null, required: false },
          { displayName: 'Email', value: 'b@example.com', state: 'INVALID' },
        ],
      },
    },
  });
  expectConformant(response);
});

test('form parameters that the page does not have are left out', () => {
  expect(formatReply({ say: 'Hm.', invalid: ['age'], form: { size: { value: 1 } } }, FORM_TURN)).toEqual({
    fulfillmentResponse: { messages: [text('Hm.')] },
  });
  expect(formatReply({ invalid: ['age'] }, TURN)).toEqual({});
});

test('form parameters are passed on where the request does not say which page it is', () => {
  expect(formatReply({ invalid: ['age'] }, parseRequest({}))).toEqual({
    pageInfo: { formInfo: { parameterInfo: [{ displayName: 'age', state: 'INVALID' }] } },
  });
});

test('a session that names no page is taken to be in the Default Start Flow', () => {
  const turn = parseRequest({ sessionInfo: { session: `${AGENT}/sessions/1` } });
  expect(formatReply({ end: true }, turn)).toEqual({ targetPage: `${AGENT}/flows/${START}/pages/END_SESSION` });
});

test.each<[unknown, string]>([
  [undefined, 'A handler returns an object, this one returned nothing.'],
  ['Hello', 'A handler returns an object, this one returned a string.'],
  [['Hello'], 'A handler returns an object, this one returned a list.'],
  [
    { text: 'Hello' },
    'text: a reply has no such key; it may have say, messages, session, invalid, form, payload, replace, toPage, toFlow, end.',
  ],
  [{ say: 5 }, 'say: expected a string or a list of strings, got a number.'],
  [{ say: ['a', null] }, 'say[1]: expected a string, got null.'],
  [{ messages: { text: 'a' } }, 'messages: expected a list, got an object.'],
  [{ session: ['a'] }, 'session: expected an object, got a list.'],
  [{ payload: 'a' }, 'payload: expected an object, got a string.'],
  [{ invalid: 'email' }, 'invalid: expected a list of parameter names, got a string.'],
  [{ invalid: [1] }, 'invalid: expected parameter names, got a number.'],
  [{ form: [] }, 'form: expected an object, got a list.'],
  [{ form: { phone: 'x' } }, 'form.phone: expected { value, required }, got a string.'],
  [{ form: { phone: { state: 'INVALID' } } }, 'form.phone.state: only value and required can be changed.'],
  [{ form: { phone: { required: 'yes' } } }, 'form.phone.required: expected true or false, got a string.'],
  [{ toPage: 'a', end: true }, 'A reply goes to one place, this one says toPage and end.'],
  [{ toPage: 'a', toFlow: 'b' }, 'A reply goes to one place, this one says toPage and toFlow.'],
  [
    { toPage: 'Order status' },
    'toPage: expected a page id, a symbolic page such as END_FLOW, or projects/P/locations/L/agents/A/flows/F/pages/PG.',
  ],
  [{ toFlow: 'My flow' }, 'toFlow: expected a flow id or projects/P/locations/L/agents/A/flows/F.'],
])('the reply %j is refused', (reply, message) => {
  expect(thrown(() => formatReply(reply as Reply, FORM_TURN))).toEqual({
    name: 'WebhookError',
    code: 'invalid-reply',
    message,
  });
});

test('a target without an agent to resolve it in is refused', () => {
  expect(thrown(() => formatReply({ toPage: 'START_PAGE' }, parseRequest({}))).message).toBe(
    'toPage: the request names no agent, so page START_PAGE has no full name.',
  );
  expect(thrown(() => formatReply({ toFlow: 'f' }, parseRequest({}))).message).toBe(
    'toFlow: the request names no agent, so flow f has no full name.',
  );
});

test('illegal replies do not compile', () => {
  const replies: Reply[] = [
    // @ts-expect-error two places to go to
    { toPage: 'a', toFlow: 'b' },
    // @ts-expect-error a key that no reply has
    { text: 'hello' },
    // @ts-expect-error two contents in one message
    { messages: [{ text: { text: ['a'] }, payload: {} }] },
    // @ts-expect-error a content that only CX makes
    { messages: [{ endInteraction: {} }] },
    // @ts-expect-error not JSON
    { session: { when: new Date() } },
  ];
  expect(replies).toHaveLength(5);
});
