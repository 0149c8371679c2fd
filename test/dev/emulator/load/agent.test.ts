import { expect, test } from '@jest/globals';
import { asks, loadExport as load, says } from '../../../helpers/agent-export.ts';

const START = 'Default Start Flow';
const id = expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
const NOTHING = {
  messages: [],
  webhook: null,
  tag: '',
  returnPartialResponses: false,
  setParameterActions: [],
  conditionalCases: [],
  unsupported: [],
};
const text = (...variants: string[]) => ({
  languageCode: 'en',
  channel: null,
  kind: 'text',
  content: { text: variants },
});

test('an agent of one empty flow has the defaults of the protos', () => {
  expect(load({})).toEqual({
    displayName: 'agent',
    defaultLanguageCode: 'en',
    languageCodes: ['en'],
    timeZone: 'Etc/UTC',
    startFlow: START,
    flows: new Map([
      [
        START,
        {
          id,
          displayName: START,
          transitionRoutes: [],
          transitionRouteGroups: [],
          eventHandlers: [],
          routeGroups: new Map(),
          pages: new Map(),
          classificationThreshold: 0.3,
        },
      ],
    ]),
    routeGroups: new Map(),
    intents: new Map(),
    entityTypes: new Map(),
    webhooks: new Map(),
    testCases: [],
    findings: [],
  });
});

test('agent.json names the agent, its languages, its time zone and where it begins', () => {
  const agent = load({
    agent: {
      displayName: 'Campus',
      defaultLanguageCode: 'hi',
      supportedLanguageCodes: ['en', 'hi'],
      timeZone: 'Asia/Kolkata',
      startFlow: 'Hello',
    },
    flows: { Aside: {}, Hello: {} },
  });
  const { displayName, defaultLanguageCode, languageCodes, timeZone, startFlow } = agent;
  expect({ displayName, defaultLanguageCode, languageCodes, timeZone, startFlow }).toEqual({
    displayName: 'Campus',
    defaultLanguageCode: 'hi',
    languageCodes: ['hi', 'en'],
    timeZone: 'Asia/Kolkata',
    startFlow: 'Hello',
  });
});

