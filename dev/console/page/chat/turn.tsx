import { useComputed } from '@preact/signals';
import type { UserInput } from '../../../emulator/agent.ts';
import type { TurnView } from '../../api.ts';
import { isWide, shownTurn, view } from '../state.ts';
import { busy, fork, goBack, select } from './conversation.ts';
import { Icon, type IconName } from './icons.tsx';
import { Message } from './message.tsx';

/** What a person did, what the agent said, and a line that leads to the X-ray. */
export function Turn(props: { readonly turn: TurnView; readonly number: number; readonly isLast: boolean }) {
  const { turn, number, isLast } = props;
  const isShown = useComputed(() => shownTurn.value?.id === turn.id).value;
  return (
    <li class="turn" data-turn={turn.id} data-shown={isShown}>
      <Injected turn={turn} />
      <Said input={turn.input} />
      {turn.messages.map((message, index) => (
        <Message message={message} key={index} />
      ))}
      {turn.messages.length === 0 && <p class="silence">The agent said nothing.</p>}
      <div class="turn-foot" aria-live="off">
        <button
          type="button"
          class="turn-label"
          aria-current={isShown ? 'true' : undefined}
          tabIndex={isShown ? 0 : -1}
          onClick={() => {
            select(turn.id);
            if (!isWide.value || view.value === 'replay') view.value = 'xray';
          }}
        >
          <span class="visually-hidden">X-ray of turn </span>
          <b>{number}</b>
          <span class="turn-place">{turn.page}</span>
          <span class="turn-time">{Math.round(turn.ms)} ms</span>
        </button>
        {turn.hidden.length > 0 && (
          <span class="tag warn" title={turn.hidden.join('\n')}>
            <Icon name="fault" />
            {turn.hidden.length} hidden
          </span>
        )}
        {isShown && <Actions number={number} isLast={isLast} />}
      </div>
      {turn.hasEnded && <p class="session-end">The session ended here. What is said next begins a new one.</p>}
    </li>
  );
}

function Actions({ number, isLast }: { readonly number: number; readonly isLast: boolean }) {
  return (
    <div class="turn-actions">
      {!isLast && (
        <button
          type="button"
          class="button quiet small"
          disabled={busy.value !== null}
          title={`Go on from turn ${number}: forgets the turns after it`}
          onClick={() => void goBack(number)}
        >
          <Icon name="back" />
          Go on from here
        </button>
      )}
      <button
        type="button"
        class="button quiet small"
        disabled={busy.value !== null}
        title={`A new conversation with the turns up to turn ${number}`}
        onClick={() => void fork(number)}
      >
        <Icon name="fork" />
        Fork
      </button>
    </div>
  );
}

function Injected({ turn }: { readonly turn: TurnView }) {
  const names = Object.keys(turn.injected);
  if (names.length === 0) return null;
  return (
    <ul class="injected" aria-label="Parameters set by hand">
      {names.map((name) => (
        <li class="tag" key={name}>
          {turn.injected[name] === null ? `${name} removed` : `${name} = ${JSON.stringify(turn.injected[name])}`}
        </li>
      ))}
    </ul>
  );
}

/** What a person did. */
export function Said({ input }: { readonly input: UserInput }) {
  if (input.kind === 'text' && input.text !== '') {
    return (
      <p class="said">
        <span class="visually-hidden">You said: </span>
        {input.text}
      </p>
    );
  }
  const { icon, text } = describe(input);
  return (
    <p class="said did">
      <Icon name={icon} />
      {text}
    </p>
  );
}

function describe(input: UserInput): { readonly icon: IconName; readonly text: string } {
  switch (input.kind) {
    case 'text':
      return { icon: 'silence', text: 'No input' };
    case 'event':
      return { icon: 'event', text: `Event ${input.event}` };
    case 'dtmf':
      return { icon: 'keypad', text: `Keys ${input.digits}${input.finishDigit}` };
    case 'intent':
      return { icon: 'intent', text: `Intent ${input.intent}` };
  }
}
