import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AgentView, ConsoleEvent } from '../../../dev/console/api.ts';
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
  expect((await talk.says('status')).webhooks[0]).toMatchObject({ outcome: 'skipped', event: 'nobody' });
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

test('What only a new start takes in is told, and a file that is saved as it was is not', async () => {
  functions.write('status.ts', replying({ say: 'It is on its way.' }));
  functions.write('notes.txt', 'nothing');
  functions.write('helper.js', 'export {};\n');
  expect(await events.until(() => true)).toEqual({ kind: 'restart', file: expect.stringMatching(/\/helper\.js$/) });
});

/** Status and code of the refusal that a function answers. */
async function post(name: string) {
  const headers = { authorization: `Bearer ${issuer.token({ audience: `${desk.url}/${name}` })}` };
  const response = await fetch(`${desk.url}/${name}`, { method: 'POST', headers, body: '{}' });
  const { error } = (await response.json()) as { error: { code: string } };
  return [response.status, error.code];
}