test('a page has its entry, its form, its routes, groups and handlers, in their order', () => {
  const agent = load({
    flows: {
      [START]: {
        pages: {
          Order: {
            name: 'a-page',
            entryFulfillment: {
              ...says('Welcome.', ['One', 'Two']),
              webhook: 'shop',
              tag: 'enter',
              returnPartialResponses: true,
              setParameterActions: [{ parameter: 'count', value: 0 }, { parameter: 'gone' }],
            },
            form: {
              parameters: [
                asks('colour', '@colour', 'Which?', {
                  isList: true,
                  redact: true,
                  defaultValue: ['red'],
                  fillBehavior: {
                    initialPromptFulfillment: says('Which?'),
                    repromptEventHandlers: [
                      { name: 'again', event: 'sys.no-match-1', triggerFulfillment: says('Again?'), targetFlow: START },
                    ],
                  },
                }),
                { displayName: 'size', entityType: '@sys.number' },
              ],
            },
            transitionRoutes: [
              { name: 'r1', intent: 'order', condition: 'true', triggerFulfillment: {}, targetPage: 'Order' },
              { name: 'r2', condition: '$page.params.status = "FINAL"' },
            ],
            transitionRouteGroups: ['local', 'global'],
            eventHandlers: [{ name: 'e1', event: 'webhook.error', targetPage: 'End Session' }],
          },
        },
        routeGroups: { local: [] },
      },
    },
    routeGroups: { global: [{ name: 'g1', intent: 'order', targetFlow: START }] },
    intents: { order: {} },
    entityTypes: { colour: {} },
    webhooks: { shop: 'https://shop.invalid/' },
  });
  expect(agent.findings).toEqual([]);
  expect(agent.flows.get(START)!.pages.get('Order')).toEqual({
    id: 'a-page',
    displayName: 'Order',
    entryFulfillment: {
      ...NOTHING,
      messages: [text('Welcome.'), text('One', 'Two')],
      webhook: 'shop',
      tag: 'enter',
      returnPartialResponses: true,
      setParameterActions: [
        { parameter: 'count', value: 0 },
        { parameter: 'gone', value: null },
      ],
    },
    form: [
      {
        displayName: 'colour',
        entityType: '@colour',
        required: true,
        isList: true,
        redact: true,
        defaultValue: ['red'],
        dtmf: null,
        initialPrompt: { ...NOTHING, messages: [text('Which?')] },
        repromptEventHandlers: [
          {
            id: 'again',
            event: 'sys.no-match-1',
            fulfillment: { ...NOTHING, messages: [text('Again?')] },
            target: { kind: 'flow', flow: START },
          },
        ],
      },
      {
        displayName: 'size',
        entityType: '@sys.number',
        required: false,
        isList: false,
        redact: false,
        defaultValue: undefined,
        dtmf: null,
        initialPrompt: NOTHING,
        repromptEventHandlers: [],
      },
    ],
    transitionRoutes: [
      { id: 'r1', intent: 'order', condition: 'true', fulfillment: NOTHING, target: { kind: 'page', page: 'Order' } },
      { id: 'r2', intent: null, condition: '$page.params.status = "FINAL"', fulfillment: NOTHING, target: null },
    ],
    transitionRouteGroups: ['local', 'global'],
    eventHandlers: [
      {
        id: 'e1',
        event: 'webhook.error',
        fulfillment: NOTHING,
        target: { kind: 'symbolic', symbolic: 'END_SESSION' },
      },
    ],
  });
  expect(agent.routeGroups.get('global')!.transitionRoutes).toEqual([
    { id: 'g1', intent: 'order', condition: null, fulfillment: NOTHING, target: { kind: 'flow', flow: START } },
  ]);
});

test("CX's pages are understood in both spellings and any case, and a page of the flow by that name wins", () => {
  const spellings = ['End Flow', 'END_FLOW_WITH_FAILURE', 'end session', 'Previous Page', 'CURRENT_PAGE', 'Start Page'];
  const transitionRoutes = spellings.map((targetPage) => ({ condition: 'true', targetPage }));
  const agent = load({
    flows: { [START]: { transitionRoutes, pages: { 'Start Page': {} } }, Other: { transitionRoutes } },
  });
  const targets = (flow: string) => agent.flows.get(flow)!.transitionRoutes.map(({ target }) => target);
  const symbols = ['END_FLOW', 'END_FLOW_WITH_FAILURE', 'END_SESSION', 'PREVIOUS_PAGE', 'CURRENT_PAGE', 'START_PAGE'];
  expect(targets('Other')).toEqual(symbols.map((symbolic) => ({ kind: 'symbolic', symbolic })));
  expect(targets(START).at(-1)).toEqual({ kind: 'page', page: 'Start Page' });
  expect(agent.findings).toEqual([]);
});

test('cases stand in one another, each with its messages', () => {
  const message = (words: string) => ({ message: says(words).messages[0] });
  const inner = { cases: [{ condition: '$session.params.b = 1', caseContent: [message('b')] }] };
  const conditionalCases = [
    {
      cases: [
        { condition: '$session.params.a = 1', caseContent: [message('a'), { additionalCases: inner }, message('c')] },
        { caseContent: [message('else')] },
      ],
    },
  ];
  const agent = load({
    flows: { [START]: { eventHandlers: [{ event: 'hello', triggerFulfillment: { conditionalCases } }] } },
  });
  expect(agent.flows.get(START)!.eventHandlers[0]!.fulfillment.conditionalCases).toEqual([
    [
      {
        condition: '$session.params.a = 1',
        content: [
          { message: text('a') },
          { cases: [{ condition: '$session.params.b = 1', content: [{ message: text('b') }] }] },
          { message: text('c') },
        ],
      },
      { condition: null, content: [{ message: text('else') }] },
    ],
  ]);
});

