/**
 * The words that Dialogflow CX and a webhook exchange, as JSON.
 *
 * Written from `google/cloud/dialogflow/cx/v3/webhook.proto` and `response_message.proto` in their proto3 JSON form:
 * lowerCamelCase names, enums by name, fields with default values left out, `Struct` and `Value` as plain JSON.
 * `v3beta1/webhook.proto` has the same fields; its response messages have no `responseType`. The body does not say which
 * version the caller used, so these types are the union of both.
 */

/** Any JSON value: what `google.protobuf.Value` carries. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object: what `google.protobuf.Struct` carries. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** The largest answer that CX accepts, in bytes of UTF-8: 64 KiB (concept/webhook, "Webhook response size"). */
export const MAX_ANSWER_BYTES = 64 * 1024;

/** Pages that exist in every flow. They stand where a page id stands: `.../flows/F/pages/END_FLOW`. */
export const SYMBOLIC_PAGES = [
  'START_PAGE',
  'END_FLOW',
  'END_FLOW_WITH_CANCELLATION',
  'END_FLOW_WITH_FAILURE',
  'END_FLOW_WITH_HUMAN_ESCALATION',
  'END_SESSION',
  'PREVIOUS_PAGE',
  'CURRENT_PAGE',
] as const;

export type SymbolicPage = (typeof SYMBOLIC_PAGES)[number];

/** The id of every agent's Default Start Flow (flow.proto, `Flow.name`). */
export const DEFAULT_START_FLOW = '00000000-0000-0000-0000-000000000000';

/**
 * `WebhookRequest`: what CX posts. Every field may be missing: CX leaves out defaults, and people send parts by hand.
 * CX may add fields that no document names; they must be ignored (webhook.proto).
 */
export interface WebhookRequest {
  /** Id of the answer that the caller of DetectIntent will get. It names the turn: every webhook call of it has the same. */
  detectIntentResponseId?: string;
  /** What the person typed. Exactly one of `text`, `triggerIntent`, `transcript`, `triggerEvent`, `dtmfDigits` is set. */
  text?: string;
  /** Resource name of an intent that the client triggered. */
  triggerIntent?: string;
  /** What the person said. */
  transcript?: string;
  /** Name of an event that the client raised. */
  triggerEvent?: string;
  /** Digits that the person keyed, without the finish digit. */
  dtmfDigits?: string;
  /** BCP-47, as the client sent it: the region may be missing or in lower case. */
  languageCode?: string;
  fulfillmentInfo?: { tag?: string };
  intentInfo?: IntentInfo;
  pageInfo?: PageInfo;
  sessionInfo?: SessionInfo;
  /** The messages queued so far in this turn, references already replaced, one variant chosen. */
  messages?: readonly QueuedMessage[];
  /** `QueryParameters.payload` of the client: with a phone call `{telephony: {caller_id: '+1...'}}`. */
  payload?: JsonObject;
  /** `score` -1 to 1, `magnitude` 0 and up; only where the agent analyses sentiment. */
  sentimentAnalysisResult?: { score?: number; magnitude?: number };
  /** `confidenceScore` 0 to 1. */
  languageInfo?: { inputLanguageCode?: string; resolvedLanguageCode?: string; confidenceScore?: number };
}

/** The last matched intent; absent on turns that matched none. */
export interface IntentInfo {
  /** `projects/P/locations/L/agents/A/intents/I`. */
  lastMatchedIntent?: string;
  displayName?: string;
  /** Only the parameters that the person named. */
  parameters?: { readonly [name: string]: { originalValue?: string; resolvedValue?: Json } };
  /** 0 to 1. */
  confidence?: number;
}

export interface PageInfo {
  /** `projects/P/locations/L/agents/A/flows/F/pages/PG`. CX ignores it in answers. */
  currentPage?: string;
  displayName?: string;
  /** Absent where the page has no form. */
  formInfo?: { parameterInfo?: readonly ParameterInfo[] };
}

export type ParameterState = 'EMPTY' | 'INVALID' | 'FILLED';

export interface ParameterInfo {
  displayName?: string;
  required?: boolean;
  /** In an answer only `INVALID` has an effect (webhook.proto). */
  state?: ParameterState;
  value?: Json;
  /** Filled on this turn. CX ignores it in answers. */
  justCollected?: boolean;
}

export interface SessionInfo {
  /** `projects/P/locations/L/agents/A[/environments/E]/sessions/S`. CX ignores it in answers. */
  session?: string;
  /** All session parameters; in an answer those to set, and with `null` those to delete. */
  parameters?: JsonObject;
}

/** `WebhookResponse`: what a webhook answers. `{}` is a valid answer that changes nothing. */
export interface WebhookResponse {
  fulfillmentResponse?: {
    messages?: readonly ResponseMessage[];
    /** `REPLACE` drops the whole queue of the turn, not only this fulfillment's messages. Default: `APPEND`. */
    mergeBehavior?: 'MERGE_BEHAVIOR_UNSPECIFIED' | 'APPEND' | 'REPLACE';
  };
  pageInfo?: PageInfo;
  sessionInfo?: SessionInfo;
  /** Goes to the client, into `QueryResult.webhookPayloads`. */
  payload?: JsonObject;
  /** At most one of `targetPage` and `targetFlow`. */
  targetPage?: string;
  targetFlow?: string;
}

/** What every message may carry beside its one content. */
export interface MessageCommon {
  /** Shown only to clients that ask for this channel (`QueryParameters.channel`). */
  channel?: string;
  /** v3 only. Where the message comes from. */
  responseType?: 'RESPONSE_TYPE_UNSPECIFIED' | 'ENTRY_PROMPT' | 'PARAMETER_PROMPT' | 'HANDLER_PROMPT';
}

/** The contents that a webhook may author. `endInteraction` and `mixedAudio` are made by CX alone (response_message.proto). */
export interface MessageContents {
  /** Variants of one text: CX says one of them. */
  text: { text: readonly string[] };
  /** Free JSON for the client, Dialogflow Messenger's rich content among it. */
  payload: JsonObject;
  conversationSuccess: { metadata?: JsonObject };
  outputAudioText: { text: string; ssml?: never } | { ssml: string; text?: never };
  /** A signal for measurement and hand-over; it does not end the session. */
  liveAgentHandoff: { metadata?: JsonObject };
  playAudio: { audioUri: string };
  /** E.164, for example `+12025550100`. */
  telephonyTransferCall: { phoneNumber: string };
  knowledgeInfoCard: Record<string, never>;
  /** `tool` is `projects/P/locations/L/agents/A/tools/T`; the client carries it out. */
  toolCall: { tool: string; action: string; inputParameters?: JsonObject };
}

export type MessageKind = keyof MessageContents;

/** One response message: exactly one content (a proto `oneof`), typed so that two do not compile. */
export type ResponseMessage = {
  [K in MessageKind]: MessageCommon & { [Content in K]: MessageContents[K] } & {
    [Other in Exclude<MessageKind, K>]?: never;
  };
}[MessageKind];

/**
 * A message of the queue in a request: the same contents, and what CX adds. `source` and `text.redactedText` were seen in
 * captured requests and are in no document.
 */
export type QueuedMessage = JsonObject;
