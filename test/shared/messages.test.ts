import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { WebhookError } from '../../shared/errors.ts';
import { checkJson, checkMessage } from '../../shared/messages/check.ts';
import { MAX_JSON_DEPTH } from '../../shared/messages/json.ts';
import {
  conversationSuccess,
  knowledgeInfoCard,
  liveAgentHandoff,
  on,
  payload,
  playAudio,
  richContent,
  spoken,
  ssml,
  text,
  toolCall,
  transferCall,
} from '../../shared/messages.ts';
import { chips, info, list } from '../../shared/messenger.ts';
import type { Json, ResponseMessage } from '../../shared/wire.ts';
import { expectConformant } from '../helpers/conformance.ts';

const TOOL = 'projects/p/locations/global/agents/a/tools/t';

describe('builders make what CX reads', () => {
  const BUILT: [string, ResponseMessage, unknown][] = [
    ['text', text('Hello.'), { text: { text: ['Hello.'] } }],
    ['text with variants', text('Hello.', 'Hi.'), { text: { text: ['Hello.', 'Hi.'] } }],
    ['spoken', spoken('Four, two.'), { outputAudioText: { text: 'Four, two.' } }],
    ['ssml', ssml('<speak>Hi</speak>'), { outputAudioText: { ssml: '<speak>Hi</speak>' } }],
    ['playAudio', playAudio('gs://sounds/bell.wav'), { playAudio: { audioUri: 'gs://sounds/bell.wav' } }],
    ['liveAgentHandoff', liveAgentHandoff(), { liveAgentHandoff: {} }],
    ['liveAgentHandoff with metadata', liveAgentHandoff({ a: 1 }), { liveAgentHandoff: { metadata: { a: 1 } } }],
    ['transferCall', transferCall('+12025550100'), { telephonyTransferCall: { phoneNumber: '+12025550100' } }],
    ['conversationSuccess', conversationSuccess(), { conversationSuccess: {} }],
    [
      'conversationSuccess with metadata',
      conversationSuccess({ a: [] }),
      { conversationSuccess: { metadata: { a: [] } } },
    ],
    ['knowledgeInfoCard', knowledgeInfoCard(), { knowledgeInfoCard: {} }],
    ['payload', payload({ open: null }), { payload: { open: null } }],
    ['toolCall', toolCall({ tool: TOOL, action: 'open' }), { toolCall: { tool: TOOL, action: 'open' } }],
    [
      'richContent',
      richContent(info({ title: 'A' }), [info({ title: 'B' }), chips('C')], list({ title: 'D' }, { title: 'E' })),
      {
        payload: {
          richContent: [
            [{ type: 'info', title: 'A' }],
            [
              { type: 'info', title: 'B' },
              { type: 'chips', options: [{ text: 'C' }] },
            ],
            [
              { type: 'list', title: 'D' },
              { type: 'list', title: 'E' },
            ],
          ],
        },
      },
    ],
    ['on', on('web', text('Hello.')), { text: { text: ['Hello.'] }, channel: 'web' }],
  ];

  test.each(BUILT)('%s', (_name, built, expected) => {
    expect(built).toEqual(expected);
    expect(checkMessage(built, 'messages[0]')).toBe(built);
    expectConformant(built, 'ResponseMessage');
    expectConformant(built, 'ResponseMessage', 'v3beta1');
  });
});

test('a hand-written message passes with any response type, and a member that is undefined counts as absent', () => {
  const message = { text: { text: ['Hi'] }, payload: undefined, responseType: 'ENTRY_PROMPT', channel: undefined };
  expect(checkMessage(message, 'messages[0]')).toBe(message);
  expectConformant(JSON.parse(JSON.stringify(message)), 'ResponseMessage');
});

