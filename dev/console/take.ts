import { randomInt, randomUUID } from 'node:crypto';
import type { Agent, JsonObject, UserInput } from '../emulator/agent.ts';
import type { Fault } from '../emulator/call/faults.ts';
import { LOCAL_AGENT, runStep } from '../emulator/emulator.ts';
import { expectationOf } from '../emulator/expectation.ts';
import { matcherOf } from '../emulator/match.ts';
import { beginSession, type SessionState } from '../emulator/state.ts';
import { takeTurn } from '../emulator/step.ts';
import { createRandom } from '../train/random.ts';
import type { TurnView } from './api.ts';
import { hiddenIn } from './hidden.ts';
import type { FunctionLog } from './log.ts';
import { viewTurn } from './turn-view.ts';
import { type Answerers, createTurnCaller, webhookViews } from './webhooks.ts';

/** What a turn is taken with: the agent and the functions as they are now. */
export interface Stage {
  readonly agent: Agent;
  readonly answerers: Answerers;
  readonly log: FunctionLog;
}

export interface TurnWish {
  readonly input: UserInput;
  readonly injected: JsonObject;
  readonly sessionId: string;
  readonly languageCode: string;
  readonly channel: string | null;
  readonly takeFault: (tag: string) => Fault | null;
  /** Of the turn that is taken again: of several variants of a text the same one is said. */
  readonly seed?: number;
}

/** A turn of a session, and the state that it leaves. */
export interface KeptTurn {
  readonly view: TurnView;
  readonly after: SessionState;
  readonly seed: number;
}

/** 32 bits: what `createRandom` takes in. */
const SEEDS = 2 ** 32;

/** Makes what the first text needs, which takes a second. */
export function warmUp(agent: Agent): void {
  const { startFlow, defaultLanguageCode: languageCode } = agent;
  matcherOf(agent).rank('hello', expectationOf(agent, beginSession(startFlow), { languageCode, now: Date.now() }));
}

/** Takes one turn, webhooks and all. */
export async function take(stage: Stage, from: SessionState, wish: TurnWish): Promise<KeptTurn> {
  const { agent, answerers, log } = stage;
  const match = matcherOf(agent);
  const { input, injected, languageCode, channel, sessionId, seed = randomInt(SEEDS) } = wish;
  const at = Date.now();
  const start = performance.now();
  const { state: before, note } = standing(agent, from);
  const expectation = expectationOf(agent, before, { languageCode, now: at });
  const understanding = match(input, expectation);
  const caller = createTurnCaller(answerers, wish.takeFault);
  const responseId = randomUUID();
  const heard = log.listen(responseId);
  try {
    const step = takeTurn(agent, before, {
      input,
      understanding,
      agentName: LOCAL_AGENT,
      sessionId,
      environment: null,
      responseId,
      languageCode,
      channel,
      payload: null,
      sentiment: null,
      injectedParameters: injected,
      now: at,
      random: createRandom(seed),
    });
    const result = await runStep(step, caller.call);
    const webhooks = webhookViews(result.trace, caller);
    const view = viewTurn(agent, {
      id: randomUUID(),
      at,
      ms: Math.round(performance.now() - start),
      input,
      injected,
      before,
      result,
      understanding,
      expectation,
      rivals: input.kind === 'text' ? match.rank(input.text, expectation) : [],
      webhooks,
      hidden: [...(note === null ? [] : [note]), ...hiddenIn(result.trace, webhooks, heard.problems)],
    });
    return { view, after: result.state, seed };
  } finally {
    heard.end();
  }
}

/** Where a conversation can go on. One on a page that the agent has no more begins again, and so does one that has ended. */
function standing(agent: Agent, state: SessionState): { readonly state: SessionState; readonly note: string | null } {
  if (state.hasEnded) return { state: beginSession(agent.startFlow), note: null };
  const gone = state.stack.find(({ flow, page }) => {
    const found = agent.flows.get(flow);
    return !found || (page !== null && !found.pages.has(page));
  });
  if (!gone) return { state, note: null };
  const place = gone.page === null ? `flow ${gone.flow}` : `page ${gone.page} of the flow ${gone.flow}`;
  return {
    state: beginSession(agent.startFlow),
    note: `The agent has no ${place} any more: the session began again before this turn.`,
  };
}
