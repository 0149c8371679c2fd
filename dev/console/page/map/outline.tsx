import { useState } from 'preact/hooks';
import type { FlowMap, MapEdge } from '../../api.ts';
import { count } from '../xray/words.ts';
import { Marks, TagList } from './marks.tsx';

interface OutlineProps {
  readonly map: FlowMap;
  readonly current: string | null;
  readonly onSelect: (id: string) => void;
}

/** Rows that are drawn at once. */
const CHUNK = 40;

/** The picture in words: a row for each node, with the ways out of it. */
export function Outline({ map, current, onSelect }: OutlineProps) {
  const [drawn, draw] = useState(CHUNK);
  const out = Map.groupBy(map.edges, ({ from }) => from);
  const labels = new Map(map.nodes.map(({ id, label }) => [id, label]));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with keys
    <section class="map-outline" tabIndex={0} aria-label={`The flow ${map.flow} as a list`}>
      <table>
        <caption>
          {map.flow}: {count(map.nodes.length, 'node')}, {count(map.edges.length, 'way')} between them
        </caption>
        <thead>
          <tr>
            <th scope="col">Page</th>
            <th scope="col">Form parameters</th>
            <th scope="col">Tags</th>
            <th scope="col">Leads to</th>
          </tr>
        </thead>
        <tbody>
          {map.nodes.slice(0, drawn).map((node) => (
            <tr key={node.id} aria-current={node.id === current ? 'location' : undefined}>
              <th scope="row">
                <button type="button" class="button small quiet" onClick={() => onSelect(node.id)}>
                  {node.label}
                </button>
                <Marks node={node} isCurrent={node.id === current} />
              </th>
              <td>{node.parameters.join(', ')}</td>
              <td>
                <TagList tags={node.tags} />
              </td>
              <td>
                <Ways edges={out.get(node.id) ?? []} labels={labels} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {map.nodes.length > drawn && (
        <button type="button" class="button small" onClick={() => draw(drawn + CHUNK)}>
          {Math.min(CHUNK, map.nodes.length - drawn)} more of {map.nodes.length}
        </button>
      )}
    </section>
  );
}

function Ways({ edges, labels }: { readonly edges: readonly MapEdge[]; readonly labels: ReadonlyMap<string, string> }) {
  return (
    <ul>
      {edges.map((edge) => (
        <li key={edge.to}>
          <strong>{labels.get(edge.to) ?? edge.to}</strong>
          <ul class="labels">
            {edge.labels.map((label) => (
              <li key={label}>{label}</li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}