describe('what is no message is refused, and the place is named', () => {
  const FIELDS =
    'it may have text, payload, conversationSuccess, outputAudioText, liveAgentHandoff, playAudio, ' +
    'telephonyTransferCall, knowledgeInfoCard, toolCall, channel, responseType.';

  const REFUSED: [unknown, string][] = [
    ['Hello', 'm: a message is a plain object, this is a string.'],
    [null, 'm: a message is a plain object, this is null.'],
    [[text('Hi')], 'm: a message is a plain object, this is a list.'],
    [new Date(0), 'm: a message is a plain object, this is an object.'],
    [{ text: { text: ['Hi'] }, payload: {} }, 'm: a message has exactly one content, this one has text and payload.'],
    [
      { channel: 'web' },
      'm: a message has exactly one content, this one has none of text, payload, conversationSuccess, outputAudioText, ' +
        'liveAgentHandoff, playAudio, telephonyTransferCall, knowledgeInfoCard, toolCall.',
    ],
    [{ texts: ['Hi'] }, `m.texts: a message has no such field; ${FIELDS}`],
    [{ output_audio_text: {} }, `m.output_audio_text: a message has no such field; ${FIELDS}`],
    [{ constructor: {} }, `m.constructor: a message has no such field; ${FIELDS}`],
    [JSON.parse('{"__proto__":{"text":["Hi"]}}'), `m.__proto__: a message has no such field; ${FIELDS}`],
    [{ text: 'Hi' }, 'm.text: a text is a plain object, this is a string.'],
    [{ text: {} }, 'm.text: a text needs text.'],
    [{ text: { text: 'Hi' } }, 'm.text.text: expected a list of texts, got a string.'],
    [{ text: { text: [] } }, 'm.text.text: the list has no text.'],
    [{ text: { text: ['Hi', 5] } }, 'm.text.text[1]: expected a text, got a number.'],
    [{ text: { text: ['Hi', ' '] } }, 'm.text.text[1]: the text is empty.'],
    [
      { text: { text: ['😀'.slice(0, 1)] } },
      'm.text.text[0]: the text has half of a character (a lone surrogate); cut texts at whole code points.',
    ],
    [
      { text: { text: ['Hi'], languageCode: 'en' } },
      'm.text.languageCode: a text has no such field; it may have text.',
    ],
    [
      { outputAudioText: {} },
      'm.outputAudioText: an audio text has exactly one content, this one has none of text, ssml.',
    ],
    [
      { outputAudioText: { text: 'Hi', ssml: 'Hi' } },
      'm.outputAudioText: an audio text has exactly one content, this one has text and ssml.',
    ],
    [{ outputAudioText: { ssml: '' } }, 'm.outputAudioText.ssml: the text is empty.'],
    [
      { playAudio: { audioUri: '/bell.wav' } },
      'm.playAudio.audioUri: expected an absolute URI such as https://example.com/a.wav or gs://bucket/a.wav.',
    ],
    [{ playAudio: {} }, 'm.playAudio: an audio clip needs audioUri.'],
    [
      { telephonyTransferCall: { phoneNumber: '0202 555 0100' } },
      'm.telephonyTransferCall.phoneNumber: expected a phone number in E.164 form such as +12025550100.',
    ],
    [{ liveAgentHandoff: { metadata: 'fees' } }, 'm.liveAgentHandoff.metadata: expected a JSON object, got a string.'],
    [{ payload: [1] }, 'm.payload: expected a JSON object, got a list.'],
    [{ payload: null }, 'm.payload: expected a JSON object, got null.'],
    [
      { payload: { a: [0, { 'b c': Number.NaN }] } },
      'm.payload.a[1]["b c"]: NaN is not a JSON number; use null or leave it out.',
    ],
    [{ knowledgeInfoCard: { id: 1 } }, 'm.knowledgeInfoCard.id: a knowledge info card has no such field; it is {}.'],
    [{ toolCall: { tool: TOOL } }, 'm.toolCall: a tool call needs action.'],
    [{ toolCall: { tool: 't', action: 'open' } }, 'm.toolCall.tool: expected projects/P/locations/L/agents/A/tools/T.'],
    [{ text: { text: ['Hi'] }, channel: '' }, 'm.channel: the text is empty.'],
    [
      { text: { text: ['Hi'] }, responseType: 'PROMPT' },
      'm.responseType: expected ENTRY_PROMPT, PARAMETER_PROMPT, HANDLER_PROMPT or RESPONSE_TYPE_UNSPECIFIED.',
    ],
    [
      { endInteraction: {} },
      'm.endInteraction: CX writes this when a session ends; to end the session, return { end: true }.',
    ],
    [
      { mixedAudio: { segments: [] } },
      'm.mixedAudio: CX composes this from the audio of a turn; return playAudio and outputAudioText messages.',
    ],
    [
      { playAudio: { audioUri: 'gs://b/a.wav', allowPlaybackInterruption: true } },
      'm.playAudio.allowPlaybackInterruption: CX writes this; whether a person may interrupt is a setting of the agent.',
    ],
    [
      { text: { text: ['Hi'] }, source: 'VIRTUAL_AGENT' },
      'm.source: CX adds this to the messages of a request; leave it out of a reply.',
    ],
  ];

  test.each(REFUSED)('%j', (message, sentence) => {
    expect(() => checkMessage(message, 'm')).toThrow(new WebhookError('invalid-reply', sentence));
    expect(codeOf(() => checkMessage(message, 'm'))).toBe('invalid-reply');
  });
});

