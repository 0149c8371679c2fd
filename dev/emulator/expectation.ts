import type { Agent } from './agent.ts';
import type { Expectation } from './match.ts';
import { parameterIn } from './names.ts';
import { beginSession, type SessionState } from './state.ts';
import { intentsInScope } from './step/handlers.ts';

/** What a conversation can understand in a state: the intents in scope, and the form parameters that have no value. */
export function expectationOf(
  agent: Agent,
  state: SessionState,
  { languageCode, now }: { readonly languageCode: string; readonly now: number },
): Expectation {
  const { parameters, stack } = state.hasEnded ? beginSession(agent.startFlow) : state;
  const { flow: name, page: pageName, asked, invalid } = stack.at(-1)!;
  const flow = agent.flows.get(name)!;
  const page = pageName === null ? null : (flow.pages.get(pageName) ?? null);
  const form = (page?.form ?? []).filter(
    ({ displayName }) => (parameterIn(parameters, displayName) ?? null) === null || invalid.includes(displayName),
  );
  return {
    intents: intentsInScope(agent, flow, page),
    // Where a session begins on a page, nothing was asked for yet.
    parameter: form.find(({ displayName, required }) => (asked === null ? required : displayName === asked)) ?? null,
    form,
    threshold: flow.classificationThreshold,
    languageCode,
    timeZone: agent.timeZone,
    now,
  };
}
