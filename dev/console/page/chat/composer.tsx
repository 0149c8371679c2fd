import { signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { hasMouse, session } from '../state.ts';
import { busy, fault, send, setFault } from './conversation.ts';
import { Icon, type IconName } from './icons.tsx';
import { staged, unstage } from './staged.ts';
import { EventTool, FaultTool, KeypadTool, ParameterTool } from './tools.tsx';

/** Which of the tools is open: one at a time. */
const open = signal<ToolName | null>(null);

const TOOLS = {
  event: { label: 'Event', icon: 'event', Panel: EventTool },
  keypad: { label: 'Keypad', icon: 'keypad', Panel: KeypadTool },
  parameters: { label: 'Parameters', icon: 'parameters', Panel: ParameterTool },
  fault: { label: 'Fault', icon: 'fault', Panel: FaultTool },
} as const;
type ToolName = keyof typeof TOOLS;

/** Where a person says something, or does what is not saying. */
export function Composer() {
  const input = useRef<HTMLTextAreaElement>(null);
  const focus = () => input.current?.focus();
  const Panel = open.value && TOOLS[open.value].Panel;
  const close = () => {
    open.value = null;
    focus();
  };
  return (
    <fieldset
      class="composer"
      aria-label="Say something"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && open.value) close();
      }}
    >
      {Panel && open.value && (
        <section class="tool-panel" id="tool" aria-label={TOOLS[open.value].label}>
          <Panel onDone={close} />
        </section>
      )}
      <Staged />
      <Line input={input} />
      <div class="tools" role="toolbar" aria-label="Other input">
        <Tool
          icon="silence"
          label="No input"
          isOff={busy.value !== null}
          onClick={() => void send({ kind: 'text', text: '' }).then(focus)}
        />
        {(Object.keys(TOOLS) as ToolName[]).map((name) => (
          <Tool
            key={name}
            icon={TOOLS[name].icon}
            label={TOOLS[name].label}
            isOpen={open.value === name}
            isOff={false}
            onClick={() => {
              open.value = open.value === name ? null : name;
            }}
          />
        ))}
        <Wait />
      </div>
    </fieldset>
  );
}

function Tool(props: {
  readonly icon: IconName;
  readonly label: string;
  readonly isOff: boolean;
  readonly isOpen?: boolean;
  readonly onClick: () => void;
}) {
  return (
    <button
      type="button"
      class="button quiet small"
      title={props.label}
      disabled={props.isOff}
      aria-expanded={props.isOpen}
      aria-controls={props.isOpen ? 'tool' : undefined}
      onClick={props.onClick}
    >
      <Icon name={props.icon} />
      <span class="label">{props.label}</span>
    </button>
  );
}

/** The line to write in: Enter sends, Shift and Enter breaks it, arrow up brings back what was said before. */
function Line({ input }: { readonly input: { current: HTMLTextAreaElement | null } }) {
  const [text, setText] = useState('');
  const [recalled, setRecalled] = useState(0);
  const isBusy = busy.value !== null;
  const id = session.value?.id;

  useEffect(() => {
    if (hasMouse()) input.current?.focus();
  }, [id]);

  async function say() {
    if (isBusy || text.trim() === '') return;
    setText('');
    setRecalled(0);
    if (!(await send({ kind: 'text', text: text.trim() }))) setText(text);
    input.current?.focus();
  }

  function recall(step: number): boolean {
    const before = history();
    const place = recalled + step;
    const isOwn = text !== '' && text !== before.at(-recalled);
    if (place < 0 || place > before.length || (isOwn && recalled === 0)) return false;
    setRecalled(place);
    setText(place === 0 ? '' : before.at(-place)!);
    return true;
  }

  return (
    <form
      class="line"
      onSubmit={(event) => {
        event.preventDefault();
        void say();
      }}
    >
      <textarea
        class="line-input"
        ref={input}
        rows={1}
        aria-label="What a person says"
        placeholder="Say something"
        enterkeyhint="send"
        value={text}
        readOnly={isBusy}
        aria-disabled={isBusy}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          setRecalled(0);
        }}
        onKeyDown={(event) => {
          if (event.isComposing) return;
          const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
          if (event.key === 'Enter' && !event.shiftKey) {
            event.preventDefault();
            void say();
          } else if (step && !isBusy && recall(step)) event.preventDefault();
        }}
      />
      <button type="submit" class="button primary icon" aria-label="Send" disabled={isBusy || text.trim() === ''}>
        <Icon name="send" />
      </button>
    </form>
  );
}

/** What was said in this conversation, each once, the last at the end. */
function history(): readonly string[] {
  const said = (session.value?.turns ?? []).flatMap(({ input }) =>
    input.kind === 'text' && input.text !== '' ? [input.text] : [],
  );
  return [...new Set(said.reverse())].reverse();
}

/** What is set for the next turn. */
function Staged() {
  const names = Object.keys(staged.value);
  if (names.length === 0 && fault.value === '') return null;
  return (
    <ul class="staged" aria-label="For the next turn">
      {names.map((name) => {
        const value = staged.value[name];
        const text = value === null ? `${name} removed` : `${name} = ${JSON.stringify(value)}`;
        return <StagedItem text={text} kind="accent" onRemove={() => unstage(name)} key={name} />;
      })}
      {fault.value !== '' && (
        <StagedItem text={`next webhook call: ${fault.value}`} kind="warn" onRemove={() => void setFault('')} />
      )}
    </ul>
  );
}

function StagedItem(props: { readonly text: string; readonly kind: string; readonly onRemove: () => void }) {
  return (
    <li class={`tag ${props.kind}`}>
      <span class="staged-text">{props.text}</span>
      <button type="button" class="tag-close" aria-label={`Take back: ${props.text}`} onClick={props.onRemove}>
        <Icon name="close" />
      </button>
    </li>
  );
}

/** Milliseconds after which a wait is worth a word, and between two looks at the clock. */
const PATIENCE = 400;
const TICK = 100;

/** How long the agent has been at it. The seconds are for eyes only: read aloud they would never end. */
function Wait() {
  const [now, setNow] = useState(0);
  const { doing, since } = busy.value ?? { doing: '', since: null };
  useEffect(() => {
    if (since === null) return;
    const timer = setInterval(() => setNow(performance.now()), TICK);
    return () => clearInterval(timer);
  }, [since]);
  const ms = since === null ? 0 : now - since;
  return (
    <div class="wait">
      <span role="status">{ms > PATIENCE ? `${doing[0]!.toUpperCase()}${doing.slice(1)}` : ''}</span>
      {ms > PATIENCE && <span aria-hidden="true">{(ms / 1000).toFixed(1)} s</span>}
    </div>
  );
}
