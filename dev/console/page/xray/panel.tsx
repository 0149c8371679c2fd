import type { ComponentChildren } from 'preact';

interface PanelProps {
  readonly id: string;
  readonly title: string;
  /** What is in it, for those who leave it closed: `3 changed`. */
  readonly note?: string;
  readonly isOpen?: boolean;
  readonly children: ComponentChildren;
}

/** A part of the X-ray: a heading that opens and closes it. */
export function Panel({ id, title, note, isOpen = true, children }: PanelProps) {
  return (
    <section class="panel" id={`xray-${id}`} aria-label={title}>
      <details open={isOpen}>
        <summary>
          <h3>{title}</h3>
          {note !== undefined && <span class="panel-note">{note}</span>}
        </summary>
        <div class="panel-body">{children}</div>
      </details>
    </section>
  );
}

/** What a panel says in place of an empty table. */
export function Nothing({ children }: { readonly children: ComponentChildren }) {
  return <p class="none">{children}</p>;
}

/** A table that may be wider than its panel: then it scrolls, with keys too. */
export function Scroll({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled with keys
    <section class="scroll" tabIndex={0} aria-label={`${name}, table`}>
      {children}
    </section>
  );
}