describe('JSON', () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;

  test('comes back as the same value, whatever its keys', () => {
    const value = JSON.parse('{"__proto__":{"a":[null,true,-0.5,"x"]},"constructor":{},"toString":"","":[]}');
    expect(checkJson(value, 'session')).toBe(value);
    expect(({} as { a?: unknown }).a).toBeUndefined();
  });

  test('may have members that are undefined, and objects without prototype', () => {
    const value = { gone: undefined, bare: Object.assign(Object.create(null), { a: 1 }) };
    expect(checkJson(value, 'session')).toBe(value);
    expect(JSON.stringify(value)).toBe('{"bare":{"a":1}}');
  });

  test('may come from another realm, as what fetch parses inside a vm does', () => {
    const value = runInNewContext('({ list: [{}] })');
    expect(checkJson(value, 'session')).toBe(value);
    expect(() => checkJson(runInNewContext('({ at: new Date(0) })'), 'session')).toThrow('session.at: a Date is not');
  });

  test(`goes ${MAX_JSON_DEPTH} levels deep, not one more`, () => {
    const deepest = nested(MAX_JSON_DEPTH);
    expect(checkJson(deepest, 'session')).toBe(deepest);
    expectConformant({ fulfillmentResponse: { messages: [liveAgentHandoff({ deepest })] } });
    expect(() => checkJson(nested(MAX_JSON_DEPTH + 1), 'session')).toThrow(
      new WebhookError(
        'invalid-reply',
        `session${'[0]'.repeat(MAX_JSON_DEPTH)}: JSON goes 30 levels deep at most; this goes deeper or contains itself.`,
      ),
    );
  });

  const REFUSED: [string, unknown, string][] = [
    ['infinity', [Number.POSITIVE_INFINITY], 's[0]: Infinity is not a JSON number; use null or leave it out.'],
    ['a bigint', { a: 1n }, 's.a: expected JSON, got a bigint.'],
    ['a function', { a: () => 1 }, 's.a: expected JSON, got a function.'],
    ['a toJSON method', { toJSON: () => 1 }, 's.toJSON: expected JSON, got a function.'],
    ['a symbol', [Symbol('x')], 's[0]: expected JSON, got a symbol.'],
    ['undefined in a list', [undefined], 's[0]: expected JSON, got nothing.'],
    ['a hole in a list', new Array(1), 's[0]: expected JSON, got nothing.'],
    [
      'a Date',
      { at: new Date(0) },
      's.at: a Date is not a plain object; turn it into text, numbers, lists and plain objects.',
    ],
    ['a Map', new Map(), 's: a Map is not a plain object; turn it into text, numbers, lists and plain objects.'],
    [
      'an instance',
      { e: new WebhookError('late', 'x') },
      's.e: a WebhookError is not a plain object; turn it into text, numbers, lists and plain objects.',
    ],
    [
      'a text with half a character',
      { 'a.b': '\ud83d' },
      's["a.b"]: the text has half of a character (a lone surrogate); cut texts at whole code points.',
    ],
    [
      'a value that contains itself',
      cycle,
      `s${'.self'.repeat(MAX_JSON_DEPTH)}: JSON goes 30 levels deep at most; this goes deeper or contains itself.`,
    ],
  ];

  test.each(REFUSED)('is not: %s', (_name, value, sentence) => {
    expect(() => checkJson(value, 's')).toThrow(new WebhookError('invalid-reply', sentence));
    expect(codeOf(() => checkJson(value, 's'))).toBe('invalid-reply');
  });
});

// tsc is the judge here: it reports a directive whose line has no error.
test('what is wrong does not compile', () => {
  // @ts-expect-error a text has at least one variant
  text();
  // @ts-expect-error metadata is a JSON object
  liveAgentHandoff('fees');
  // @ts-expect-error a function is not JSON
  payload({ open: () => 1 });
  // @ts-expect-error a tool call needs its action
  toolCall({ tool: TOOL });
  // @ts-expect-error an element needs its type
  richContent({ title: 'Library' });
  // @ts-expect-error two contents in one message
  const both: ResponseMessage = { text: { text: ['Hi'] }, payload: {} };
  // @ts-expect-error CX makes this one
  const end: ResponseMessage = { endInteraction: {} };
  // @ts-expect-error both texts of an audio text
  const twice: ResponseMessage = { outputAudioText: { text: 'Hi', ssml: 'Hi' } };
  void [both, end, twice];
});

function nested(depth: number): Json {
  return depth === 0 ? 1 : [nested(depth - 1)];
}

function codeOf(run: () => unknown): string {
  try {
    run();
    return 'nothing was thrown';
  } catch (error) {
    return error instanceof WebhookError ? error.code : `a ${(error as Error).name}`;
  }
}
