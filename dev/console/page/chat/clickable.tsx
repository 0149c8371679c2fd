import type { ComponentChildren } from 'preact';
import type { JsonObject } from '../../../emulator/agent.ts';
import { busy, send } from './conversation.ts';
import { Icon } from './icons.tsx';
import { objectOf, textOf } from './json.ts';
import { linkOf } from './links.ts';

/** Something that leads somewhere or raises an event, or else just stands there. */
export function Clickable(props: {
  readonly of: JsonObject;
  readonly class: string;
  readonly children: ComponentChildren;
}) {
  const { anchor, event } = props.of;
  const written = textOf(objectOf(anchor).href);
  const href = linkOf(written);
  const name = textOf(objectOf(event).event);
  if (href !== null) {
    return (
      <a class={`${props.class} clickable`} href={href} target="_blank" rel="noopener noreferrer">
        {props.children}
        <Icon name="open" />
        <span class="visually-hidden">(opens in a new tab)</span>
      </a>
    );
  }
  if (name !== '') {
    return (
      <SendButton class={`${props.class} clickable`} onSend={() => send({ kind: 'event', event: name })}>
        {props.children}
        <Icon name="chevron" />
      </SendButton>
    );
  }
  return (
    <div class={props.class}>
      {props.children}
      {written !== '' && <p class="refused">The link is not followed: {written}</p>}
      {written === '' && props.of.type === 'button' && <p class="refused">It has no link and no event.</p>}
    </div>
  );
}

/** Stays in the order of the keyboard while a turn is under way, and then does nothing. */
export function SendButton(props: {
  readonly class: string;
  readonly onSend: () => Promise<boolean>;
  readonly children: ComponentChildren;
}) {
  return (
    <button
      type="button"
      class={props.class}
      aria-disabled={busy.value !== null}
      onClick={() => {
        if (!busy.value) void props.onSend();
      }}
    >
      {props.children}
    </button>
  );
}
