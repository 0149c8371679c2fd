import type { MapNode } from '../../api.ts';
import { count } from '../xray/words.ts';
import { hasNote, labelOf, type Spot } from './layout.ts';

interface NodeProps {
  readonly node: MapNode;
  readonly spot: Spot;
  readonly isCurrent: boolean;
  readonly isSelected: boolean;
  /** It has the one place in the order of the tab key. */
  readonly isActive: boolean;
  /** Too small for words. */
  readonly isFar: boolean;
  readonly onPoint: (isIn: boolean) => void;
  readonly onFocus: () => void;
  readonly onSelect: () => void;
}

/** A page, or a target that is none: rounder the less of a page it is. */
export function NodeShape({ node, spot, isCurrent, isSelected, isActive, isFar, ...on }: NodeProps) {
  const { x, y, width, height } = spot;
  const isUnanswered = hasUnanswered(node);
  const marks = [isCurrent && 'current', isSelected && 'selected', node.isUnreachable && 'unreachable'].filter(Boolean);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a drawing has no buttons
    <g
      class={['map-node', node.kind, ...marks].join(' ')}
      transform={`translate(${x} ${y})`}
      role="button"
      tabIndex={isActive ? 0 : -1}
      aria-label={spokenName(node, isCurrent)}
      aria-pressed={isSelected}
      aria-current={isCurrent ? 'location' : undefined}
      onPointerEnter={() => on.onPoint(true)}
      onPointerLeave={() => on.onPoint(false)}
      onFocus={on.onFocus}
      onClick={on.onSelect}
    >
      {isCurrent && <rect class="halo" x="-6" y="-6" width={width + 12} height={height + 12} rx="14" />}
      <rect class="shape" width={width} height={height} rx={node.kind === 'page' ? 9 : height / 2} />
      {!isFar && (
        <>
          <text class="name" x={width / 2} y={hasNote(node) ? 21 : 22} text-anchor="middle">
            {labelOf(node)}
          </text>
          {/* Else the two are one word to who reads aloud what is seen. */ ' '}
          {hasNote(node) && (
            <text class="note" x={width / 2} y="38" text-anchor="middle">
              {noteOf(node)}
            </text>
          )}
        </>
      )}
      {isCurrent && <path class="mark pin" d="M0 4c-6-7-7-9-7-12a7 7 0 0 1 14 0c0 3-1 5-7 12zM0-9v2" />}
      {node.isUnreachable && <path class="mark cut" d="M-5 -5l10 10M5 -5l-10 10" />}
      {isUnanswered && (
        <path class="mark lacking" transform={`translate(${width} 0)`} d="M0 -9 9 7H-9ZM0 -3v5M0 4v.6" />
      )}
    </g>
  );
}

export const hasUnanswered = ({ tags }: MapNode) => tags.some(({ isAnswered }) => !isAnswered);

/** `3 fields, 1 tag`. */
function noteOf({ parameters, tags }: MapNode): string {
  return [
    ...(parameters.length > 0 ? [count(parameters.length, 'field')] : []),
    ...(tags.length > 0 ? [count(tags.length, 'tag')] : []),
  ].join(', ');
}

function spokenName(node: MapNode, isCurrent: boolean): string {
  return [
    node.label,
    ...(hasNote(node) ? [noteOf(node)] : []),
    node.kind === 'start' ? 'start of the flow' : node.kind === 'symbolic' ? 'symbolic target' : node.kind,
    ...(isCurrent ? ['the conversation is here'] : []),
    ...(node.isUnreachable ? ['no way leads to it'] : []),
    ...(hasUnanswered(node) ? ['calls a tag that no function answers'] : []),
  ].join(', ');
}
