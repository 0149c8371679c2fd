import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { AgentView, ConsoleEvent, SessionView } from '../../../dev/console/api.ts';
import { says, type WrittenExport, writeExport } from '../../helpers/agent-export.ts';
import {
  type Listening,
  listenTo,
  type OpenedConsole,
  openConsole,
  textsOf,
  type WrittenFunctions,
  writeFunctions,
} from './open.ts';
import { smallAgent } from './small-agent.ts';

/** An agent that is exported anew is taken in at once, and conversations go on. */
let agent: WrittenExport;
let functions: WrittenFunctions;
let desk: OpenedConsole;
let events: Listening;

beforeEach(async () => {
  agent = writeExport(smallAgent());
  functions = writeFunctions({});
  desk = await openConsole({ agent: agent.folder, folder: functions.folder });
  events = await listenTo(desk.url);
});
afterEach(async () => {
  await desk.close();
  await events.ended;
  agent.remove();
  functions.removeAll();
});

const told = (kind: ConsoleEvent['kind']) => events.until<ConsoleEvent>((event) => event.kind === kind);

test('An agent that is exported anew takes over the conversation; one that is broken does not', async () => {
  const talk = await desk.begin();
  expect(textsOf(await talk.says('order'))).toEqual(['Which colour?']);

  const page = (name: string) => join(agent.folder, `flows/Default Start Flow/pages/${name}.json`);
  const { flows } = smallAgent();
  const order = flows!['Default Start Flow']!.pages!.Order!;
  const asked = { ...order.form.parameters[0], fillBehavior: { initialPromptFulfillment: says('What colour, then?') } };
  writeFileSync(page('Order'), JSON.stringify({ displayName: 'Order', ...order, form: { parameters: [asked] } }));
  expect(await told('agent')).toEqual({ kind: 'agent', problem: null });
  expect(textsOf(await talk.says('hm'))).toEqual(['What colour, then?']);

  writeFileSync(join(agent.folder, 'agent.json'), '{');
  expect(await told('agent')).toEqual({
    kind: 'agent',
    problem: expect.stringMatching(/^The agent.json of .* cannot be read: /),
  });
  expect(textsOf(await talk.says('hm'))).toEqual(['What colour, then?']);
});

test('On a page that the agent has no more a conversation begins again, and says so', async () => {
  const talk = await desk.begin();
  await talk.says('order', { kept: 1 });
  rmSync(join(agent.folder, 'flows/Default Start Flow/pages/Order.json'));
  await told('agent');
  const next = await talk.takes({ kind: 'event', event: 'greet' });
  expect(textsOf(next)).toEqual(['Hello.']);
  expect(next).toMatchObject({ page: 'Start Page', session: {} });
  expect(next.hidden[0]).toBe(
    'The agent has no page Order of the flow Default Start Flow any more: the session began again before this turn.',
  );
  expect((await desk.get<SessionView>(`sessions/${talk.id}`)).turns).toHaveLength(2);
});

test('An export that takes the place of the old folder is seen, and so is what is saved in it', async () => {
  const other = `${agent.folder}-other`;
  cpSync(agent.folder, other, { recursive: true });
  rmSync(agent.folder, { recursive: true });
  await new Promise((resolve) => setTimeout(resolve, 300));
  renameSync(other, agent.folder);
  expect(await events.until<ConsoleEvent>((event) => event.kind === 'agent' && event.problem === null)).toBeDefined();
  mkdirSync(join(agent.folder, 'flows/New'), { recursive: true });
  writeFileSync(join(agent.folder, 'flows/New/New.json'), '{"displayName":"New"}');
  for (;;) {
    await told('agent');
    const { flows } = await desk.get<AgentView>('agent');
    if (flows.some(({ displayName }) => displayName === 'New')) break;
  }
});

test('An agent whose folder is gone is told, and conversations go on with it as it was', async () => {
  const talk = await desk.begin();
  rmSync(agent.folder, { recursive: true });
  expect(await told('agent')).toEqual({
    kind: 'agent',
    problem: `There is no ${agent.folder}. Give the folder or the .zip that CX exports as a JSON package: it has an agent.json at its root.`,
  });
  expect(textsOf(await talk.says('order'))).toEqual(['Which colour?']);
});

test('An archive is watched like a folder', async () => {
  await desk.close();
  const zip = agent.zip();
  desk = await openConsole({ agent: zip, folder: functions.folder });
  events = await listenTo(desk.url);
  const other = writeExport({ flows: { 'Default Start Flow': {}, 'Another flow': {} } });
  cpSync(other.zip(), zip);
  other.remove();
  expect(await told('agent')).toEqual({ kind: 'agent', problem: null });
  const { flows } = await desk.get<AgentView>('agent');
  expect(flows.map(({ displayName }) => displayName)).toEqual(['Another flow', 'Default Start Flow']);
});

test('Events end when the server does', async () => {
  expect(events.text()).toBe('retry: 1000\n\n');
  await desk.close();
  await events.ended;
  desk = await openConsole({ agent: agent.folder, folder: functions.folder });
});
