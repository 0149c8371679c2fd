import { writeFileSync } from 'node:fs';
import { styleText } from 'node:util';
import type { Fault } from '../emulator/call/faults.ts';
import { loadAgent } from '../emulator/load.ts';
import { firstDifference, hasPassed, measure } from '../emulator/replay/fidelity.ts';
import { toJson } from '../emulator/replay/json.ts';
import { toJunit } from '../emulator/replay/junit.ts';
import { describeDifference, describeFidelity } from '../emulator/replay/report.ts';
import { type ReplayedCase, replay } from '../emulator/replay/run.ts';
import { openAgentWebhooks } from './agent-webhooks.ts';
import { Problem } from './problem.ts';

export interface TestAgentOptions {
  readonly filter?: string;
  /** `local`, `off` or a URL. */
  readonly webhooks: string;
  readonly fault: readonly Fault[];
  readonly json?: string;
  readonly junit?: string;
  readonly quiet?: true;
}

/** `cx test`. Returns the exit code: 1 when a page or an intent is another one than recorded. */
export async function testAgent(path: string, options: TestAgentOptions): Promise<number> {
  const agent = loadAgent(path);
  const testCases = agent.testCases.filter((each) => isWanted(each, options.filter));
  if (testCases.length === 0) {
    throw new Problem(
      agent.testCases.length === 0
        ? `${path} has no test cases: record some in the CX simulator and export the agent again.`
        : `None of the ${agent.testCases.length} test cases has "${options.filter}" in its name, its file or a tag.`,
    );
  }
  const { stdout } = process;
  for (const { kind, where, message } of agent.findings) stdout.write(`${kind.padEnd(11)} ${where}: ${message}\n`);

  const webhooks = await openAgentWebhooks({ webhooks: options.webhooks, faults: options.fault });
  const begun = performance.now();
  const cases: ReplayedCase[] = [];
  try {
    for (const testCase of testCases) {
      const replayed = await replay(agent, testCase, { call: webhooks.call });
      cases.push(replayed);
      if (!options.quiet && firstDifference(replayed)) stdout.write(`\n${describeDifference(replayed).join('\n')}\n`);
      if (stdout.isTTY) stdout.write(`${cases.length} of ${testCases.length} ...\r`);
    }
  } finally {
    await webhooks.close();
  }
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  const turns = cases.reduce((sum, each) => sum + each.turns.length, 0);
  const passed = cases.filter(hasPassed).length;

  stdout.write(`\n${agent.displayName}: ${cases.length} conversations, ${turns} turns, in ${seconds} s\n\n`);
  stdout.write(`${describeFidelity(measure(cases)).join('\n')}\n\n`);
  const verdict = `${passed} of ${cases.length} test cases pass, as Google's service judges: same pages and intents.`;
  stdout.write(`${stdout.isTTY ? styleText(passed === cases.length ? 'green' : 'red', verdict) : verdict}\n`);

  if (options.json) writeFileSync(options.json, `${JSON.stringify(toJson(cases), null, 1)}\n`);
  if (options.junit) writeFileSync(options.junit, toJunit(agent.displayName, cases));
  return passed === cases.length ? 0 : 1;
}

function isWanted({ file, displayName, tags }: ReplayedCase['testCase'], filter: string | undefined): boolean {
  if (filter === undefined) return true;
  const wanted = filter.toLowerCase();
  return [file, displayName, ...tags].some((each) => each.toLowerCase().includes(wanted));
}
