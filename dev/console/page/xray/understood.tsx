import { useState } from 'preact/hooks';
import type { TurnView } from '../../api.ts';
import { Bar } from './bar.tsx';
import { ShortValue } from './json.tsx';
import { Nothing, Panel, Scroll } from './panel.tsx';

/** What CX made of the words: the intent, its rivals, the values. */
export function Understood({ turn }: { readonly turn: TurnView }) {
  const { intent, confidence, threshold, rivals, parameters, filled } = turn.understanding;
  return (
    <Panel id="understood" title="Understood" note={intent ?? noteWithout(turn)}>
      <p class="verdict">
        {intent === null ? (
          <Without turn={turn} />
        ) : (
          <>
            The intent <strong>{intent}</strong>
            {confidence !== null && ` with a score of ${score(confidence)}; ${score(threshold)} is enough`}.
          </>
        )}
      </p>
      {rivals.length > 0 && <Rivals turn={turn} />}
      <Values title="Parameters of the intent" values={parameters} />
      <Values title="Values for the form" values={filled} />
    </Panel>
  );
}

/** Intents that are drawn without being asked for. */
const FEW = 4;

function Rivals({ turn: { understanding } }: { readonly turn: TurnView }) {
  const { intent, threshold, rivals } = understanding;
  const [isWhole, showWhole] = useState(false);
  const shown = isWhole ? rivals : rivals.slice(0, FEW);
  return (
    <div>
      <table class="rivals">
        <caption>Intents in scope, the best first; the line is the threshold, {score(threshold)}</caption>
        <thead class="visually-hidden">
          <tr>
            <th scope="col">Intent</th>
            <th scope="col">Bar</th>
            <th scope="col">Score</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((rival) => (
            <tr key={rival.intent} class={rival.intent === intent ? 'matched' : undefined}>
              <th scope="row">
                {rival.intent}
                {rival.intent === intent && <span class="visually-hidden"> (matched)</span>}
              </th>
              <td class="rival-bar">
                <Bar of={1} value={rival.score} mark={threshold} tone={toneOf(rival, intent, threshold)} />
              </td>
              <td class="number">{score(rival.score)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rivals.length > FEW && (
        <button type="button" class="button small quiet" onClick={() => showWhole(!isWhole)}>
          {isWhole ? 'The best alone' : `${rivals.length - FEW} more`}
        </button>
      )}
    </div>
  );
}

function noteWithout({ input, understanding }: TurnView): string {
  if (Object.keys(understanding.filled).length > 0) return 'values for the form';
  return input.kind === 'text' ? 'no intent' : input.kind;
}

function Without({ turn }: { readonly turn: TurnView }) {
  const { input, understanding } = turn;
  if (input.kind === 'event')
    return (
      <>
        The event <strong>{input.event}</strong>: no words to understand.
      </>
    );
  if (Object.keys(understanding.filled).length > 0) return <>No intent: the words are what the form asked for.</>;
  if (understanding.rivals.length === 0) return <>No intent, and none in scope is like it.</>;
  return <>No intent: none reaches {score(understanding.threshold)}.</>;
}

interface Understood {
  readonly [name: string]: TurnView['understanding']['parameters'][string];
}

function Values({ title, values }: { readonly title: string; readonly values: Understood }) {
  const entries = Object.entries(values);
  if (entries.length === 0) return null;
  return (
    <Scroll name={title}>
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">Parameter</th>
            <th scope="col">Was said</th>
            <th scope="col">Resolved</th>
          </tr>
        </thead>
        <tbody>
          {entries.map(([name, { original, resolved }]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{original === '' ? <Nothing>nothing</Nothing> : <q>{original}</q>}</td>
              <td>
                <ShortValue value={resolved} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

const score = (value: number) => value.toFixed(2);

function toneOf(rival: { intent: string; score: number }, matched: string | null, threshold: number): string {
  if (rival.intent === matched) return 'good';
  return rival.score >= threshold ? 'near' : 'weak';
}
