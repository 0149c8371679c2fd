import type { Agent, ConditionalCases, Fulfillment, JsonObject, Message, SetParameterAction } from '../agent.ts';
import type { WebhookCall, WebhookOutcome } from '../call/effect.ts';
import { evaluate, parseCondition } from '../language/condition.ts';
import { LanguageError } from '../language/error.ts';
import { assign, parseTarget } from '../language/target.ts';
import { render } from '../language/template.ts';
import { resolveValue } from '../language/value.ts';
import { parameterIn } from '../state.ts';
import type { Read } from '../trace.ts';
import { type Draft, scopeOf, setFlowParameter, setSessionParameter, topOf } from './draft.ts';
import { enqueue, type ResponseType, textsOf } from './queue.ts';
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
  for (const action of fulfillment.setParameterActions) preset(draft, action);
  for (const message of fulfillment.messages) say(draft, message, responseType);
  for (const cases of fulfillment.conditionalCases) sayCase(draft, cases, responseType);
  for (const construct of fulfillment.unsupported) {
    draft.trace.push({
      kind: 'unsupported',
      construct,
      message: `CX would use ${construct} here; the emulator goes on without it.`,
    });
  }
  if (fulfillment.webhook === null) return { error: null, target: null };
  return yield* callWebhook(draft, fulfillment.webhook, fulfillment.tag);
}

/** Sets a parameter of the session or the flow, or one field of it. */
function preset(draft: Draft, { parameter, value }: SetParameterAction): void {
  const target = guarded(draft, () => parseTarget(parameter));
  if (!target) return;
  const { scope, path } = target;
  const [name, ...fields] = path;
  const resolved = resolveValue(value, scopeOf(draft));
  const before = scope === 'flow' ? topOf(draft).parameters : draft.parameters;
  const whole = fields.length === 0 ? resolved : parameterIn(assign(before, path, resolved), name)!;
  if (scope === 'flow') setFlowParameter(draft, name, whole, 'preset');
  else setSessionParameter(draft, name, whole, 'preset');
}

function sayCase(draft: Draft, cases: ConditionalCases, responseType: ResponseType): void {
  for (const { condition, content } of cases) {
    const { holds, reads } = check(draft, condition);
    draft.trace.push({ kind: 'case', condition, holds, reads });
    if (!holds) continue;
    for (const each of content) {
      if (each.message) say(draft, each.message, responseType);
      else sayCase(draft, each.cases, responseType);
    }
    return;
  }
}

/** A condition that cannot be read does not hold: CX refuses to save one, so that an export has it only by hand. */
export function check(draft: Draft, condition: string | null): { holds: boolean; reads: readonly Read[] } {
  if (condition === null) return { holds: true, reads: [] };
  const result = guarded(draft, () => evaluate(parseCondition(condition), scopeOf(draft)));
  if (!result) return { holds: false, reads: [] };
  const { problems, holds, reads } = result;
  for (const problem of problems) draft.trace.push({ kind: 'hidden', message: problem.explain() });
  return { holds, reads };
}

/** `null`: the expression cannot be read, which is noted. */
function guarded<T>(draft: Draft, read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof LanguageError)) throw error;
    draft.trace.push({ kind: 'hidden', message: error.explain() });
    return null;
  }
}

/** Puts a message of the agent into the queue, in the words of the session's language and for its channel. */
function say(draft: Draft, message: Message, responseType: ResponseType): void {
  const { languageCode, channel } = draft.turn;
  if (message.channel !== null && message.channel !== channel) return;
  if (message.languageCode !== null && message.languageCode !== languageOfWords(draft.agent, languageCode)) return;
  const { kind, content } = message;
  const scope = scopeOf(draft);
  const said =
    kind === 'text'
      ? { ...content, text: textsOf(content).map((each) => render(each, scope)) }
      : (resolveValue(content, scope) as JsonObject);
  enqueue(draft, { ...message, content: said }, responseType);
}

/** The words of `en` serve `en-GB`; those of the default language serve whoever has none. */
function languageOfWords({ languageCodes, defaultLanguageCode }: Agent, languageCode: string): string {
  const root = languageCode.split('-')[0]!;
  return [languageCode, root].find((code) => languageCodes.includes(code)) ?? defaultLanguageCode;
}
