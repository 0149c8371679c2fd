import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { says, type WrittenExport, writeExport } from '../../helpers/agent-export.ts';
import { startNode } from '../../helpers/process.ts';
import { type OpenedConsole, openConsoleApart, textsOf, type WrittenFunctions, writeFunctions } from './open.ts';

/** What goes wrong behind a turn ends neither the turn nor the console. */
let agent: WrittenExport;
let functions: WrittenFunctions;
let desk: OpenedConsole;

beforeAll(async () => {
  agent = writeExport({
    flows: {
      'Default Start Flow': {
        eventHandlers: [
          { event: 'ask', triggerFulfillment: { webhook: 'backend', tag: 'never' } },
          { event: 'webhook.error.timeout', triggerFulfillment: says('It takes too long.') },
        ],
      },
    },
    webhooks: { backend: { genericWebService: { uri: 'https://backend.invalid/' }, timeout: '1s' } },
  });
  functions = writeFunctions({
    'never.ts': `export default { kind: 'standard', params: {}, options: {}, handler: () => new Promise(() => {}) };\n`,
  });
  desk = await openConsoleApart({ agent: agent.folder, folder: functions.folder });
});
afterAll(async () => {
  await desk.close();
  agent.remove();
  functions.removeAll();
});

test("A function that never answers ends the turn after CX's two attempts, by the event of a timeout", async () => {
  const talk = await desk.begin();
  const turn = await talk.takes({ kind: 'event', event: 'ask' });
  const late = { ms: expect.any(Number), httpStatus: null, problem: expect.any(String) };
  expect(turn.webhooks).toMatchObject([{ outcome: 'failed', event: 'webhook.error.timeout', attempts: [late, late] }]);
  expect(turn.ms).toBeGreaterThanOrEqual(2000);
  expect(textsOf(turn)).toEqual(['It takes too long.']);
  expect(turn.hidden).toEqual([
    'The webhook backend (tag never) failed with webhook.error.timeout: No answer came within 1000 ms.',
    'The webhook backend (tag never) was called 2 times with the same request: what it does it may have done twice.',
  ]);
});

test('The console goes on where what understands people cannot be made ready', async () => {
  const { ended, printed } = startNode(['test/dev/console/cold.ts']);
  expect([await ended, printed.stderr]).toEqual([0, '']);
  expect(printed.stdout).toBe('It is there still.\n');
});
