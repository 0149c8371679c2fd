import { randomUUID } from 'node:crypto';
import type { Agent, JsonObject, UserInput } from './agent.ts';
import type { WebhookCall, WebhookOutcome } from './call/effect.ts';
import { expectationOf } from './expectation.ts';
import { type Matcher, matcherOf } from './match.ts';
import { beginSession, type SessionState } from './state.ts';
import { type Step, type TurnResult, takeTurn } from './step.ts';

/** Answers a webhook call; of one that is not sent, `skipped`. */
export type Caller = (call: WebhookCall) => Promise<WebhookOutcome>;

/** Lets a step call its webhooks, one after the other. */
export async function runStep(step: Step, call: Caller): Promise<TurnResult> {
  let next = step.next();
  while (!next.done) next = step.next(await call(next.value));
  return next.value;
}

/** The agent's resource name here: an export has none. */
export const LOCAL_AGENT = 'projects/local/locations/global/agents/local';

export interface ConversationOptions {
  readonly call: Caller;
  /** Default: the simple matcher over training phrases and entities. */
  readonly match?: Matcher;
  /** Default: the agent's. */
  readonly languageCode?: string;
  /** `QueryParameters.channel` and `payload`. */
  readonly channel?: string;
  readonly payload?: JsonObject;
  /** Milliseconds since the epoch. Default: the clock. */
  readonly now?: () => number;
  /** 0 to 1. Default: `Math.random`. */
  readonly random?: () => number;
  /** At most 36 characters. Default: a new one. */
  readonly sessionId?: string;
}

/** A conversation of a person with an emulated agent. */
export interface Conversation {
  readonly state: SessionState;
  /** Takes what the person does, sets `parameters` before, and says what comes of it. One turn at a time. */
  take(input: UserInput, parameters?: JsonObject): Promise<TurnResult>;
  /** Another conversation that goes on from here, in the same session: what is said in one does not touch the other. */
  fork(): Conversation;
}

/**
 * Begins a conversation on the start page of the start flow, or where `state` is.
 *
 * @example
 * const conversation = beginConversation(loadAgent('agent'), { call });
 * const { messages, page, trace } = await conversation.take({ kind: 'text', text: 'hello' });
 */
export function beginConversation(
  agent: Agent,
  options: ConversationOptions,
  state: SessionState = beginSession(agent.startFlow),
): Conversation {
  const { call, match = matcherOf(agent), now = Date.now, random = Math.random } = options;
  const { languageCode = agent.defaultLanguageCode, sessionId = randomUUID() } = options;
  let current = state;
  return {
    get state() {
      return current;
    },
    async take(input, parameters = {}) {
      const before = current.hasEnded ? beginSession(agent.startFlow) : current;
      const moment = now();
      const step = takeTurn(agent, before, {
        input,
        understanding: match(input, expectationOf(agent, before, { languageCode, now: moment })),
        agentName: LOCAL_AGENT,
        sessionId,
        environment: null,
        responseId: randomUUID(),
        languageCode,
        channel: options.channel ?? null,
        payload: options.payload ?? null,
        sentiment: null,
        injectedParameters: parameters,
        now: moment,
        random,
      });
      const result = await runStep(step, call);
      current = result.state;
      return result;
    },
    fork: () => beginConversation(agent, { ...options, match, sessionId }, current),
  };
}
