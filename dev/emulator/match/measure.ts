import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Agent, Json, JsonObject, TestCase } from '../agent.ts';
import { loadAgent } from '../load.ts';
import { createMatcher, type Expectation, type Understanding } from '../match.ts';

/**
 * How often the matcher understands what people said in an agent's recorded test cases as the service did. No text of them is a
 * training phrase by us: they are only asked for.
 *
 * - `intent`: turns that triggered an intent; right is that intent.
 * - `unlike`: of these the distinct ones (text, page, intent) that the matcher did not know as a training phrase.
 * - `form`: turns without one that changed parameters of the page's form; right are these values.
 * - `none`: turns with neither, on the same page; right is to understand nothing. What was recorded as none may yet have filled
 *   a parameter that a reset threw away, so this one is a floor.
 */
export interface Figures {
  readonly intent: Share;
  readonly unlike: Share;
  readonly form: Share;
  readonly none: Share;
  readonly wrong: readonly string[];
}
export interface Share {
  readonly right: number;
  readonly all: number;
}

const START_PAGE = 'Start Page';
const END_SESSION = 'End Session';

/** @param path The agent's folder or archive. Of a folder the recordings' dates are read as well: they are the now of `tomorrow`. */
export function measure(path: string): Figures {
  const agent = loadAgent(path);
  const match = createMatcher(agent);
  const none = () => ({ right: 0, all: 0 });
  const shares = { intent: none(), unlike: none(), form: none(), none: none() };
  const seen = new Set<string>();
  const wrong: string[] = [];
  for (const testCase of agent.testCases)
    for (const { turn, before, flow, page } of placesOf(agent, testCase)) {
      if (turn.input.kind !== 'text' || turn.input.text.trim() === '') continue;
      const expectation = expectationAt(agent, flow, page, before, recordedAt(path, testCase));
      if (!expectation) continue;
      const changed = changedIn(agent, flow, page, before, turn.expected.parameters);
      const isSamePage = turn.expected.flow === flow && turn.expected.page === page;
      const kind =
        turn.expected.intent !== null
          ? 'intent'
          : Object.keys(changed).length > 0
            ? 'form'
            : isSamePage
              ? 'none'
              : null;
      // The page changed, and nothing says why: a parameter that was renamed at once, or a handler of no match.
      if (!kind) continue;
      const understood = match(turn.input, expectation);
      const isRight = isUnderstood(understood, turn.expected.intent, changed);
      const count = (share: { right: number; all: number }) => {
        share.all++;
        if (isRight) share.right++;
      };
      count(shares[kind]);
      const said = [turn.input.text.trim().toLowerCase(), page, turn.expected.intent].join('\n');
      if (kind === 'intent' && understood.intent?.confidence !== 1 && !seen.has(said)) count(shares.unlike);
      seen.add(said);
      if (!isRight)
        wrong.push(
          `${kind}: "${turn.input.text}" on ${page}: ${shown(understood)}, not ${turn.expected.intent ?? JSON.stringify(changed)}`,
        );
    }
  return { ...shares, wrong };
}

/** The turns with where each began, and the session parameters then. After the end of a session a new one begins. */
function* placesOf(agent: Agent, testCase: TestCase) {
  let flow = testCase.flow ?? agent.startFlow;
  let page = testCase.page ?? START_PAGE;
  let before: JsonObject = {};
  for (const turn of testCase.turns) {
    before = { ...before, ...turn.injectedParameters };
    yield { turn, before, flow, page };
    const hasEnded = turn.expected.page === END_SESSION;
    before = hasEnded ? {} : turn.expected.parameters;
    page = hasEnded ? START_PAGE : (turn.expected.page ?? page);
    flow = hasEnded ? agent.startFlow : (turn.expected.flow ?? flow);
  }
}

