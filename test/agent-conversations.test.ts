import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestCase } from '../dev/emulator/agent.ts';
import { loadAgent } from '../dev/emulator/load.ts';
import { describeDifference } from '../dev/emulator/replay/report.ts';
import { type ReplayedCase, replay } from '../dev/emulator/replay/run.ts';
import { type AgentWebhooks, openAgentWebhooks } from '../dev/local/agent-webhooks.ts';

/** The agent that ships, and the functions that ship: its recorded conversations, with every webhook answered over HTTP. */

const agent = loadAgent(new URL('../agent', import.meta.url).pathname);

/** One server for all: as in the cloud, a function keeps its clients for as long as its process lives. */
let webhooks: AgentWebhooks;
let first: readonly ReplayedCase[];
/** The tag and the path of each call that was answered. */
const called = new Set<string>();

beforeAll(async () => {
  webhooks = await openAgentWebhooks({ webhooks: 'local' });
  first = await replayAll(agent.testCases);
}, 60_000);
afterAll(() => webhooks.close());

/** Replays them in this order. */
async function replayAll(testCases: readonly TestCase[]): Promise<readonly ReplayedCase[]> {
  const cases: ReplayedCase[] = [];
  for (const testCase of testCases) {
    const replayed = await replay(agent, testCase, {
      call: async (each) => {
        const outcome = await webhooks.call(each);
        if (outcome.kind === 'answered') called.add(`${each.tag} ${new URL(outcome.exchange.url).pathname}`);
        return outcome;
      },
    });
    cases.push(replayed);
  }
  return cases;
}

const done = (cases: readonly ReplayedCase[]) =>
  new Map(
    cases.map(({ testCase, turns }) => [
      testCase.file,
      turns.map(({ result: { flow, page, intent, messages, state } }) => ({ flow, page, intent, messages, state })),
    ]),
  );

test('nothing of the agent is beyond the emulator, and nothing that it refers to is missing', () => {
  expect(agent.findings).toEqual([]);
});

test('every recorded conversation goes as recorded: page, intent, texts and parameters of every turn', () => {
  expect(first.length).toBeGreaterThan(25);
  expect(first.flatMap(describeDifference)).toEqual([]);
  expect(first.flatMap(({ turns }) => turns.filter(({ same }) => Object.values(same).includes(false)))).toEqual([]);
});

test('the functions that they touch are really asked, each with its tag', () => {
  expect([...called].sort((one, other) => one.localeCompare(other))).toEqual([
    'account /account',
    'ask /ask',
    'booking /booking',
    'clubs /clubs',
    'faculty /faculty',
    'fallback /fallback',
    'fee-quote /fee-quote',
    'fees /fees',
    'first-page /first-page',
    'library /library',
    'weather /weather',
    'welcome /welcome',
  ]);
});

test('a second time, in the store that the first has left, gives the same', async () => {
  expect(done(await replayAll(agent.testCases))).toEqual(done(first));
});

test('no conversation needs another one before it, or is touched by one', async () => {
  expect(done(await replayAll(agent.testCases.toReversed()))).toEqual(done(first));
});
