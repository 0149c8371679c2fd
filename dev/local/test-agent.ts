import { writeFileSync } from 'node:fs';
import { styleText } from 'node:util';
import type { Agent, TestCase } from '../emulator/agent.ts';
import type { Fault } from '../emulator/call/faults.ts';
import type { Caller } from '../emulator/emulator.ts';
import { hasPassed, measure } from '../emulator/replay/fidelity.ts';
import { toJson } from '../emulator/replay/json.ts';
import { toJunit } from '../emulator/replay/junit.ts';
import { describeCalls, describeDifference, describeFidelity, describeNotes } from '../emulator/replay/report.ts';
import { type ReplayedCase, replay } from '../emulator/replay/run.ts';
import { openAgentWebhooks } from './agent-webhooks.ts';
import { openAgent } from './open-agent.ts';
import { Problem } from './problem.ts';

export interface TestAgentOptions {
  readonly filter?: string;
  /** `local`, `off` or a URL. */
  readonly webhooks: string;
  readonly fault: readonly Fault[];
  /** Files to write. */
  readonly json?: string;
  readonly junit?: string;
  readonly quiet?: true;
}

/** `cx test`. Returns the exit code: 1 when a page or an intent is another one than recorded. */
export async function testAgent(path: string, options: TestAgentOptions): Promise<number> {
  const agent = openAgent(path);
  const testCases = choose(agent, path, options.filter);
  const { stdout } = process;
  for (const { kind, where, message } of agent.findings) stdout.write(`${kind.padEnd(11)} ${where}: ${message}\n`);

  const who = agent.webhooks.size === 0 ? 'off' : options.webhooks; // functions take a moment to start
  const webhooks = await openAgentWebhooks({ webhooks: who, faults: options.fault });
  const begun = performance.now();
  const cases = await replayAll(agent, testCases, webhooks.call, options).finally(webhooks.close);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  const turns = cases.reduce((sum, each) => sum + each.turns.length, 0);
  const passed = cases.filter(hasPassed).length;

  stdout.write(`\n${agent.displayName}: ${cases.length} conversations, ${turns} turns, in ${seconds} s\n\n`);
  for (const line of [...describeFidelity(measure(cases)), '', ...describeCalls(cases)]) stdout.write(`${line}\n`);
  const verdict = `${passed} of ${cases.length} test cases pass, as Google's service judges: same pages and intents.`;
  stdout.write(`${stdout.isTTY ? styleText(passed === cases.length ? 'green' : 'red', verdict) : verdict}\n`);

  if (options.json) write(options.json, `${JSON.stringify(toJson(cases), null, 1)}\n`);
  if (options.junit) write(options.junit, toJunit(agent.displayName, cases));
  return passed === cases.length ? 0 : 1;
}

/** One after the other, each told as soon as it is done; at a terminal with how far it is. */
async function replayAll(
  agent: Agent,
  testCases: readonly TestCase[],
  call: Caller,
  { quiet, fault }: TestAgentOptions,
): Promise<readonly ReplayedCase[]> {
  const { stdout } = process;
  const cases: ReplayedCase[] = [];
  for (const testCase of testCases) {
    const replayed = await replay(agent, testCase, { call });
    cases.push(replayed);
    const lines = quiet ? [] : describeDifference(replayed);
    // Whoever makes calls fail wants to hear of each, also where nobody else would.
    const notes = quiet || fault.length === 0 || lines.length > 0 ? [] : describeNotes(replayed);
    if (stdout.isTTY) stdout.write('\r\u001b[K'); // the line of progress goes
    if (lines.length + notes.length > 0) stdout.write(`\n${[...lines, ...notes].join('\n')}\n`);
    if (stdout.isTTY && cases.length < testCases.length) stdout.write(`${cases.length} of ${testCases.length} ...`);
  }
  return cases;
}

function choose({ testCases }: Agent, path: string, filter: string | undefined): readonly TestCase[] {
  if (testCases.length === 0) {
    throw new Problem(`${path} has no test cases: record some in the CX simulator and export the agent again.`);
  }
  const wanted = filter?.toLowerCase() ?? '';
  const chosen = testCases.filter(({ file, displayName, tags }) =>
    [file, displayName, ...tags].some((each) => each.toLowerCase().includes(wanted)),
  );
  if (chosen.length > 0) return chosen;
  throw new Problem(`None of the ${testCases.length} test cases has "${filter}" in its name, its file or a tag.`);
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Problem(`${path} can't be written (${code}): name a file in a folder that there is.`, { cause: error });
  }
}
