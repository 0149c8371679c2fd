import type { MapNode } from '../../api.ts';
import { hasUnanswered } from './node.tsx';

/** What is special about a node, in words. */
export function Marks({ node, isCurrent }: { readonly node: MapNode; readonly isCurrent: boolean }) {
  return (
    <p class="marks">
      {isCurrent && <span class="tag accent">the conversation is here</span>}
      {node.isUnreachable && <span class="tag warn">no way leads here</span>}
      {hasUnanswered(node) && <span class="tag bad">a tag without a function</span>}
    </p>
  );
}

export function TagList({ tags }: Pick<MapNode, 'tags'>) {
  return (
    <ul class="map-chips">
      {tags.map(({ tag, isAnswered }) => (
        <li key={tag} class={`tag ${isAnswered ? 'good' : 'bad'}`}>
          {tag}: {isAnswered ? 'answered here' : 'no function answers it'}
        </li>
      ))}
    </ul>
  );
}
