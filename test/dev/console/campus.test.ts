import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AgentView, FlowMap, SessionSummary, SessionView } from '../../../dev/console/api.ts';
import { ROOT } from '../../../dev/local/paths.ts';
import { ANSWERED, type OpenedConsole, openConsole, textsOf } from './open.ts';

/** The campus assistant, talked to through the API of the console, with the functions and the store of this project. */
let desk: OpenedConsole;

beforeAll(async () => {
  desk = await openConsole({ agent: fileURLToPath(new URL('agent', ROOT)) });
});
afterAll(() => desk.close());

test('The agent is told with its flows, its own events and the functions', async () => {
  const agent = await desk.get<AgentView>('agent');
  expect(agent).toMatchObject({
    displayName: 'Campus assistant',
    defaultLanguageCode: 'en',
    languageCodes: ['en', 'hi'],
  });
  expect(agent.startFlow).toBe('Default Start Flow');
  expect(agent.flows).toContainEqual({ displayName: 'Weather', pages: 3 });
  expect(agent.events).toEqual(['WELCOME']);
  expect(agent.functions).toContainEqual({ name: 'weather', tags: ['weather', 'weather-webhook'], problem: null });
  expect(agent.functions).toContainEqual({ name: 'router', tags: [], problem: null });
});

test('A turn tells what was understood, why it went there, what the webhook got and gave', async () => {
  const talk = await desk.begin();
  const asked = await talk.says('weather');
  expect(textsOf(asked)).toEqual(['Which city do you want the weather for?']);
  expect(asked).toMatchObject({ flow: 'Weather', page: 'Weather place', hasEnded: false, webhooks: [], hidden: [] });
  expect(asked.understanding).toMatchObject({ intent: 'weather.ask', confidence: 1, threshold: 0.3 });
  expect(asked.understanding.rivals[0]).toEqual({ intent: 'weather.ask', score: 1 });
  expect(asked.understanding.rivals.length).toBeLessThanOrEqual(10);
  expect(asked.form).toEqual([
    {
      displayName: 'location',
      entityType: '@sys.location',
      required: true,
      state: 'EMPTY',
      value: null,
      isAsked: true,
      justCollected: false,
    },
  ]);

  const told = await talk.says('Mumbai');
  expect(textsOf(told)[0]).toMatch(/^It is 30 °C with light rain in Mumbai, India/);
  expect(told.understanding).toMatchObject({ intent: null, confidence: null });
  expect(told.understanding.filled).toMatchObject({ location: { original: 'Mumbai' } });
  expect(told.parameters).toContainEqual({
    ...{ name: 'weather_place', scope: 'session', change: 'added' },
    ...{ before: null, after: 'Mumbai, India', by: 'webhook' },
  });
  expect(told.steps.find(({ kind, holds }) => kind === 'route' && holds)).toMatchObject({
    place: { flow: 'Weather', page: 'Weather place' },
    condition: '$page.params.status = "FINAL"',
    reads: [{ reference: '$page.params.status', value: 'FINAL' }],
  });

  const [call] = told.webhooks;
  expect(told.webhooks).toHaveLength(1);
  expect(call).toMatchObject({
    ...{ webhook: 'weather', tag: 'weather', outcome: 'answered', event: null, problem: null, httpStatus: 200 },
    ...{ url: `${desk.url}/weather`, method: 'POST' },
    attempts: [{ httpStatus: 200, problem: null }],
  });
  expect(call!.requestHeaders.authorization).toBe('Bearer [hidden]');
  expect(JSON.parse(call!.requestBody!)).toMatchObject({ fulfillmentInfo: { tag: 'weather' } });
  expect(JSON.parse(call!.responseBody!)).toMatchObject({
    sessionInfo: { parameters: { weather_place: 'Mumbai, India' } },
  });
  expect(call!.tokenClaims).toMatchObject({ aud: `${desk.url}/weather`, iss: 'https://accounts.google.com' });

  const view = await talk.view();
  expect(view).toMatchObject({ flow: told.flow, page: told.page, languageCode: 'en', channel: null });
  expect(view.parameters).toEqual(told.session);
  expect(view.turns).toEqual([asked, told]);
});

test('Events, keys, no input, an intent, another language and parameters set by hand', async () => {
  const talk = await desk.begin({ languageCode: 'hi' });
  const welcomed = await talk.takes({ kind: 'event', event: 'WELCOME' });
  expect(textsOf(welcomed)[0]).toMatch(/[ऀ-ॿ]/);
  const set = await talk.takes({ kind: 'intent', intent: 'small_talk.thanks' }, { name: 'Asha', gone: null });
  expect(set.understanding).toMatchObject({ intent: 'small_talk.thanks', confidence: 1 });
  expect(set.injected).toEqual({ name: 'Asha', gone: null });
  expect(set.parameters).toContainEqual(
    expect.objectContaining({ name: 'name', change: 'added', after: 'Asha', by: 'injected' }),
  );
  const silent = await talk.says('');
  expect(silent.steps.find(({ kind }) => kind === 'event')?.what).toMatch(/^sys.no-input-/);
  await talk.takes({ kind: 'dtmf', digits: '12', finishDigit: '#' });
  expect((await talk.view()).turns.map(({ input }) => input.kind)).toEqual(['event', 'intent', 'text', 'dtmf']);
});

