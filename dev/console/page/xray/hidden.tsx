import type { TurnView } from '../../api.ts';
import { count } from './words.ts';

/** What a person who talks to the agent does not see, and CX does not report: first of all, and loud. */
export function Hidden({ turn }: { readonly turn: TurnView }) {
  const { hidden } = turn;
  if (hidden.length === 0) return null;
  return (
    <section class="hidden-banner" id="xray-hidden" aria-label="What CX would have hidden">
      <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
        <path d="M12 3 22 20.5H2Z M12 10v5 M12 17.6v.6" />
      </svg>
      <div>
        <h3>CX would have hidden {count(hidden.length, 'thing')}</h3>
        <ul>
          {hidden.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </div>
    </section>
  );
}
