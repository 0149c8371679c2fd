import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fromProto3JSON, type JSONValue } from 'proto3-json-serializer';
import protobuf from 'protobufjs';
import type { Json } from '../../../../dev/emulator/agent.ts';
import { AnswerError, readAnswer } from '../../../../dev/emulator/call/answer.ts';
import { messageType } from '../../../helpers/conformance.ts';
import { flexibleOf, webhookOf } from './webhook.ts';

const standard = webhookOf();
const read = (answer: unknown) => readAnswer(JSON.stringify(answer), standard);

const NOTHING = {
  messages: [],
  mergeBehavior: 'APPEND',
  parameters: {},
  flowParameters: {},
  form: [],
  payload: null,
  targetPage: null,
  targetFlow: null,
};

const PAGE = 'projects/p/locations/global/agents/a/flows/f/pages/END_FLOW';
const said = (text: string[]) => ({
  kind: 'text',
  content: { text },
  channel: null,
  languageCode: null,
  responseType: null,
});

test('a whole answer', () => {
  const answer = {
    fulfillmentResponse: {
      messages: [
        { text: { text: ['Hello.', 'Hi.'], allowPlaybackInterruption: true }, responseType: 'ENTRY_PROMPT' },
        { payload: { allowPlaybackInterruption: 'mine', richContent: [[]] }, channel: 'web' },
        { knowledgeInfoCard: {} },
        {},
      ],
      mergeBehavior: 'REPLACE',
    },
    pageInfo: {
      currentPage: 'ignored',
      formInfo: {
        parameterInfo: [
          { displayName: 'size', required: true, state: 'INVALID', value: null, justCollected: true },
          { displayName: 'colour', state: 'PARAMETER_STATE_UNSPECIFIED' },
        ],
      },
    },
    sessionInfo: { session: 'ignored', parameters: { gone: null, order: { id: 7, lines: [1.5, 'x', false] } } },
    payload: { done: true },
    targetPage: PAGE,
  };
  expect(read(answer)).toEqual({
    messages: [
      { ...said(['Hello.', 'Hi.']), responseType: 'ENTRY_PROMPT' },
      {
        ...said([]),
        kind: 'payload',
        content: { allowPlaybackInterruption: 'mine', richContent: [[]] },
        channel: 'web',
      },
      { ...said([]), kind: 'knowledgeInfoCard', content: {} },
    ],
    mergeBehavior: 'REPLACE',
    parameters: { gone: null, order: { id: 7, lines: [1.5, 'x', false] } },
    flowParameters: {},
    form: [{ displayName: 'size', required: true, state: 'INVALID', value: null }, { displayName: 'colour' }],
    payload: { done: true },
    targetPage: PAGE,
    targetFlow: null,
  });
});

test.each<[string, unknown, object]>([
  ['nothing at all', {}, {}],
  ['nulls for everything', { fulfillmentResponse: null, sessionInfo: null, targetPage: null, payload: null }, {}],
  ['enums by number', { fulfillmentResponse: { mergeBehavior: 2 } }, { mergeBehavior: 'REPLACE' }],
  ['a number that no enum has', { fulfillmentResponse: { mergeBehavior: 9 } }, {}],
  ['an empty target', { targetPage: '' }, {}],
  ['one target, the other null', { targetPage: PAGE, targetFlow: null }, { targetPage: PAGE }],
  ['a text without variants', { fulfillmentResponse: { messages: [{ text: {} }] } }, { messages: [said([])] }],
  [
    'names as in the proto, and a text for a bool, as samples of CX have them',
    {
      fulfillment_response: { messages: [{ text: { text: ['Hi'] } }], merge_behavior: 'APPEND' },
      session_info: { parameters: { order_number: '12345' } },
      page_info: {
        form_info: {
          parameter_info: [{ display_name: 'order-number', required: 'true', state: 'INVALID', value: '123' }],
        },
      },
      target_flow: 'projects/p/flows/f',
    },
    {
      messages: [said(['Hi'])],
      parameters: { order_number: '12345' },
      form: [{ displayName: 'order-number', required: true, state: 'INVALID', value: '123' }],
      targetFlow: 'projects/p/flows/f',
    },
  ],
  [
    'a parameter called __proto__',
    JSON.parse('{"sessionInfo":{"parameters":{"__proto__":1}}}'),
    { parameters: JSON.parse('{"__proto__":1}') },
  ],
])('read: %s', (_, answer, changes) => {
  expect(read(answer)).toEqual({ ...NOTHING, ...changes });
});

