import { session } from '../state.ts';
import { Composer } from './composer.tsx';
import { busy, startOver, startReplay } from './conversation.ts';
import { Icon } from './icons.tsx';
import { SaveTestCase } from './save.tsx';
import { Transcript } from './transcript.tsx';

/** The conversation: where it is, what was said, and what to say next. */
export function Chat() {
  return (
    <>
      <Bar />
      <Transcript />
      <Composer />
    </>
  );
}

function Bar() {
  const current = session.value;
  const isIdle = busy.value !== null || !current || current.turns.length === 0;
  return (
    <div class="chat-bar">
      <h2 class="place" title={current ? `${current.flow}, ${current.page}` : ''}>
        <span class="visually-hidden">The conversation is at </span>
        {current && (
          <>
            <span class="place-flow">{current.flow}</span>
            <span class="place-page">{current.page}</span>
          </>
        )}
      </h2>
      {current && <span class="tag">{current.languageCode}</span>}
      {current?.channel && <span class="tag">{current.channel}</span>}
      <div class="chat-actions" role="toolbar" aria-label="Conversation">
        <Action icon="again" name="Replay all" isOff={isIdle} onClick={() => void startReplay()} />
        <SaveTestCase isOff={isIdle} />
        <Action icon="over" name="Start over" isOff={isIdle} onClick={() => void startOver()} />
      </div>
    </div>
  );
}

function Action(props: {
  readonly icon: 'again' | 'over';
  readonly name: string;
  readonly isOff: boolean;
  readonly onClick: () => void;
}) {
  return (
    <button type="button" class="button quiet small" disabled={props.isOff} title={props.name} onClick={props.onClick}>
      <Icon name={props.icon} />
      <span class="label">{props.name}</span>
    </button>
  );
}
