import { useEffect, useRef } from 'preact/hooks';
import type { FlowMap, MapEdge, MapNode } from '../../api.ts';
import { keyOf } from './edges.ts';
import { Marks, TagList } from './marks.tsx';

interface DetailsProps {
  readonly map: FlowMap;
  readonly node: MapNode;
  readonly isCurrent: boolean;
  readonly flows: readonly string[];
  readonly onSelect: (id: string | null) => void;
  /** An edge is pointed at, by key. */
  readonly onLight: (key: string | null) => void;
  readonly onOpen: (flow: string) => void;
}

const KINDS = { start: 'The start of the flow', page: 'A page', flow: 'Another flow', symbolic: 'A symbolic target' };

/** A node with all that the picture has no room for. */
export function Details({ map, node, isCurrent, flows, onSelect, onLight, onOpen }: DetailsProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const out = map.edges.filter(({ from }) => from === node.id);
  const into = map.edges.filter(({ to }) => to === node.id);
  const flow = node.kind === 'flow' ? node.id.replace(/^flow: /, '') : null;
  const labels = new Map(map.nodes.map(({ id, label }) => [id, label]));
  useEffect(() => heading.current?.scrollIntoView({ block: 'nearest' }), [node.id]);

  return (
    <aside class="map-details" aria-label={`Details of ${node.label}`}>
      <header>
        <h3 ref={heading}>{node.label}</h3>
        <button type="button" class="button small quiet" onClick={() => onSelect(null)}>
          Close
        </button>
      </header>
      <p class="muted">{KINDS[node.kind]}</p>
      <Marks node={node} isCurrent={isCurrent} />
      {flow !== null && flows.includes(flow) && (
        <button type="button" class="button small" onClick={() => onOpen(flow)}>
          Open this flow
        </button>
      )}
      {node.parameters.length > 0 && (
        <>
          <h4>Form parameters</h4>
          <ul class="map-chips">
            {node.parameters.map((name) => (
              <li key={name} class="tag">
                {name}
              </li>
            ))}
          </ul>
        </>
      )}
      {node.tags.length > 0 && (
        <>
          <h4>Tags</h4>
          <TagList tags={node.tags} />
        </>
      )}
      <Ways title="Leads to" edges={out} end="to" labels={labels} onSelect={onSelect} onLight={onLight} />
      <Ways title="Reached from" edges={into} end="from" labels={labels} onSelect={onSelect} onLight={onLight} />
    </aside>
  );
}

interface WaysProps extends Pick<DetailsProps, 'onSelect' | 'onLight'> {
  readonly title: string;
  readonly edges: readonly MapEdge[];
  readonly end: 'from' | 'to';
  readonly labels: ReadonlyMap<string, string>;
}

function Ways({ title, edges, end, labels, onSelect, onLight }: WaysProps) {
  return (
    <>
      <h4>
        {title} <span class="muted">{edges.length === 0 ? 'nothing' : edges.length}</span>
      </h4>
      <ul class="ways">
        {edges.map((edge) => (
          <li key={keyOf(edge)}>
            <button
              type="button"
              class="button small quiet"
              onClick={() => onSelect(edge[end])}
              onPointerEnter={() => onLight(keyOf(edge))}
              onPointerLeave={() => onLight(null)}
              onFocus={() => onLight(keyOf(edge))}
              onBlur={() => onLight(null)}
            >
              {labels.get(edge[end]) ?? edge[end]}
            </button>
            <ul class="labels">
              {edge.labels.map((label) => (
                <li key={label}>{label}</li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </>
  );
}