test.each<[string, string, string]>([
  ['an empty body', '', 'Expect message object but got: null.'],
  ['null', 'null', 'Expect message object but got: null.'],
  ['a list', '[]', 'Expect message object but got: [].'],
  ['a text', '"Hello"', 'Expect message object but got: "Hello".'],
  [
    'an unknown field',
    '{"fulfilmentResponse":{}}',
    'Cannot find field: fulfilmentResponse in message google.cloud.dialogflow.cx.v3.WebhookResponse.',
  ],
  [
    'an unknown field further in',
    '{"fulfillmentResponse":{"messages":[{"text":{"text":["Hi"],"languageCode":"en"}}]}}',
    'Cannot find field: languageCode in message google.cloud.dialogflow.cx.v3.ResponseMessage.Text (at fulfillmentResponse.messages[0].text).',
  ],
  [
    'a name of Object.prototype',
    '{"constructor":{}}',
    'Cannot find field: constructor in message google.cloud.dialogflow.cx.v3.WebhookResponse.',
  ],
  ['two targets', `{"targetPage":"p","targetFlow":"f"}`, 'Only one of targetPage and targetFlow may be there.'],
  [
    'two kinds in one message',
    '{"fulfillmentResponse":{"messages":[{"text":{"text":["Hi"]},"payload":{}}]}}',
    'Only one of text and payload may be there (at fulfillmentResponse.messages[0]).',
  ],
  ['one field in both spellings', '{"target_page":"p","targetPage":"p"}', 'Field targetPage is there twice.'],
  [
    'endInteraction',
    '{"fulfillmentResponse":{"messages":[{"endInteraction":{}}]}}',
    'fulfillmentResponse.messages[0].endInteraction: CX alone says endInteraction, when a session ends: go to END_SESSION.',
  ],
  [
    'mixedAudio',
    '{"fulfillmentResponse":{"messages":[{"mixedAudio":{"segments":[]}}]}}',
    'fulfillmentResponse.messages[0].mixedAudio: CX alone makes mixedAudio: answer outputAudioText or playAudio.',
  ],
  [
    'an unknown name of an enum',
    '{"fulfillmentResponse":{"mergeBehavior":"replace"}}',
    'fulfillmentResponse.mergeBehavior has to be one of MERGE_BEHAVIOR_UNSPECIFIED, APPEND, REPLACE, not "replace".',
  ],
  [
    'a text where a list belongs',
    '{"fulfillmentResponse":{"messages":[{"text":{"text":"Hi"}}]}}',
    'fulfillmentResponse.messages[0].text.text has to be a list, not "Hi".',
  ],
  [
    'a number among texts',
    '{"fulfillmentResponse":{"messages":[{"text":{"text":["Hi",5]}}]}}',
    'fulfillmentResponse.messages[0].text.text[1] has to be a text, not 5.',
  ],
  ['a list for parameters', '{"sessionInfo":{"parameters":[]}}', 'sessionInfo.parameters has to be an object, not [].'],
])('refused: %s', (_, body, message) => {
  expect(() => readAnswer(body, standard)).toThrow(new AnswerError(message));
});

test('what is no JSON is refused with the parser\u2019s reason', () => {
  expect(() => readAnswer('<br', standard)).toThrow(/^The answer is not JSON: Unexpected token '<'/);
});

test('unknown fields may be passed over', () => {
  const body = '{"extra":1,"fulfillmentResponse":{"messages":[{"text":{"text":["Hi"]},"source":"VIRTUAL_AGENT"}]}}';
  expect(readAnswer(body, standard, 'ignore')).toEqual({ ...NOTHING, messages: [said(['Hi'])] });
});

