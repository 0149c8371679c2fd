import { useEffect, useMemo, useState } from 'preact/hooks';
import type { FlowMap } from '../../api.ts';
import { EdgeCanvas } from './edge-canvas.tsx';
import { EdgeTargets, LitEdges, LitLabels } from './edge-layers.tsx';
import { drawEdges } from './edges.ts';
import type { Layout } from './layout.ts';
import { neighbour } from './neighbour.ts';
import { NodeShape } from './node.tsx';
import { useView, ZOOM_STEP } from './use-view.ts';
import { drawnBox, overlaps, pan, reveal } from './viewport.ts';

export interface PictureProps {
  readonly map: FlowMap;
  readonly layout: Layout;
  /** Node ids. */
  readonly current: string | null;
  readonly selected: string | null;
  /** The edge that is pointed at elsewhere, by key. */
  readonly lit: string | null;
  readonly onSelect: (id: string | null) => void;
}

/** Names smaller than this are left out: a zoom. */
const FAR = 0.32;
/** Edges in view that can be pointed at, at most: more are too dense to hit. */
const MAX_TARGETS = 400;
/** Edges in view that are drawn, at most: of more only those that lead on, and all of the node that is pointed at. */
const MAX_EDGES = 1200;
/** Pixels of the screen per key press. */
const PAN_STEP = 80;

