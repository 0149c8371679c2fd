import type { Agent, Flow, Fulfillment, Page, Target } from '../emulator/agent.ts';
import { functionFor } from '../local/function-for.ts';
import type { LocalFunction } from '../local/load.ts';
import type { FlowMap, MapEdge, MapNode } from './api.ts';
import { Refusal } from './problem.ts';
import { ownFulfillments, waysOf } from './walk.ts';

const START = 'Start Page';

/**
 * The pages of a flow and how they lead to each other. What a flow has for every page of it, its own routes with an intent and
 * its handlers of events, is drawn from its start page alone: from there it leads wherever it leads from elsewhere.
 */
export function mapFlow(agent: Agent, name: string, functions: readonly LocalFunction[]): FlowMap {
  const flow = agent.flows.get(name);
  if (!flow) throw new Refusal('not-found', `The agent has no flow ${name}.`);
  const holders: readonly (readonly [id: string, holder: Flow | Page])[] = [[START, flow], ...flow.pages];
  const links = holders.flatMap(([from, holder]) => linksOf(agent, flow, from, holder));
  const edges = edgesOf(links);
  const reached = reachedFrom(START, edges);
  const places = holders.map(([id, holder]): MapNode => {
    const page = 'form' in holder ? holder : null;
    const called = [
      ...(page ? ownFulfillments(page) : []),
      ...waysOf(agent, flow, holder).map((way) => way.fulfillment),
    ];
    return {
      id,
      label: id,
      kind: page ? 'page' : 'start',
      isUnreachable: !reached.has(id),
      parameters: page?.form.map(({ displayName }) => displayName) ?? [],
      tags: tagsOf(agent, called, functions),
    };
  });
  const known = new Set(places.map(({ id }) => id));
  const beyond = new Map(links.flatMap(({ to }): [string, End][] => (known.has(to.id) ? [] : [[to.id, to]])));
  const ends = [...beyond.values()].map((end): MapNode => {
    return { ...end, isUnreachable: !reached.has(end.id), parameters: [], tags: [] };
  });
  return { flow: name, nodes: [...places, ...ends], edges };
}

/** Where a route or a handler goes: a page of the flow, or beyond. */
type End = Pick<MapNode, 'id' | 'label' | 'kind'>;

interface Link {
  readonly from: string;
  readonly to: End;
  readonly label: string;
}

function linksOf(agent: Agent, flow: Flow, from: string, holder: Flow | Page): readonly Link[] {
  return waysOf(agent, flow, holder).flatMap(({ label, target }) =>
    target ? [{ from, to: targetOf(target, from), label }] : [],
  );
}

/** A page that the export does not have is drawn too. */
function targetOf(target: Target, from: string): End {
  switch (target.kind) {
    case 'page':
      return { id: target.page, label: target.page, kind: 'page' };
    case 'flow':
      return { id: `flow: ${target.flow}`, label: target.flow, kind: 'flow' };
    case 'playbook':
      return { id: `playbook: ${target.playbook}`, label: target.playbook, kind: 'symbolic' };
    case 'symbolic': {
      if (target.symbolic === 'START_PAGE') return { id: START, label: START, kind: 'start' };
      const id = target.symbolic === 'CURRENT_PAGE' ? from : target.symbolic;
      return { id, label: id, kind: 'symbolic' };
    }
  }
}

/** One edge for all that goes the same way. */
function edgesOf(links: readonly Link[]): readonly MapEdge[] {
  const ways = Map.groupBy(links, ({ from, to }) => JSON.stringify([from, to.id]));
  return [...ways.values()].map((all) => {
    const { from, to } = all[0]!;
    return { from, to: to.id, labels: [...new Set(all.map(({ label }) => label))] };
  });
}

function reachedFrom(start: string, edges: readonly MapEdge[]): ReadonlySet<string> {
  const ways = Map.groupBy(edges, ({ from }) => from);
  const reached = new Set([start]);
  // A set that grows while it is gone through: each node comes once.
  for (const id of reached) for (const { to } of ways.get(id) ?? []) reached.add(to);
  return reached;
}

function tagsOf(agent: Agent, called: readonly Fulfillment[], functions: readonly LocalFunction[]): MapNode['tags'] {
  const loaded = functions.filter(({ webhook }) => webhook);
  const tags = new Map<string, boolean>();
  for (const { webhook: name, tag } of called) {
    if (name === null) continue;
    const webhook = agent.webhooks.get(name);
    const isAnswered = webhook !== undefined && functionFor(loaded, webhook, tag) !== null;
    const shown = tag || name;
    tags.set(shown, (tags.get(shown) ?? true) && isAnswered);
  }
  return [...tags].map(([tag, isAnswered]) => ({ tag, isAnswered }));
}
