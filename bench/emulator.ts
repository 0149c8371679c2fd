import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Agent } from '../dev/emulator/agent.ts';
import { type Caller, LOCAL_AGENT, runStep } from '../dev/emulator/emulator.ts';
import { evaluate, parseCondition } from '../dev/emulator/language/condition.ts';
import { readCondition } from '../dev/emulator/language/parser.ts';
import type { Scope } from '../dev/emulator/language/scope.ts';
import { loadAgent } from '../dev/emulator/load.ts';
import { type ReplayedTurn, replay } from '../dev/emulator/replay/run.ts';
import { takeTurn } from '../dev/emulator/step.ts';
import { type Figure, figureOf, ratios, showFigure, showTable } from './figures.ts';
import { writeLargeAgent } from './large-agent.ts';
import type { World } from './world.ts';

const PAGES = 1200;

const AGENT = fileURLToPath(new URL('../agent', import.meta.url));
const OFF: Caller = async () => ({ kind: 'skipped', reason: 'off' });

/**
 * How fast conversations with the agent that ships are replayed, on one core and without webhooks, how long an agent of
 * 1,200 pages takes to load in a fresh process, beside parsing its JSON, and how many conditions are read.
 */
export async function measureEmulator(
  { folder }: World,
  rounds: number,
  say: (progress: string) => void,
): Promise<string> {
  say('emulator: turns');
  const agent = loadAgent(AGENT);
  const turns = await replayAll(agent);
  const step = await ratesOf(rounds, turns.length, () => takeAll(agent, turns));
  const whole = await ratesOf(rounds, turns.length, () => replayAll(agent));
  say('emulator: conditions');
  const conditions = conditionsOf(agent);
  const parsing = await ratesOf(rounds, conditions.length, () => conditions.forEach(readCondition));
  const parsed = conditions.map(parseCondition);
  const evaluating = await ratesOf(rounds, conditions.length, () => {
    for (const each of parsed) evaluate(each, SCOPE);
  });
  const large = join(folder, 'large-agent');
  const pages = writeLargeAgent(AGENT, large, PAGES);
  const { agents, json } = await measureLoad(large, rounds, say);
  const rate = (figure: Figure) => showFigure(figure, 0);
  return [
    'EMULATOR  the agent that ships, one core, no webhooks; loading always in a fresh process',
    showTable([
      ['', 'per second'],
      ['turns, of which it is known what was understood', rate(step)],
      ['turns, replayed whole: understood, taken and compared', rate(whole)],
      ['conditions parsed', rate(parsing)],
      ['conditions evaluated', rate(evaluating)],
    ]),
    '',
    showTable([
      [`an agent of ${pages} pages`, 'ms', 'of JSON alone'],
      ['its files read, and their JSON parsed', showFigure(figureOf(json), 0), '1'],
      ['loaded, checked and frozen', showFigure(figureOf(agents), 0), showFigure(figureOf(ratios(agents, json)))],
    ]),
    `target: 1000 turns a second                               measured ${rate(step)}`,
    `        an agent of ${PAGES} pages in 3000 ms                  measured ${showFigure(figureOf(agents), 0)}`,
  ].join('\n');
}

async function replayAll(agent: Agent): Promise<readonly ReplayedTurn[]> {
  const turns: ReplayedTurn[] = [];
  for (const testCase of agent.testCases) turns.push(...(await replay(agent, testCase, { call: OFF })).turns);
  return turns;
}

/** Each turn from where it began, with what was understood then. */
async function takeAll(agent: Agent, turns: readonly ReplayedTurn[]): Promise<void> {
  for (const { turn, before, understanding } of turns) {
    const step = takeTurn(agent, before, {
      input: turn.input,
      understanding,
      agentName: LOCAL_AGENT,
      sessionId: 'bench',
      environment: null,
      responseId: 'bench',
      languageCode: turn.languageCode ?? agent.defaultLanguageCode,
      channel: null,
      payload: null,
      sentiment: null,
      injectedParameters: turn.injectedParameters,
      now: 0,
      random: () => 0,
    });
    await runStep(step, OFF);
  }
}

function conditionsOf({ flows }: Agent): readonly string[] {
  const routes = [...flows.values()].flatMap((flow) => [
    ...flow.transitionRoutes,
    ...[...flow.routeGroups.values()].flatMap((group) => group.transitionRoutes),
    ...[...flow.pages.values()].flatMap((page) => page.transitionRoutes),
  ]);
  return routes.flatMap(({ condition }) => condition ?? []);
}

const SCOPE: Scope = {
  session: { student_verified: true, booking_state: 'confirmed' },
  flow: {},
  page: { status: 'FINAL', params: {} },
  intent: {},
  originals: {},
  request: {},
  event: {},
  now: 0,
  timeZone: 'UTC',
  languageCode: 'en',
  random: () => 0,
};

/** Milliseconds that a round lasts, and rounds that do not count: the code is being compiled. */
const ROUND = 200;
const WARM_UP = 3;

/** How many a second, `count` of them in each run. */
async function ratesOf(rounds: number, count: number, run: () => unknown): Promise<Figure> {
  const rates: number[] = [];
  for (let round = -WARM_UP; round < rounds; round++) {
    const started = performance.now();
    let runs = 0;
    let took = 0;
    for (; took < ROUND; took = performance.now() - started) {
      await run();
      runs += 1;
    }
    if (round >= 0) rates.push((runs * count * 1000) / took);
  }
  return figureOf(rates);
}

/** Milliseconds, in turn. */
async function measureLoad(folder: string, rounds: number, say: (progress: string) => void) {
  const timeOf = async (how: string) => {
    const program = fileURLToPath(new URL('load-agent.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [program, folder, how]);
    return Number(stdout);
  };
  const agents: number[] = [];
  const json: number[] = [];
  await timeOf('json'); // fills the disk's cache
  for (let round = 1; round <= rounds; round++) {
    say(`emulator: load ${round} of ${rounds}`);
    agents.push(await timeOf('agent'));
    json.push(await timeOf('json'));
  }
  return { agents, json };
}