test('a message of any kind keeps its content and its channel', () => {
  const messages = [
    { payload: { richContent: [[{ type: 'chips' }]] }, channel: 'DF_MESSENGER' },
    { liveAgentHandoff: { metadata: { queue: 'a' } }, languageCode: 'en' },
    { endInteraction: {}, responseType: 'HANDLER_PROMPT' },
    { text: { text: ['Hi'], allowPlaybackInterruption: true } },
    { languageCode: 'en' },
  ];
  const agent = load({ flows: { [START]: { eventHandlers: [{ event: 'hello', triggerFulfillment: { messages } }] } } });
  const none = { languageCode: null, channel: null };
  expect(agent.flows.get(START)!.eventHandlers[0]!.fulfillment.messages).toEqual([
    { ...none, channel: 'DF_MESSENGER', kind: 'payload', content: { richContent: [[{ type: 'chips' }]] } },
    { ...none, languageCode: 'en', kind: 'liveAgentHandoff', content: { metadata: { queue: 'a' } } },
    { ...none, kind: 'endInteraction', content: {} },
    { ...none, kind: 'text', content: { text: ['Hi'], allowPlaybackInterruption: true } },
  ]);
  expect(agent.findings).toEqual([]);
});

test('digits fill a parameter as the nearest level says that has them on', () => {
  const dtmf = (dtmfSettings: object) => ({ advancedSettings: { dtmfSettings } });
  const parameters = [
    asks('own', '@sys.number', '?', dtmf({ enabled: true, maxDigits: 4, finishDigit: '#' })),
    asks('of the page', '@sys.number', '?', dtmf({ useSystemEntityRule: false })),
  ];
  const agent = load({
    agent: dtmf({ enabled: true }),
    flows: {
      [START]: {
        pages: { A: { form: { parameters }, ...dtmf({ enabled: true, maxDigits: 1 }) }, B: { form: { parameters } } },
      },
    },
  });
  const settings = (page: string) =>
    agent.flows
      .get(START)!
      .pages.get(page)!
      .form.map(({ dtmf }) => dtmf);
  const own = { maxDigits: 4, finishDigit: '#' };
  expect(settings('A')).toEqual([own, { maxDigits: 1, finishDigit: null }]);
  expect(settings('B')).toEqual([own, { maxDigits: null, finishDigit: null }]);
});

test('the threshold of a flow is the one of the default language, and 0.3 where it is 0', () => {
  const nluSettingsList = [
    { languageCode: 'hi', classificationThreshold: 0.5 },
    { languageCode: 'en', classificationThreshold: 0.60000002 },
  ];
  const { flows } = load({
    flows: {
      [START]: { nluSettingsList, nluSettings: { classificationThreshold: 0.9 } },
      float: { nluSettings: { classificationThreshold: 0.30000001 } },
      zero: { nluSettings: { classificationThreshold: 0 } },
    },
  });
  expect([...flows.values()].map((flow) => flow.classificationThreshold)).toEqual([0.6, 0.3, 0.3]);
});

test('an intent has its priority, its parameters, and its phrases by language', () => {
  const { intents } = load({
    intents: {
      trip: {
        name: 'an-intent',
        priority: 250_000,
        parameters: [{ id: 'city', entityType: '@sys.geo-city', isList: true, redact: true }],
        phrases: { en: ['to [Pune](city) please'], hi: ['[पुणे](city)'] },
      },
      usual: { isFallback: true, priority: 0 },
      ignored: { priority: -1 },
    },
  });
  expect(intents.get('trip')).toEqual({
    id: 'an-intent',
    displayName: 'trip',
    parameters: [{ id: 'city', entityType: '@sys.geo-city', isList: true, redact: true }],
    priority: 250_000,
    isFallback: false,
    trainingPhrases: new Map([
      [
        'en',
        [
          [
            { text: 'to ', parameterId: null },
            { text: 'Pune', parameterId: 'city' },
            { text: ' please', parameterId: null },
          ],
        ],
      ],
      ['hi', [[{ text: 'पुणे', parameterId: 'city' }]]],
    ]),
  });
  expect(intents.get('usual')).toMatchObject({ isFallback: true, priority: 500_000, parameters: [] });
  expect(intents.get('ignored')!.priority).toBe(-1);
});

