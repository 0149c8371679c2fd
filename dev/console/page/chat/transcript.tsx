import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { agent, selectedTurn, session, shownTurn } from '../state.ts';
import { busy, select, send, waiting } from './conversation.ts';
import { Icon } from './icons.tsx';
import { Said, Turn } from './turn.tsx';

/** All turns in order. A click on one, or the arrow keys, choose which one the X-ray shows. */
export function Transcript() {
  const log = useRef<HTMLDivElement>(null);
  const { id, turns } = session.value ?? { id: '', turns: [] };
  const isWaiting = waiting.value !== null;

  // What is new comes into sight, and at first what the address names.
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    const chosen = isWaiting || selectedTurn.value === null ? null : find(log.current, selectedTurn.value);
    isAtEnd.current = chosen === null;
    if (chosen) chosen.scrollIntoView({ block: 'nearest' });
    else scrollToEnd(log.current);
  }, [id, turns.length, isWaiting]);

  // Who reads the end goes on reading it when turns get their real heights, pictures load, or a tool takes room.
  useEffect(() => {
    const element = log.current!;
    let top = 0;
    // Only who scrolls up leaves the end: it also moves away by itself, when what is above grows.
    const onScroll = () => {
      const isNear = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
      if (isNear) isAtEnd.current = true;
      else if (element.scrollTop < top) isAtEnd.current = false;
      top = element.scrollTop;
    };
    const sizes = new ResizeObserver(() => {
      if (isAtEnd.current) scrollToEnd(element);
    });
    sizes.observe(element);
    sizes.observe(element.querySelector('.turns')!);
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener('scroll', onScroll);
    };
  }, []);

  useEffect(() => {
    const element = log.current;
    element?.addEventListener('click', chooseByClick);
    element?.addEventListener('keydown', chooseByKey);
    return () => {
      element?.removeEventListener('click', chooseByClick);
      element?.removeEventListener('keydown', chooseByKey);
    };
  }, []);

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must reach what scrolls
    <div class="log" role="log" aria-label="Conversation" tabIndex={0} ref={log}>
      {turns.length === 0 && !isWaiting && <Beginning />}
      <ol class="turns">
        {turns.map((turn, index) => (
          <Turn turn={turn} number={index + 1} isLast={index === turns.length - 1} key={turn.id} />
        ))}
      </ol>
      {waiting.value && (
        <div class="turn pending">
          <Said input={waiting.value} />
          <p class="typing" aria-hidden="true">
            <i />
            <i />
            <i />
          </p>
        </div>
      )}
    </div>
  );
}

/** Pixels from the end that are still at the end. */
const NEAR = 32;

function scrollToEnd(log: HTMLElement | null): void {
  if (log) log.scrollTop = log.scrollHeight;
}

/** How many events are offered when nothing is said yet. */
const OFFERED = 6;

function Beginning() {
  const events = agent.value?.events.slice(0, OFFERED) ?? [];
  return (
    <div class="empty">
      <h3>A new conversation</h3>
      <p>Write what a person would say{events.length > 0 ? ', or begin with an event.' : '.'}</p>
      {events.length > 0 && (
        <ul class="chips" aria-label="Events">
          {events.map((event) => (
            <li key={event}>
              <button
                type="button"
                class="chip"
                disabled={busy.value !== null}
                onClick={() => void send({ kind: 'event', event })}
              >
                <Icon name="event" />
                {event}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function find(log: HTMLElement | null, id: string): HTMLElement | null {
  return log?.querySelector<HTMLElement>(`[data-turn="${CSS.escape(id)}"]`) ?? null;
}

/** Anywhere on a turn but on what does something else. */
function chooseByClick({ target }: MouseEvent): void {
  if (!(target instanceof Element) || target.closest('a, button, summary, pre')) return;
  const id = target.closest<HTMLElement>('[data-turn]')?.dataset.turn;
  if (id && getSelection()?.isCollapsed !== false) select(id);
}

/** Up and down from the turn that has the focus. */
function chooseByKey(event: KeyboardEvent): void {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const from = event.target instanceof Element ? event.target.closest('.turn-label') : null;
  if (!step || !from) return;
  const { turns } = session.value ?? { turns: [] };
  const next = turns[turns.findIndex(({ id }) => id === shownTurn.value?.id) + step];
  if (!next) return;
  event.preventDefault();
  select(next.id);
  find(event.currentTarget as HTMLElement, next.id)
    ?.querySelector<HTMLElement>('.turn-label')
    ?.focus();
}
