import { isDeepStrictEqual } from 'node:util';
import { beforeAll, expect, test } from '@jest/globals';
import type { Agent, Json, JsonObject, TestCase, TestTurn } from '../../../dev/emulator/agent.ts';
import type { Caller } from '../../../dev/emulator/emulator.ts';
import { loadAgent } from '../../../dev/emulator/load.ts';
import { isSame } from '../../../dev/emulator/replay/fidelity.ts';
import { type ReplayedTurn, replay } from '../../../dev/emulator/replay/run.ts';
import { startLocal } from '../../../dev/local/server.ts';
import { corpusFiles, corpusTest, hasCorpus } from '../../helpers/corpus.ts';
import {
  CORPUS_FUNCTIONS,
  type CorpusAgent,
  type CorpusReplay,
  loadCorpus,
  replayCorpus,
  SELECTIONS,
} from '../../helpers/corpus-agents.ts';

/**
 * The emulator beside Google's service: conversations that the service recorded, said again to the agent that it recorded
 * them with. What was understood is given, pages, texts and all other parameters have to come out of the agent; webhooks
 * are answered over HTTP. `node test/dev/emulator/measure-corpus.ts` prints the figures, and what differs.
 */

/** What has to be the same, in percent. */
const FLOORS = { pageAndIntent: 98, texts: 95, conversations: 90 };
/** Page and intent, where only what was understood is known: the export may be years younger than the recording. */
const FLOOR_OF_ALL_REPLAYABLE = 90;

let agents: readonly CorpusAgent[] = [];
let replays: readonly CorpusReplay[] = [];
/** How often each tag was asked, and where. */
const calls = new Map<string, { count: number; urls: Set<string>; statuses: Set<number | null> }>();

beforeAll(async () => {
  if (!hasCorpus) return;
  agents = loadCorpus();
  replays = await replayCorpus(agents, ({ tag }, outcome) => {
    if (outcome.kind === 'skipped') return;
    const of = calls.get(tag) ?? { count: 0, urls: new Set(), statuses: new Set() };
    of.count += 1;
    of.urls.add(outcome.exchange!.url.replace(/:\d+/, ':PORT'));
    of.statuses.add(outcome.httpStatus);
    calls.set(tag, of);
  });
}, 120_000);

const selected = (name: string) => replays.filter(({ record }) => SELECTIONS[name]!(record));
const turnsOf = (some: readonly CorpusReplay[]) =>
  some.flatMap(({ of, replayed }) => replayed.turns.map((turn) => ({ of, turn })));
const percent = <T>(all: readonly T[], isOne: (each: T) => boolean) => (100 * all.filter(isOne).length) / all.length;

/** Recorded conversations whose every page, intent and text is in the export for certain: nothing excuses a difference. */
corpusTest(
  "conversations that are the export's own go as recorded: page and intent, texts, and from beginning to end",
  () => {
    const own = selected('self-consistent');
    expect(own.length).toBeGreaterThan(100);
    const turns = turnsOf(own);
    expect(percent(turns, ({ turn: { same } }) => same.page && same.intent)).toBeGreaterThanOrEqual(
      FLOORS.pageAndIntent,
    );
    expect(percent(turns, ({ turn: { same } }) => same.texts)).toBeGreaterThanOrEqual(FLOORS.texts);
    expect(percent(own, ({ replayed }) => replayed.turns.every(({ same }) => isSame(same)))).toBeGreaterThanOrEqual(
      FLOORS.conversations,
    );
  },
);

corpusTest('... of each agent by itself', () => {
  for (const { name } of agents) {
    const turns = turnsOf(selected('self-consistent').filter(({ of }) => of.name === name));
    expect(turns.length).toBeGreaterThan(100);
    const shares = [
      percent(turns, ({ turn: { same } }) => same.page && same.intent) >= FLOORS.pageAndIntent,
      percent(turns, ({ turn: { same } }) => same.texts) >= FLOORS.texts,
    ];
    expect([name, ...shares]).toEqual([name, true, true]);
  }
});

/**
 * Of the conversations that have nothing but pages, intents and texts of the export, many have a text that fits only a message
 * that is a mere reference, such as `$session.params.greeting`: most such messages were words once, and what they said is
 * nowhere now. Pages and intents are compared all the same, and texts where a message can say them.
 */
corpusTest('where the export has lost texts, pages and intents are the same, and the texts that it still has', () => {
  const turns = turnsOf(selected('consistent'));
  expect(percent(turns, ({ turn: { same } }) => same.page && same.intent)).toBeGreaterThanOrEqual(FLOORS.pageAndIntent);
  const sayable = turns.filter(({ of, turn }) => turn.turn.expected.texts.every(of.hasText));
  expect(sayable.length).toBeGreaterThan(turns.length / 2);
  expect(percent(sayable, ({ turn: { same } }) => same.texts)).toBeGreaterThanOrEqual(FLOORS.texts);
});

corpusTest('every conversation of which it is known what was understood keeps to its pages and intents', () => {
  const turns = turnsOf(selected('strict'));
  expect(turns.length).toBeGreaterThan(2000);
  expect(percent(turns, ({ turn: { same } }) => same.page && same.intent)).toBeGreaterThanOrEqual(
    FLOOR_OF_ALL_REPLAYABLE,
  );
});