/** Output only: CX refuses them of a webhook. */
const REFUSED = ['endInteraction', 'mixedAudio'];

/** JSON of any message, from Google's own descriptors; with names as in the proto where `snake` says so. */
function jsonOf(type: protobuf.Type): fc.Arbitrary<Json> {
  if (type.fullName === '.google.protobuf.Struct') return fc.dictionary(fc.string(), anyJson(), { maxKeys: 3 });
  if (type.fullName === '.google.protobuf.Value') return anyJson();
  const alone = type.fieldsArray.filter((field) => field.partOf === null && !REFUSED.includes(field.name));
  const fields = fc.record(Object.fromEntries(alone.map((field) => [field.name, jsonOfField(field)])), {
    requiredKeys: [],
  });
  const members = type.oneofsArray.map((oneof) => {
    const kinds = oneof.fieldsArray.filter(({ name }) => !REFUSED.includes(name));
    return fc.oneof(fc.constant({}), ...kinds.map((field) => fc.record({ [field.name]: jsonOfField(field) })));
  });
  return fc.tuple(fields, ...members).map((parts) => Object.assign({}, ...parts));
}

function jsonOfField(field: protobuf.Field): fc.Arbitrary<Json> {
  const one = jsonOfOne(field);
  if (field.map) return fc.dictionary(fc.string(), one, { maxKeys: 3 });
  return field.repeated ? fc.array(one, { maxLength: 3 }) : one;
}

function jsonOfOne({ resolvedType, type }: protobuf.Field): fc.Arbitrary<Json> {
  if (resolvedType instanceof protobuf.Type) return jsonOf(resolvedType);
  if (resolvedType instanceof protobuf.Enum) return fc.constantFrom(...Object.keys(resolvedType.values));
  if (type === 'bool') return fc.boolean();
  if (type === 'string') return fc.string();
  throw new Error(`The generator does not know ${type}.`);
}

const anyJson = () => fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as Json);

/** Inside of these anything may stand, and names are not the proto's. */
const FREE = ['payload', 'metadata', 'parameters', 'value', 'inputParameters'];

function snakeCase(json: Json): Json {
  if (json === null || typeof json !== 'object') return json;
  if (Array.isArray(json)) return json.map(snakeCase);
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      FREE.includes(name) ? value : snakeCase(value),
    ]),
  );
}

test("every answer that Google's own codec takes is read, in either spelling, and nothing of it is lost", () => {
  const type = messageType('WebhookResponse');
  fc.assert(
    // biome-ignore lint/suspicious/noExplicitAny: what is generated has the descriptors' types
    fc.property(jsonOf(type) as fc.Arbitrary<any>, (answer) => {
      fromProto3JSON(type, answer as JSONValue);
      const found = read(answer);
      expect(read(snakeCase(answer))).toEqual(found);
      expect(found.parameters).toEqual(answer.sessionInfo?.parameters ?? {});
      expect(found.payload).toEqual(answer.payload ?? null);
      expect(found.form.map(({ displayName }) => displayName)).toEqual(
        (answer.pageInfo?.formInfo?.parameterInfo ?? []).map(({ displayName = '' }) => displayName),
      );
      const texts = (answer.fulfillmentResponse?.messages ?? []).filter((each: object) => 'text' in each);
      expect(found.messages.filter(({ kind }) => kind === 'text').map(({ content }) => content.text)).toEqual(
        texts.map(({ text }: { text: { text?: string[] } }) => text.text ?? []),
      );
    }),
    { numRuns: 300 },
  );
});

const mapped = (parameterMapping: { [name: string]: string }, body: string) =>
  readAnswer(body, webhookOf({ flexible: flexibleOf({ parameterMapping }) }));

