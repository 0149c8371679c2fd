import type { Agent, EventHandler, Flow, Fulfillment, Page, Route } from '../emulator/agent.ts';

/** A route or an event handler of a page or a flow, and what leads to it: an intent, a condition, an event. */
export interface Way {
  readonly label: string;
  readonly target: Route['target'];
  readonly fulfillment: Fulfillment;
}

/** All ways out of a page, or out of what a flow has for each of its pages; those of form and route groups among them. */
export function waysOf(agent: Agent, flow: Flow, holder: Flow | Page): readonly Way[] {
  const groups = holder.transitionRouteGroups.flatMap(
    (name) => flow.routeGroups.get(name) ?? agent.routeGroups.get(name) ?? [],
  );
  const routes = [holder, ...groups].flatMap(({ transitionRoutes }) => transitionRoutes);
  return [
    ...routes.map(({ intent, condition, target, fulfillment }) => ({
      label: [intent, condition].filter((each) => each !== null).join(' and ') || 'always',
      target,
      fulfillment,
    })),
    ...ownHandlers(holder).map(({ event, target, fulfillment }) => ({ label: event, target, fulfillment })),
  ];
}

/** What is said and called on a page itself. */
export function ownFulfillments(page: Page): readonly Fulfillment[] {
  return [page.entryFulfillment, ...page.form.map(({ initialPrompt }) => initialPrompt)];
}

/** Every fulfillment of a flow, those of its pages and of route groups that they use among them. */
export function fulfillmentsOf(agent: Agent, flow: Flow): readonly Fulfillment[] {
  const pages = [...flow.pages.values()];
  return [
    ...[flow, ...pages].flatMap((holder) => waysOf(agent, flow, holder).map(({ fulfillment }) => fulfillment)),
    ...pages.flatMap(ownFulfillments),
  ];
}

/** Every event handler of a flow. */
export function handlersOf(flow: Flow): readonly EventHandler[] {
  return [flow, ...flow.pages.values()].flatMap(ownHandlers);
}

function ownHandlers(holder: Flow | Page): readonly EventHandler[] {
  const form = 'form' in holder ? holder.form : [];
  return [...holder.eventHandlers, ...form.flatMap(({ repromptEventHandlers }) => repromptEventHandlers)];
}