test('A fault is for the next call alone, and can be taken back', async () => {
  const talk = await desk.begin();
  await talk.says('weather');
  await desk.post(`sessions/${talk.id}/fault`, { fault: 'timeout' });
  await desk.post(`sessions/${talk.id}/fault`, { fault: null });
  expect((await talk.says('Mumbai')).webhooks[0]).toMatchObject({ outcome: 'answered' });

  await talk.back(1);
  await desk.post(`sessions/${talk.id}/fault`, { fault: 'weather:503' });
  const failed = await talk.says('Mumbai');
  expect(failed.webhooks[0]).toMatchObject({
    ...{ outcome: 'failed', event: 'webhook.error.unavailable', httpStatus: 503, problem: 'The webhook answered 503.' },
    attempts: [{ httpStatus: 503 }, { httpStatus: 503 }],
  });
  expect(failed.hidden).toContain(
    'The webhook weather (tag weather) failed with webhook.error.unavailable: The webhook answered 503.',
  );
  expect(failed.hidden).toContain(
    'The webhook weather (tag weather) was called 2 times with the same request: what it does it may have done twice.',
  );
  await talk.back(1);
  expect((await talk.says('Mumbai')).webhooks[0]).toMatchObject({ outcome: 'answered' });
});

test('A conversation goes back, forks and is removed; the list has their first words', async () => {
  const talk = await desk.begin();
  await talk.says('weather');
  const told = await talk.says('Mumbai');
  const fork = await desk.post<SessionView>(`sessions/${talk.id}/fork`, { turns: 1 });
  expect(fork.id).not.toBe(talk.id);
  expect(fork.turns).toHaveLength(1);

  const back = await talk.back(1);
  expect(back.page).toBe('Weather place');
  expect(back.turns.map(({ id }) => id)).toEqual([fork.turns[0]!.id]);
  const other = await talk.says('Paris');
  expect(textsOf(other)[0]).toMatch(/Paris/);
  expect((await desk.get<SessionView>(`sessions/${fork.id}`)).turns).toHaveLength(1);
  expect(told.id).not.toBe(other.id);
  expect((await talk.back(0)).parameters).toEqual({});

  await talk.says('library');
  const summaries = await desk.get<SessionSummary[]>('sessions');
  expect(summaries).toContainEqual({ id: talk.id, turns: 1, title: 'library' });
  expect(summaries).toContainEqual({ id: fork.id, turns: 1, title: 'weather' });
  expect(await desk.ask('DELETE', `/console/api/sessions/${fork.id}`)).toMatchObject({ status: 204, text: '' });
  expect((await desk.ask('GET', `/console/api/sessions/${fork.id}`)).json).toEqual({
    error: {
      code: 'not-found',
      message: 'There is no such conversation: it was removed, or the server started anew.',
    },
  });
});

test('The oldest of a hundred conversations gives way', async () => {
  const first = await desk.begin();
  for (let i = 0; i < 100; i++) await desk.begin();
  expect(await desk.get<SessionSummary[]>('sessions')).toHaveLength(100);
  expect((await desk.ask('GET', `/console/api/sessions/${first.id}`)).status).toBe(404);
});

test('Every flow has a map on which each page can be reached and each tag is answered', async () => {
  for (const { displayName, pages } of (await desk.get<AgentView>('agent')).flows) {
    const map = await desk.get<FlowMap>(`map?flow=${encodeURIComponent(displayName)}`);
    expect(map.nodes.filter(({ kind }) => kind === 'page')).toHaveLength(pages);
    expect(map.nodes.filter(({ isUnreachable }) => isUnreachable)).toEqual([]);
    expect(map.nodes.flatMap(({ tags }) => tags).filter(({ isAnswered }) => !isAnswered)).toEqual([]);
    const ids = map.nodes.map(({ id }) => id);
    expect(map.edges.filter(({ from, to }) => !ids.includes(from) || !ids.includes(to))).toEqual([]);
  }
});

test('Two hundred turns: each answer is as short as the first, and all of them are kept', async () => {
  const talk = await desk.begin();
  const sizes: number[] = [];
  for (let i = 0; i < 100; i++) {
    await talk.says('weather');
    const { text } = await desk.ask('POST', `/console/api/sessions/${talk.id}/turns`, {
      input: { kind: 'text', text: 'Mumbai' },
    });
    sizes.push(text.length);
  }
  expect((await talk.view()).turns).toHaveLength(200);
  // A turn never carries those before it.
  expect(Math.max(...sizes)).toBeLessThan(1.5 * sizes[1]!);
});

test('No token is in any answer, not even one of an error', () => {
  expect(ANSWERED.length).toBeGreaterThan(200);
  expect(ANSWERED.filter((text) => /eyJ/.test(text))).toEqual([]);
});
