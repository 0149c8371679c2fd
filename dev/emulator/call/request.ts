import type { Json, JsonObject, MessageKind, UserInput } from '../agent.ts';
import type { ParameterState, ResponseType } from './effect.ts';

/** All that a `WebhookRequest` is made of: plain data. */
export interface CallContext {
  /** `projects/P/locations/L/agents/A`. */
  readonly agentName: string;
  /** The session's id. */
  readonly session: string;
  /** The environment's id; `null`: the draft. */
  readonly environment: string | null;
  /** `detectIntentResponseId`: one for the whole turn, whatever it calls and repeats. */
  readonly responseId: string;
  readonly languageCode: string;
  readonly input: UserInput;
  /** `null`: this turn has matched none. */
  readonly intent: {
    readonly id: string;
    readonly displayName: string;
    /** 0 to 1. */
    readonly confidence: number;
    readonly parameters: { readonly [name: string]: { readonly original: string; readonly resolved: Json } };
  } | null;
  readonly flow: { readonly id: string };
  /** Of a start page: `START_PAGE` and `Start Page`. */
  readonly page: { readonly id: string; readonly displayName: string };
  /** `null`: the page has no form. */
  readonly form: readonly CallFormParameter[] | null;
  /** Of the session; nulls are sent. */
  readonly parameters: JsonObject;
  /** What waits to be said. */
  readonly messages: readonly QueuedMessage[];
  readonly tag: string;
  /** `QueryParameters.payload`. */
  readonly payload: JsonObject | null;
  /** -1 to 1, and 0 upwards; `null`: the turn did not ask for it. */
  readonly sentiment: { readonly score: number; readonly magnitude: number } | null;
}

export interface CallFormParameter {
  readonly displayName: string;
  readonly required: boolean;
  readonly state: ParameterState;
  /** Left out: none. */
  readonly value?: Json;
  /** On this very turn. */
  readonly justCollected: boolean;
  /** Hidden in Google's logs alone (page.proto, `Form.Parameter.redact`): the webhook gets the value. */
  readonly redact: boolean;
}

/** A message that waits to be said: references are substituted, one variant is chosen. */
export interface QueuedMessage {
  readonly kind: MessageKind;
  readonly content: JsonObject;
  readonly channel: string | null;
  readonly responseType: ResponseType;
  readonly source: 'VIRTUAL_AGENT';
  /** Of a text: every variant, rendered; `content.text` has the chosen one alone. Empty for the other kinds. */
  readonly variants: readonly string[];
}

/**
 * Writes the `WebhookRequest` that CX posts to a standard webhook (webhook.proto), in proto3 JSON: what has its default
 * is left out, a member of a oneof never is. Fields that Google documents nowhere and every captured request has are
 * there, too: `redactedText` and `source` of messages. A webhook has to ignore them.
 */
export function buildRequest(context: CallContext): JsonObject {
  const { agentName, environment, session, languageCode, intent, payload, sentiment } = context;
  const place = environment === null ? agentName : `${agentName}/environments/${environment}`;
  return {
    ...(payload && { payload }),
    detectIntentResponseId: context.responseId,
    ...(intent && { intentInfo: intentInfo(agentName, intent) }),
    pageInfo: pageInfo(context),
    sessionInfo: {
      session: `${place}/sessions/${session}`,
      ...unlessEmpty('parameters', context.parameters),
    },
    fulfillmentInfo: unlessDefault({ tag: context.tag }),
    ...unlessEmpty('messages', context.messages.map(queued)),
    ...query(context),
    languageCode,
    ...(sentiment && {
      sentimentAnalysisResult: unlessDefault({ score: sentiment.score, magnitude: sentiment.magnitude }),
    }),
    languageInfo: { inputLanguageCode: languageCode, resolvedLanguageCode: languageCode, confidenceScore: 1 },
  };
}

function intentInfo(agentName: string, intent: NonNullable<CallContext['intent']>): JsonObject {
  const parameters = Object.entries(intent.parameters).map(([name, { original, resolved }]): [string, Json] => [
    name,
    { ...unlessDefault({ originalValue: original }), resolvedValue: resolved },
  ]);
  return {
    lastMatchedIntent: `${agentName}/intents/${intent.id}`,
    ...unlessEmpty('parameters', Object.fromEntries(parameters)),
    displayName: intent.displayName,
    ...unlessDefault({ confidence: intent.confidence }),
  };
}

function pageInfo({ agentName, flow, page, form }: CallContext): JsonObject {
  return {
    currentPage: `${agentName}/flows/${flow.id}/pages/${page.id}`,
    // An empty form is sent, too: captured requests have `"formInfo": {}`.
    ...(form && { formInfo: unlessEmpty('parameterInfo', form.map(parameterInfo)) }),
    ...unlessDefault({ displayName: page.displayName }),
  };
}

function parameterInfo({ displayName, required, state, value, justCollected }: CallFormParameter): JsonObject {
  return {
    displayName,
    ...unlessDefault({ required }),
    state,
    ...(value !== undefined && { value }),
    ...unlessDefault({ justCollected }),
  };
}

function queued({ kind, content, channel, responseType, source }: QueuedMessage): JsonObject {
  return {
    [kind]: kind === 'text' ? { ...content, redactedText: content.text ?? [] } : content,
    responseType,
    source,
    ...(channel && { channel }),
  };
}

/** The oneof `query`. */
function query({ input, intent, agentName }: CallContext): JsonObject {
  switch (input.kind) {
    case 'text':
      return { text: input.text };
    case 'event':
      return { triggerEvent: input.event };
    case 'dtmf':
      return { dtmfDigits: input.digits };
    case 'intent':
      return { triggerIntent: `${agentName}/intents/${intent?.id ?? input.intent}` };
  }
}

/** Without the members that have the default of their proto type. */
function unlessDefault(members: { readonly [name: string]: string | number | boolean }): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => Boolean(value)));
}

function unlessEmpty(name: string, value: JsonObject | readonly Json[]): JsonObject {
  return Object.keys(value).length > 0 ? { [name]: value } : {};
}
