import { WebhookError } from './errors.ts';
import { kindOf, readFlag, readList, readNumber, readObject, readStruct, readText, readValue } from './request/read.ts';
import { type AgentName, lastSegment, parseAgentName, segmentOf } from './request/resource-name.ts';
import type { Json, JsonObject, ParameterState, QueuedMessage } from './wire.ts';

/** How the person, or the client for them, spoke on this turn. */
export type QueryKind = 'text' | 'transcript' | 'dtmf' | 'event' | 'intent';

export interface Query {
  readonly kind: QueryKind;
  /** The words, the digits, the event's name or the intent's resource name. */
  readonly value: string;
}

export interface IntentParameter {
  readonly original: string | null;
  readonly resolved: Json;
}

export interface Intent {
  /** Resource name. */
  readonly name: string;
  readonly displayName: string;
  /** 0 to 1; CX leaves 0 out. */
  readonly confidence: number;
  readonly parameters: { readonly [name: string]: IntentParameter };
}

export interface Page {
  /** Resource name, for example `projects/.../flows/F/pages/START_PAGE`. */
  readonly name: string;
  /** Last segment of the name. */
  readonly id: string;
  /** Empty in old captures, which have no display name. */
  readonly displayName: string;
  /** Resource name of the flow that the page is in; null where the page's name does not say. */
  readonly flow: string | null;
}

export interface FormParameter {
  readonly name: string;
  readonly required: boolean;
  /** Null where the request does not say. */
  readonly state: ParameterState | null;
  readonly value: Json;
  /** Filled on this turn. */
  readonly justCollected: boolean;
}

export interface Session {
  /** Resource name. */
  readonly name: string;
  /** Last segment of the name: what the client called the session. */
  readonly id: string;
  /** Null for the draft environment, and where the name has another form. */
  readonly environment: string | null;
}

/** One call of CX, understood: the same fields whatever was left out. */
export interface Turn {
  /** `detectIntentResponseId`: the same for every webhook call of the turn, the retry included. Empty where not sent. */
  readonly id: string;
  /** Empty where not sent. */
  readonly tag: string;
  readonly query: Query | null;
  /** BCP-47 in canonical case, for example `en`, `en-US`, `zh-Hant-TW`; `und` (undetermined) where not sent. */
  readonly language: string;
  /** What CX detected, where it did. `confidence` is 0 to 1. */
  readonly detectedLanguage: { readonly input: string; readonly resolved: string; readonly confidence: number } | null;
  readonly session: Session | null;
  readonly agent: AgentName | null;
  /** The last matched intent; null on turns that matched none. */
  readonly intent: Intent | null;
  readonly page: Page | null;
  /** The parameters of the current page's form; null where the request does not say which page it is. */
  readonly form: readonly FormParameter[] | null;
  /** Session values, under form values, under what the intent just heard (`resolvedValue`, else `originalValue`). */
  readonly params: JsonObject;
  /** The messages queued so far in this turn. */
  readonly messages: readonly QueuedMessage[];
  /** What the client sent along. */
  readonly payload: JsonObject;
  /** `payload.telephony.caller_id` of a phone call, E.164. */
  readonly callerId: string | null;
  /** `score` -1 to 1, `magnitude` 0 and up. */
  readonly sentiment: { readonly score: number; readonly magnitude: number } | null;
}

/**
 * Understands the body of a webhook call. Parts may be missing and unknown fields are ignored; a field of a wrong type is a
 * `WebhookError` `bad-request` whose message names its path.
 *
 * @example
 * parseRequest({ fulfillmentInfo: { tag: 'weather' }, sessionInfo: { parameters: { location: 'Pune' } } }).params
 * // { location: 'Pune' }
 */
export function parseRequest(body: unknown): Turn {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new WebhookError('bad-request', `The body must be a JSON object, this one is ${kindOf(body)}.`);
  }
  const request = body as { readonly [key: string]: unknown };

  const session = readObject(request.sessionInfo, 'sessionInfo');
  const sessionName = readText(session?.session, 'sessionInfo.session');
  const pageInfo = readObject(request.pageInfo, 'pageInfo');
  const page = pageInfo ? parsePage(pageInfo) : null;
  const form = pageInfo ? parseForm(pageInfo) : null;
  const intent = parseIntent(request.intentInfo);
  const payload = readStruct(request.payload, 'payload') ?? {};

  return {
    id: readText(request.detectIntentResponseId, 'detectIntentResponseId') ?? '',
    tag: readText(readObject(request.fulfillmentInfo, 'fulfillmentInfo')?.tag, 'fulfillmentInfo.tag') ?? '',
    query: parseQuery(request),
    language: canonicalLanguage(readText(request.languageCode, 'languageCode')),
    detectedLanguage: parseDetectedLanguage(request.languageInfo),
    session: sessionName ? parseSession(sessionName) : null,
    agent: (sessionName && parseAgentName(sessionName)) || (page && parseAgentName(page.name)) || null,
    intent,
    page,
    form,
    params: mergeParameters(readStruct(session?.parameters, 'sessionInfo.parameters'), form, intent),
    messages: (readList(request.messages, 'messages') ?? []).map(
      (message, i) => readStruct(message, `messages[${i}]`) ?? {},
    ),
    payload,
    callerId: callerIdOf(payload),
    sentiment: parseSentiment(request.sentimentAnalysisResult),
  };
}

/** The fields of the request's `query` oneof. Should a client fill several, the first of these counts. */
const QUERY_FIELDS = [
  ['text', 'text'],
  ['transcript', 'transcript'],
  ['dtmfDigits', 'dtmf'],
  ['triggerEvent', 'event'],
  ['triggerIntent', 'intent'],
] as const;

