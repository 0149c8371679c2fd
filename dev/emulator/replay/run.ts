import { createHash } from 'node:crypto';
import type { Agent, JsonObject, TestCase, TestTurn } from '../agent.ts';
import { type Caller, LOCAL_AGENT, runStep } from '../emulator.ts';
import { expectationOf } from '../expectation.ts';
import { matcherOf, type Understanding } from '../match.ts';
import { beginSession, type SessionState } from '../state.ts';
import { type TurnResult, takeTurn } from '../step.ts';
import { compareTurn, type TurnComparison } from './compare.ts';
import { newsOf, type Recorded, understandAsRecorded, withoutLeft } from './forced.ts';

export interface ReplayedTurn {
  readonly turn: TestTurn;
  readonly before: SessionState;
  /** What it was taken for: as recorded, or guessed from the words. */
  readonly understanding: Understanding;
  readonly result: TurnResult;
  readonly same: TurnComparison;
}

export interface ReplayedCase {
  readonly testCase: TestCase;
  readonly turns: readonly ReplayedTurn[];
}

export interface ReplayOptions {
  /** Answers the webhooks of turns that have them on. */
  readonly call: Caller;
  /** Milliseconds since the epoch, the same for every turn. Default: when the conversation was recorded, else the clock. */
  readonly now?: number;
}

/** Characters of a session's id (session.proto). */
const SESSION_ID_LENGTH = 36;

const SKIP: Caller = async () => ({ kind: 'skipped', reason: 'off' });

/**
 * Replays a recorded conversation from its beginning: what the service understood is forced, all else comes from the agent.
 * A difference is not put right: the turns after it go on from where the emulator is.
 */
export async function replay(
  agent: Agent,
  testCase: TestCase,
  { call, now = testCase.createdAt ?? Date.now() }: ReplayOptions,
): Promise<ReplayedCase> {
  let state = beginSession(testCase.flow ?? agent.startFlow, testCase.page);
  let recorded: JsonObject = {};
  const turns: ReplayedTurn[] = [];
  const sessionId = createHash('sha256').update(testCase.file).digest('hex').slice(0, SESSION_ID_LENGTH);
  const match = matcherOf(agent);
  for (const [at, turn] of testCase.turns.entries()) {
    const current = state.hasEnded ? beginSession(agent.startFlow) : state;
    const languageCode = turn.languageCode ?? agent.defaultLanguageCode;
    const beginning = {
      parameters: current.parameters,
      recorded: state.hasEnded ? {} : recorded,
      expectation: expectationOf(agent, current, { languageCode, now }),
    };
    const callOnce = remember(turn.isWebhookEnabled ? call : SKIP);
    const take = (understanding: Understanding) =>
      runStep(
        takeTurn(agent, current, {
          input: turn.input,
          understanding,
          agentName: LOCAL_AGENT,
          sessionId,
          environment: null,
          responseId: `${sessionId}-${at}`,
          languageCode,
          channel: null,
          payload: null,
          sentiment: null,
          injectedParameters: turn.injectedParameters,
          now,
          random: () => 0,
        }),
        callOnce,
      );
    const news = newsOf(turn, beginning.recorded);
    let heard = understandAsRecorded(agent, turn, beginning, match);
    let result = await take(heard.understanding);
    for (let less = reconsider(heard, result, news); less; less = reconsider(heard, result, news)) {
      heard = less;
      result = await take(heard.understanding);
    }
    turns.push({
      turn,
      before: current,
      understanding: heard.understanding,
      result,
      same: compareTurn(turn, result, testCase),
    });
    state = result.state;
    recorded = turn.expected.parameters;
  }
  return { testCase, turns };
}

/** A webhook that fails leaves what it would have removed: then nothing is known from what is left. */
function reconsider(heard: Recorded, { state, trace }: TurnResult, news: JsonObject): Recorded | null {
  const hasFailed = trace.some((event) => event.kind === 'webhook' && event.outcome.kind === 'failed');
  return hasFailed ? null : withoutLeft(heard, state.parameters, news);
}

/** A turn that is tried again does not call a webhook again for the same request. */
function remember(call: Caller): Caller {
  const outcomes = new Map<string, ReturnType<Caller>>();
  return (each) => {
    const key = JSON.stringify([each.tag, each.context]);
    const outcome = outcomes.get(key) ?? call(each);
    outcomes.set(key, outcome);
    return outcome;
  };
}
