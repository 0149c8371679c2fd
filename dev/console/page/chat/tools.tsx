import { useEffect, useRef, useState } from 'preact/hooks';
import { agent, hasMouse, session } from '../state.ts';
import { busy, fault, send, setFault } from './conversation.ts';
import { stage, stageRemoval } from './staged.ts';

interface ToolProps {
  /** It is done, and the line to write in gets the focus again. */
  readonly onDone: () => void;
}

/** The first thing to use in a tool gets the focus when it opens. */
function useFirstFocus<Element extends HTMLElement>(isWanted = true) {
  const first = useRef<Element>(null);
  useEffect(() => {
    if (isWanted) first.current?.focus();
  }, []);
  return first;
}

/** Raises an event, one that the agent handles or any other. */
export function EventTool({ onDone }: ToolProps) {
  const first = useFirstFocus<HTMLInputElement>();
  return (
    <form
      class="tool-form"
      onSubmit={(event) => {
        event.preventDefault();
        const name = String(new FormData(event.currentTarget).get('event')).trim();
        if (name !== '' && !busy.value) void send({ kind: 'event', event: name }).then(onDone);
      }}
    >
      <label class="field grow">
        Event
        <input class="input" name="event" list="events" required autocomplete="off" ref={first} />
      </label>
      <datalist id="events">
        {agent.value?.events.map((name) => (
          <option value={name} key={name} />
        ))}
      </datalist>
      <button type="submit" class="button primary" disabled={busy.value !== null}>
        Raise
      </button>
    </form>
  );
}

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const;

/** The keypad of a telephone: digits, and the one that says that they are all (CX docs, DTMF). */
export function KeypadTool({ onDone }: ToolProps) {
  const [digits, setDigits] = useState('');
  const [finishDigit, setFinishDigit] = useState('');
  const first = useFirstFocus<HTMLInputElement>(hasMouse());
  return (
    <form
      class="keypad"
      onSubmit={(event) => {
        event.preventDefault();
        if (digits + finishDigit !== '' && !busy.value) void send({ kind: 'dtmf', digits, finishDigit }).then(onDone);
      }}
    >
      <div class="keys">
        {KEYS.map((key) => (
          <button type="button" class="button" key={key} onClick={() => setDigits(digits + key)}>
            {key}
          </button>
        ))}
      </div>
      <div class="keypad-fields">
        <label class="field">
          Digits
          <input
            class="input"
            inputMode="tel"
            autocomplete="off"
            ref={first}
            value={digits}
            onInput={({ currentTarget }) => {
              const typed = currentTarget.value.replace(/[^0-9*#]/g, '');
              currentTarget.value = typed;
              setDigits(typed);
            }}
          />
        </label>
        <label class="field">
          Finish digit
          <select
            class="input"
            value={finishDigit}
            onChange={({ currentTarget }) => setFinishDigit(currentTarget.value)}
          >
            <option value="">none</option>
            {KEYS.map((key) => (
              <option value={key} key={key}>
                {key}
              </option>
            ))}
          </select>
        </label>
        <div class="keypad-actions">
          <button type="button" class="button quiet" disabled={digits === ''} onClick={() => setDigits('')}>
            Clear
          </button>
          <button type="submit" class="button primary" disabled={busy.value !== null || digits + finishDigit === ''}>
            Press
          </button>
        </div>
      </div>
    </form>
  );
}

/** Sets or removes session parameters before the next turn. */
export function ParameterTool() {
  const first = useFirstFocus<HTMLInputElement>();
  const parameters = session.value?.parameters ?? {};
  function read(form: HTMLFormElement | null): { name: string; value: string } | null {
    if (!form?.reportValidity()) return null;
    const fields = new FormData(form);
    return { name: String(fields.get('name')).trim(), value: String(fields.get('value')) };
  }
  function done(form: HTMLFormElement | null): void {
    form?.reset();
    first.current?.focus();
  }
  return (
    <form
      class="tool-form"
      onSubmit={(event) => {
        event.preventDefault();
        const written = read(event.currentTarget);
        if (!written) return;
        stage(written.name, written.value);
        done(event.currentTarget);
      }}
    >
      <label class="field">
        Session parameter
        <input class="input" name="name" list="parameters" required pattern=".*\S.*" autocomplete="off" ref={first} />
      </label>
      <datalist id="parameters">
        {Object.keys(parameters).map((name) => (
          <option value={name} key={name} />
        ))}
      </datalist>
      <label class="field grow">
        Value, JSON or text
        <input class="input" name="value" autocomplete="off" />
      </label>
      <div class="tool-buttons">
        <button
          type="button"
          class="button"
          onClick={({ currentTarget }) => {
            const written = read(currentTarget.form);
            if (!written) return;
            stageRemoval(written.name);
            done(currentTarget.form);
          }}
        >
          Remove
        </button>
        <button type="submit" class="button primary">
          Set
        </button>
      </div>
    </form>
  );
}

/** As `dev/emulator/call/faults.ts` reads them. */
const FAULTS = [
  ['', 'none'],
  ['timeout', 'No answer in time'],
  ['503', 'The platform answers 503'],
  ['slow=2000', 'The answer is 2 s late'],
  ['duplicate', 'The first answer is lost, CX asks twice'],
  ['drop', 'The connection breaks'],
] as const;

/** What goes wrong with the next webhook call. */
export function FaultTool({ onDone }: ToolProps) {
  const first = useFirstFocus<HTMLSelectElement>();
  return (
    <div class="tool-form">
      <label class="field grow">
        What goes wrong with the next webhook call
        <select
          class="input"
          ref={first}
          value={fault.value}
          disabled={busy.value !== null}
          onChange={({ currentTarget }) => void setFault(currentTarget.value)}
        >
          {FAULTS.map(([value, label]) => (
            <option value={value} key={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <button type="button" class="button" onClick={onDone}>
        Done
      </button>
    </div>
  );
}