test('an entity type has its kind, its values and what is excluded, by language', () => {
  const { entityTypes } = load({
    entityTypes: {
      colour: {
        name: 'a-type',
        enableFuzzyExtraction: true,
        redact: true,
        valuesIn: { en: { red: ['red', 'crimson'] }, hi: { red: ['लाल'] } },
        excluded: ['read'],
      },
      code: { kind: 'KIND_REGEXP', values: { '\\d{4}': ['\\d{4}'] } },
      both: { kind: 'KIND_LIST', values: { '@colour @sys.number:count': [] } },
    },
  });
  expect(entityTypes.get('colour')).toEqual({
    id: 'a-type',
    displayName: 'colour',
    kind: 'KIND_MAP',
    fuzzy: true,
    redact: true,
    entities: new Map([
      ['en', [{ value: 'red', synonyms: ['red', 'crimson'] }]],
      ['hi', [{ value: 'red', synonyms: ['लाल'] }]],
    ]),
    excludedPhrases: new Map([['en', ['read']]]),
  });
  expect([...entityTypes.values()].map(({ kind }) => kind)).toEqual(['KIND_LIST', 'KIND_REGEXP', 'KIND_MAP']);
});

test('names come from the JSON, whatever the files are called, and from the files where it has none', () => {
  const agent = load({
    flows: { 'A/B? ': { pages: { "I don't…": {} } }, [START]: {} },
    files: {
      'flows/A%2fB%3f /pages/100%25 sure%2.json': { displayName: 'Sure ' },
      'webhooks/a%2fb.json': { genericWebService: { uri: 'https://a.invalid/' } },
      'webhooks/100%.json': { genericWebService: { uri: 'https://b.invalid/' } },
    },
  });
  expect([...agent.flows.keys()]).toEqual(['A/B? ', START]);
  expect([...agent.flows.get('A/B? ')!.pages.keys()]).toEqual(['Sure ', "I don't…"]);
  expect([...agent.webhooks.keys()]).toEqual(['100%', 'a/b']);
  expect(agent.findings.map(({ where, message }) => `${where}: ${message}`)).toEqual([
    'webhooks/100%.json: It has no displayName: it is called "100%" after its file.',
    'webhooks/a%2fb.json: It has no displayName: it is called "a/b" after its file.',
  ]);
});

test('what has no id gets one that is the same at every load', () => {
  const agent = { flows: { [START]: { pages: { A: {}, B: {}, C: { name: 'projects/p/locations/l/pages/c' } } } } };
  const ids = () => [...load(agent).flows.get(START)!.pages.values()].map((page) => page.id);
  expect(ids()).toEqual([id, id, 'c']);
  expect(ids()).toEqual(ids());
  expect(new Set(ids()).size).toBe(3);
});

test('nobody can change an agent', () => {
  const agent = load({
    flows: { [START]: { pages: { A: { form: { parameters: [asks('n', '@sys.number', '?')] } } } } },
  });
  const reached: unknown[] = [];
  const visit = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return;
    reached.push(value);
    for (const part of value instanceof Map ? value.values() : Object.values(value)) visit(part);
  };
  visit(agent);
  expect(reached.length).toBeGreaterThan(20);
  expect(reached.filter((value) => !Object.isFrozen(value))).toEqual([]);
  const flows = agent.flows as Map<string, unknown>;
  for (const change of [() => flows.set('x', {}), () => flows.delete(START), () => flows.clear()]) {
    expect(change).toThrow(new TypeError('An agent is read-only.'));
  }
  expect([...flows.keys()]).toEqual([START]);
});
