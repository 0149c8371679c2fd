import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { FlowMap, SessionView } from '../../../dev/console/api.ts';
import type { Caller } from '../../../dev/emulator/emulator.ts';
import { loadAgent } from '../../../dev/emulator/load.ts';
import { hasPassed } from '../../../dev/emulator/replay/fidelity.ts';
import { replay } from '../../../dev/emulator/replay/run.ts';
import { type WrittenExport, writeExport } from '../../helpers/agent-export.ts';
import { cx } from '../../helpers/process.ts';
import {
  ANSWERED,
  listenTo,
  type OpenedConsole,
  openConsoleApart,
  replying,
  textsOf,
  type WrittenFunctions,
  writeFunctions,
} from './open.ts';
import { smallAgent } from './small-agent.ts';

/** What a designer and a developer do with a conversation: see what is hidden, replay it, keep it as a test, look at the map. */
let agent: WrittenExport;
let functions: WrittenFunctions;
let desk: OpenedConsole;

/** A reply of a real pipeline: an error of the handler becomes an apology, as in production. */
const BROKEN = `export default { kind: 'standard', params: {}, options: {}, handler: () => { throw new Error('The shelf is empty'); } };\n`;
const FUNCTIONS = {
  'status.ts': replying({ say: 'It is on its way.', session: { state: 'sent' } }),
  'order.ts': replying({ session: { number: 7 } }),
  'broken.ts': BROKEN,
};

beforeAll(async () => {
  agent = writeExport(smallAgent());
  functions = writeFunctions(FUNCTIONS);
  desk = await openConsoleApart({ agent: agent.folder, folder: functions.folder });
});
afterAll(async () => {
  await desk.close();
  agent.remove();
  functions.removeAll();
});

test('What CX would hide is told: an apology for an error, a webhook of nobody, an event that nobody handles', async () => {
  const talk = await desk.begin();
  const broken = await talk.says('broken');
  expect(broken.webhooks[0]).toMatchObject({ outcome: 'answered', httpStatus: 200, problem: null });
  expect(broken.hidden).toEqual([
    'The function\'s log says "broken internal", and it answered 200 all the same: Error: The shelf is empty',
  ]);
  const unknown = await talk.says('unknown');
  expect(unknown.webhooks[0]).toEqual({
    ...{ webhook: 'backend', tag: 'unknown', outcome: 'skipped', event: 'nobody', problem: null, httpStatus: null },
    ...{ url: null, method: null, requestHeaders: {}, requestBody: null, responseBody: null, attempts: [] },
    ...{ timeoutMs: 5000, tokenClaims: null },
  });
  expect(unknown.hidden).toEqual([
    'The webhook backend (tag unknown) was not called: no function here answers it, and CX would call it.',
    'The person gets no answer: nothing was said in this turn.',
  ]);
  const lost = await talk.takes({ kind: 'event', event: 'nothing' });
  expect(lost.hidden).toEqual(['Nobody handles nothing.', 'The person gets no answer: nothing was said in this turn.']);
});

test('An answer that is nearly late is told, and the turn after a failure says what the agent made of it', async () => {
  const talk = await desk.begin();
  await desk.post(`sessions/${talk.id}/fault`, { fault: 'slow=4200' });
  const slow = await talk.says('status');
  expect(slow.webhooks[0]).toMatchObject({ outcome: 'answered', timeoutMs: 5000 });
  expect(slow.hidden).toEqual([
    expect.stringMatching(/^The webhook backend \(tag status\) took 4\d{3} of its 5000 ms: a little later, /),
  ]);
});

test('A form is shown as it is filled, and its parameters with who has set them', async () => {
  const talk = await desk.begin();
  await talk.says('order', { kept: 'yes', colour: null });
  const filled = await talk.says('crimson');
  expect(textsOf(filled)).toEqual(['You ordered red.']);
  expect(filled.parameters).toEqual([
    { name: 'colour', scope: 'session', change: 'added', before: null, after: 'red', by: 'form' },
    { name: 'ordered', scope: 'session', change: 'added', before: null, after: true, by: 'preset' },
    { name: 'number', scope: 'session', change: 'added', before: null, after: 7, by: 'webhook' },
  ]);
  const again = await talk.takes({ kind: 'event', event: 'again' }, { kept: null, number: 8 });
  expect(again.parameters).toEqual(
    expect.arrayContaining([
      { name: 'kept', scope: 'session', change: 'removed', before: 'yes', after: null, by: 'injected' },
    ]),
  );
});

