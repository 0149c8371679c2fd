import type { SymbolicTarget, Target } from '../agent.ts';
import type { WebhookCall, WebhookOutcome } from '../call/effect.ts';
import { enter, MAX_STACK } from '../state.ts';
import { changeTop, type Draft, enterPage, flowOf, pageOf, topOf } from './draft.ts';
import { fulfil } from './fulfil.ts';
import { eventHandlersInScope, routesInScope } from './handlers.ts';
import type { WebhookResult } from './webhook.ts';

/** The index of the handler to look at next on the page that is active now; `null`: the evaluation has ended. */
export type Next = number | null;

export type Raised = { readonly isHandled: true; readonly next: Next } | { readonly isHandled: false };

/**
 * Calls the handler of an event: of several names the first that any handler has, at the innermost level (CX docs,
 * Handlers, "Event handlers": the parameter's, the page's, the flow's; the first match only).
 */
export function* raise(draft: Draft, names: readonly string[]): Generator<WebhookCall, Raised, WebhookOutcome> {
  const levels = eventHandlersInScope(flowOf(draft), pageOf(draft), topOf(draft).asked, names[0]!);
  const inOrder = levels.flatMap((level) =>
    names.flatMap((name) => level.filter(({ handler }) => handler.event === name)),
  );
  const found = inOrder[0];
  if (!found) {
    draft.trace.push({ kind: 'event', event: names[0]!, handler: null });
    return { isHandled: false };
  }
  const { handler, place } = found;
  draft.trace.push({
    kind: 'event',
    event: names[0]!,
    handler: { place, event: handler.event, target: handler.target },
  });
  if (place.parameter !== undefined) draft.isPrompted = true;
  const result = yield* fulfil(draft, handler.fulfillment, 'HANDLER_PROMPT');
  const after = routesInScope(draft.agent, flowOf(draft), pageOf(draft)).length;
  const target = result.target ?? handler.target;
  // A handler of an event ends the evaluation, unless it goes somewhere.
  return { isHandled: true, next: target ? yield* go(draft, target, after) : null };
}

/** After a fulfillment: goes where it, or else its handler, says, and raises the event of a webhook that failed. */
export function* settle(
  draft: Draft,
  { error, target: ofWebhook }: WebhookResult,
  ofHandler: Target | null,
  at: number,
): Generator<WebhookCall, Next, WebhookOutcome> {
  const target = ofWebhook ?? ofHandler;
  if (error && target) {
    draft.trace.push({
      kind: 'hidden',
      message: `${error} is not raised: the handler that called the webhook has a target, so that the failure is silent.`,
    });
  } else if (error) {
    const raised = yield* raise(draft, error === 'webhook.error' ? [error] : [error, 'webhook.error']);
    if (raised.isHandled) return raised.next;
    draft.trace.push({
      kind: 'hidden',
      message: `Nobody handles ${error}: the conversation goes on as if all were well.`,
    });
  }
  return target ? yield* go(draft, target, at) : at + 1;
}

/**
 * Goes to a target. `from` is the index of the handler that goes there: evaluation goes on after it when a flow that it
 * calls has ended.
 */
export function* go(draft: Draft, target: Target, from: number): Generator<WebhookCall, Next, WebhookOutcome> {
  switch (target.kind) {
    case 'page':
      return yield* activate(draft, target.page);
    case 'flow':
      return callFlow(draft, target.flow, from);
    case 'symbolic':
      return yield* goSymbolic(draft, target.symbolic);
    case 'playbook':
      draft.trace.push({
        kind: 'unsupported',
        construct: 'playbook',
        message: `CX would hand over to the playbook ${target.playbook}; the emulator stays where it is.`,
      });
      return from + 1;
  }
}

/** The page becomes active: its entry fulfillment, then its handlers. The intent was the last page's. */
function* activate(draft: Draft, page: string | null): Generator<WebhookCall, Next, WebhookOutcome> {
  draft.isIntentConsumed = true;
  enterPage(draft, page);
  const entered = pageOf(draft);
  if (!entered) return 0;
  const result = yield* fulfil(draft, entered.entryFulfillment, 'ENTRY_PROMPT');
  return yield* settle(draft, result, null, -1);
}

function callFlow(draft: Draft, flow: string, from: number): Next {
  changeTop(draft, { calledBy: from });
  draft.stack.push(enter(flow, null));
  if (draft.stack.length > MAX_STACK) draft.stack.shift();
  draft.isPrompted = false;
  draft.trace.push({ kind: 'enter', flow, page: null });
  return 0;
}

/** The events that ended flows raise in the flow that called them; exports write them with dots, the docs with hyphens. */
const ENDINGS: { readonly [symbolic in SymbolicTarget]?: readonly string[] } = {
  END_FLOW: [],
  END_FLOW_WITH_CANCELLATION: ['flow.cancelled', 'flow-cancelled'],
  END_FLOW_WITH_FAILURE: ['flow.failed', 'flow-failed'],
  END_FLOW_WITH_HUMAN_ESCALATION: ['flow.failed.human-escalation', 'flow-failed-human-escalation'],
};

function* goSymbolic(draft: Draft, symbolic: SymbolicTarget): Generator<WebhookCall, Next, WebhookOutcome> {
  const { page, previousPage } = topOf(draft);
  switch (symbolic) {
    case 'START_PAGE':
      return yield* activate(draft, null);
    case 'CURRENT_PAGE':
      return yield* activate(draft, page);
    case 'PREVIOUS_PAGE':
      return yield* activate(draft, previousPage === undefined ? page : previousPage);
    case 'END_SESSION':
      return endSession(draft);
    default:
      return yield* endFlow(draft, ENDINGS[symbolic]!);
  }
}

function endSession(draft: Draft): Next {
  draft.hasEnded = true;
  return null;
}

function* endFlow(draft: Draft, events: readonly string[]): Generator<WebhookCall, Next, WebhookOutcome> {
  if (draft.stack.length === 1) return endSession(draft);
  const { displayName } = flowOf(draft);
  draft.stack.pop();
  draft.isIntentConsumed = true;
  draft.isPrompted = false;
  const { flow, page, calledBy } = topOf(draft);
  draft.trace.push({ kind: 'return', from: displayName, to: flow, page });
  const next = (calledBy ?? -1) + 1;
  if (events.length === 0) return next;
  const raised = yield* raise(draft, events);
  return raised.isHandled ? raised.next : next;
}
