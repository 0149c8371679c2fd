import { useEffect } from 'preact/hooks';
import { notice } from '../state.ts';
import { Icon } from './icons.tsx';

/** Milliseconds for which news stays. A problem stays until it is closed. */
const NEWS = 7_000;

/** News and problems, told politely to screen readers, too. */
export function Notices() {
  const current = notice.value;
  useEffect(() => {
    if (current?.kind !== 'news') return;
    const timer = setTimeout(() => {
      if (notice.value === current) notice.value = null;
    }, NEWS);
    return () => clearTimeout(timer);
  }, [current]);
  return (
    <div class="notices">
      <div role="status">{current && <p class={`notice ${current.kind}`}>{current.text}</p>}</div>
      {current && (
        <button
          type="button"
          class="button quiet icon small"
          aria-label="Close the notice"
          onClick={() => {
            notice.value = null;
          }}
        >
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}
