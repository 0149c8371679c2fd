import { isDeepStrictEqual } from 'node:util';
import type { Agent, JsonObject, UserInput } from '../emulator/agent.ts';
import { describe, describeTarget } from '../emulator/explain.ts';
import type { Expectation, Understanding } from '../emulator/match.ts';
import { parameterIn } from '../emulator/names.ts';
import type { SessionState } from '../emulator/state.ts';
import type { TurnResult } from '../emulator/step.ts';
import type { TraceEvent } from '../emulator/trace.ts';
import type { FormParameterView, ParameterChange, StepView, TurnView, UnderstandingView, WebhookView } from './api.ts';
import { ownOf } from './own.ts';

/** A turn that was taken, and all that is known of it. */
export interface TakenTurn {
  readonly id: string;
  readonly at: number;
  readonly ms: number;
  readonly input: UserInput;
  readonly injected: JsonObject;
  readonly before: SessionState;
  readonly result: TurnResult;
  readonly understanding: Understanding;
  readonly expectation: Expectation;
  readonly rivals: UnderstandingView['rivals'];
  readonly webhooks: readonly WebhookView[];
  readonly hidden: readonly string[];
}

/** Intents that are shown beside the one that was matched. */
const MOST_RIVALS = 10;

/** A turn as a person sees it. */
export function viewTurn(agent: Agent, turn: TakenTurn): TurnView {
  const { id, at, ms, input, injected, before, result, understanding, expectation, rivals, webhooks, hidden } = turn;
  const { state, trace, messages, flow, page } = result;
  const { intent, form } = understanding;
  return {
    id,
    at,
    input,
    injected,
    messages: messages.map(({ kind, content, channel, responseType }) => ({ kind, content, channel, responseType })),
    understanding: {
      intent: intent?.displayName ?? null,
      confidence: intent?.confidence ?? null,
      threshold: expectation.threshold,
      rivals: rivals.slice(0, MOST_RIVALS),
      parameters: intent?.parameters ?? {},
      filled: form,
    },
    flow,
    page,
    hasEnded: state.hasEnded,
    form: viewForm(agent, state, trace),
    steps: trace.map(viewStep),
    parameters: changesOf(before, state, trace),
    session: state.parameters,
    flowParameters: state.stack.at(-1)!.parameters,
    webhooks,
    hidden,
    ms,
  };
}

/** The form of the page on which the turn ended. */
function viewForm(agent: Agent, state: SessionState, trace: readonly TraceEvent[]): readonly FormParameterView[] {
  const { flow, page, asked, invalid, required } = state.stack.at(-1)!;
  if (state.hasEnded || page === null) return [];
  const filled = new Set(trace.flatMap((event) => (event.kind === 'fill' ? [event.parameter] : [])));
  return (agent.flows.get(flow)?.pages.get(page)?.form ?? []).map(({ displayName, entityType, required: usually }) => {
    const value = parameterIn(state.parameters, displayName) ?? null;
    return {
      displayName,
      entityType,
      required: ownOf(required, displayName) ?? usually,
      state: invalid.includes(displayName) ? 'INVALID' : value === null ? 'EMPTY' : 'FILLED',
      value,
      isAsked: displayName === asked,
      justCollected: filled.has(displayName),
    };
  });
}

function viewStep(event: TraceEvent): StepView {
  const isRoute = event.kind === 'route';
  const isDecision = isRoute || event.kind === 'case';
  const target = isRoute ? event.target : event.kind === 'event' ? (event.handler?.target ?? null) : null;
  return {
    kind: event.kind,
    ...describe(event),
    place: isRoute ? event.place : event.kind === 'event' ? (event.handler?.place ?? null) : null,
    intent: isRoute ? event.intent : null,
    condition: isDecision ? event.condition : null,
    target: target && describeTarget(target),
    holds: isDecision ? event.holds : null,
    reads: isDecision ? event.reads : [],
  };
}

/** What the turn has changed, by name: of the session, and of the flow in which it ended. */
function changesOf(before: SessionState, after: SessionState, trace: readonly TraceEvent[]): ParameterChange[] {
  const { flow, parameters } = after.stack.at(-1)!;
  const flowBefore = before.stack.findLast((frame) => frame.flow === flow)?.parameters ?? {};
  return [
    ...changes('session', before.parameters, after.parameters, trace),
    ...changes('flow', flowBefore, parameters, trace),
  ];
}

function changes(
  scope: ParameterChange['scope'],
  before: JsonObject,
  after: JsonObject,
  trace: readonly TraceEvent[],
): ParameterChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
    const [was, is] = [ownOf(before, name), ownOf(after, name)];
    if (isDeepStrictEqual(was, is)) return [];
    const change = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed';
    return [{ name, scope, change, before: was ?? null, after: is ?? null, by: setterOf(name, scope, trace) }];
  });
}

/** Who set it last. Names are the same in any case (CX docs, Parameters). */
function setterOf(name: string, scope: ParameterChange['scope'], trace: readonly TraceEvent[]): string {
  const found = trace.findLast(
    (event): event is TraceEvent & { kind: 'set' } =>
      event.kind === 'set' && event.scope === scope && event.parameter.toLowerCase() === name.toLowerCase(),
  );
  return found?.by ?? 'preset';
}
