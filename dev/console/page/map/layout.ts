import dagre from '@dagrejs/dagre';
import type { FlowMap, MapEdge, MapNode } from '../../api.ts';

/** Where a node is drawn: its upper left corner. Pixels at a zoom of 1. */
export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Routes from the start page on the shortest way; of an unreachable page from the first of its island. */
  readonly depth: number;
}

export interface Layout {
  /** By node id. */
  readonly spots: { readonly [id: string]: Spot };
  readonly width: number;
  readonly height: number;
  /** From where on down the pages stand that no way leads to; `null`: there are none. */
  readonly islandsAt: number | null;
}

/** Pixels. */
const CHARACTER = 7;
const MARGIN = 24;
/** Room for the label of an edge. */
const COLUMN_GAP = 148;
/** Between the columns that one is broken into. */
const STACK_GAP = 28;
const ROW_GAP = 18;
const ISLAND_GAP = 72;
/** A node with a note, and the gap below it. */
const ROW = 68;

/** Characters of a name that are drawn. */
export const LABEL = 26;

/** Nodes above each other before a column is broken into several, at least; larger flows have taller columns. */
const MIN_ROWS = 12;

/**
 * Places the pages of a flow, from left to right by how many steps they are from the start. Dagre is given the edges
 * that lead one step on alone, and finds the order in which they cross least; edges that lead back are drawn over it.
 * So a flow in which everything leads everywhere stays narrow, and its layout takes milliseconds, not seconds.
 */
export function layOut({ nodes, edges }: FlowMap): Layout {
  const reachable = nodes.filter(({ isUnreachable }) => !isUnreachable);
  const islands = nodes.filter(({ isUnreachable }) => isUnreachable);
  const main = placeAll(reachable, edges);
  if (islands.length === 0) return { ...main, islandsAt: null };
  const below = placeAll(islands, edges);
  const islandsAt = main.height + ISLAND_GAP;
  const moved = Object.entries(below.spots).map(([id, spot]) => [id, { ...spot, y: spot.y + islandsAt }]);
  return {
    spots: { ...main.spots, ...Object.fromEntries(moved) },
    width: Math.max(main.width, below.width),
    height: islandsAt + below.height,
    islandsAt,
  };
}

/** What is drawn of a name. */
export function labelOf({ label }: MapNode): string {
  return label.length > LABEL ? `${label.slice(0, LABEL - 1)}…` : label;
}

/** Whether a second line tells of parameters and webhooks. */
export const hasNote = ({ parameters, tags }: MapNode) => parameters.length + tags.length > 0;

function sizeOf(node: MapNode): { width: number; height: number } {
  // The note below a name is the shorter of the two but for the shortest names.
  const width = Math.max(labelOf(node).length * CHARACTER, hasNote(node) ? 96 : 40) + 28;
  return { width, height: hasNote(node) ? 50 : 34 };
}

type Placed = Omit<Layout, 'islandsAt'>;

function placeAll(nodes: readonly MapNode[], edges: readonly MapEdge[]): Placed {
  const ids = new Set(nodes.map(({ id }) => id));
  const own = edges.filter(({ from, to }) => ids.has(from) && ids.has(to));
  const depths = depthsOf(nodes, own);
  const { ranks, height: wanted } = orderedRanks(nodes, own, depths);
  const rows = Math.max(MIN_ROWS, Math.ceil(Math.sqrt(nodes.length) * 1.5));
  const squeeze = Math.max(1, wanted / (rows * ROW));
  const spots: { [id: string]: Spot } = {};
  let x = MARGIN;
  ranks.forEach((rank, depth) => {
    const columns = Math.ceil(rank.length / rows);
    // Row by row, so that neighbours stay neighbours.
    for (let column = 0; column < columns; column++) {
      const stack = rank.filter((_, index) => index % columns === column);
      for (const { node, y, ...size } of spread(stack, squeeze)) spots[node.id] = { x, y, ...size, depth };
      x += Math.max(...stack.map(({ width }) => width)) + (column < columns - 1 ? STACK_GAP : COLUMN_GAP);
    }
  });
  const all = Object.values(spots);
  const top = Math.min(...all.map(({ y }) => y)) - MARGIN;
  for (const [id, spot] of Object.entries(spots)) spots[id] = { ...spot, y: spot.y - top };
  const height = Math.max(...all.map(({ y, height: own }) => y + own)) - top + MARGIN;
  return { spots, width: x - COLUMN_GAP + MARGIN, height };
}

/** Steps from the start, by id. What no way leads to begins again at 0. */
function depthsOf(nodes: readonly MapNode[], edges: readonly MapEdge[]): Map<string, number> {
  const next = new Map<string, string[]>();
  const hasWayIn = new Set<string>();
  for (const { from, to } of edges) {
    if (from !== to) hasWayIn.add(to);
    const known = next.get(from);
    if (known) known.push(to);
    else next.set(from, [to]);
  }
  const depths = new Map<string, number>();
  const walk = (root: string) => {
    if (depths.has(root)) return;
    depths.set(root, 0);
    const queue = [root];
    for (const id of queue) {
      for (const to of next.get(id) ?? []) {
        if (depths.has(to)) continue;
        depths.set(to, depths.get(id)! + 1);
        queue.push(to);
      }
    }
  };
  for (const { id, kind } of nodes) if (kind === 'start') walk(id);
  for (const { id } of nodes) if (!hasWayIn.has(id)) walk(id);
  for (const { id } of nodes) walk(id);
  return depths;
}

interface Ranked {
  readonly node: MapNode;
  readonly width: number;
  readonly height: number;
  /** Where dagre puts its middle. */
  readonly middle: number;
}

/** The nodes of each depth, from the top down, and the height that dagre would give them all. */
function orderedRanks(
  nodes: readonly MapNode[],
  edges: readonly MapEdge[],
  depths: ReadonlyMap<string, number>,
): { readonly ranks: readonly (readonly Ranked[])[]; readonly height: number } {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: ROW_GAP, ranksep: COLUMN_GAP, ranker: 'longest-path' });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) graph.setNode(node.id, sizeOf(node));
  for (const { from, to } of edges) if (depths.get(to) === depths.get(from)! + 1) graph.setEdge(from, to);
  dagre.layout(graph);
  const ranks: Ranked[][] = [];
  for (const node of nodes) {
    const { y } = graph.node(node.id) as { y: number };
    const depth = depths.get(node.id)!;
    ranks[depth] ??= [];
    ranks[depth].push({ node, ...sizeOf(node), middle: y });
  }
  for (const rank of ranks) rank.sort((one, other) => one.middle - other.middle);
  return { ranks, height: (graph.graph() as { height: number }).height };
}

/** One above the other, each as near to where dagre wants it as the others let it. */
function spread(stack: readonly Ranked[], squeeze: number) {
  let free = Number.NEGATIVE_INFINITY;
  const spread = stack.map(({ node, width, height, middle }) => {
    const y = Math.max(middle / squeeze - height / 2, free);
    free = y + height + ROW_GAP;
    return { node, width, height, y };
  });
  const drift = stack.map(({ middle, height }, index) => spread[index]!.y - (middle / squeeze - height / 2));
  const shift = drift.reduce((sum, each) => sum + each, 0) / Math.max(1, stack.length);
  return spread.map((each) => ({ ...each, y: each.y - shift }));
}
