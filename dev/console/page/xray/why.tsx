import type { SessionView, StepView, TurnView } from '../../api.ts';
import { ShortValue } from './json.tsx';
import { Nothing, Panel } from './panel.tsx';
import { count } from './words.ts';

/** Why the turn went as it went: the way it took, and each step in order. */
export function Why({ turn, session }: { readonly turn: TurnView; readonly session: SessionView }) {
  const considered = turn.steps.filter(({ kind }) => kind === 'route');
  const fired = considered.filter(({ holds }) => holds);
  let webhooks = 0;
  return (
    <Panel id="why" title="Why" note={`${fired.length} of ${count(considered.length, 'route')} fired`}>
      <Way turn={turn} session={session} />
      {turn.steps.length === 0 ? (
        <Nothing>No handler looked at this turn.</Nothing>
      ) : (
        <ol class="steps">
          {turn.steps.map((step, index) => (
            <Step key={index} step={step} turn={turn} webhook={step.kind === 'webhook' ? webhooks++ : null} />
          ))}
        </ol>
      )}
    </Panel>
  );
}

/** From the page before to the page after. */
function Way({ turn, session }: { readonly turn: TurnView; readonly session: SessionView }) {
  const before = session.turns[session.turns.findIndex(({ id }) => id === turn.id) - 1];
  const entered = turn.steps.filter(({ kind }) => kind === 'enter' || kind === 'return');
  const stops = [
    before && !before.hasEnded ? placeText(before) : 'the beginning',
    ...entered.map(({ kind, what }) => (kind === 'return' ? `returns ${what}` : what)),
  ];
  // The last page that was entered is where the turn ends, unless that is nowhere or the flow's own.
  if (turn.hasEnded) stops.push('the end of the session');
  else if (stops.at(-1) !== placeText(turn)) stops.push(placeText(turn));
  return (
    <ol class="way" aria-label="The way of this turn">
      {stops.map((stop, index) => (
        <li key={index} aria-current={index === stops.length - 1 ? 'location' : undefined}>
          {stop}
          {stops.length === 1 && ': stays here'}
        </li>
      ))}
    </ol>
  );
}

interface StepProps {
  readonly step: StepView;
  readonly turn: TurnView;
  /** Of a webhook call its number in this turn, from 0. */
  readonly webhook: number | null;
}

function Step({ step, turn, webhook }: StepProps) {
  const { kind, verb, what, holds } = step;
  const isJudged = kind === 'route' || kind === 'case';
  const tone = isJudged ? (holds ? 'fired' : 'passed') : isBad(step, turn, webhook) ? 'bad' : 'plain';
  return (
    <li class={`step ${kind} ${tone}`}>
      <span class="step-verb">{verb}</span>
      <div class="step-what">
        {isJudged ? <Judgement step={step} /> : <span>{what}</span>}
        {kind === 'event' && step.place && <PlaceLine place={step.place} />}
        {webhook !== null && (
          <a class="step-link" href={`#xray-call-${webhook}`} onClick={(event) => showCall(event, webhook)}>
            request and response
          </a>
        )}
      </div>
    </li>
  );
}

/** A route or a case: did it fire, what did it need, and what did it see? */
function Judgement({ step }: { readonly step: StepView }) {
  const { kind, place, intent, condition, target, holds, reads } = step;
  return (
    <>
      <p class="judged">
        <span class={`verdict-mark ${holds ? 'yes' : 'no'}`}>{holds ? 'fires' : 'does not fire'}</span>
        {intent !== null && (
          <span class="needs">
            intent <strong>{intent}</strong>
          </span>
        )}
        {intent !== null && condition !== null && <span class="and">and</span>}
        {condition !== null && <code class="condition">{condition}</code>}
        {kind === 'case' && condition === null && <span class="needs">else</span>}
        {holds && target !== null && <span class="target">goes to {target}</span>}
      </p>
      {reads.length > 0 && (
        <ul class="reads" aria-label="Values that it saw">
          {reads.map(({ reference, value }) => (
            <li key={reference}>
              <code>{reference}</code> is <ShortValue value={value} />
            </li>
          ))}
        </ul>
      )}
      {place && <PlaceLine place={place} />}
    </>
  );
}

function PlaceLine({ place }: { readonly place: NonNullable<StepView['place']> }) {
  const { flow, page, parameter, group } = place;
  return (
    <p class="stands">
      {page === null ? `of the flow ${flow}` : `of the page ${page}, flow ${flow}`}
      {parameter !== undefined && `, parameter ${parameter}`}
      {group !== undefined && `, by the route group ${group}`}
    </p>
  );
}

function isBad({ kind, place }: StepView, turn: TurnView, webhook: number | null): boolean {
  if (kind === 'hidden' || kind === 'unsupported') return true;
  if (kind === 'event') return place === null;
  return webhook !== null && turn.webhooks[webhook]?.outcome === 'failed';
}

/** The address keeps its turn: `#` is for those. */
function showCall(event: MouseEvent, webhook: number): void {
  event.preventDefault();
  const call = document.getElementById(`xray-call-${webhook}`);
  call?.closest('details')?.setAttribute('open', '');
  call?.scrollIntoView({ block: 'start', behavior: 'smooth' });
  call?.focus({ preventScroll: true });
}

const placeText = ({ flow, page }: { readonly flow: string; readonly page: string }) => `${page} of the flow ${flow}`;
