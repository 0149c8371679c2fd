import type { Agent, ConditionalCases, Fulfillment, Message } from '../emulator/agent.ts';
import type { LocalFunction } from '../local/load.ts';
import type { AgentView, FunctionView } from './api.ts';
import { fulfillmentsOf, handlersOf } from './walk.ts';

/** Events that CX raises itself (CX docs, Handlers, "Built-in events" and "Webhook error events"), and ends of flows. */
const OWN_EVENTS = /^(sys|webhook|flow)[.-]/;

export function viewAgent(agent: Agent, functions: readonly LocalFunction[]): AgentView {
  const { displayName, defaultLanguageCode, languageCodes, startFlow, findings } = agent;
  const flows = [...agent.flows.values()];
  const events = flows.flatMap((flow) => handlersOf(flow).map(({ event }) => event));
  const messages = flows.flatMap((flow) => fulfillmentsOf(agent, flow).flatMap(messagesOf));
  return {
    displayName,
    defaultLanguageCode,
    languageCodes,
    startFlow,
    flows: flows.map((flow) => ({ displayName: flow.displayName, pages: flow.pages.size })),
    events: unique(events.filter((event) => !OWN_EVENTS.test(event))),
    channels: unique(messages.flatMap(({ channel }) => channel ?? [])),
    findings,
    functions: functions.map(viewFunction),
  };
}

function viewFunction({ name, webhook, problem }: LocalFunction): FunctionView {
  const tags = webhook?.kind === 'standard' ? [name, ...(webhook.options.tags ?? [])] : [];
  return { name, tags, problem: problem ?? null };
}

function messagesOf({ messages, conditionalCases }: Fulfillment): readonly Message[] {
  return [...messages, ...conditionalCases.flatMap(inCases)];
}

function inCases(cases: ConditionalCases): readonly Message[] {
  return cases.flatMap(({ content }) => content.flatMap((each) => each.message ?? inCases(each.cases)));
}

const unique = (names: readonly string[]) => [...new Set(names)].sort();
