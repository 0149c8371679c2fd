import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fromProto3JSON, type JSONValue } from 'proto3-json-serializer';
import type { Json, JsonObject, MessageKind, UserInput } from '../../../../dev/emulator/agent.ts';
import { buildRequest, type CallContext, type QueuedMessage } from '../../../../dev/emulator/call/request.ts';
import { messageType, problems } from '../../../helpers/conformance.ts';
import { corpusFiles, corpusTest } from '../../../helpers/corpus.ts';
import { contextOf } from './webhook.ts';

const AGENT = /^.*?\/agents\/[^/]+/;
/** In some the session is masked, too. */
const captured = corpusFiles('payloads/captured', '.request.json')
  .filter(({ json }) => AGENT.test(json.sessionInfo.session))
  .map(({ name, json }): [string, Captured] => [name, inOneAgent(json)]);

// biome-ignore lint/suspicious/noExplicitAny: it is taken apart to be put together again
type Captured = any;

/** Whoever published a request has masked its ids, and not everywhere in the same way. */
function inOneAgent(request: Captured): Captured {
  const [agent] = AGENT.exec(request.sessionInfo.session)!;
  if (request.intentInfo) {
    request.intentInfo.lastMatchedIntent = request.intentInfo.lastMatchedIntent.replace(AGENT, agent);
  }
  return request;
}

/** What an emulator would know when it sends just this request. */
function contextFrom(request: Captured): CallContext {
  const [, agentName, environment = null, session] =
    /^(.*?\/agents\/[^/]+)(?:\/environments\/([^/]+))?\/sessions\/(.*)$/.exec(request.sessionInfo.session)!;
  const [, flow, page] = /\/flows\/([^/]+)\/pages\/([^/]+)$/.exec(request.pageInfo.currentPage)!;
  const { intentInfo, pageInfo } = request;
  return {
    agentName: agentName!,
    environment,
    session: session!,
    responseId: request.detectIntentResponseId,
    languageCode: request.languageCode,
    input: inputFrom(request),
    intent: intentInfo
      ? {
          id: intentInfo.lastMatchedIntent.split('/').pop(),
          displayName: intentInfo.displayName,
          confidence: intentInfo.confidence ?? 0,
          parameters: Object.fromEntries(
            Object.entries(intentInfo.parameters ?? {}).map(([name, value]: [string, Captured]) => [
              name,
              { original: value.originalValue, resolved: value.resolvedValue },
            ]),
          ),
        }
      : null,
    flow: { id: flow! },
    page: { id: page!, displayName: pageInfo.displayName ?? '' },
    form:
      pageInfo.formInfo === undefined
        ? null
        : (pageInfo.formInfo.parameterInfo ?? []).map((each: Captured) => ({
            required: false,
            justCollected: false,
            redact: false,
            ...each,
          })),
    parameters: request.sessionInfo.parameters ?? {},
    messages: (request.messages ?? []).map(messageFrom),
    tag: request.fulfillmentInfo.tag ?? '',
    payload: request.payload ?? null,
    sentiment: request.sentimentAnalysisResult ?? null,
  };
}

function inputFrom(request: Captured): UserInput {
  if (request.triggerEvent !== undefined) return { kind: 'event', event: request.triggerEvent };
  if (request.dtmfDigits !== undefined) return { kind: 'dtmf', digits: request.dtmfDigits, finishDigit: '' };
  return { kind: 'text', text: request.text };
}

function messageFrom({ responseType, source, channel = null, ...rest }: Captured): QueuedMessage {
  const [[kind, { redactedText, ...content }]] = Object.entries(rest) as [[MessageKind, Captured]];
  return { kind, content, channel, responseType, source, variants: [] };
}

corpusTest('captured requests are written again, field by field', () => {
  expect(captured.length).toBeGreaterThan(10);
  for (const [name, request] of captured) {
    const { languageInfo, ...built } = buildRequest(contextFrom(request));
    // Agents of before 2024 do not send it.
    expect([name, request.languageInfo ? { ...built, languageInfo } : built]).toEqual([name, request]);
  }
});

test('what has its default is left out, and nulls of the session are not', () => {
  expect(buildRequest(contextOf({ parameters: { check: null } }))).toEqual({
    detectIntentResponseId: 'turn-1',
    pageInfo: {
      currentPage: 'projects/p/locations/global/agents/a/flows/f1/pages/START_PAGE',
      displayName: 'Start Page',
    },
    sessionInfo: { session: 'projects/p/locations/global/agents/a/sessions/s1', parameters: { check: null } },
    fulfillmentInfo: { tag: 'tag-1' },
    text: 'hello',
    languageCode: 'en',
    languageInfo: { inputLanguageCode: 'en', resolvedLanguageCode: 'en', confidenceScore: 1 },
  });
});

test('an intent of which nothing is known but its name', () => {
  const intent = { id: 'i1', displayName: 'order', confidence: 0, parameters: {} };
  expect(buildRequest(contextOf({ intent })).intentInfo).toEqual({
    lastMatchedIntent: 'projects/p/locations/global/agents/a/intents/i1',
    displayName: 'order',
  });
});