/** What is in scope (CX docs, Handlers): routes of the page, its groups, routes of the flow, its groups. Null: no such page. */
function expectationAt(
  agent: Agent,
  flowName: string,
  pageName: string,
  session: JsonObject,
  now: number,
): Expectation | null {
  const flow = agent.flows.get(flowName);
  const page = flow?.pages.get(pageName);
  if (!flow || (!page && pageName !== START_PAGE)) return null;
  const groups = (names: readonly string[]) =>
    names.flatMap((name) => (flow.routeGroups.get(name) ?? agent.routeGroups.get(name))?.transitionRoutes ?? []);
  const routes = [page, flow].flatMap((owner) =>
    owner ? [...owner.transitionRoutes, ...groups(owner.transitionRouteGroups)] : [],
  );
  const form = (page?.form ?? []).filter(({ displayName }) => (session[displayName] ?? null) === null);
  return {
    intents: [...new Set(routes.flatMap((route) => route.intent ?? []))],
    parameter: form.find(({ required }) => required) ?? null,
    form,
    threshold: flow.classificationThreshold,
    languageCode: agent.defaultLanguageCode,
    timeZone: agent.timeZone,
    now,
  };
}

/** The parameters of the page's form that have another value after a turn, those apart that had to be there already. */
function changedIn(agent: Agent, flow: string, page: string, before: JsonObject, after: JsonObject): JsonObject {
  const form = agent.flows.get(flow)?.pages.get(page)?.form ?? [];
  const isNew = (name: string) => (after[name] ?? null) !== null && !isDeepStrictEqual(before[name], after[name]);
  return Object.fromEntries(
    form.flatMap(({ displayName }) => (isNew(displayName) ? [[displayName, after[displayName]!]] : [])),
  );
}

/** Values that the agent set itself in the turn (there are presets and handlers on forms) needn't be understood; one must be. */
function isUnderstood(understood: Understanding, intent: string | null, changed: JsonObject): boolean {
  if (intent !== null || understood.intent) return understood.intent?.displayName === intent;
  const values = Object.entries(understood.form);
  if (Object.keys(changed).length === 0) return values.length === 0;
  return values.length > 0 && values.every(([name, { resolved }]) => isSame(resolved, changed[name] ?? null));
}

/** A list of one was recorded as its element now and then, and a number as text. */
function isSame(value: Json, recorded: Json): boolean {
  const bare = (json: Json): Json => (Array.isArray(json) && json.length === 1 ? json[0] : json);
  const [a, b] = [bare(value), bare(recorded)];
  const isPlain = (json: Json) => typeof json === 'string' || typeof json === 'number';
  return isPlain(a) && isPlain(b) ? String(a) === String(b) : isDeepStrictEqual(a, b);
}

/** Milliseconds since the epoch; `TestCase.creation_time` in the file, which the agent's model has no use for. */
function recordedAt(path: string, testCase: TestCase): number {
  const file = join(path, testCase.file);
  if (!existsSync(file)) return Date.now();
  const { creationTime } = JSON.parse(readFileSync(file, 'utf8')) as { creationTime?: { seconds?: number } | string };
  return typeof creationTime === 'string'
    ? Date.parse(creationTime)
    : (creationTime?.seconds ?? Date.now() / 1000) * 1000;
}

const shown = ({ intent, form }: Understanding): string =>
  intent
    ? `${intent.displayName} (${intent.confidence.toFixed(2)})`
    : JSON.stringify(Object.fromEntries(Object.entries(form).map(([name, { resolved }]) => [name, resolved])));

if (import.meta.main) {
  const [first, ...rest] = process.argv.slice(2);
  const isVerbose = first === '--wrong';
  const paths = isVerbose ? rest : process.argv.slice(2);
  if (paths.length === 0) {
    console.error('Usage: node dev/emulator/match/measure.ts [--wrong] PATH...   (agents with test cases)');
    process.exitCode = 2;
  }
  const percent = ({ right, all }: Share) => `${((100 * right) / all || 0).toFixed(1)} % of ${all}`;
  for (const path of paths) {
    const { intent, unlike, form, none, wrong } = measure(path);
    console.log(path);
    console.log(
      `  intent ${percent(intent)}, unlike any phrase ${percent(unlike)}, form ${percent(form)}, none ${percent(none)}`,
    );
    if (isVerbose) for (const line of wrong) console.log(`  ${line}`);
  }
}
