import { existsSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { Agent, ConditionalCases, Fulfillment, JsonObject, TestCase } from '../../dev/emulator/agent.ts';
import type { Caller } from '../../dev/emulator/emulator.ts';
import { loadAgent } from '../../dev/emulator/load.ts';
import { isSame } from '../../dev/emulator/replay/fidelity.ts';
import { type ReplayedCase, type ReplayedTurn, replay } from '../../dev/emulator/replay/run.ts';
import { openAgentWebhooks } from '../../dev/local/agent-webhooks.ts';

/**
 * Agents that CX exported, with conversations that Google's service recorded: data that is kept outside of the repository and
 * read where it lies, at `../shared/cx-corpus` or where `CX_CORPUS` says.
 */
export const CORPUS = process.env.CX_CORPUS ?? new URL('../../../shared/cx-corpus', import.meta.url).pathname;

export const hasCorpus = existsSync(`${CORPUS}/payloads`);

/** The functions that answer an agent of the corpus. */
export const CORPUS_FUNCTIONS = new URL('../fixtures/telecom-functions/', import.meta.url);

/** What `testcases.json` says of a conversation; its README has the words. */
export interface CorpusRecord {
  readonly agent: string;
  readonly file: string;
  /** What was understood can be read from the recording, on every turn. */
  readonly strictlyReplayable: boolean;
  /** Every page and intent is in the export, and every text fits one of its messages. */
  readonly consistentWithPackage: boolean;
  /** Texts that fit only a message that is nothing but a reference, and so prove nothing: often the agent was edited since. */
  readonly textsMatchedByBareParameter: number;
  /** Nothing in the export mentions them: the webhook of that day set them. */
  readonly parametersUnknownToPackage: readonly string[];
}

/** An agent of the corpus. */
export interface CorpusAgent {
  readonly name: string;
  readonly agent: Agent;
  readonly recordOf: (testCase: TestCase) => CorpusRecord;
  /** Can a message of this agent say so? Not: one that is nothing but a reference. */
  readonly hasText: (text: string) => boolean;
}

/** A conversation of the corpus, replayed. */
export interface CorpusReplay {
  readonly of: CorpusAgent;
  readonly record: CorpusRecord;
  readonly replayed: ReplayedCase;
}

/** The agents that have recorded conversations. */
export function loadCorpus(): readonly CorpusAgent[] {
  const records: readonly CorpusRecord[] = JSON.parse(readFileSync(`${CORPUS}/testcases.json`, 'utf8'));
  return [...new Set(records.map(({ agent }) => agent))].map((name) => {
    const agent = loadAgent(`${CORPUS}/agents/${name}`);
    const own = new Map(records.filter((each) => each.agent === name).map((each) => [each.file, each]));
    return { name, agent, recordOf: ({ file }) => own.get(file)!, hasText: createTextSearch(agent) };
  });
}

/**
 * Replays every conversation, with webhooks that are answered over HTTP. `called` hears of each outcome.
 * @param agents Default: all.
 */
export async function replayCorpus(
  agents: readonly CorpusAgent[],
  called: (call: Parameters<Caller>[0], outcome: Awaited<ReturnType<Caller>>) => void = () => {},
): Promise<readonly CorpusReplay[]> {
  const webhooks = await openAgentWebhooks({ webhooks: 'local', folder: CORPUS_FUNCTIONS });
  const call: Caller = async (each) => {
    const outcome = await webhooks.call(each);
    called(each, outcome);
    return outcome;
  };
  const replays: CorpusReplay[] = [];
  const { TELECOM_TODAY } = process.env;
  try {
    for (const of of agents) {
      for (const testCase of of.agent.testCases) {
        process.env.TELECOM_TODAY = new Date(testCase.createdAt!).toISOString();
        const replayed = await replay(of.agent, testCase, { call });
        replays.push({ of, record: of.recordOf(testCase), replayed });
      }
    }
  } finally {
    if (TELECOM_TODAY === undefined) delete process.env.TELECOM_TODAY;
    else process.env.TELECOM_TODAY = TELECOM_TODAY;
    await webhooks.close();
  }
  return replays;
}

/** Sets of conversations by what their recordings are worth. */
export const SELECTIONS: { readonly [name: string]: (record: CorpusRecord) => boolean } = {
  all: () => true,
  /** What was understood is known. */
  strict: ({ strictlyReplayable }) => strictlyReplayable,
  /** ... and pages, intents and texts are those of the export. */
  consistent: (record) => record.strictlyReplayable && record.consistentWithPackage,
  /** ... for certain: no text fits a mere reference only. */
  'self-consistent': (record) =>
    record.strictlyReplayable && record.consistentWithPackage && record.textsMatchedByBareParameter === 0,
};

/** Why a turn is another one than recorded. */
export const REASONS = {
  text: 'text not in the package: the agent was edited since',
  unknown: 'parameter unknown to the package: the webhook of that day set it',
  webhook: 'a webhook of that day answered otherwise, or nobody answers it here',
  before: 'follows from an earlier difference',
  other: 'other',
} as const;
export type Reason = keyof typeof REASONS;

/** A turn that differs in page, intent or texts, or with `parameters` in those too. */
export interface CorpusDifference {
  readonly at: number;
  readonly turn: ReplayedTurn;
  readonly reason: Reason;
}

/** Every difference of a conversation that a person would notice. */
export function differencesOf({ of, record, replayed }: CorpusReplay): readonly CorpusDifference[] {
  const found: CorpusDifference[] = [];
  const answered = new Set<string>();
  let isApart = false;
  for (const [at, turn] of replayed.turns.entries()) {
    const { result, same } = turn;
    for (const event of result.trace) {
      if (event.kind === 'set' && event.by === 'webhook') answered.add(event.parameter);
    }
    const isAlone = result.trace.some((event) => event.kind === 'webhook' && event.outcome.kind !== 'answered');
    if (!isSame(same)) found.push({ at, turn, reason: isApart ? 'before' : reasonOf(turn, isAlone) });
    isApart ||= !same.page;
  }
  return found;

  function reasonOf({ turn, result }: ReplayedTurn, isAlone: boolean): Reason {
    const { expected } = turn;
    if (!expected.texts.every(of.hasText)) return 'text';
    const others = namesThatDiffer(expected.parameters, result.state.parameters);
    if (isAlone || others.some((name) => answered.has(name))) return 'webhook';
    if (others.some((name) => record.parametersUnknownToPackage.includes(name))) return 'unknown';
    return 'other';
  }
}

export function namesThatDiffer(some: JsonObject, others: JsonObject): readonly string[] {
  const names = new Set([...Object.keys(some), ...Object.keys(others)]);
  return [...names].filter((name) => !isDeepStrictEqual(some[name], others[name]));
}

/** What stands in a text for a value: a reference, or a call with its arguments. */
const REFERENCE = /\$(?:sys\.func\.\w+\([^()]*(?:\([^()]*\)[^()]*)*\)|[a-z]+(?:\.[\w-]+)+(?:\[\d+\])?(?:\.[\w-]+)*)/g;

function createTextSearch(agent: Agent): (text: string) => boolean {
  const whole = new Set<string>();
  const patterns: RegExp[] = [];
  for (const template of new Set(templatesOf(agent))) {
    whole.add(template);
    const parts = template.split(REFERENCE);
    if (parts.length === 1 || parts.join('').trim() === '') continue;
    patterns.push(new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[^]*?')}$`));
  }
  return (text) => whole.has(text) || patterns.some((pattern) => pattern.test(text));
}

function templatesOf({ flows, routeGroups }: Agent): readonly string[] {
  const ofCases = (all: readonly ConditionalCases[]): string[] =>
    all
      .flat()
      .flatMap(({ content }) =>
        content.flatMap((each) => (each.message ? textsOf([each.message]) : ofCases([each.cases]))),
      );
  const ofFulfillment = ({ messages, conditionalCases }: Fulfillment) => [
    ...textsOf(messages),
    ...ofCases(conditionalCases),
  ];
  const handlers = [...flows.values()].flatMap((flow) => [
    ...flow.transitionRoutes,
    ...flow.eventHandlers,
    ...[...flow.routeGroups.values()].flatMap((group) => group.transitionRoutes),
    ...[...flow.pages.values()].flatMap((page) => [
      ...page.transitionRoutes,
      ...page.eventHandlers,
      ...page.form.flatMap(({ repromptEventHandlers }) => repromptEventHandlers),
    ]),
  ]);
  const pages = [...flows.values()].flatMap((flow) => [...flow.pages.values()]);
  return [
    ...[...handlers, ...[...routeGroups.values()].flatMap((group) => group.transitionRoutes)].map(
      ({ fulfillment }) => fulfillment,
    ),
    ...pages.map(({ entryFulfillment }) => entryFulfillment),
    ...pages.flatMap(({ form }) => form.map(({ initialPrompt }) => initialPrompt)),
  ].flatMap(ofFulfillment);
}

function textsOf(messages: Fulfillment['messages']): string[] {
  return messages.flatMap(({ kind, content }) => (kind === 'text' ? (content.text as string[]) : []));
}