test('A session that ended begins anew at the next turn, and nothing of the old one is a change', async () => {
  const talk = await desk.begin();
  await talk.says('status');
  const bye = await talk.says('bye');
  expect(bye).toMatchObject({ hasEnded: true, page: 'End Session', form: [] });
  const anew = await talk.takes({ kind: 'event', event: 'greet' });
  expect(anew).toMatchObject({ hasEnded: false, page: 'Start Page', session: {}, parameters: [] });
});

test('A replay on the same code differs in nothing, on other code in what it says and sets, and can be kept', async () => {
  const talk = await desk.begin();
  for (const text of ['hm', 'status', 'order', 'blue']) await talk.says(text);
  const same = await talk.replay();
  expect(same.turns.map(({ differences }) => differences)).toEqual([[], [], [], []]);
  const before = await talk.view();
  expect(same.turns.map((turn) => turn.before)).toEqual(before.turns);
  expect(same.turns[1]!.after.id).not.toBe(before.turns[1]!.id);

  const events = await listenTo(desk.url);
  functions.write('status.ts', replying({ say: 'It has arrived.', session: { state: 'there', when: 'today' } }));
  await events.until(() => true);
  functions.write('order.ts', BROKEN);
  await events.until(() => true);
  const other = await talk.replay();
  expect(other.turns.map(({ differences }) => differences)).toEqual([
    [],
    [
      'It says now: It has arrived.',
      'It says no more: It is on its way.',
      'state is "there"; before it was "sent".',
      'when is "today"; before it was not set.',
    ],
    ['state is "there"; before it was "sent".', 'when is "today"; before it was not set.'],
    expect.arrayContaining(['number is not set; before it was 7.', 'when is "today"; before it was not set.']),
  ]);
  expect((await talk.view()).turns).toEqual(before.turns);

  const kept = await desk.post<SessionView>(`sessions/${talk.id}/replay/keep`);
  expect(kept.turns).toEqual(other.turns.map(({ after }) => after));
  expect(kept.parameters).toMatchObject({ state: 'there' });
  expect((await desk.ask('POST', `/console/api/sessions/${talk.id}/replay/keep`, {})).status).toBe(409);

  await talk.replay();
  await talk.says('hm');
  expect((await desk.ask('POST', `/console/api/sessions/${talk.id}/replay/keep`, {})).status).toBe(409);
  for (const [name, code] of Object.entries(FUNCTIONS).slice(0, 2)) {
    functions.write(name, code);
    await events.until(() => true);
  }
});

test('A turn waits for the one before it', async () => {
  const talk = await desk.begin();
  await desk.post(`sessions/${talk.id}/fault`, { fault: 'slow=2000' });
  const status = talk.says('status');
  await wait(500);
  const [first, second, replayed] = await Promise.all([status, talk.says('order'), wait(500).then(talk.replay)]);
  expect((await talk.view()).turns).toEqual([first, second]);
  expect(second.session).toEqual({ state: 'sent' });
  expect(replayed.turns.map(({ differences }) => differences)).toEqual([[], []]);
});

