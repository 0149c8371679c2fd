import type { TraceEvent } from '../emulator/trace.ts';
import type { WebhookView } from './api.ts';

/** From this part of its time on an answer is told to be nearly late. */
const NEARLY_LATE = 0.8;

/**
 * What a person who talks to the agent does not see, and CX does not show: sentences.
 *
 * @param logged What functions wrote to their log in this turn of failures that they answered all the same.
 */
export function hiddenIn(
  trace: readonly TraceEvent[],
  webhooks: readonly WebhookView[],
  logged: readonly string[],
): readonly string[] {
  const isAsked = trace.some(({ kind }) => kind === 'prompt');
  const told = trace.flatMap((event) => {
    if (event.kind === 'hidden' || event.kind === 'unsupported') return [event.message];
    // Of a webhook's event the trace itself says so; of one in a form the question is asked again.
    const isLost = event.kind === 'event' && !event.handler && !event.event.startsWith('webhook.') && !isAsked;
    return isLost ? [`Nobody handles ${event.event}.`] : [];
  });
  const isSilent = !trace.some(({ kind }) => kind === 'message');
  return [
    ...told,
    ...webhooks.flatMap(ofWebhook),
    ...logged,
    ...(isSilent ? ['The person gets no answer: nothing was said in this turn.'] : []),
  ];
}

function ofWebhook({ webhook, tag, outcome, event, problem, attempts, timeoutMs }: WebhookView): string[] {
  const name = `The webhook ${webhook}${tag === '' ? '' : ` (tag ${tag})`}`;
  if (outcome === 'skipped') return [`${name} was not called: ${WHY_SKIPPED[event ?? ''] ?? event}.`];
  const last = attempts.at(-1)?.ms ?? 0;
  return [
    ...(outcome === 'failed' ? [`${name} failed with ${event}: ${problem}`] : []),
    ...(attempts.length > 1
      ? [`${name} was called ${attempts.length} times with the same request: what it does it may have done twice.`]
      : []),
    ...(outcome === 'answered' && last > timeoutMs * NEARLY_LATE
      ? [`${name} took ${last} of its ${timeoutMs} ms: a little later, and it has failed.`]
      : []),
  ];
}

const WHY_SKIPPED: { readonly [reason: string]: string } = {
  disabled: 'it is disabled in the agent',
  off: 'webhooks are off',
  nobody: 'no function here answers it, and CX would call it',
};
