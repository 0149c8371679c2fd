import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AgentView, ConsoleEvent } from '../../../dev/console/api.ts';
import { buildRequest } from '../../../dev/local/request.ts';
import { openLocalIssuer } from '../../../dev/local/tokens.ts';
import { type WrittenExport, writeExport } from '../../helpers/agent-export.ts';
import {
  type Listening,
  listenTo,
  type OpenedConsole,
  openConsoleApart,
  replying,
  textsOf,
  type WrittenFunctions,
  writeFunctions,
} from './open.ts';
import { smallAgent } from './small-agent.ts';

/** A function that is saved is served at once, and conversations go on. */
const issuer = openLocalIssuer();
let agent: WrittenExport;
let functions: WrittenFunctions;
let desk: OpenedConsole;
let events: Listening;

beforeAll(async () => {
  agent = writeExport(smallAgent());
  functions = writeFunctions({ 'status.ts': replying({ say: 'It is on its way.' }) });
  desk = await openConsoleApart({ agent: agent.folder, folder: functions.folder });
  events = await listenTo(desk.url);
});
afterAll(async () => {
  await desk.close();
  await events.ended;
  agent.remove();
  functions.removeAll();
});

const told = (kind: ConsoleEvent['kind']) => events.until<ConsoleEvent>((event) => event.kind === kind);
const problemOf = async (name: string) =>
  (await desk.get<AgentView>('agent')).functions.find((each) => each.name === name)?.problem;

test('A function that is saved answers anew in the same conversation, and one that breaks says why until it is healed', async () => {
  const talk = await desk.begin();
  expect(textsOf(await talk.says('status'))).toEqual(['It is on its way.']);

  functions.write('status.ts', replying({ say: 'It has arrived.', session: { state: 'there' } }));
  expect(await told('function')).toEqual({ kind: 'function', name: 'status', problem: null });
  const anew = await talk.says('status');
  expect(textsOf(anew)).toEqual(['It has arrived.']);
  expect(anew.session).toEqual({ state: 'there' });

  functions.write('status.ts', 'export default {\n  kind: ;\n');
  const broken = await told('function');
  expect(broken).toMatchObject({ name: 'status', problem: expect.stringMatching(/^status.ts does not load: /) });
  expect(await problemOf('status')).toMatch(/^status.ts does not load: /);
  expect((await talk.says('status')).webhooks[0]).toMatchObject({ outcome: 'failed', httpStatus: 500 });
  expect(await post('status')).toEqual([500, 'not-loaded']);

  functions.write('status.ts', replying({ say: 'Well again.' }));
  expect(await told('function')).toEqual({ kind: 'function', name: 'status', problem: null });
  expect(textsOf(await talk.says('status'))).toEqual(['Well again.']);
  expect((await talk.view()).turns).toHaveLength(4);
});

test('What functions share stays one thing when one of them is loaded anew', async () => {
  functions.write('shared.js', 'export const counter = { calls: 0 };\n');
  const counting = (name: string, text: string) =>
    functions.write(
      `${name}.ts`,
      `import { counter } from './shared.js';
export default { kind: 'standard', params: {}, options: {}, handler: () => ({ say: '${text} ' + ++counter.calls }) };\n`,
    );
  counting('status', 'first');
  await told('function');
  const talk = await desk.begin();
  expect(textsOf(await talk.says('status'))).toEqual(['first 1']);
  counting('status', 'second');
  await told('function');
  expect(textsOf(await talk.says('status'))).toEqual(['second 2']);
});

