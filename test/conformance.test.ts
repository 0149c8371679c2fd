import { expect, test } from '@jest/globals';
import { fromProto3JSON, type JSONValue } from 'proto3-json-serializer';
import { expectConformant, messageType, problems } from './helpers/conformance.ts';

/** Makes an answer of messages, an answer with session parameters, an answer with one form parameter. */
const saying = (...messages: unknown[]) => ({ fulfillmentResponse: { messages } });
const setting = (parameters: unknown) => ({ sessionInfo: { parameters } });
const filling = (parameter: unknown) => ({ pageInfo: { formInfo: { parameterInfo: [parameter] } } });

/** An answer of so many bytes. */
function weighing(bytes: number) {
  const frame = JSON.stringify(saying({ text: { text: [''] } })).length;
  return saying({ text: { text: ['x'.repeat(bytes - frame)] } });
}

const PAGE = 'projects/p/locations/global/agents/a/flows/f/pages/END_FLOW';
const FLOW = 'projects/p/locations/global/agents/a/flows/f';

const RIGHT: [string, unknown][] = [
  ['the empty answer', {}],
  [
    'a text with variants',
    saying({ text: { text: ['Hello.', 'Hi.'] }, channel: 'web', responseType: 'HANDLER_PROMPT' }),
  ],
  ['two messages of two kinds', saying({ text: { text: ['Hello.'] } }, { payload: { richContent: [[]] } })],
  ['replaced messages', { fulfillmentResponse: { mergeBehavior: 'REPLACE' } }],
  ['parameters of every JSON kind', setting({ a: null, b: 1.5, c: 'x', d: [true, { e: [] }] })],
  ['a parameter named __proto__', JSON.parse('{"sessionInfo":{"parameters":{"__proto__":1}}}')],
  ['an invalid form parameter', filling({ displayName: 'size', state: 'INVALID', required: true, value: null })],
  ['a state without effect', filling({ displayName: 'size', state: 'FILLED', value: 'L' })],
  ['a target page', { targetPage: PAGE }],
  ['a target flow and a payload', { targetFlow: FLOW, payload: { done: true } }],
  ['64 KiB to the byte', weighing(65_536)],
];

