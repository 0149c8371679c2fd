import type { MapEdge } from '../../api.ts';
import type { Layout, Spot } from './layout.ts';
import type { Box } from './viewport.ts';

/** An edge as it is drawn. */
export interface DrawnEdge {
  readonly edge: MapEdge;
  readonly key: string;
  /** Does it lead on, or back and across? */
  readonly isForward: boolean;
  /** The four points of its curve, which ends where the tip of the arrow begins. */
  readonly points: readonly [Point, Point, Point, Point];
  /** To which side the tip points: 1 right, -1 left. */
  readonly way: 1 | -1;
  readonly box: Box;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Pixels. */
export const TIP = 7;
const LOOP = 26;

/** The edges between the nodes of a layout, as curves. */
export function drawEdges(edges: readonly MapEdge[], { spots }: Layout): readonly DrawnEdge[] {
  return edges.flatMap((edge) => {
    const from = spots[edge.from];
    const to = spots[edge.to];
    return from && to ? [drawEdge(edge, from, to)] : [];
  });
}

/** Nodes have names of any kind; none has a line break. */
export const keyOf = ({ from, to }: MapEdge) => `${from}\n${to}`;

/** On: from the right side to the left side. Back: from the left to the right. Across, and to itself: right to right. */
function drawEdge(edge: MapEdge, from: Spot, to: Spot): DrawnEdge {
  const isForward = to.x >= from.x + from.width;
  const isBack = to.x + to.width <= from.x;
  const isSelf = from === to;
  const y1 = from.y + from.height / 2 + (isSelf ? -8 : isForward ? 0 : -6);
  const y2 = to.y + to.height / 2 + (isSelf ? 8 : isForward ? 0 : 6);
  const x1 = isBack ? from.x : from.x + from.width;
  const x2 = isForward ? to.x : to.x + to.width;
  // The tip ends at the node, the line where the tip begins.
  const way = isForward ? 1 : -1;
  const end = x2 - way * TIP;
  const reach =
    isForward || isBack ? Math.max(30, Math.abs(end - x1) / 2) : LOOP + Math.min(120, Math.abs(y2 - y1) / 5);
  const c1 = x1 + (isBack ? -reach : reach);
  const c2 = end - way * reach;
  const xs = [x1, x2, c1, c2];
  return {
    edge,
    key: keyOf(edge),
    isForward,
    way,
    points: [
      { x: x1, y: y1 },
      { x: c1, y: y1 },
      { x: c2, y: y2 },
      { x: end, y: y2 },
    ],
    box: {
      x: Math.min(...xs),
      y: Math.min(y1, y2) - 4,
      width: Math.max(...xs) - Math.min(...xs),
      height: Math.abs(y2 - y1) + 8,
    },
  };
}

/** A point of the curve: 0 is where it begins, 1 where it ends. */
export function pointAt({ points: [a, b, c, d] }: DrawnEdge, t: number): Point {
  const along = (axis: 'x' | 'y') =>
    (1 - t) ** 3 * a[axis] + 3 * (1 - t) ** 2 * t * b[axis] + 3 * (1 - t) * t ** 2 * c[axis] + t ** 3 * d[axis];
  return { x: along('x'), y: along('y') };
}

/** SVG path data of the line. */
export function lineOf({ points }: DrawnEdge): string {
  const [from, ...rest] = points.map(({ x, y }) => `${x} ${y}`);
  return `M${from}C${rest.join(' ')}`;
}

/** SVG path data of the tip. */
export function tipOf({ points: [, , , end], way }: DrawnEdge): string {
  return `M${end.x + way * TIP} ${end.y}l${-way * TIP} -4v8z`;
}