test('flexible: parameters of the session and of the flow, from paths of every kind', () => {
  const answer = {
    routes: [{ legs: [{ 'distance-m': { value: 1200 } }] }],
    parts: [
      { type: 'city', name: { text: 'Pune' }, sure: true },
      { type: 'state', name: { text: 'MH' }, sure: false },
    ],
    nothing: null,
  };
  const mapping = {
    distance: '$.routes[0].legs[0].distance-m.value',
    bare: 'routes[0].legs',
    '$session.params.whole': '$.parts[1]',
    '$flow.city': "$.parts[?(@.type == 'city')].name.text",
    '$flow.sure': '$.parts[?(@.sure==true && ((@.type == "city") || (@.type == "state")))].type',
    '$flow.all': '$.parts[*].type',
    missing: '$.routes[4].legs',
    '$flow.none': "$.parts[?(@.type == 'country')].name",
    empty: '$.nothing',
  };
  expect(mapped(mapping, JSON.stringify(answer))).toEqual({
    ...NOTHING,
    parameters: {
      distance: 1200,
      bare: [{ 'distance-m': { value: 1200 } }],
      whole: { type: 'state', name: { text: 'MH' }, sure: false },
      empty: null,
    },
    flowParameters: { city: ['Pune'], sure: ['city'], all: ['city', 'state'] },
  });
});

test('flexible: an empty answer sets nothing, and one that nobody reads may be anything', () => {
  expect(mapped({ a: '$.a', whole: '$' }, '')).toEqual(NOTHING);
  expect(mapped({}, 'OK')).toEqual(NOTHING);
});

test('flexible: an answer that is no JSON, and a path that is none, are refused', () => {
  expect(() => mapped({ a: '$.a' }, 'OK')).toThrow(AnswerError);
  expect(() => mapped({ a: '$.a[?(' }, '{}')).toThrow(
    /^The parameter mapping has the path \$\.a\[\?\(, which is no JSONPath/,
  );
});

const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

test('an answer is nested at most 100 levels deep, as messages of protobuf are', () => {
  const deep = /^The answer is nested more than 100 levels deep\.$/;
  const answer = (levels: number) => `{"sessionInfo":{"parameters":{"x":${nested(levels)}}}}`;
  expect(readAnswer(answer(97), standard).parameters).toHaveProperty('x');
  for (const levels of [98, 9_000]) {
    expect(() => readAnswer(answer(levels), standard)).toThrow(AnswerError);
    expect(() => readAnswer(answer(levels), standard)).toThrow(deep);
  }
  expect(mapped({ x: '$' }, nested(100)).parameters).toHaveProperty('x');
  expect(mapped({ x: '$..[0]' }, nested(100)).parameters.x).toHaveLength(99);
  expect(() => mapped({ x: '$' }, nested(101))).toThrow(deep);
  expect(() => mapped({ x: '$' }, nested(9_000))).toThrow(deep);
});

test('a number that is too large for JSON to keep is refused', () => {
  const tooLarge = /^The answer has a number that is too large\.$/;
  expect(() => readAnswer('{"sessionInfo":{"parameters":{"x":1e400}}}', standard)).toThrow(tooLarge);
  expect(() => mapped({ x: '$.x' }, '{"x":[-1e400]}')).toThrow(tooLarge);
  expect(mapped({ x: '$.x' }, '{"x":1e300}').parameters).toEqual({ x: 1e300 });
});

test('flexible: a parameter may be called __proto__', () => {
  const { parameters, flowParameters } = mapped({ ['__proto__']: '$.x', '$flow.__proto__': '$.x' }, '{"x":{"a":1}}');
  expect(Object.entries(parameters)).toEqual([['__proto__', { a: 1 }]]);
  expect(Object.entries(flowParameters)).toEqual([['__proto__', { a: 1 }]]);
});

test('flexible: a path that runs wild or finds too much is refused', () => {
  const wide = JSON.stringify(Array.from({ length: 60 }, () => Array.from({ length: 60 }, () => [[1]])));
  const tooMuch = /^The parameter mapping has the path \$.*, which asks for too much: /;
  expect(() => mapped({ x: `$${'..*'.repeat(5)}` }, wide)).toThrow(tooMuch);
  expect(() => mapped({ x: "$[?search(@, '(a+)+b')]" }, JSON.stringify(['a'.repeat(50)]))).toThrow(tooMuch);
  expect(() => mapped({ x: "$[?search(@, '(a+)+b')]" }, JSON.stringify(['a'.repeat(50)]))).toThrow(AnswerError);
});