test('A conversation is a test case of the export: it loads, and passes', async () => {
  const talk = await desk.begin({ languageCode: 'en' });
  await talk.takes({ kind: 'event', event: 'greet' }, { name: 'Asha' });
  await talk.says('order');
  await talk.says('');
  await talk.says('red');
  await talk.takes({ kind: 'intent', intent: 'status' });
  await talk.says('hm');
  await talk.takes({ kind: 'dtmf', digits: '12', finishDigit: '#' });
  await talk.says('bye');
  await talk.says('status');
  const view = await talk.view();
  const testCase = await desk.get<object>(
    `sessions/${talk.id}/test-case?name=${encodeURIComponent('All that there is')}`,
  );
  expect(testCase).toMatchObject({ displayName: 'All that there is', tags: [] });
  expect(JSON.stringify(testCase)).not.toMatch(/undefined|eyJ/);

  const other = writeExport(smallAgent());
  try {
    mkdirSync(join(other.folder, 'testCases'));
    writeFileSync(join(other.folder, 'testCases/All.json'), JSON.stringify(testCase));
    const loaded = loadAgent(other.folder);
    expect(loaded.findings.filter(({ where }) => where.startsWith('testCases'))).toEqual([]);
    const [read] = loaded.testCases;
    expect(read).toMatchObject({ displayName: 'All that there is', createdAt: expect.any(Number) });
    expect(read!.turns.map(({ input }) => input)).toEqual(view.turns.map(({ input }) => input));
    expect(read!.turns.map(({ injectedParameters }) => injectedParameters)).toEqual(
      view.turns.map(({ injected }) => injected),
    );
    expect(read!.turns.map(({ expected }) => expected)).toEqual(
      view.turns.map((turn) => ({
        intent: turn.understanding.intent,
        ...{ flow: turn.flow, page: turn.page, texts: textsOf(turn), parameters: turn.session },
      })),
    );
    const [answered] = view.turns.flatMap(({ webhooks }) => webhooks);
    expect(answered).toMatchObject({ outcome: 'answered' });
    const replayed = await replay(loaded, read!, { call: skipping });
    expect(hasPassed(replayed)).toBe(true);
    const { code, stdout } = await cx(['test', other.folder, '--webhooks', `${desk.url}/{tag}`]);
    expect(stdout).toMatch(/1 of 1 test cases pass/);
    expect(stdout).toMatch(/identical +1 of 1/);
    expect(code).toBe(0);
  } finally {
    other.remove();
  }
});

test('A channel and a language are those of the whole conversation', async () => {
  const talk = await desk.begin({ languageCode: 'de', channel: 'DF_MESSENGER' });
  await talk.says('status');
  const body = JSON.parse((await talk.view()).turns[0]!.webhooks[0]!.requestBody!);
  expect(body).toMatchObject({ languageCode: 'de' });
  const fork = await desk.post<SessionView>(`sessions/${talk.id}/fork`, { turns: 1 });
  expect(fork).toMatchObject({ languageCode: 'de', channel: 'DF_MESSENGER' });
});

test('The map has pages and what leads to them, what nobody can reach, and tags that nobody answers', async () => {
  const map = await desk.get<FlowMap>(`map?flow=${encodeURIComponent('Default Start Flow')}`);
  const page = (id: string, more: object = {}) => ({
    ...{ id, label: id, kind: 'page', isUnreachable: false, parameters: [], tags: [] },
    ...more,
  });
  const answered = (tag: string, isAnswered = true) => ({ tag, isAnswered });
  expect(map.nodes).toHaveLength(9);
  expect(map.nodes).toEqual(
    expect.arrayContaining([
      page('Start Page', {
        kind: 'start',
        tags: [answered('status'), answered('broken'), answered('unknown', false)],
      }),
      page('Order', { parameters: ['colour'], tags: [answered('order')] }),
      page('Ordered'),
      page('Paid', { tags: [answered('unknown', false)] }),
      page('Forgotten', { isUnreachable: true }),
      page('Nowhere', { isUnreachable: true }),
      page('END_SESSION', { kind: 'symbolic' }),
      page('END_FLOW', { kind: 'symbolic' }),
      page('flow: Shop', { kind: 'flow', label: 'Shop' }),
    ]),
  );
  const edge = (from: string, to: string, ...labels: string[]) => ({ from, to, labels });
  expect(map.edges).toHaveLength(9);
  expect(map.edges).toEqual(
    expect.arrayContaining([
      edge('Start Page', 'Order', 'order'),
      edge('Start Page', 'END_SESSION', 'bye'),
      edge('Start Page', 'flow: Shop', 'shop'),
      edge('Order', 'Ordered', '$page.params.status = "FINAL"'),
      edge('Ordered', 'Paid', 'pay'),
      edge('Ordered', 'Order', 'again'),
      edge('Paid', 'END_FLOW', 'bye'),
      edge('Forgotten', 'Nowhere', 'order'),
      edge('Nowhere', 'Forgotten', 'true'),
    ]),
  );
});

test('No token is in any answer', () => {
  expect(ANSWERED.length).toBeGreaterThan(30);
  expect(ANSWERED.filter((text) => /eyJ/.test(text))).toEqual([]);
});

const skipping: Caller = async () => ({ kind: 'skipped', reason: 'off' });