const WRONG: [string, unknown, string[]][] = [
  [
    'an unknown field',
    { fulfilmentResponse: {} },
    ['fulfilmentResponse: WebhookResponse has no field fulfilmentResponse.'],
  ],
  [
    'an unknown nested field',
    saying({ text: { text: ['Hi'], languageCode: 'en' } }),
    ['fulfillmentResponse.messages[0].text.languageCode: Text has no field languageCode.'],
  ],
  [
    'a field that Object.prototype has',
    saying({ constructor: {}, text: { text: ['Hi'] } }),
    ['fulfillmentResponse.messages[0].constructor: ResponseMessage has no field constructor.'],
  ],
  ['snake_case', { session_info: { parameters: {} } }, ['session_info: WebhookResponse has no field session_info.']],
  [
    'an unknown enum name',
    { fulfillmentResponse: { mergeBehavior: 'PREPEND' } },
    ['fulfillmentResponse.mergeBehavior: "PREPEND" is none of MERGE_BEHAVIOR_UNSPECIFIED, APPEND, REPLACE.'],
  ],
  [
    'an enum number',
    { fulfillmentResponse: { mergeBehavior: 2 } },
    ['fulfillmentResponse.mergeBehavior: 2 is none of MERGE_BEHAVIOR_UNSPECIFIED, APPEND, REPLACE.'],
  ],
  [
    'a state of another API',
    filling({ displayName: 'size', state: 'VALID' }),
    [
      'pageInfo.formInfo.parameterInfo[0].state: ' +
        '"VALID" is none of PARAMETER_STATE_UNSPECIFIED, EMPTY, INVALID, FILLED.',
    ],
  ],
  [
    'a string for the text message',
    saying({ text: 'Hi' }),
    ['fulfillmentResponse.messages[0].text: Text is an object, not "Hi".'],
  ],
  [
    'a string for the list of variants',
    saying({ text: { text: 'Hi' } }),
    ['fulfillmentResponse.messages[0].text.text: a repeated field is a list, not "Hi".'],
  ],
  [
    'a number among the variants',
    saying({ text: { text: ['Hi', 5] } }),
    ['fulfillmentResponse.messages[0].text.text[1]: 5 is not a string.'],
  ],
  [
    'an empty variant',
    saying({ text: { text: [''] } }),
    ['fulfillmentResponse.messages[0].text.text[0]: the text is empty.'],
  ],
  ['no variant', saying({ text: { text: [] } }), ['fulfillmentResponse.messages[0].text: Text needs text.']],
  ['half an emoji', setting({ mood: '\ud83d' }), ['sessionInfo.parameters.mood: "\\ud83d" is not JSON.']],
  [
    'a text and a payload in one message',
    saying({ text: { text: ['Hi'] }, payload: {} }),
    ['fulfillmentResponse.messages[0]: oneof message has text and payload.'],
  ],
  ['a message without content', saying({}), ['fulfillmentResponse.messages[0]: oneof message has nothing.']],
  [
    'an audio text twice',
    saying({ outputAudioText: { text: 'Hi', ssml: '<speak>Hi</speak>' } }),
    ['fulfillmentResponse.messages[0].outputAudioText: oneof source has text and ssml.'],
  ],
  [
    'two targets',
    { targetPage: PAGE, targetFlow: FLOW },
    ['WebhookResponse: oneof transition has targetPage and targetFlow.'],
  ],
  ['NaN', setting({ rate: Number.NaN }), ['sessionInfo.parameters.rate: NaN is not JSON.']],
  ['undefined', setting({ rate: undefined }), ['sessionInfo.parameters.rate: undefined is not JSON.']],
  ['a Date', setting({ due: new Date(0) }), ['sessionInfo.parameters.due: "1970-01-01T00:00:00.000Z" is not JSON.']],
  ['parameters as a string', setting('{"a":1}'), ['sessionInfo.parameters: a map is an object, not "{\\"a\\":1}".']],
  ['parameters as a list', setting([1]), ['sessionInfo.parameters: a map is an object, not [1].']],
  ['a payload as a list', { payload: [] }, ['payload: a Struct is an object, not [].']],
  [
    'a string for a bool',
    filling({ displayName: 'size', required: 'true' }),
    ['pageInfo.formInfo.parameterInfo[0].required: "true" is not a bool.'],
  ],
  ['a bare string', 'Hello', ['WebhookResponse: WebhookResponse is an object, not "Hello".']],
  ['null for a message', { pageInfo: null }, ['pageInfo: PageInfo is an object, not null.']],
  [
    'endInteraction',
    saying({ endInteraction: {} }),
    ['fulfillmentResponse.messages[0].endInteraction: endInteraction is output only, CX makes it.'],
  ],
  [
    'mixedAudio',
    saying({ mixedAudio: { segments: [] } }),
    ['fulfillmentResponse.messages[0].mixedAudio: mixedAudio is output only, CX makes it.'],
  ],
  [
    'allowPlaybackInterruption',
    saying({ playAudio: { audioUri: 'gs://b/a.wav', allowPlaybackInterruption: true } }),
    [
      'fulfillmentResponse.messages[0].playAudio.allowPlaybackInterruption: ' +
        'allowPlaybackInterruption is output only, CX makes it.',
    ],
  ],
  [
    'a tool call without tool',
    saying({ toolCall: { action: 'open' } }),
    ['fulfillmentResponse.messages[0].toolCall: ToolCall needs tool.'],
  ],
  ['a byte more than 64 KiB', weighing(65_537), ['WebhookResponse: takes 65537 bytes, CX reads 65536.']],
  [
    'two problems at once',
    { targetPage: 7, payload: { a: 1n } },
    ['targetPage: 7 is not a string.', 'payload.a: 1 is not JSON.'],
  ],
];

test.each(RIGHT)('conforms: %s', (_name, json) => {
  expect(problems(json)).toEqual([]);
});

test.each(WRONG)('does not conform: %s', (_name, json, expected) => {
  expect(problems(json)).toEqual(expected);
});

test('v3beta1 has the same answer, but no responseType', () => {
  const withType = saying({ text: { text: ['Hi'] }, responseType: 'HANDLER_PROMPT' });
  expect(problems(withType, 'WebhookResponse', 'v3')).toEqual([]);
  expect(problems(withType, 'WebhookResponse', 'v3beta1')).toEqual([
    'fulfillmentResponse.messages[0].responseType: ResponseMessage has no field responseType.',
  ]);
});

test('expectConformant lists every problem and is silent without one', () => {
  expectConformant({});
  expectConformant({ text: ['Hi'] }, 'ResponseMessage.Text');
  expect(() => expectConformant({ targetPage: 7, answer: 1 })).toThrow(
    new Error(
      "Not what Google's descriptors say:\n" +
        '  targetPage: 7 is not a string.\n' +
        '  answer: WebhookResponse has no field answer.',
    ),
  );
});

test('why the walk is there: fromProto3JSON alone takes most of the wrong answers', () => {
  const refused = WRONG.filter(([, json]) => {
    try {
      fromProto3JSON(messageType('WebhookResponse'), json as JSONValue);
      return false;
    } catch {
      return true;
    }
  });
  expect(WRONG).toHaveLength(32);
  expect(refused.map(([name]) => name)).toEqual([
    'a field that Object.prototype has',
    'a string for the list of variants',
    'undefined',
    'a payload as a list',
    'a string for a bool',
    'two problems at once',
  ]);
});
