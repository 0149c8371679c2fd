import { describeMessage } from '../../../emulator/explain.ts';
import type { Replay, TurnView } from '../../api.ts';
import '../style/xray.css';
import { said } from '../xray/said.ts';
import { count } from '../xray/words.ts';

interface ReplayProps {
  readonly replay: Replay;
  readonly onKeep: () => void;
  readonly onClose: () => void;
}

type ReplayedTurn = Replay['turns'][number];

/** The conversation as it was and as it goes now: what is different, turn by turn. */
export function ReplayView({ replay: { turns }, onKeep, onClose }: ReplayProps) {
  const different = turns.filter(({ differences }) => differences.length > 0);
  return (
    <section class="replay" aria-labelledby="replay-title">
      <header class="xray-head">
        <h2 id="replay-title">The conversation again</h2>
        <p role="status" class={`replay-verdict ${different.length === 0 ? 'good' : 'warn'}`}>
          {different.length === 0
            ? `Nothing is different: ${turns.length === 1 ? 'the turn went' : `all ${turns.length} turns went`} as before.`
            : `${different.length} of ${count(turns.length, 'turn')} ${different.length === 1 ? 'goes' : 'go'} another way now.`}
        </p>
        <div class="panel-tools">
          {different.length > 0 && (
            <button type="button" class="button primary" onClick={onKeep}>
              Keep the new turns
            </button>
          )}
          <button type="button" class="button" onClick={onClose}>
            {different.length > 0 ? 'Leave it as it was' : 'Close'}
          </button>
        </div>
      </header>
      <ol class="replay-turns">
        {turns.map((turn, index) => (
          <Turn key={turn.before.id} turn={turn} number={index + 1} />
        ))}
      </ol>
    </section>
  );
}

function Turn({
  turn: { before, after, differences },
  number,
}: {
  readonly turn: ReplayedTurn;
  readonly number: number;
}) {
  const isSame = differences.length === 0;
  return (
    <li class={`panel ${isSame ? 'same' : 'different'}`}>
      <details open={!isSame}>
        <summary>
          <h3>
            {number}. {said(before)}
          </h3>
          <span class={`tag ${isSame ? 'good' : 'warn'}`}>
            {isSame ? 'the same' : count(differences.length, 'difference')}
          </span>
        </summary>
        <div class="panel-body">
          {!isSame && (
            <ul class="differences">
              {differences.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          )}
          <div class="side-by-side">
            <Side title="Before" turn={before} other={after} />
            <Side title="Now" turn={after} other={before} />
          </div>
        </div>
      </details>
    </li>
  );
}

interface SideProps {
  readonly title: string;
  readonly turn: TurnView;
  readonly other: TurnView;
}

/** What the agent said; what the other side does not have is marked. */
function Side({ title, turn, other }: SideProps) {
  const others = new Set(other.messages.map(describeMessage));
  const isElsewhere = turn.flow !== other.flow || turn.page !== other.page;
  return (
    <div class="side">
      <h4>{title}</h4>
      <ul>
        {turn.messages.length === 0 && <li class="none">The agent says nothing.</li>}
        {turn.messages.map((message, index) => {
          const words = describeMessage(message);
          return (
            <li key={index} class={others.has(words) ? 'replayed' : 'replayed other'}>
              {words}
              {!others.has(words) && <span class="visually-hidden"> (only {title.toLowerCase()})</span>}
            </li>
          );
        })}
      </ul>
      <p class={isElsewhere ? 'stands elsewhere' : 'stands'}>
        {turn.page} of the flow {turn.flow}
      </p>
    </div>
  );
}