test('an environment is part of the session, and of nothing else', () => {
  expect(buildRequest(contextOf({ environment: 'e1' }))).toMatchObject({
    sessionInfo: { session: 'projects/p/locations/global/agents/a/environments/e1/sessions/s1' },
    pageInfo: { currentPage: 'projects/p/locations/global/agents/a/flows/f1/pages/START_PAGE' },
  });
});

test.each<[UserInput, JsonObject]>([
  [{ kind: 'text', text: '' }, { text: '' }],
  [{ kind: 'event', event: 'welcome' }, { triggerEvent: 'welcome' }],
  [{ kind: 'dtmf', digits: '42', finishDigit: '#' }, { dtmfDigits: '42' }],
  [{ kind: 'intent', intent: 'order' }, { triggerIntent: 'projects/p/locations/global/agents/a/intents/i1' }],
])('%j is the one member of the query', (input, query) => {
  const intent = { id: 'i1', displayName: 'order', confidence: 1, parameters: {} };
  const { text, triggerEvent, dtmfDigits, triggerIntent } = buildRequest(contextOf({ input, intent }));
  const members = Object.entries({ text, triggerEvent, dtmfDigits, triggerIntent });
  expect(Object.fromEntries(members.filter(([, value]) => value !== undefined))).toEqual(query);
});

test('a form: empty, filled, invalid, redacted in logs alone', () => {
  const base = { required: false, justCollected: false, redact: false };
  const form: CallContext['form'] = [
    { ...base, displayName: 'size', state: 'EMPTY' },
    { ...base, displayName: 'pin', required: true, state: 'FILLED', value: '0000', justCollected: true, redact: true },
    { ...base, displayName: 'note', state: 'INVALID', value: null },
  ];
  expect(buildRequest(contextOf({ form }))).toMatchObject({
    pageInfo: {
      formInfo: {
        parameterInfo: [
          { displayName: 'size', state: 'EMPTY' },
          { displayName: 'pin', required: true, state: 'FILLED', value: '0000', justCollected: true },
          { displayName: 'note', state: 'INVALID', value: null },
        ],
      },
    },
  });
});

const name = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' });
/** JSON knows one zero: -0 comes back as 0. */
const json = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as Json);
const struct = fc.dictionary(name, json, { maxKeys: 3 });
const content = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), content: fc.record({ text: fc.tuple(name) }) }),
  fc.record({ kind: fc.constant('payload' as const), content: struct }),
  fc.record({ kind: fc.constant('liveAgentHandoff' as const), content: fc.record({ metadata: struct }) }),
  fc.record({ kind: fc.constant('playAudio' as const), content: fc.record({ audioUri: name }) }),
);
const message = fc
  .tuple(
    content,
    fc.record({
      channel: fc.option(name),
      responseType: fc.constantFrom('ENTRY_PROMPT' as const, 'PARAMETER_PROMPT' as const, 'HANDLER_PROMPT' as const),
      source: fc.constant('VIRTUAL_AGENT' as const),
      variants: fc.constant([]),
    }),
  )
  .map(([what, how]): QueuedMessage => ({ ...what, ...how }));
const context: fc.Arbitrary<CallContext> = fc.record({
  agentName: name,
  session: name,
  environment: fc.option(name),
  responseId: name,
  languageCode: name,
  input: fc.oneof(
    fc.record({ kind: fc.constant('text' as const), text: name }),
    fc.record({ kind: fc.constant('event' as const), event: name }),
    fc.record({ kind: fc.constant('intent' as const), intent: name }),
    fc.record({ kind: fc.constant('dtmf' as const), digits: name, finishDigit: name }),
  ),
  intent: fc.option(
    fc.record({
      id: name,
      displayName: name,
      confidence: fc.constantFrom(0, 0.3, 1),
      parameters: fc.dictionary(name, fc.record({ original: fc.string({ unit: 'grapheme' }), resolved: json })),
    }),
  ),
  flow: fc.record({ id: name }),
  page: fc.record({ id: name, displayName: name }),
  form: fc.option(
    fc.array(
      fc.record(
        {
          displayName: name,
          required: fc.boolean(),
          state: fc.constantFrom('EMPTY' as const, 'FILLED' as const, 'INVALID' as const),
          value: json,
          justCollected: fc.boolean(),
          redact: fc.boolean(),
        },
        { requiredKeys: ['displayName', 'required', 'state', 'justCollected', 'redact'] },
      ),
      { maxLength: 3 },
    ),
  ),
  parameters: struct,
  messages: fc.array(message, { maxLength: 3 }),
  tag: name,
  payload: fc.option(struct),
  sentiment: fc.option(fc.record({ score: fc.constantFrom(-1, 0, 0.5), magnitude: fc.constantFrom(0, 2) })),
});

test("every request is what Google's descriptors say, its undocumented fields aside", () => {
  fc.assert(
    fc.property(context, (each) => {
      const request = JSON.parse(JSON.stringify(buildRequest(each)));
      for (const queued of request.messages ?? []) {
        delete queued.source;
        if (queued.text) delete queued.text.redactedText;
      }
      expect(problems(request, 'WebhookRequest')).toEqual([]);
      expect(() => fromProto3JSON(messageType('WebhookRequest'), request as JSONValue)).not.toThrow();
    }),
    { numRuns: 200 },
  );
});
