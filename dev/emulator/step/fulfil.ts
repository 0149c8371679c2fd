import type { Fulfillment, SetParameterAction } from '../agent.ts';
import type { WebhookCall, WebhookOutcome } from '../call/effect.ts';
import { assign, parseTarget } from '../language/target.ts';
import { resolveValue } from '../language/value.ts';
import { parameterIn } from '../names.ts';
import { type Draft, scopeOf, setFlowParameter, setSessionParameter, topOf } from './draft.ts';
import { attempt } from './language.ts';
import { type ResponseType, sendPart } from './queue.ts';
import { say, sayCase } from './say.ts';
import { callWebhook, type WebhookResult } from './webhook.ts';

/**
 * One fulfillment: presets, then static messages and conditional cases, then the webhook, so that the webhook sees the
 * presets and the messages (fulfillment.proto: presets are set "before executing the webhook"; captured requests have the
 * messages in them).
 */
export function* fulfil(
  draft: Draft,
  fulfillment: Fulfillment,
  responseType: ResponseType,
): Generator<WebhookCall, WebhookResult, WebhookOutcome> {
  draft.moves += 1;
  for (const action of fulfillment.setParameterActions) attempt(draft, undefined, () => preset(draft, action));
  say(draft, fulfillment.messages, responseType);
  for (const cases of fulfillment.conditionalCases) sayCase(draft, cases, responseType);
  for (const construct of fulfillment.unsupported) {
    draft.trace.push({
      kind: 'unsupported',
      construct,
      message: `CX would use ${construct} here; the emulator goes on without it.`,
    });
  }
  if (fulfillment.returnPartialResponses) sendPart(draft);
  if (fulfillment.webhook === null) return { error: null, target: null };
  return yield* callWebhook(draft, fulfillment.webhook, fulfillment.tag);
}

/** Each sees what those before it have set. That order is the export's; CX documents none. */
function preset(draft: Draft, { parameter, value }: SetParameterAction): void {
  const { scope, path } = parseTarget(parameter);
  const [name, ...fields] = path;
  const resolved = resolveValue(value, scopeOf(draft));
  const before = scope === 'flow' ? topOf(draft).parameters : draft.parameters;
  const whole = fields.length === 0 ? resolved : (parameterIn(assign(before, path, resolved), name) ?? null);
  if (scope === 'flow') setFlowParameter(draft, name, whole, 'preset');
  else setSessionParameter(draft, name, whole, 'preset');
}
