import type { SymbolicTarget, Target } from '../agent.ts';
import type { WebhookCall, WebhookOutcome } from '../call/effect.ts';
import { enter, type Frame, MAX_STACK } from '../state.ts';
import { changeTop, type Draft, type EventNames, enterPage, flowOf, mayMove, pageOf, topOf } from './draft.ts';
import { fulfil } from './fulfil.ts';
import { type EventHandlerInScope, eventHandlersInScope, routesInScope } from './handlers.ts';
import { enqueueEnd } from './queue.ts';
import type { WebhookResult } from './webhook.ts';

/** The index of the handler to look at next on the page that is active now; `null`: the evaluation has ended. */
export type Next = number | null;

export type Raised = { readonly isHandled: true; readonly next: Next } | { readonly isHandled: false };

/** Behind the last route: event handlers are the last phase of an evaluation. */
export function endOfRoutes(draft: Draft): number {
  return routesInScope(draft.agent, flowOf(draft), pageOf(draft)).length;
}

/** Calls the first handler of an event (CX docs, Handlers, "Evaluation order": the parameter's, the page's, the flow's). */
export function* raise(draft: Draft, names: EventNames): Generator<WebhookCall, Raised, WebhookOutcome> {
  const event = names[0]![0];
  const found = handlerOf(draft, names);
  if (!found) {
    draft.trace.push({ kind: 'event', event, handler: null });
    return { isHandled: false };
  }
  const { handler, place } = found;
  draft.trace.push({ kind: 'event', event, handler: { place, event: handler.event, target: handler.target } });
  if (place.parameter !== undefined) draft.isPrompted = true;
  const result = yield* fulfil(draft, handler.fulfillment, 'HANDLER_PROMPT');
  const isAgain = result.error !== null && event.startsWith('webhook.error');
  if (isAgain) {
    const message = `${result.error} is not raised: it happened while ${event} was handled, and would go round in circles.`;
    draft.trace.push({ kind: 'hidden', message });
  }
  const settled = isAgain ? { ...result, error: null } : result;
  return { isHandled: true, next: yield* settle(draft, settled, handler.target, endOfRoutes(draft)) };
}

/** The handler that an event would call now. */
export function handlerOf(draft: Draft, names: EventNames): EventHandlerInScope | undefined {
  const inOrder = names.flatMap((alternatives) =>
    eventHandlersInScope(flowOf(draft), pageOf(draft), topOf(draft).asked, alternatives[0]).flatMap((level) =>
      alternatives.flatMap((name) => level.filter(({ handler }) => handler.event === name)),
    ),
  );
  return inOrder[0];
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
    // "Only if there is no fine-grained webhook event handler": wherever it stands, it goes before a general one.
    const raised = yield* raise(draft, error === 'webhook.error' ? [[error]] : [[error], ['webhook.error']]);
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
  if (!mayMove(draft)) return null;
  switch (target.kind) {
    case 'page':
      if (!flowOf(draft).pages.has(target.page)) return stay(draft, `The flow has no page ${target.page}`, from);
      return yield* activate(draft, target.page);
    case 'flow':
      if (!draft.agent.flows.has(target.flow)) return stay(draft, `The agent has no flow ${target.flow}`, from);
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

/** A target that the export does not have; the load has told it, too. */
function stay(draft: Draft, problem: string, from: number): Next {
  draft.trace.push({ kind: 'hidden', message: `${problem}: the conversation stays where it is.` });
  return from + 1;
}

/** The page becomes active: its entry fulfillment, then its handlers. The intent was the last page's (recordings). */
function* activate(
  draft: Draft,
  page: string | null,
  restored: Partial<Frame> | null = null,
): Generator<WebhookCall, Next, WebhookOutcome> {
  draft.isIntentConsumed = true;
  enterPage(draft, page, restored);
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
const ENDINGS: { readonly [symbolic in SymbolicTarget]?: EventNames } = {
  END_FLOW: [],
  END_FLOW_WITH_CANCELLATION: [['flow.cancelled', 'flow-cancelled']],
  END_FLOW_WITH_FAILURE: [['flow.failed', 'flow-failed']],
  END_FLOW_WITH_HUMAN_ESCALATION: [['flow.failed.human-escalation', 'flow-failed-human-escalation']],
};

function* goSymbolic(draft: Draft, symbolic: SymbolicTarget): Generator<WebhookCall, Next, WebhookOutcome> {
  const { page, previous } = topOf(draft);
  switch (symbolic) {
    case 'START_PAGE':
      return yield* activate(draft, null);
    case 'CURRENT_PAGE':
      return yield* activate(draft, page, { previous });
    case 'PREVIOUS_PAGE':
      // "The page state from the previous page will be restored" (CX docs); its entry fulfillment is called (recordings).
      return yield* activate(draft, previous ? previous.page : page, previous ?? { previous });
    case 'END_SESSION':
      return endSession(draft);
    default:
      return yield* endFlow(draft, ENDINGS[symbolic]!);
  }
}

function endSession(draft: Draft): Next {
  draft.hasEnded = true;
  enqueueEnd(draft);
  return null;
}

function* endFlow(draft: Draft, events: EventNames): Generator<WebhookCall, Next, WebhookOutcome> {
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
