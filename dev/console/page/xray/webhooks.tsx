import type { TurnView, WebhookView } from '../../api.ts';
import { Bar } from './bar.tsx';
import { CopyButton } from './copy.tsx';
import { BodyView, prettyBody, ShortValue } from './json.tsx';
import { Panel, Scroll } from './panel.tsx';
import { count, duration } from './words.ts';

/** Each call of a webhook, with all that went over the wire, credentials apart. */
export function Webhooks({ turn }: { readonly turn: TurnView }) {
  const { webhooks } = turn;
  if (webhooks.length === 0) return null;
  const failed = webhooks.filter(({ outcome }) => outcome !== 'answered').length;
  const note = count(webhooks.length, 'call');
  return (
    <Panel id="webhooks" title="Webhook calls" note={failed > 0 ? `${note}, ${failed} without an answer` : note}>
      {webhooks.map((call, index) => (
        <Call key={index} call={call} index={index} />
      ))}
    </Panel>
  );
}

const OUTCOMES = { answered: 'good', failed: 'bad', skipped: 'warn' } as const;

function Call({ call, index }: { readonly call: WebhookView; readonly index: number }) {
  const { webhook, tag, outcome, event, problem, httpStatus, url, method } = call;
  return (
    <article
      class={`call ${outcome}`}
      id={`xray-call-${index}`}
      tabIndex={-1}
      aria-label={`Call of ${webhook}, tag ${tag}`}
    >
      <h4>
        {webhook}
        <span class="tag">tag {tag}</span>
        <span class={`tag ${OUTCOMES[outcome]}`}>{outcome === 'skipped' ? 'not called' : outcome}</span>
        {httpStatus !== null && <span class="tag">HTTP {httpStatus}</span>}
      </h4>
      {(event !== null || problem !== null) && (
        <p class="problem">
          {event !== null && <code>{event}</code>} {problem}
        </p>
      )}
      {call.attempts.length > 0 && <Attempts call={call} />}
      {url !== null && (
        <p class="url">
          <code>
            {method} {url}
          </code>
        </p>
      )}
      {call.requestBody !== null && <Body title="Request" what="the request" body={call.requestBody} />}
      {call.responseBody !== null && <Body title="Response" what="the response" body={call.responseBody} isOpen />}
      <Table title="Request headers" values={call.requestHeaders} />
      {call.tokenClaims === null ? (
        url !== null && <p class="none">No ID token was sent.</p>
      ) : (
        <Table title="Claims of the ID token" values={call.tokenClaims} />
      )}
    </article>
  );
}

/** A bar for each request on the wire: how much of its budget it took. */
function Attempts({ call: { attempts, timeoutMs, tag } }: { readonly call: WebhookView }) {
  return (
    <ol class="attempts" aria-label={`Time of the call with the tag ${tag}`}>
      {attempts.map(({ ms, httpStatus, problem }, index) => (
        <li key={index} class={index > 0 ? 'again' : undefined}>
          <Bar of={timeoutMs} value={ms} tone={problem === null ? (ms > timeoutMs / 2 ? 'near' : 'good') : 'bad'} />
          <span>
            {index > 0 && <strong>asked again: </strong>}
            {duration(ms)} of {duration(timeoutMs)}
            {httpStatus !== null && `, HTTP ${httpStatus}`}
            {problem !== null && `: ${problem}`}
          </span>
        </li>
      ))}
    </ol>
  );
}

interface BodyProps {
  readonly title: string;
  readonly what: string;
  readonly body: string;
  readonly isOpen?: boolean;
}

function Body({ title, what, body, isOpen = false }: BodyProps) {
  if (body === '') return <p class="none">{title}: no body.</p>;
  return (
    <details class="body" open={isOpen}>
      <summary>
        {title} <span class="muted">{count(new TextEncoder().encode(body).length, 'byte')}</span>
      </summary>
      <div class="source">
        <CopyButton what={what} text={prettyBody(body)} />
        <BodyView body={body} />
      </div>
    </details>
  );
}

function Table({
  title,
  values,
}: {
  readonly title: string;
  readonly values: NonNullable<WebhookView['tokenClaims']>;
}) {
  const entries = Object.entries(values);
  if (entries.length === 0) return null;
  return (
    <details class="body">
      <summary>
        {title} <span class="muted">{entries.length}</span>
      </summary>
      <Scroll name={title}>
        <table>
          <caption class="visually-hidden">{title}</caption>
          <thead class="visually-hidden">
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Value</th>
            </tr>
          </thead>
          <tbody>
            {entries.map(([name, value]) => (
              <tr key={name}>
                <th scope="row">
                  <code>{name}</code>
                </th>
                <td>
                  {typeof value === 'string' ? <code class="value string">{value}</code> : <ShortValue value={value} />}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  );
}
