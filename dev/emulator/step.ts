import type { Agent, UserInput } from './agent.ts';
import type { WebhookCall, WebhookOutcome } from './call/effect.ts';
import type { QueuedMessage } from './call/request.ts';
import type { Understanding } from './match.ts';
import { isSameName } from './names.ts';
import { beginSession, type SessionState } from './state.ts';
import {
  changeTop,
  closeDraft,
  type Draft,
  type EventNames,
  fillDefaults,
  flowOf,
  isFilled,
  mayMove,
  missingParameter,
  openDraft,
  pageOf,
  setSessionParameter,
  type Turn,
  topOf,
} from './step/draft.ts';
import { fulfil } from './step/fulfil.ts';
import { routesInScope } from './step/handlers.ts';
import { check } from './step/language.ts';
import { endOfRoutes, handlerOf, type Next, raise, settle } from './step/move.ts';
import type { TraceEvent } from './trace.ts';

export type { Turn } from './step/draft.ts';

export interface TurnResult {
  readonly state: SessionState;
  /** What a person gets to see or hear, in order. */
  readonly messages: readonly QueuedMessage[];
  /** What a streaming caller gets of it before the turn is over: at most three times some messages. */
  readonly partialResponses: readonly (readonly QueuedMessage[])[];
  /** The intent that was matched; `null`: none. */
  readonly intent: string | null;
  /** Where the turn ended, by display names, as test cases record it. */
  readonly flow: string;
  readonly page: string;
  /** `QueryResult.webhookStatuses` and `webhookPayloads`, in the order of the calls. */
  readonly webhookStatuses: readonly { readonly code: number; readonly message: string }[];
  readonly webhookPayloads: readonly object[];
  readonly trace: readonly TraceEvent[];
}

/** Yields each webhook call and takes its outcome; everything else is decided here and now. */
export type Step = Generator<WebhookCall, TurnResult, WebhookOutcome>;

/** Characters; more raise `sys.long-utterance` (CX docs, Handlers, "Built-in events"). */
const LONG_UTTERANCE = 256;
const LONG: EventNames = [['sys.long-utterance']];

/**
 * One turn of a conversation: the same state, turn and outcomes always give the same result, and nothing outside changes.
 *
 * @example
 * const step = takeTurn(agent, state, turn);
 * let next = step.next();
 * while (!next.done) next = step.next(await callWebhook(next.value));
 * const { state: after, messages } = next.value;
 */
export function* takeTurn(agent: Agent, before: SessionState, turn: Turn): Step {
  const draft = openDraft(agent, before.hasEnded ? beginSession(agent.startFlow) : before, heard(turn));
  for (const [name, value] of Object.entries(turn.injectedParameters))
    setSessionParameter(draft, name, value, 'injected');
  understand(draft);
  yield* evaluate(draft);
  return {
    state: closeDraft(draft),
    messages: draft.queue,
    partialResponses: draft.partialResponses,
    intent: draft.turn.understanding.intent?.displayName ?? null,
    flow: topOf(draft).flow,
    page: draft.hasEnded ? 'End Session' : (topOf(draft).page ?? 'Start Page'),
    webhookStatuses: draft.webhookStatuses,
    webhookPayloads: draft.webhookPayloads,
    trace: draft.trace,
  };
}

/** The turn, in which an utterance that is too long matches neither an intent nor a form parameter. */
function heard(turn: Turn): Turn {
  return isLong(turn) ? { ...turn, understanding: { intent: null, form: {} } } : turn;
}

function isLong({ input }: Turn): boolean {
  return input.kind === 'text' && input.text.length > LONG_UTTERANCE;
}

/** Takes in what was said: the parameters of an intent, values for the form, or an event. */
function understand(draft: Draft): void {
  const { input, understanding } = draft.turn;
  const { intent, form } = understanding;
  hear(draft, intent?.parameters ?? {}, 'intent');
  hear(draft, form, 'form');
  if (input.kind === 'event') draft.pendingEvent = [[input.event]];
  else if (intent || Object.keys(form).length > 0) changeTop(draft, { misses: { noMatch: 0, noInput: 0 } });
  else if (isSilence(input)) draft.pendingEvent = [countMiss(draft, 'noInput')];
  // "If not provided, Dialogflow CX treats long user utterance as no-match" (CX docs, Handlers, "Built-in events").
  else if (isLong(draft.turn) && handlerOf(draft, LONG)) draft.pendingEvent = LONG;
  else draft.pendingEvent = [countMiss(draft, 'noMatch')];
}

