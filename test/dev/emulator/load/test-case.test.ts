import { expect, test } from '@jest/globals';
import type { TestCase } from '../../../../dev/emulator/agent.ts';
import { loadExport } from '../../../helpers/agent-export.ts';

const START = 'Default Start Flow';
const AT = 'projects/p/locations/l/agents/a';
const load = (json: object) =>
  loadExport({
    flows: {
      [START]: { name: 'f0', pages: { Home: { name: 'p0' } } },
      Trip: { name: 'f1', pages: { City: { name: 'p1' } } },
    },
    intents: { trip: { name: 'i1' } },
    testCases: { 'a/b': json },
  });
const testCase = (json: object): TestCase => load(json).testCases[0]!;
const turn = (userInput: object, virtualAgentOutput: object = {}) =>
  testCase({ testCaseConversationTurns: [{ userInput, virtualAgentOutput }] }).turns[0]!;
const NOTHING = { intent: null, flow: null, page: null, texts: [], parameters: {} };

test('a test case has its tags, its turns, and where it begins', () => {
  const config = { flow: 'Trip', page: 'City', trackingParameters: ['city'] };
  const creationTime = { seconds: 1_600_000_000, nanos: 500_000_000 };
  expect(
    testCase({ name: 't', tags: ['#a'], creationTime, testConfig: config, testCaseConversationTurns: [] }),
  ).toEqual({
    file: 'testCases/a%2fb.json',
    displayName: 'a/b',
    tags: ['#a'],
    flow: 'Trip',
    page: 'City',
    trackingParameters: ['city'],
    createdAt: 1_600_000_000_500,
    turns: [],
  });
  expect(testCase({})).toMatchObject({ flow: null, page: null, trackingParameters: [], createdAt: null, turns: [] });
  expect(testCase({ creationTime: '2020-09-13T12:26:40Z' }).createdAt).toBe(1_600_000_000_000);
});

test.each([
  [{ page: 'Home' }, null, 'Home'],
  [{ page: `${AT}/flows/f1/pages/p1` }, 'Trip', 'City'],
  [{ flow: `${AT}/flows/f1` }, 'Trip', null],
  [{ page: `${AT}/flows/f1/pages/START_PAGE` }, 'Trip', null],
  [{ flow: 'Trip', page: 'Start Page' }, 'Trip', null],
])('a test case of %j begins in flow %s on page %s', (testConfig, flow, page) => {
  const agent = load({ testConfig });
  expect(agent.testCases[0]).toMatchObject({ flow, page });
  expect(agent.findings).toEqual([]);
});

test('a test case that begins nowhere is a finding', () => {
  expect(load({ testConfig: { flow: 'Trip', page: 'Home' } }).findings).toEqual([
    {
      kind: 'missing',
      construct: 'page',
      where: 'testCases/a%2fb.json, testConfig',
      message: '"page" is the page "Home", which the export does not have.',
    },
  ]);
});

test.each([
  [
    { text: { text: 'hello' }, languageCode: 'hi' },
    { kind: 'text', text: 'hello' },
  ],
  [{ text: {} }, { kind: 'text', text: '' }],
  [{}, { kind: 'text', text: '' }],
  [{ event: { event: 'sys.no-input-default' } }, { kind: 'event', event: 'sys.no-input-default' }],
  [{ dtmf: { digits: '12', finishDigit: '#' } }, { kind: 'dtmf', digits: '12', finishDigit: '#' }],
  [{ intent: { intent: `${AT}/intents/i1` } }, { kind: 'intent', intent: 'trip' }],
])('the input %j is %j', (input, expected) => {
  expect(turn({ input })).toEqual({
    input: expected,
    languageCode: 'languageCode' in input ? 'hi' : null,
    injectedParameters: {},
    isWebhookEnabled: false,
    expected: NOTHING,
  });
});

test('what was recorded is read in the old form and in the new one', () => {
  const said = {
    textResponses: [{ text: ['One'] }, {}, { text: ['Two'], allowPlaybackInterruption: true }],
    sessionParameters: { n: 1, date: { day: 1 } },
  };
  const expected = {
    flow: 'Trip',
    page: 'City',
    intent: 'trip',
    texts: ['One', 'Two'],
    parameters: said.sessionParameters,
  };
  const userInput = { injectedParameters: { a: true }, isWebhookEnabled: true };
  const forms = [
    {
      triggeredIntent: { name: 'trip' },
      currentPage: { name: 'City', flow: 'Trip' },
      currentFlow: { name: 'Trip' },
    },
    {
      triggeredIntent: { name: `${AT}/intents/i1`, displayName: 'trip' },
      currentPage: { name: `${AT}/flows/f1/pages/p1`, displayName: 'City' },
      diagnosticInfo: { 'Execution Sequence': [] },
      status: {},
    },
    { triggeredIntent: { name: `${AT}/intents/i1` }, currentPage: { name: `${AT}/flows/f1/pages/p1` } },
  ];
  for (const form of forms) {
    expect(turn(userInput, { ...said, ...form })).toMatchObject({
      expected,
      injectedParameters: { a: true },
      isWebhookEnabled: true,
    });
  }
});

test('what was recorded of an older agent stays as it was', () => {
  const output = { triggeredIntent: { name: 'gone' }, currentPage: { name: 'Gone', flow: 'Old' } };
  const agent = load({ testCaseConversationTurns: [{ userInput: {}, virtualAgentOutput: output }] });
  expect(agent.testCases[0]!.turns[0]!.expected).toEqual({ ...NOTHING, intent: 'gone', flow: 'Old', page: 'Gone' });
  expect(agent.findings).toEqual([]);
});
