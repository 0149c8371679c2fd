import type { Json, JsonObject, WebhookResponse } from '../../shared/wire.ts';

/** Characters of JSON that are shown of a message that is no text. */
const SHORT = 100;

/**
 * Says what an answer does, a line per effect: what is said, which parameters change, where it goes.
 *
 * @example describeAnswer({ sessionInfo: { parameters: { greeted: true, name: null } } });
 * // ['sets     greeted = true', 'deletes  name']
 */
export function describeAnswer({
  fulfillmentResponse,
  pageInfo,
  sessionInfo,
  payload,
  targetPage,
  targetFlow,
  ...others
}: WebhookResponse): readonly string[] {
  const { messages = [], mergeBehavior } = fulfillmentResponse ?? {};
  const lines = [
    ...(mergeBehavior === 'REPLACE' ? [line('drops', 'what was queued before')] : []),
    ...messages.map((message) => describeMessage(message as unknown as JsonObject)),
    ...Object.entries(sessionInfo?.parameters ?? {}).map(([name, value]) =>
      value === null ? line('deletes', name) : line('sets', `${name} = ${JSON.stringify(value)}`),
    ),
    ...(pageInfo?.formInfo?.parameterInfo ?? []).map(({ displayName, state, value }) =>
      line(
        'form',
        `${displayName}${state ? ` is ${state}` : ''}${value === undefined ? '' : ` = ${JSON.stringify(value)}`}`,
      ),
    ),
    ...(payload ? [line('payload', short(payload))] : []),
    ...(targetPage ? [line('goes to', `page ${targetPage}`)] : []),
    ...(targetFlow ? [line('goes to', `flow ${targetFlow}`)] : []),
    ...Object.entries(others as JsonObject).map(([name, value]) => line('unknown', `${name} ${short(value)}`)),
  ];
  return lines.length > 0 ? lines : ['changes nothing'];
}

/** `says     Hello.`; variants of one text are apart by ` | `; other messages go by their name. */
function describeMessage({ responseType, channel, ...contents }: JsonObject): string {
  const on = channel ? ` (on ${channel as string})` : '';
  const [[kind, content] = ['an empty message', null]] = Object.entries(contents);
  if (kind === 'text') return line('says', `${(content as { text: string[] }).text.join(' | ')}${on}`);
  return line('sends', `${kind} ${short(content)}${on}`);
}

function short(value: Json): string {
  const json = JSON.stringify(value);
  return json.length > SHORT ? `${json.slice(0, SHORT)}...` : json;
}

function line(verb: string, what: string): string {
  return `${verb.padEnd(8)} ${what}`;
}
