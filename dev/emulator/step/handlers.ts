import type { Agent, EventHandler, Flow, Page, Route } from '../agent.ts';
import type { Place } from '../trace.ts';

/** A route that may be called on a page, and where it stands. */
export interface RouteInScope {
  readonly route: Route;
  readonly place: Place;
}

export interface EventHandlerInScope {
  readonly handler: EventHandler;
  readonly place: Place;
}

const routesOf = new WeakMap<Flow | Page, readonly RouteInScope[]>();

/**
 * The routes in scope on a page, in the order in which they are looked at: those with an intent, then those with a condition
 * alone; in each half the page's own, its route groups', the flow's, and the flow's groups'. The flow's routes without an
 * intent belong to its start page only (CX docs, Handlers, "Handler evaluation order" and "Handler scope").
 */
export function routesInScope(agent: Agent, flow: Flow, page: Page | null): readonly RouteInScope[] {
  const key = page ?? flow;
  let found = routesOf.get(key);
  if (!found) {
    const own = page ? [...routesAt(page, agent, flow, page.displayName)] : [];
    const inherited = routesAt(flow, agent, flow, null);
    const all = [...own, ...inherited.filter(({ route }) => !page || route.intent !== null)];
    found = [...all.filter(({ route }) => route.intent !== null), ...all.filter(({ route }) => route.intent === null)];
    routesOf.set(key, found);
  }
  return found;
}

/** On a page the groups of its flow come before those of the agent (page.proto, `transition_route_groups`). */
function routesAt(holder: Flow | Page, agent: Agent, flow: Flow, page: string | null): RouteInScope[] {
  const place = { flow: flow.displayName, page };
  const groups = holder.transitionRouteGroups.map((name) => ({
    ofFlow: flow.routeGroups.get(name),
    group: flow.routeGroups.get(name) ?? agent.routeGroups.get(name),
  }));
  const ordered = [...groups.filter(({ ofFlow }) => ofFlow), ...groups.filter(({ ofFlow }) => !ofFlow)];
  return [
    ...holder.transitionRoutes.map((route) => ({ route, place })),
    ...ordered.flatMap(({ group }) =>
      (group?.transitionRoutes ?? []).map((route) => ({ route, place: { ...place, group: group!.displayName } })),
    ),
  ];
}

/**
 * The handlers in scope for an event, level by level: of the form parameter that is being filled, the page, the flow. What is
 * not understood while a parameter is being filled is the parameter's own business: "If the event handler for the
 * corresponding event can't be found on the parameter, `initial_prompt_fulfillment` will be re-prompted" (page.proto).
 */
export function eventHandlersInScope(
  flow: Flow,
  page: Page | null,
  asked: string | null,
  event: string,
): readonly (readonly EventHandlerInScope[])[] {
  const inFlow = { flow: flow.displayName, page: null };
  const onPage = { flow: flow.displayName, page: page?.displayName ?? null };
  const parameter = page?.form.find(({ displayName }) => displayName === asked);
  const isOwnBusiness = parameter !== undefined && /^sys\.(no-match|no-input|invalid-parameter)/.test(event);
  const levels = [
    (parameter?.repromptEventHandlers ?? []).map((handler) => ({
      handler,
      place: { ...onPage, parameter: parameter!.displayName },
    })),
    (page?.eventHandlers ?? []).map((handler) => ({ handler, place: onPage })),
    flow.eventHandlers.map((handler) => ({ handler, place: inFlow })),
  ];
  return isOwnBusiness ? levels.slice(0, 1) : levels;
}

/** The intents that can be matched on a page: those of the routes in scope, each once. */
export function intentsInScope(agent: Agent, flow: Flow, page: Page | null): readonly string[] {
  return [...new Set(routesInScope(agent, flow, page).flatMap(({ route }) => route.intent ?? []))];
}