corpusTest(
  'the five tags were really asked over HTTP, each at the function that answers it, signed and verified',
  () => {
    const seen = [...calls].map(([tag, { urls, statuses, count }]) => [tag, [...urls], [...statuses], count > 10]);
    expect(seen.sort(([one], [other]) => String(one).localeCompare(String(other)))).toEqual([
      ['cheapestPlan', ['http://localhost:PORT/cheapest-plan'], [200], true],
      ['cruisePlanCoverage', ['http://localhost:PORT/cruise-plan-coverage'], [200], true],
      ['detectCustomerAnomaly', ['http://localhost:PORT/detect-customer-anomaly'], [200], true],
      ['internationalCoverage', ['http://localhost:PORT/international-coverage'], [200], true],
      ['validatePhoneLine', ['http://localhost:PORT/validate-phone-line'], [200], true],
    ]);
  },
);

/** Google's own tests of the webhook behind that agent. Its dates are ISO there, and words in the recordings, as here. */
corpusTest('the five functions answer what that service answered, over HTTP', async () => {
  const [file] = corpusFiles('payloads', 'webhook-cases.json');
  const local = await startLocal({ port: 0, folder: CORPUS_FUNCTIONS, log: { write: () => true } });
  const monthOf = (monthsBack: number) => {
    const now = new Date();
    const first = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - monthsBack, 1));
    const options = { month: 'long', day: '2-digit', year: 'numeric', timeZone: 'UTC' } as const;
    return first.toLocaleDateString('en-US', options);
  };
  const dates: JsonObject = { '<first of this month>': monthOf(0), '<first of last month>': monthOf(1) };
  let count = 0;
  try {
    for (const { name, request, expectSessionParameters } of file!.json.cases) {
      if (!expectSessionParameters) continue; // of no tag, which is nobody's here
      const { tag } = request.fulfillmentInfo;
      const answering = local.functions.find(
        ({ webhook }) => webhook?.kind === 'standard' && webhook.options.tags?.includes(tag),
      )!;
      const headers = { authorization: `Bearer ${local.tokenFor(answering.name)}`, 'content-type': 'application/json' };
      const answer = await fetch(`${local.url}/${answering.name}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(request),
      });
      const { sessionInfo } = (await answer.json()) as { sessionInfo: { parameters: JsonObject } };
      const expected = Object.entries<Json>(expectSessionParameters).map(([key, value]) => [
        key,
        dates[String(value)] ?? value,
      ]);
      expect([name, sessionInfo.parameters]).toEqual([name, expect.objectContaining(Object.fromEntries(expected))]);
      count += 1;
    }
  } finally {
    await local.close();
  }
  expect(count).toBe(14);
});

corpusTest(
  'what was expected does not lead the emulator: with false texts, pages and parameters it does the same',
  async () => {
    const call: Caller = async () => ({ kind: 'skipped', reason: 'off' });
    for (const { agent } of agents) await expectUnled(agent, call);
  },
  120_000,
);

test('... nor in the agent that ships', async () => {
  const agent = loadAgent(new URL('../../../agent', import.meta.url).pathname);
  expect(agent.testCases.length).toBeGreaterThan(10);
  await expectUnled(agent, async () => ({ kind: 'skipped', reason: 'off' }));
});

async function expectUnled(agent: Agent, call: Caller): Promise<void> {
  const ofIntentsAndForms = namesThatMayBeGiven(agent);
  for (const testCase of agent.testCases) {
    const honest = await replay(agent, testCase, { call });
    const isGiven = (name: string) => ofIntentsAndForms.has(name.toLowerCase()) || isOldName(name, honest.turns);
    const led = await replay(agent, corrupted(testCase, isGiven), { call });
    expect([testCase.file, led.turns.map(doneIn)]).toEqual([testCase.file, honest.turns.map(doneIn)]);
  }
}

const doneIn = ({ result: { trace, ...result } }: ReplayedTurn) => ({ ...result, trace: trace.length });

/** The parameters of intents and forms: their values are what was understood. */
function namesThatMayBeGiven({ intents, flows }: Agent): ReadonlySet<string> {
  const pages = [...flows.values()].flatMap((flow) => [...flow.pages.values()]);
  return new Set(
    [
      ...[...intents.values()].flatMap(({ parameters }) => parameters.map(({ id }) => id)),
      ...pages.flatMap(({ form }) => form.map(({ displayName }) => displayName)),
    ].map((name) => name.toLowerCase()),
  );
}

/** Does it hold what a form parameter was filled with in the same turn? Then it is that one, before it was renamed. */
function isOldName(name: string, turns: readonly ReplayedTurn[]): boolean {
  return turns.some(({ turn, result }) =>
    result.trace.some(
      (event) => event.kind === 'fill' && isDeepStrictEqual(event.value, turn.expected.parameters[name]),
    ),
  );
}

/** A recording that lies about all that has to come out of the agent. */
function corrupted(testCase: TestCase, isGiven: (name: string) => boolean): TestCase {
  const lie = (parameters: JsonObject, at: number): JsonObject =>
    Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, isGiven(name) ? value : `lie ${at}`]));
  const turns = testCase.turns.map(
    ({ expected, ...turn }, at): TestTurn => ({
      ...turn,
      expected: {
        intent: expected.intent,
        flow: 'No such flow',
        page: 'No such page',
        texts: [...expected.texts, 'Nobody says this.'].reverse(),
        parameters: lie({ ...expected.parameters, invented: 1 }, at),
      },
    }),
  );
  return { ...testCase, turns };
}
