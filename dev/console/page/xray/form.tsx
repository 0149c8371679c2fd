import type { FormParameterView, TurnView } from '../../api.ts';
import { ShortValue } from './json.tsx';
import { Panel, Scroll } from './panel.tsx';

/** The form of the page, as the turn left it. */
export function Form({ turn }: { readonly turn: TurnView }) {
  const { form, page } = turn;
  if (form.length === 0) return null;
  const filled = form.filter(({ state }) => state === 'FILLED').length;
  return (
    <Panel id="form" title="Form" note={`${filled} of ${form.length} filled, page ${page}`}>
      <Scroll name="Form">
        <table>
          <thead>
            <tr>
              <th scope="col">Parameter</th>
              <th scope="col">State</th>
              <th scope="col">Value</th>
              <th scope="col">Type</th>
            </tr>
          </thead>
          <tbody>
            {form.map((parameter) => (
              <tr key={parameter.displayName} class={parameter.isAsked ? 'asked' : undefined}>
                <th scope="row">
                  {parameter.displayName} {parameter.isAsked && <span class="tag accent">asked for now</span>}
                </th>
                <td>
                  <State parameter={parameter} />
                </td>
                <td>
                  {parameter.value === null ? <span class="none">none</span> : <ShortValue value={parameter.value} />}
                </td>
                <td>
                  <code>{parameter.entityType}</code>
                  <span class="muted"> {parameter.required ? 'required' : 'optional'}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </Panel>
  );
}

const STATES = { EMPTY: ['empty', ''], FILLED: ['filled', 'good'], INVALID: ['invalid', 'bad'] } as const;

function State({ parameter: { state, justCollected } }: { readonly parameter: FormParameterView }) {
  const [word, tone] = STATES[state];
  return (
    <>
      <span class={`tag ${tone}`}>{word}</span> {justCollected && <span class="tag accent">just now</span>}
    </>
  );
}