test('A function that is new is served, and one that is gone is not', async () => {
  functions.write('unknown.ts', replying({ say: 'Known now.' }));
  expect(await told('function')).toEqual({ kind: 'function', name: 'unknown', problem: null });
  const talk = await desk.begin();
  expect(textsOf(await talk.says('unknown'))).toEqual(['Known now.']);
  expect((await desk.get<AgentView>('agent')).functions.map(({ name }) => name)).toEqual(['status', 'unknown']);

  functions.remove('unknown.ts');
  expect(await told('function')).toEqual({ kind: 'function', name: 'unknown', problem: null });
  expect((await talk.says('unknown')).hidden).toContain(
    'The webhook backend (tag unknown) was not called: no function here answers it, and CX would call it.',
  );
  expect(await post('unknown')).toEqual([404, 'not-found']);
});

test('The router, too, has the functions as they were saved', async () => {
  functions.write('status.ts', replying({ say: 'Before.' }));
  await told('function');
  const shared = new URL('../../../shared/router.ts', import.meta.url).href;
  functions.write(
    'router.ts',
    `import { defineRouter } from '${shared}';\nexport default defineRouter(new URL('.', import.meta.url));\n`,
  );
  expect(await told('function')).toEqual({ kind: 'function', name: 'router', problem: null });
  expect((await turn('router', 'status')).fulfillmentResponse.messages).toEqual([{ text: { text: ['Before.'] } }]);
  functions.write('status.ts', replying({ say: 'After.' }));
  await told('function');
  expect((await turn('router', 'status')).fulfillmentResponse.messages).toEqual([{ text: { text: ['After.'] } }]);
});

test('What only a new start takes in is told, and a file that is saved as it was is not', async () => {
  const until = events.text().length;
  functions.write('status.ts', functions.read('status.ts'));
  functions.write('notes.txt', 'nothing');
  functions.write('helper.js', 'export {};\n');
  expect(await told('restart')).toEqual({ kind: 'restart', file: expect.stringMatching(/\/helper\.js$/) });
  functions.write('last.ts', replying({ say: 'Last.' }));
  expect(await told('function')).toMatchObject({ name: 'last' });
  expect(
    events
      .text()
      .slice(until)
      .match(/^data: /gm),
  ).toHaveLength(2);
});

test('A function that would end the server, or is never there, is a problem of its own, and saved anew it is healed', async () => {
  const talk = await desk.begin();
  functions.write('status.ts', `process.exit(0);\n${replying({ say: 'Never.' })}`);
  expect(await told('function')).toEqual({
    kind: 'function',
    name: 'status',
    problem: expect.stringMatching(
      /^status\.ts does not load: it calls process\.exit, which would end the server \(.*\/status\.ts:1\)$/,
    ),
  });
  functions.write('status.ts', `await new Promise(() => {});\n${replying({ say: 'Never.' })}`);
  expect(await told('function')).toEqual({
    kind: 'function',
    name: 'status',
    problem: 'status.ts does not load within 5 s: does it await something that never comes?',
  });
  expect((await talk.says('status')).webhooks[0]).toMatchObject({ outcome: 'failed', httpStatus: 500 });

  // Whoever saves the next version does not wait for the one before, and that one does not take its place later.
  functions.write(
    'status.ts',
    `await new Promise((resolve) => setTimeout(resolve, 1500));\n${replying({ say: 'Late.' })}`,
  );
  await wait(500);
  functions.write('status.ts', replying({ say: 'Well.' }));
  expect(await told('function')).toEqual({ kind: 'function', name: 'status', problem: null });
  expect(textsOf(await talk.says('status'))).toEqual(['Well.']);
  await wait(2000);
  expect(textsOf(await talk.says('status'))).toEqual(['Well.']);
});

/** What a function answers to a turn with this tag. */
async function turn(name: string, tag: string) {
  const headers = { authorization: `Bearer ${issuer.token({ audience: `${desk.url}/${name}` })}` };
  const body = JSON.stringify(buildRequest({ tag }));
  const response = await fetch(`${desk.url}/${name}`, { method: 'POST', headers, body });
  // biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect
  return { status: response.status, ...((await response.json()) as any) };
}

/** Status and code of the refusal that a function answers. */
async function post(name: string) {
  const { status, error } = await turn(name, name);
  return [status, error.code];
}
