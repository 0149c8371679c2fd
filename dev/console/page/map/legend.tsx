import type { ComponentChildren } from 'preact';
import type { FlowMap } from '../../api.ts';
import { hasUnanswered } from './node.tsx';

/** What the marks of the picture mean: those that are in it, with how many there are. */
export function Legend({ map, hasCurrent }: { readonly map: FlowMap; readonly hasCurrent: boolean }) {
  const unreachable = map.nodes.filter(({ isUnreachable }) => isUnreachable).length;
  const unanswered = map.nodes.filter(hasUnanswered).length;
  const has = (kind: string) => map.nodes.some((node) => node.kind === kind);
  return (
    <ul class="map-legend" aria-label="Legend">
      {hasCurrent && (
        <Entry words="the conversation is here">
          <rect class="halo" x="1" y="1" width="26" height="16" rx="6" />
          <g class="map-node current">
            <rect class="shape" x="4" y="4" width="20" height="10" rx="3" />
            <path
              class="mark pin"
              transform="translate(5 4) scale(0.7)"
              d="M0 4c-6-7-7-9-7-12a7 7 0 0 1 14 0c0 3-1 5-7 12zM0-9v2"
            />
          </g>
        </Entry>
      )}
      <Shape kind="page" words="page" radius={3} />
      <Shape kind="start" words="start" radius={6} />
      {has('flow') && <Shape kind="flow" words="another flow" radius={6} />}
      {has('symbolic') && <Shape kind="symbolic" words="symbolic target" radius={6} />}
      {unreachable > 0 && (
        <Entry words={`no way leads here (${unreachable})`}>
          <g class="map-node unreachable">
            <rect class="shape" x="5" y="4" width="20" height="12" rx="3" />
            <path class="mark cut" transform="translate(5 4)" d="M-4 -4l8 8M4 -4l-8 8" />
          </g>
        </Entry>
      )}
      {unanswered > 0 && (
        <Entry words={`calls a tag that no function answers (${unanswered})`}>
          <g class="map-node">
            <path class="mark lacking" transform="translate(14 10)" d="M0 -9 9 7H-9ZM0 -3v5M0 4v.6" />
          </g>
        </Entry>
      )}
      <Entry words="leads back">
        <path class="map-legend-line" d="M26 9H8" />
        <path class="map-legend-tip" d="M2 9l7 -4v8z" />
      </Entry>
    </ul>
  );
}

function Shape({ kind, words, radius }: { readonly kind: string; readonly words: string; readonly radius: number }) {
  return (
    <Entry words={words}>
      <g class={`map-node ${kind}`}>
        <rect class="shape" x="3" y="3" width="22" height="12" rx={radius} />
      </g>
    </Entry>
  );
}

function Entry({ words, children }: { readonly words: string; readonly children: ComponentChildren }) {
  return (
    <li>
      <svg viewBox="0 0 28 18" aria-hidden="true" focusable="false">
        {children}
      </svg>
      {words}
    </li>
  );
}
