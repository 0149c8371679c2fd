import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ConsoleEvent } from '../../../dev/console/api.ts';
import { asks, says, type WrittenExport, writeExport } from '../../helpers/agent-export.ts';
import {
  listenTo,
  type OpenedConsole,
  openConsoleApart,
  replying,
  type WrittenFunctions,
  writeFunctions,
} from './open.ts';

/** People name parameters as they like, also as what every object of JavaScript has. */
let agent: WrittenExport;
let functions: WrittenFunctions;
let desk: OpenedConsole;

beforeAll(async () => {
  agent = writeExport({
    flows: {
      'Default Start Flow': {
        transitionRoutes: [{ intent: 'form', targetPage: 'Form' }],
        eventHandlers: [
          { event: 'greet', triggerFulfillment: says('Hello.') },
          { event: 'ask', triggerFulfillment: { webhook: 'backend', tag: 'status' } },
        ],
        pages: { Form: { form: { parameters: [asks('constructor', '@sys.any', 'By whom?')] } } },
      },
    },
    intents: { form: { phrases: ['form'] } },
    webhooks: { backend: 'https://backend.invalid/' },
  });
  functions = writeFunctions({ 'status.ts': replying({ session: { constructor: 'Asha', toString: 1 } }) });
  desk = await openConsoleApart({ agent: agent.folder, folder: functions.folder });
});
afterAll(async () => {
  await desk.close();
  agent.remove();
  functions.removeAll();
});

const NAMES = ['constructor', '__proto__', 'toString', 'hasOwnProperty'];
const all = (value: unknown) => Object.fromEntries(NAMES.map((name) => [name, value]));

test('Such a parameter is added, changed and removed like any other', async () => {
  const talk = await desk.begin();
  const greet = { kind: 'event', event: 'greet' } as const;
  const change = (kind: string, before: unknown, after: unknown) =>
    NAMES.map((name) => ({ name, scope: 'session', change: kind, before, after, by: 'injected' }));
  expect((await talk.takes(greet, all('one'))).parameters).toEqual(change('added', null, 'one'));
  const changed = await talk.takes(greet, all('two'));
  expect(changed.parameters).toEqual(change('changed', 'one', 'two'));
  expect(Object.entries(changed.session)).toEqual(Object.entries(all('two')));
  expect((await talk.takes(greet, all(null))).parameters).toEqual(change('removed', 'two', null));
});

test('Such a parameter of a form is required where the agent says so', async () => {
  const talk = await desk.begin();
  expect((await talk.says('form')).form).toEqual([
    {
      ...{ displayName: 'constructor', entityType: '@sys.any', required: true, state: 'EMPTY', value: null },
      ...{ isAsked: true, justCollected: false },
    },
  ]);
});

test('A replay tells of such a parameter what is different', async () => {
  const talk = await desk.begin();
  await talk.takes({ kind: 'event', event: 'ask' });
  const events = await listenTo(desk.url);
  functions.write('status.ts', replying({ session: { toString: 2 } }));
  await events.until<ConsoleEvent>(({ kind }) => kind === 'function');
  expect((await talk.replay()).turns.map(({ differences }) => differences)).toEqual([
    ['constructor is not set; before it was "Asha".', 'toString is 2; before it was 1.'],
  ]);
  functions.write('status.ts', replying({ session: { valueOf: 3 } }));
  await events.until<ConsoleEvent>(({ kind }) => kind === 'function');
  expect((await talk.replay()).turns[0]!.differences).toContain('valueOf is 3; before it was not set.');
});
