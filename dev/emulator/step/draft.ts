import type { Agent, Flow, FormParameter, Json, JsonObject, Page, UserInput } from '../agent.ts';
import type { QueuedMessage } from '../call/request.ts';
import type { Scope } from '../language/scope.ts';
import type { Understanding } from '../match.ts';
import { enter, type Frame, parameterIn, type SessionState, withParameter } from '../state.ts';
import type { TraceEvent } from '../trace.ts';

/** What comes from outside in one turn. Time and chance are handed in, so that a turn can be had again. */
export interface Turn {
  readonly input: UserInput;
  /** What the input was taken for. Of an event: nothing. */
  readonly understanding: Understanding;
  /** `detectIntentResponseId`: one for the turn. */
  readonly responseId: string;
  /** `projects/P/locations/L/agents/A`, in resource names. */
  readonly agentName: string;
  readonly sessionId: string;
  readonly environment: string | null;
  readonly languageCode: string;
  /** `QueryParameters.channel`. */
  readonly channel: string | null;
  /** `QueryParameters.payload`. */
  readonly payload: JsonObject | null;
  readonly sentiment: { readonly score: number; readonly magnitude: number } | null;
  /** `QueryParameters.parameters`: set before anything else. */
  readonly injectedParameters: JsonObject;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** 0 to 1, for variants of texts and `RAND`. */
  readonly random: () => number;
}

/** A turn under way. Only the files of this folder change one. */
export interface Draft {
  readonly agent: Agent;
  readonly turn: Turn;
  parameters: JsonObject;
  originals: { readonly [parameter: string]: string };
  stack: Frame[];
  hasEnded: boolean;
  queue: QueuedMessage[];
  readonly trace: TraceEvent[];
  /** A route has taken the intent of this turn. */
  isIntentConsumed: boolean;
  /** Form parameters that were filled by what was said in this turn. */
  readonly collected: Set<string>;
  /** What nobody has handled yet: names of one event, the most telling first. */
  pendingEvent: readonly string[];
  /** The HTTP status of the last webhook. */
  webhookStatusCode: number | null;
  readonly webhookStatuses: { readonly code: number; readonly message: string }[];
  readonly webhookPayloads: JsonObject[];
  /** The form parameter was asked for, by its prompt or a reprompt handler: it is not asked for again. */
  isPrompted: boolean;
  /** Fulfillments so far, against agents that go round in circles. */
  moves: number;
}

export function openDraft(agent: Agent, state: SessionState, turn: Turn): Draft {
  const { parameters, originals, stack } = state;
  return {
    agent,
    turn,
    parameters,
    originals,
    stack: [...stack],
    hasEnded: false,
    queue: [],
    trace: [],
    isIntentConsumed: false,
    collected: new Set(),
    pendingEvent: [],
    webhookStatusCode: null,
    webhookStatuses: [],
    webhookPayloads: [],
    isPrompted: false,
    moves: 0,
  };
}

export function closeDraft({ parameters, originals, stack, hasEnded }: Draft): SessionState {
  return { parameters, originals, stack, hasEnded };
}

export function topOf(draft: Draft): Frame {
  return draft.stack.at(-1)!;
}

export function changeTop(draft: Draft, change: Partial<Frame>): void {
  draft.stack[draft.stack.length - 1] = { ...topOf(draft), ...change };
}

export function flowOf(draft: Draft): Flow {
  return draft.agent.flows.get(topOf(draft).flow)!;
}

/** `null`: the start page. */
export function pageOf(draft: Draft): Page | null {
  const { page } = topOf(draft);
  return page === null ? null : (flowOf(draft).pages.get(page) ?? null);
}

/** A page becomes the active one. */
export function enterPage(draft: Draft, page: string | null): void {
  const top = topOf(draft);
  draft.stack[draft.stack.length - 1] = enter(top.flow, page, top);
  draft.isPrompted = false;
  draft.trace.push({ kind: 'enter', flow: top.flow, page });
}

export function setSessionParameter(
  draft: Draft,
  parameter: string,
  value: Json,
  by: (TraceEvent & { kind: 'set' })['by'],
): void {
  draft.parameters = withParameter(draft.parameters, parameter, value);
  draft.trace.push({ kind: 'set', scope: 'session', parameter, value, by });
}

export function setFlowParameter(draft: Draft, parameter: string, value: Json, by: 'preset' | 'webhook'): void {
  changeTop(draft, { parameters: withParameter(topOf(draft).parameters, parameter, value) });
  draft.trace.push({ kind: 'set', scope: 'flow', parameter, value, by });
}

export function isFilled(draft: Draft, { displayName }: FormParameter): boolean {
  const value = parameterIn(draft.parameters, displayName);
  return value !== undefined && value !== null && !topOf(draft).invalid.includes(displayName);
}

export function isRequired(draft: Draft, { displayName, required }: FormParameter): boolean {
  return topOf(draft).required[displayName] ?? required;
}

/** The form parameter to ask for next; `null`: the form is done. */
export function missingParameter(draft: Draft): FormParameter | null {
  const form = pageOf(draft)?.form ?? [];
  return form.find((each) => isRequired(draft, each) && !isFilled(draft, each)) ?? null;
}

/** What expressions see at this moment. */
export function scopeOf(draft: Draft): Scope {
  const { agent, turn, parameters, originals } = draft;
  const { input, understanding } = turn;
  const page = pageOf(draft);
  const params: { [name: string]: { value: Json; status: string | null } } = {};
  for (const each of page?.form ?? []) {
    const { displayName } = each;
    params[displayName] = {
      value: parameterIn(parameters, displayName) ?? null,
      status: draft.collected.has(displayName) ? 'UPDATED' : isFilled(draft, each) ? 'FILLED' : 'EMPTY',
    };
  }
  const { payload, sentiment, languageCode } = turn;
  return {
    session: parameters,
    flow: topOf(draft).parameters,
    page: { status: missingParameter(draft) ? 'INITIAL' : 'FINAL', params },
    intent: understanding.intent?.parameters ?? {},
    originals,
    request: {
      ...(input.kind === 'text' && { 'user-utterance': input.text }),
      ...(draft.webhookStatusCode !== null && { webhook_status_code: draft.webhookStatusCode }),
      ...(sentiment && { sentiment: { ...sentiment, succeeded: true } }),
      ...(payload && { payload }),
      language: languageCode,
    },
    event: {},
    now: turn.now,
    timeZone: agent.timeZone,
    languageCode,
    random: turn.random,
  };
}
