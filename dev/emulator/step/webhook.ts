import { SYMBOLIC_TARGETS, type Target } from '../agent.ts';
import type { WebhookAnswer, WebhookCall, WebhookErrorEvent, WebhookOutcome } from '../call/effect.ts';
import type { CallContext } from '../call/request.ts';
import { parameterIn } from '../names.ts';
import {
  changeTop,
  type Draft,
  flowOf,
  isFilled,
  isInvalid,
  isRequired,
  pageOf,
  scopeOf,
  setFlowParameter,
  setSessionParameter,
  topOf,
} from './draft.ts';
import { enqueue } from './queue.ts';

/** What a fulfillment comes to. */
export interface WebhookResult {
  /** The event that a failed webhook raises. */
  readonly error: WebhookErrorEvent | null;
  /** Where the webhook goes: it wins over the handler's own target. */
  readonly target: Target | null;
}

const NOTHING: WebhookResult = { error: null, target: null };

export function* callWebhook(
  draft: Draft,
  name: string,
  tag: string,
): Generator<WebhookCall, WebhookResult, WebhookOutcome> {
  const webhook = draft.agent.webhooks.get(name);
  if (!webhook) {
    draft.trace.push({ kind: 'hidden', message: `The agent has no webhook called ${name}: nothing is called.` });
    return NOTHING;
  }
  const call = { webhook, tag, context: contextOf(draft, tag), scope: scopeOf(draft) };
  const outcome = yield call;
  draft.trace.push({ kind: 'webhook', call, outcome });
  if (outcome.kind === 'skipped') return NOTHING;
  draft.webhookStatusCode = outcome.httpStatus;
  if (outcome.kind === 'failed') {
    draft.webhookStatuses.push(outcome.status);
    draft.webhookPayloads.push({});
    return { error: outcome.event, target: null };
  }
  draft.webhookStatuses.push({ code: 0, message: '' });
  return apply(draft, outcome);
}

function apply(draft: Draft, { answer }: WebhookOutcome & { kind: 'answered' }): WebhookResult {
  for (const [name, value] of Object.entries(answer.parameters)) setSessionParameter(draft, name, value, 'webhook');
  for (const [name, value] of Object.entries(answer.flowParameters)) setFlowParameter(draft, name, value, 'webhook');
  const form = pageOf(draft)?.form ?? [];
  for (const each of answer.form) {
    // "The webhook cannot add or remove any form parameter" (webhook.proto, FormInfo).
    const parameter = form.find(({ displayName }) => displayName.toLowerCase() === each.displayName.toLowerCase());
    if (!parameter) continue;
    const { displayName } = parameter;
    const { invalid, required } = topOf(draft);
    if (each.value !== undefined) setSessionParameter(draft, displayName, each.value, 'webhook');
    if (each.required !== undefined) changeTop(draft, { required: { ...required, [displayName]: each.required } });
    if (each.state === 'INVALID' && !invalid.includes(displayName))
      changeTop(draft, { invalid: [...invalid, displayName] });
  }
  if (answer.mergeBehavior === 'REPLACE') {
    draft.queue = [];
    draft.sent = 0;
  }
  enqueue(draft, answer.messages, 'HANDLER_PROMPT');
  draft.webhookPayloads.push(answer.payload ?? {});
  return { error: null, target: targetOf(draft, answer) };
}

/** Resource names of a page of this flow, or of a flow, by their ids (webhook.proto, `target_page` and `target_flow`). */
function targetOf(draft: Draft, { targetPage, targetFlow }: WebhookAnswer): Target | null {
  const name = targetPage ?? targetFlow;
  if (name === null) return null;
  const [, flowId, pageId] = /\/flows\/([^/]+)(?:\/pages\/([^/]+))?$/.exec(name) ?? [];
  const flow = [...draft.agent.flows.values()].find(({ id }) => id === flowId);
  if (flow && targetFlow !== null && pageId === undefined) return { kind: 'flow', flow: flow.displayName };
  if (flow === flowOf(draft) && targetPage !== null && pageId !== undefined) {
    const symbolic = SYMBOLIC_TARGETS.find((each) => each === pageId);
    if (symbolic) return { kind: 'symbolic', symbolic };
    const page = [...flow.pages.values()].find(({ id }) => id === pageId);
    if (page) return { kind: 'page', page: page.displayName };
  }
  draft.trace.push({
    kind: 'hidden',
    message: `The webhook goes to ${name}, which is ${targetFlow === null ? 'no page of this flow' : 'no flow of this agent'}: nothing happens.`,
  });
  return null;
}

function contextOf(draft: Draft, tag: string): CallContext {
  const { agent, turn } = draft;
  const flow = flowOf(draft);
  const page = pageOf(draft);
  const { intent } = turn.understanding;
  return {
    agentName: turn.agentName,
    session: turn.sessionId,
    environment: turn.environment,
    responseId: turn.responseId,
    languageCode: turn.languageCode,
    input: turn.input,
    intent: intent && { ...intent, id: agent.intents.get(intent.displayName)?.id ?? intent.displayName },
    flow: { id: flow.id },
    page: page ?? { id: 'START_PAGE', displayName: 'Start Page' },
    form:
      page && page.form.length > 0
        ? page.form.map((each) => {
            const value = parameterIn(draft.parameters, each.displayName);
            return {
              displayName: each.displayName,
              required: isRequired(draft, each),
              state: isInvalid(draft, each) ? 'INVALID' : isFilled(draft, each) ? 'FILLED' : 'EMPTY',
              ...(value !== undefined && { value }),
              justCollected: draft.collected.has(each.displayName),
              redact: each.redact,
            };
          })
        : null,
    parameters: draft.parameters,
    messages: [...draft.queue],
    tag,
    payload: turn.payload,
    sentiment: turn.sentiment,
  };
}
