import type { Json } from '../../../emulator/agent.ts';

/** Data as it came, folded away. */
export function Source(props: { readonly label: string; readonly data: Json; readonly open?: boolean }) {
  const text = typeof props.data === 'string' ? props.data : JSON.stringify(props.data, null, 2);
  return (
    <details class="folded" open={props.open ?? false}>
      <summary>{props.label}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must reach what scrolls */}
      <pre class="source" tabIndex={0}>
        {text}
      </pre>
    </details>
  );
}
