import { createHash, randomUUID } from 'node:crypto';
import type { HttpMethod } from '../../shared/webhook.ts';
import type { Json, JsonObject, ParameterInfo, WebhookRequest } from '../../shared/wire.ts';

/** What happens on a turn, in the words of the person who tries it. */
export interface TurnPlan {
  readonly tag: string;
  /** Session parameters. */
  readonly params?: JsonObject;
  /** The parameters of the page's form: a value was just given, null is still missing. Without it the page has no form. */
  readonly form?: JsonObject;
  /** What the person or the client did. Default: the person wrote `Hello`. */
  readonly input?: { readonly text: string } | { readonly triggerEvent: string } | { readonly dtmfDigits: string };
  /** BCP-47. Default `en`. */
  readonly language?: string;
  /** An id, or a whole resource name. */
  readonly session?: string;
  /** A display name, or a whole resource name. Default: the start page. */
  readonly page?: string;
  /** A text that the agent has queued before it calls. */
  readonly queued?: string;
  /** `detectIntentResponseId`, which names the turn. Default: a new one. */
  readonly turn?: string;
}

/** The agent that requests from this machine come from. It cannot exist: project ids have no underscore. */
const AGENT = 'projects/local_project/locations/global/agents/c0ffee00-0000-4000-8000-000000000000';
const FLOW = `${AGENT}/flows/00000000-0000-0000-0000-000000000000`;

/**
 * Writes the request that CX would post: fields in its order, defaults left out.
 *
 * @example
 * buildRequest({ tag: 'weather', params: { location: 'Pune' }, input: { text: 'And in Pune?' } }).sessionInfo
 * // { session: 'projects/.../sessions/local', parameters: { location: 'Pune' } }
 */
export function buildRequest({
  tag,
  params = {},
  form,
  input = { text: 'Hello' },
  language = 'en',
  session = 'local',
  page = 'Start Page',
  queued,
  turn = randomUUID(),
}: TurnPlan): WebhookRequest {
  const filled = Object.entries(form ?? {}).filter(([, value]) => value !== null);
  // CX writes what a form has collected into the session, under the same names.
  const parameters = { ...params, ...Object.fromEntries(filled) };
  return {
    detectIntentResponseId: turn,
    pageInfo: {
      currentPage: page.includes('/') ? page : `${FLOW}/pages/${pageId(page)}`,
      ...(form && { formInfo: { parameterInfo: Object.entries(form).map(toParameterInfo) } }),
      ...(!page.includes('/') && { displayName: page }),
    },
    sessionInfo: {
      session: session.includes('/') ? session : `${AGENT}/sessions/${session}`,
      ...(Object.keys(parameters).length > 0 && { parameters }),
    },
    fulfillmentInfo: { tag },
    ...(queued !== undefined && { messages: [queuedText(queued)] }),
    ...input,
    languageCode: language,
    languageInfo: { inputLanguageCode: language, resolvedLanguageCode: language, confidenceScore: 1 },
  };
}

function toParameterInfo([displayName, value]: [string, Json]): ParameterInfo {
  return value === null
    ? { displayName, required: true, state: 'EMPTY' }
    : { displayName, required: true, state: 'FILLED', value, justCollected: true };
}

/** As in captured requests; `redactedText` and `source` are in no document. */
function queuedText(text: string): JsonObject {
  return { text: { text: [text], redactedText: [text] }, responseType: 'HANDLER_PROMPT', source: 'VIRTUAL_AGENT' };
}

/** The look of a page's id, always the same for the same name. */
function pageId(displayName: string): string {
  if (displayName === 'Start Page') return 'START_PAGE';
  const digits = createHash('sha256').update(displayName).digest('hex');
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    digits.slice(12, 16),
    digits.slice(16, 20),
    digits.slice(20, 32),
  ].join('-');
}

/** The methods with which CX sends the agent's JSON as a body (concept/webhook, flexible webhooks). */
const WITH_BODY: readonly HttpMethod[] = ['POST', 'PUT', 'PATCH'];

/**
 * Writes the request to a flexible webhook: parameters go into the body where the method has one, else into the query.
 *
 * @example buildFlexible('GET', { credits: 12 }); // { query: 'credits=12', body: undefined }
 */
export function buildFlexible(method: HttpMethod, params: JsonObject): { query: string; body: string | undefined } {
  if (WITH_BODY.includes(method)) return { query: '', body: JSON.stringify(params) };
  const texts = Object.entries(params).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return { query: new URLSearchParams(texts).toString(), body: undefined };
}