function parseQuery(request: { readonly [key: string]: unknown }): Query | null {
  let query: Query | null = null;
  for (const [field, kind] of QUERY_FIELDS) {
    const value = readText(request[field], field);
    if (value !== undefined) query ??= { kind, value };
  }
  return query;
}

function parseSession(name: string): Session {
  return { name, id: lastSegment(name), environment: segmentOf(name, 'environments') };
}

function parsePage(pageInfo: { readonly [key: string]: unknown }): Page {
  const name = readText(pageInfo.currentPage, 'pageInfo.currentPage') ?? '';
  const flowEnd = name.indexOf('/pages/');
  return {
    name,
    id: lastSegment(name),
    displayName: readText(pageInfo.displayName, 'pageInfo.displayName') ?? '',
    flow: flowEnd > 0 && segmentOf(name, 'flows') ? name.slice(0, flowEnd) : null,
  };
}

function parseForm(pageInfo: { readonly [key: string]: unknown }): readonly FormParameter[] {
  const path = 'pageInfo.formInfo.parameterInfo';
  const list = readList(readObject(pageInfo.formInfo, 'pageInfo.formInfo')?.parameterInfo, path) ?? [];
  const form: FormParameter[] = [];
  for (const [i, item] of list.entries()) {
    const info = readObject(item, `${path}[${i}]`);
    const name = readText(info?.displayName, `${path}[${i}].displayName`);
    const state = readText(info?.state, `${path}[${i}].state`);
    const required = readFlag(info?.required, `${path}[${i}].required`) ?? false;
    const justCollected = readFlag(info?.justCollected, `${path}[${i}].justCollected`) ?? false;
    if (!name) continue; // hand-made requests send `displayName: null`; without a name there is nothing to know
    form.push({
      name,
      required,
      state: isParameterState(state) ? state : null,
      value: readValue(info?.value),
      justCollected,
    });
  }
  return form;
}

function isParameterState(state: string | undefined): state is ParameterState {
  return state === 'EMPTY' || state === 'INVALID' || state === 'FILLED';
}

function parseIntent(value: unknown): Intent | null {
  const info = readObject(value, 'intentInfo');
  if (!info) return null;
  const parameters = readObject(info.parameters, 'intentInfo.parameters') ?? {};
  return {
    name: readText(info.lastMatchedIntent, 'intentInfo.lastMatchedIntent') ?? '',
    displayName: readText(info.displayName, 'intentInfo.displayName') ?? '',
    confidence: readNumber(info.confidence, 'intentInfo.confidence') ?? 0,
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => {
        const parameter = readObject(value, `intentInfo.parameters.${name}`);
        const original = readText(parameter?.originalValue, `intentInfo.parameters.${name}.originalValue`) ?? null;
        return [name, { original, resolved: readValue(parameter?.resolvedValue) }];
      }),
    ),
  };
}

/** Copies member by member with spread and `fromEntries`, which keep a member called `__proto__` a plain member. */
function mergeParameters(
  session: JsonObject | undefined,
  form: readonly FormParameter[] | null,
  intent: Intent | null,
): JsonObject {
  const known: [string, Json][] = [];
  for (const { name, value } of form ?? []) if (value !== null) known.push([name, value]);
  for (const [name, { resolved, original }] of Object.entries(intent?.parameters ?? {})) {
    const heard = resolved ?? original;
    if (heard !== null) known.push([name, heard]);
  }
  return known.length > 0 ? { ...session, ...Object.fromEntries(known) } : (session ?? {});
}

/** CX passes on what the client sent: `en`, `en-US` and `en-us` were all seen. Case per BCP 47 (RFC 5646, section 2.1.1). */
function canonicalLanguage(code: string | undefined): string {
  if (!code) return 'und';
  if (/^[a-z]{2}(-[A-Z]{2})?$/.test(code)) return code; // as nearly all are
  const [language, ...rest] = code.split(/[-_]/);
  return [
    language!.toLowerCase(),
    ...rest.map((part) => {
      if (part.length === 2) return part.toUpperCase();
      return part.length === 4 ? part[0]!.toUpperCase() + part.slice(1).toLowerCase() : part.toLowerCase();
    }),
  ].join('-');
}

function parseDetectedLanguage(value: unknown): Turn['detectedLanguage'] {
  const info = readObject(value, 'languageInfo');
  if (!info) return null;
  return {
    input: canonicalLanguage(readText(info.inputLanguageCode, 'languageInfo.inputLanguageCode')),
    resolved: canonicalLanguage(readText(info.resolvedLanguageCode, 'languageInfo.resolvedLanguageCode')),
    confidence: readNumber(info.confidenceScore, 'languageInfo.confidenceScore') ?? 0,
  };
}

/** The client's payload is free JSON, so another form is no error. */
function callerIdOf(payload: JsonObject): string | null {
  const telephony = payload.telephony;
  if (typeof telephony !== 'object' || telephony === null || !('caller_id' in telephony)) return null;
  return typeof telephony.caller_id === 'string' ? telephony.caller_id : null;
}

function parseSentiment(value: unknown): Turn['sentiment'] {
  const result = readObject(value, 'sentimentAnalysisResult');
  if (!result) return null;
  return {
    score: readNumber(result.score, 'sentimentAnalysisResult.score') ?? 0,
    magnitude: readNumber(result.magnitude, 'sentimentAnalysisResult.magnitude') ?? 0,
  };
}
