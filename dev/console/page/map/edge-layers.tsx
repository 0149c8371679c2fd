import { type DrawnEdge, lineOf, pointAt, tipOf } from './edges.ts';

interface TargetsProps {
  readonly edges: readonly DrawnEdge[];
  readonly onPoint: (key: string | null) => void;
}

/** For pointers a broad line over each edge, which cannot be seen. */
export function EdgeTargets({ edges, onPoint }: TargetsProps) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a drawing of lines takes no focus
    <g aria-hidden="true">
      {edges.map((edge) => (
        <path
          key={edge.key}
          class="map-edge-target"
          d={lineOf(edge)}
          onPointerEnter={() => onPoint(edge.key)}
          onPointerLeave={() => onPoint(null)}
        />
      ))}
    </g>
  );
}

interface LitProps {
  readonly edges: readonly DrawnEdge[];
  /** The node that they are lit for: labels stand at their other ends. */
  readonly focus: string | null;
}

/** The edges of one node, or a single one: strong. */
export function LitEdges({ edges, focus }: LitProps) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a drawing of lines takes no focus
    <g class="map-lit" aria-hidden="true">
      {edges.map((drawn) => (
        <g key={drawn.key} class={drawn.edge.to === focus ? 'in' : 'out'}>
          <path class="edge-line" d={lineOf(drawn)} />
          <path class="edge-tip" d={tipOf(drawn)} />
        </g>
      ))}
    </g>
  );
}

/** Labels at most: more would lie on each other. The details of a node have them all. */
const MAX_LABELS = 40;
/** Characters: of one among many there is room between two columns. */
const SHORT = 18;
const LONG = 60;

/** Their labels, above everything else. */
export function LitLabels({ edges, focus }: LitProps) {
  const isSingle = edges.length === 1;
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a drawing of lines takes no focus
    <g class="map-lit" aria-hidden="true">
      {edges.slice(0, MAX_LABELS).map((drawn) => {
        const [begin, leaving, arriving, end] = drawn.points;
        const isAtStart = drawn.edge.to === focus;
        const at = isSingle ? pointAt(drawn, 0.5) : isAtStart ? begin : end;
        // On the side of the node on which the line is.
        const isLeft = isAtStart ? leaving.x < begin.x : arriving.x < end.x;
        return (
          <text
            key={drawn.key}
            class="map-edge-label"
            x={at.x + (isSingle ? 0 : isLeft ? -4 : 10)}
            y={at.y - 5}
            text-anchor={isSingle ? 'middle' : isLeft ? 'end' : 'start'}
          >
            {shorten(drawn.edge.labels, isSingle ? LONG : SHORT)}
          </text>
        );
      })}
    </g>
  );
}

function shorten([first = '', ...more]: readonly string[], length: number): string {
  const text = first.length > length ? `${first.slice(0, length - 1)}…` : first;
  return more.length > 0 ? `${text} +${more.length}` : text;
}