function hear(draft: Draft, values: Understanding['form'], by: 'intent' | 'form'): void {
  for (const [name, { original, resolved }] of Object.entries(values)) {
    if (by === 'form') {
      draft.trace.push({ kind: 'fill', parameter: name, value: resolved });
      draft.collected.add(name);
    }
    setSessionParameter(draft, name, resolved, by, original);
    changeTop(draft, { invalid: topOf(draft).invalid.filter((each) => !isSameName(each, name)) });
  }
}

function isSilence(input: UserInput): boolean {
  return (input.kind === 'text' && input.text.trim() === '') || (input.kind === 'dtmf' && input.digits === '');
}

/** Looks at the handlers of the active page, page after page, and asks for what its form misses, until it is a person's turn. */
function* evaluate(draft: Draft): Generator<WebhookCall, void, WebhookOutcome> {
  // An event, a no-match among them, goes straight to its handler: recorded turns have no message of a condition before it.
  let next: Next = draft.pendingEvent.length > 0 ? endOfRoutes(draft) : 0;
  while (next !== null) {
    while (next !== null) {
      fillDefaults(draft);
      next = mayMove(draft) ? yield* lookAt(draft, next) : null;
    }
    next = draft.hasEnded ? null : yield* askForMissing(draft);
  }
}

/** Looks at one handler: a route, or after the last one those of the event that is pending. */
function* lookAt(draft: Draft, at: number): Generator<WebhookCall, Next, WebhookOutcome> {
  const found = routesInScope(draft.agent, flowOf(draft), pageOf(draft))[at];
  if (!found) return yield* handlePending(draft);
  const { route, place } = found;
  const { id, intent, condition, target } = route;
  if (intent !== null && (draft.isIntentConsumed || intent !== draft.turn.understanding.intent?.displayName))
    return at + 1;
  const { holds, reads } = check(draft, condition);
  draft.trace.push({ kind: 'route', place, id, intent, condition, holds, reads, target });
  if (!holds) return at + 1;
  // The flow that a route calls may have a route for the same intent (CX docs, Handlers, "Intent propagation").
  if (intent !== null) draft.isIntentConsumed = target?.kind !== 'flow';
  const result = yield* fulfil(draft, route.fulfillment, 'HANDLER_PROMPT');
  return yield* settle(draft, result, target, at);
}

function* handlePending(draft: Draft): Generator<WebhookCall, Next, WebhookOutcome> {
  const names = draft.pendingEvent;
  if (names.length === 0) return null;
  draft.pendingEvent = [];
  const raised = yield* raise(draft, names);
  return raised.isHandled ? raised.next : null;
}

/**
 * Asks for the first required form parameter that has no value, unless a reprompt handler has done so (CX docs, Page,
 * "Page life cycle"). A prompt may itself fill the parameter; then the handlers are looked at again.
 */
function* askForMissing(draft: Draft): Generator<WebhookCall, Next, WebhookOutcome> {
  const missing = missingParameter(draft);
  const { asked, invalid } = topOf(draft);
  const name = missing?.displayName ?? null;
  if (name !== asked) changeTop(draft, { asked: name, misses: { noMatch: 0, noInput: 0 } });
  else if (draft.isPrompted) return null;
  if (!missing || !mayMove(draft)) return null;
  draft.isPrompted = true;
  if (invalid.includes(missing.displayName)) {
    const raised = yield* raise(draft, [['sys.invalid-parameter']]);
    if (raised.isHandled) return raised.next;
  }
  draft.trace.push({ kind: 'prompt', parameter: missing.displayName });
  const result = yield* fulfil(draft, missing.initialPrompt, 'PARAMETER_PROMPT');
  const end = endOfRoutes(draft);
  const next = yield* settle(draft, result, null, end);
  if (next !== end + 1) return next;
  return isFilled(draft, missing) ? 0 : null;
}

/** The names of the event that nothing was understood, or said; counts how often in a row. */
function countMiss(draft: Draft, kind: 'noMatch' | 'noInput'): EventNames[number] {
  const { misses } = topOf(draft);
  const count = misses[kind] + 1;
  changeTop(draft, { misses: { ...misses, [kind]: count } });
  const event = kind === 'noMatch' ? 'sys.no-match' : 'sys.no-input';
  return [`${event}-${count}`, `${event}-default`];
}
