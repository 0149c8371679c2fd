import { useState } from 'preact/hooks';
import type { Json, JsonObject } from '../../../emulator/agent.ts';
import type { ParameterChange, TurnView } from '../../api.ts';
import { CopyButton } from './copy.tsx';
import { ShortValue } from './json.tsx';
import { Nothing, Panel, Scroll } from './panel.tsx';
import { count } from './words.ts';

/** From so many parameters on they can be searched. */
const MANY = 8;

const SIGNS = { added: '+', changed: '~', removed: '−' } as const;

/** What the turn did to the parameters, and all of them after it. */
export function Parameters({ turn }: { readonly turn: TurnView }) {
  const { parameters, session, flowParameters } = turn;
  return (
    <Panel
      id="parameters"
      title="Parameters"
      note={parameters.length === 0 ? 'none changed' : `${parameters.length} changed`}
    >
      {parameters.length === 0 ? (
        <Nothing>This turn changed no parameter.</Nothing>
      ) : (
        <ul class="changes">
          {parameters.map((change) => (
            <Change key={`${change.scope} ${change.name}`} change={change} />
          ))}
        </ul>
      )}
      <All title="of the session" values={session} prefix="$session.params." />
      <All title="of the flow" values={flowParameters} prefix="$flow." />
    </Panel>
  );
}

function Change({ change: { name, scope, change, before, after, by } }: { readonly change: ParameterChange }) {
  return (
    <li class={`change ${change}`}>
      <span class="sign" aria-hidden="true">
        {SIGNS[change]}
      </span>
      <div>
        <p>
          <code class="name">{scope === 'flow' ? `$flow.${name}` : name}</code>
          <span class="tag">{change}</span>
          <span class="tag accent">by {by}</span>
        </p>
        <p class="before-after">
          {change !== 'added' && (
            <del>
              <span class="visually-hidden">before </span>
              <ShortValue value={before} />
            </del>
          )}
          {change !== 'removed' && (
            <ins>
              <span class="visually-hidden">after </span>
              <ShortValue value={after} />
            </ins>
          )}
        </p>
      </div>
    </li>
  );
}

interface AllProps {
  readonly title: string;
  readonly values: JsonObject;
  readonly prefix: string;
}

function All({ title, values, prefix }: AllProps) {
  const [wanted, want] = useState('');
  const entries = Object.entries(values);
  if (entries.length === 0) return null;
  const found = entries.filter((entry) => isLike(entry, wanted));
  return (
    <details class="all">
      <summary>
        All {entries.length} {title} after the turn
      </summary>
      <div class="panel-tools">
        {entries.length > MANY && (
          <input
            class="input"
            type="search"
            aria-label={`Search the parameters ${title}`}
            placeholder="A name or a value"
            value={wanted}
            onInput={(event) => want(event.currentTarget.value)}
          />
        )}
        <CopyButton what={`the parameters ${title}`} text={JSON.stringify(values, null, 2)} />
      </div>
      <Scroll name={`Parameters ${title}`}>
        <table>
          <caption class="visually-hidden">Parameters {title}</caption>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Value</th>
            </tr>
          </thead>
          <tbody>
            {found.map(([name, value]) => (
              <tr key={name}>
                <th scope="row">
                  <code title={prefix + name}>{name}</code>
                </th>
                <td>
                  <ShortValue value={value} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {wanted !== '' && <p role="status">{count(found.length, 'parameter')} found.</p>}
    </details>
  );
}

function isLike([name, value]: [string, Json], wanted: string): boolean {
  const words = wanted.trim().toLowerCase();
  return name.toLowerCase().includes(words) || JSON.stringify(value).toLowerCase().includes(words);
}
