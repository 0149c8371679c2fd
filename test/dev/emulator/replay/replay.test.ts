import { expect, test } from '@jest/globals';
import { hasPassed } from '../../../../dev/emulator/replay/fidelity.ts';
import { type ReplayedCase, replay } from '../../../../dev/emulator/replay/run.ts';
import { type AgentExport, asks, loadExport, says } from '../../../helpers/agent-export.ts';

/** What a replay takes from a recording, and what it must not. */

const call = async () => ({ kind: 'skipped', reason: 'off' }) as const;

interface RecordedTurn {
  readonly text?: string;
  readonly event?: string;
  readonly languageCode?: string;
  readonly intent?: string;
  readonly page: string;
  readonly says?: readonly string[];
  readonly parameters?: { readonly [name: string]: unknown };
}

/** An agent with one test case, replayed. */
async function replayed(agent: AgentExport, turns: readonly RecordedTurn[], more: object = {}): Promise<ReplayedCase> {
  const flow = 'Default Start Flow';
  const testCase = {
    ...more,
    testCaseConversationTurns: turns.map(
      ({ text = '', event, languageCode = 'en', intent, page, says: said = [], parameters }) => ({
        userInput: { input: { ...(event ? { event: { event } } : { text: { text } }), languageCode } },
        virtualAgentOutput: {
          ...(intent && { triggeredIntent: { name: intent } }),
          currentPage: { name: page, flow },
          currentFlow: { name: flow },
          textResponses: said.map((each) => ({ text: [each] })),
          ...(parameters && { sessionParameters: parameters }),
        },
      }),
    ),
  };
  const loaded = loadExport({ ...agent, testCases: { one: testCase } });
  return replay(loaded, loaded.testCases[0]!, { call });
}

const HOURS = { intents: { hours: { phrases: ['when are you open'] } } };
const asked = [{ text: 'when are you open', intent: 'hours', page: 'Start Page', says: ['At nine.'] }];
const flowWith = (transitionRoutes: readonly object[]) => ({ 'Default Start Flow': { transitionRoutes } });

test('a recorded intent is matched only where a route in scope has it', async () => {
  const route = { intent: 'hours', triggerFulfillment: says('At nine.') };
  expect(hasPassed(await replayed({ ...HOURS, flows: flowWith([route]) }, asked))).toBe(true);
  const without = await replayed({ ...HOURS, flows: flowWith([]) }, asked);
  expect(hasPassed(without)).toBe(false);
  expect(without.turns[0]!.result.intent).toBeNull();
});

test('an event and silence fill no form, whatever was recorded after them', async () => {
  const agent = {
    intents: { go: { phrases: ['go'] } },
    flows: {
      'Default Start Flow': {
        transitionRoutes: [{ intent: 'go', targetPage: 'Form' }],
        pages: { Form: { form: { parameters: [asks('account', '@sys.any', 'Which?')] } } },
      },
    },
  };
  const { turns } = await replayed(agent, [
    { text: 'go', intent: 'go', page: 'Form', says: ['Which?'] },
    { event: 'look-up', page: 'Form', parameters: { account: 'A1' } },
    { text: '', page: 'Form', parameters: { account: 'A1' } },
    { text: 'A1', page: 'Form', parameters: { account: 'A1' } },
  ]);
  expect(turns.map(({ result }) => result.state.parameters.account)).toEqual([undefined, undefined, undefined, 'A1']);
});

test('a test case that begins where the export has nothing is replayed from the beginning', async () => {
  const route = { intent: 'hours', triggerFulfillment: says('At nine.') };
  const agent = { ...HOURS, flows: flowWith([route]) };
  for (const testConfig of [{ flow: 'Gone' }, { flow: 'Default Start Flow', page: 'Gone' }]) {
    expect(hasPassed(await replayed(agent, asked, { testConfig }))).toBe(true);
  }
});

test("CX's own pages are the same by name and by id; a language that is none is no obstacle", async () => {
  const flows = flowWith([{ intent: 'hours', triggerFulfillment: says('At nine.'), targetPage: 'End Session' }]);
  const page = 'projects/p/locations/l/agents/a/flows/00000000-0000-0000-0000-000000000000/pages/END_SESSION';
  const { turns } = await replayed({ ...HOURS, flows }, [{ ...asked[0]!, page, languageCode: 'en_US' }]);
  expect(turns[0]!.same).toMatchObject({ page: true, intent: true });
});
