import type { Agent, Flow, FormParameter, Json, JsonObject, Page, UserInput } from '../agent.ts';
import type { QueuedMessage } from '../call/request.ts';
import type { Scope } from '../language/scope.ts';
import { assign } from '../language/target.ts';
import type { Understanding } from '../match.ts';
import { parameterIn } from '../names.ts';
import { enter, type Frame, type SessionState } from '../state.ts';
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

/**
 * The names of one event. Of the first list the innermost handler is called, at one level that of the earlier name; of the next
 * list only if nobody in scope handles the first.
 */
export type EventNames = readonly (readonly [string, ...string[]])[];

/** Fulfillments of one turn: an agent that needs more goes round in circles. */
const MAX_MOVES = 200;

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
  /** What nobody has handled yet; empty: nothing. */
  pendingEvent: EventNames;
  /** The HTTP status of the last webhook. */
  webhookStatusCode: number | null;
  readonly webhookStatuses: { readonly code: number; readonly message: string }[];
  readonly webhookPayloads: JsonObject[];
  /** What a streaming client gets before the turn is over, and how many messages of the queue that is. */
  readonly partialResponses: (readonly QueuedMessage[])[];
  sent: number;
  /** The form parameter was asked for, by its prompt or a reprompt handler: it is not asked for again. */
  isPrompted: boolean;
  /** Fulfillments so far, against agents that go round in circles. */
  moves: number;
  /** It did, and no page is entered any more. */
  isStopped: boolean;
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
    partialResponses: [],
    sent: 0,
    isPrompted: false,
    moves: 0,
    isStopped: false,
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

/** A page becomes the active one, in a new state or in one that it was left in. */
export function enterPage(draft: Draft, page: string | null, restored: Partial<Frame> | null = null): void {
  const top = topOf(draft);
  draft.stack[draft.stack.length - 1] = { ...enter(top.flow, page, top), ...restored };
  draft.isPrompted = false;
  draft.trace.push({ kind: 'enter', flow: top.flow, page });
}

export function setSessionParameter(
  draft: Draft,
  parameter: string,
  value: Json,
  by: (TraceEvent & { kind: 'set' })['by'],
  original: string | null = null,
): void {
  draft.parameters = assign(draft.parameters, [parameter], value);
  draft.originals = assign(draft.originals, [parameter], original) as Draft['originals'];
  draft.trace.push({ kind: 'set', scope: 'session', parameter, value, by });
}

export function setFlowParameter(draft: Draft, parameter: string, value: Json, by: 'preset' | 'webhook'): void {
  changeTop(draft, { parameters: assign(topOf(draft).parameters, [parameter], value) });
  draft.trace.push({ kind: 'set', scope: 'flow', parameter, value, by });
}

export function isInvalid(draft: Draft, { displayName }: FormParameter): boolean {
  return topOf(draft).invalid.includes(displayName);
}

export function isFilled(draft: Draft, parameter: FormParameter): boolean {
  const value = parameterIn(draft.parameters, parameter.displayName) ?? null;
  return value !== null && !isInvalid(draft, parameter);
}

export function isRequired(draft: Draft, { displayName, required }: FormParameter): boolean {
  const { required: changed } = topOf(draft);
  return Object.hasOwn(changed, displayName) ? changed[displayName]! : required;
}

/** The form parameter to ask for next; `null`: the form is done. */
export function missingParameter(draft: Draft): FormParameter | null {
  const form = pageOf(draft)?.form ?? [];
  return form.find((each) => isRequired(draft, each) && !isFilled(draft, each)) ?? null;
}

/**
 * Gives optional form parameters their defaults, once no required one is missing. When CX does it is not documented; earlier
 * would be before people can say a value of their own.
 */
export function fillDefaults(draft: Draft): void {
  const form = pageOf(draft)?.form ?? [];
  if (form.every(({ defaultValue }) => defaultValue === undefined) || missingParameter(draft)) return;
  for (const each of form) {
    const { displayName, defaultValue = null } = each;
    if (defaultValue === null || isRequired(draft, each) || isFilled(draft, each)) continue;
    setSessionParameter(draft, displayName, defaultValue, 'default');
  }
}

/** May there be another fulfillment? If not, the trace says so, once. */
export function mayMove(draft: Draft): boolean {
  if (draft.moves >= MAX_MOVES && !draft.isStopped) {
    draft.isStopped = true;
    const message = `The agent goes round in circles: the turn was stopped after ${MAX_MOVES} fulfillments.`;
    draft.trace.push({ kind: 'hidden', message });
  }
  return !draft.isStopped;
}

/** What expressions see at this moment. */
export function scopeOf(draft: Draft): Scope {
  const { agent, turn, parameters, originals } = draft;
  const { input, understanding } = turn;
  const page = pageOf(draft);
  const params = (page?.form ?? []).map((each) => {
    const value = parameterIn(parameters, each.displayName) ?? null;
    return [each.displayName, { value, status: statusOf(draft, each) }] as const;
  });
  const { payload, sentiment, languageCode } = turn;
  return {
    session: parameters,
    flow: topOf(draft).parameters,
    page: { status: missingParameter(draft) ? 'INITIAL' : 'FINAL', params: Object.fromEntries(params) },
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

/** `UPDATED`: filled by what was said last (CX docs, Conditions reference). The others are those of `ParameterState`. */
function statusOf(draft: Draft, parameter: FormParameter): string {
  if (isInvalid(draft, parameter)) return 'INVALID';
  if (draft.collected.has(parameter.displayName)) return 'UPDATED';
  return isFilled(draft, parameter) ? 'FILLED' : 'EMPTY';
}
