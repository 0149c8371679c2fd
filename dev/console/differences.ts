import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../emulator/agent.ts';
import { describeMessage } from '../emulator/explain.ts';
import type { TurnView, WebhookView } from './api.ts';
import { ownOf } from './own.ts';

/** What is different in a turn that was taken again: sentences; none where nothing is. */
export function differencesOf(before: TurnView, after: TurnView): readonly string[] {
  const placeOf = ({ flow, page }: TurnView) => `${page} of the flow ${flow}`;
  const intentOf = ({ understanding: { intent } }: TurnView) =>
    intent === null ? 'no intent' : `the intent ${intent}`;
  return [
    ...(placeOf(before) === placeOf(after) ? [] : [`It ends on ${placeOf(after)}, before on ${placeOf(before)}.`]),
    ...(intentOf(before) === intentOf(after) ? [] : [`It matches ${intentOf(after)}, before ${intentOf(before)}.`]),
    ...messages(before, after),
    ...webhooks(before.webhooks, after.webhooks),
    ...parameters('', before.session, after.session),
    ...parameters('$flow.', before.flowParameters, after.flowParameters),
  ];
}

function messages(before: TurnView, after: TurnView): readonly string[] {
  const said = before.messages.map(describeMessage);
  const says = after.messages.map(describeMessage);
  if (isDeepStrictEqual(said, says)) return [];
  const gone = said.filter((each) => !says.includes(each));
  const isNew = says.filter((each) => !said.includes(each));
  if (gone.length === 0 && isNew.length === 0)
    return ['It says the same in another order, or another number of times.'];
  return [...isNew.map((each) => `It says now: ${each}`), ...gone.map((each) => `It says no more: ${each}`)];
}

function webhooks(before: readonly WebhookView[], after: readonly WebhookView[]): readonly string[] {
  const told = ({ webhook, tag, outcome, event }: WebhookView) =>
    `${webhook}${tag === '' ? '' : ` (tag ${tag})`} ${outcome}${event === null ? '' : ` (${event})`}`;
  const [were, are] = [before, after].map((all) => all.map(told).join(', ') || 'none');
  return were === are ? [] : [`Its webhooks: ${are}; before: ${were}.`];
}

function parameters(prefix: string, before: JsonObject, after: JsonObject): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
    const [was, is] = [ownOf(before, name), ownOf(after, name)];
    if (isDeepStrictEqual(was, is)) return [];
    const whole = `${prefix}${name}`;
    if (is === undefined) return [`${whole} is not set; before it was ${JSON.stringify(was)}.`];
    return [`${whole} is ${JSON.stringify(is)}; before it was ${was === undefined ? 'not set' : JSON.stringify(was)}.`];
  });
}