/** The flow as a picture. One node takes the focus; arrow keys go from node to node. */
export function Picture({ map, layout, current, selected, lit, onSelect }: PictureProps) {
  const start = map.nodes.find(({ kind }) => kind === 'start')?.id ?? map.nodes[0]?.id ?? '';
  const home = layout.spots[current ?? start];
  const { frame, screen, view, setView, wasDragged, zoomBy, showAll, handlers } = useView(layout, home);
  const [active, setActive] = useState(current ?? start);
  const [pointed, point] = useState<{ readonly node?: string; readonly edge?: string }>({});
  const edges = useMemo(() => drawEdges(map.edges, layout), [map, layout]);
  const isFar = view.scale < FAR;

  // What is drawn changes in steps: moving within one of them changes a single attribute.
  const box = drawnBox(view, screen);
  const boxKey = `${box.x} ${box.y} ${box.width}`;
  const visible = useMemo(
    () => ({
      nodes: map.nodes.filter(({ id }) => id === active || overlaps(layout.spots[id]!, box)),
      edges: edges.filter((edge) => overlaps(edge.box, box)),
    }),
    [map, layout, edges, boxKey, active],
  );

  useEffect(() => {
    if (selected === null || !layout.spots[selected]) return;
    setActive(selected);
    setView((now) => reveal(now, screen, layout.spots[selected]!));
  }, [selected, screen.width]);
  useEffect(() => {
    if (current !== null && layout.spots[current] && screen.width > 0)
      setView((now) => reveal(now, screen, layout.spots[current]!));
  }, [current]);

  function go(id: string) {
    setActive(id);
    setView((now) => reveal(now, screen, layout.spots[id]!));
    requestAnimationFrame(() => frame.current?.querySelector<SVGGElement>('[tabindex="0"]')?.focus());
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const way = WAYS[event.key];
    if (way && event.shiftKey) setView((now) => pan(now, way.x * PAN_STEP, way.y * PAN_STEP));
    else if (way) {
      const next = neighbour(layout.spots, active, way);
      if (next !== null) go(next);
    } else if (event.key === '+' || event.key === '=') zoomBy(ZOOM_STEP);
    else if (event.key === '-') zoomBy(1 / ZOOM_STEP);
    else if (event.key === '0') showAll();
    else if (event.key === 'Home') go(start);
    else if (event.key === 'Enter' || event.key === ' ') onSelect(active);
    else if (event.key === 'Escape') onSelect(null);
    else return;
    event.preventDefault();
  }

  const inView = useMemo(() => {
    const seen = { x: view.x, y: view.y, width: screen.width / view.scale, height: screen.height / view.scale };
    const found = edges.filter((edge) => overlaps(edge.box, seen));
    return { all: found.length, drawn: found.length > MAX_EDGES ? found.filter(({ isForward }) => isForward) : found };
  }, [edges, view, screen]);
  const targets = useMemo(
    () =>
      !isFar &&
      visible.edges.length <= MAX_TARGETS && (
        <EdgeTargets edges={visible.edges} onPoint={(edge) => point(edge === null ? {} : { edge })} />
      ),
    [visible, isFar],
  );
  const nodes = useMemo(
    () =>
      visible.nodes.map((node) => (
        <NodeShape
          key={node.id}
          node={node}
          spot={layout.spots[node.id]!}
          isCurrent={node.id === current}
          isSelected={node.id === selected}
          isActive={node.id === active}
          isFar={isFar}
          onPoint={(isIn) => point(isIn ? { node: node.id } : {})}
          onFocus={() => setActive(node.id)}
          onSelect={() => !wasDragged() && onSelect(node.id)}
        />
      )),
    [visible, layout, current, selected, active, isFar, onSelect],
  );
  const focus = pointed.node ?? selected;
  const litEdges = useMemo(() => {
    const key = pointed.edge ?? lit;
    if (key !== null && key !== undefined) return edges.filter((edge) => edge.key === key);
    return focus === null ? [] : edges.filter(({ edge }) => edge.from === focus || edge.to === focus);
  }, [edges, focus, pointed, lit]);

  return (
    <div class="map-frame">
      <EdgeCanvas edges={inView.drawn} view={view} screen={screen} isDim={litEdges.length > 0} />
      {/* biome-ignore lint/a11y/useSemanticElements: a drawing has no fieldset */}
      <svg
        ref={frame}
        class={`map-picture${isFar ? ' is-far' : ''}`}
        role="group"
        aria-label={`Map of the flow ${map.flow}. Arrow keys go from page to page, plus and minus zoom.`}
        onKeyDown={onKeyDown}
        onClick={(event) => event.target === frame.current && !wasDragged() && onSelect(null)}
        {...handlers}
      >
        <g transform={`scale(${view.scale}) translate(${-view.x} ${-view.y})`}>
          {layout.islandsAt !== null && (
            <text class="map-islands" x="24" y={layout.islandsAt - 10}>
              No way leads here from the start page
            </text>
          )}
          {targets}
          <LitEdges edges={litEdges} focus={focus} />
          {nodes}
          <LitLabels edges={litEdges} focus={focus} />
        </g>
      </svg>
      {inView.all > inView.drawn.length && <p class="map-left-out">Ways back are drawn for one page at a time.</p>}
      <fieldset class="map-zoom">
        <legend class="visually-hidden">Zoom</legend>
        <ZoomButton name="Closer" path="M12 5v14M5 12h14" onClick={() => zoomBy(ZOOM_STEP)} />
        <ZoomButton name="Farther" path="M5 12h14" onClick={() => zoomBy(1 / ZOOM_STEP)} />
        <ZoomButton name="The whole flow" path="M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5" onClick={showAll} />
        {current !== null && layout.spots[current] && (
          <ZoomButton
            name="To the current page"
            path="M12 3v4M12 17v4M3 12h4M17 12h4M12 8a4 4 0 1 0 0 8 4 4 0 1 0 0-8"
            onClick={() => go(current)}
          />
        )}
      </fieldset>
    </div>
  );
}

const WAYS: { readonly [key: string]: { readonly x: number; readonly y: number } } = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

interface ZoomButtonProps {
  readonly name: string;
  readonly path: string;
  readonly onClick: () => void;
}

function ZoomButton({ name, path, onClick }: ZoomButtonProps) {
  return (
    <button type="button" class="button icon" aria-label={name} title={name} onClick={onClick}>
      <svg class="icon-image" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
        <path d={path} />
      </svg>
    </button>
  );
}
