/**
 * An agent as the emulator runs it: what an export says, in one form, frozen. Names are display names, as everywhere in an
 * export (CX docs, JSON export); a field that an export leaves out has the default of its proto.
 */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

export interface Agent {
  /** Of the folder or the archive, where `agent.json` has none. */
  readonly displayName: string;
  readonly defaultLanguageCode: string;
  /** All languages that it has words in: the default one and `supportedLanguageCodes`. */
  readonly languageCodes: readonly string[];
  /** IANA name, such as `America/Chicago`. */
  readonly timeZone: string;
  readonly startFlow: string;
  readonly flows: ReadonlyMap<string, Flow>;
  /** Of the agent; flows have their own. */
  readonly routeGroups: ReadonlyMap<string, RouteGroup>;
  readonly intents: ReadonlyMap<string, Intent>;
  readonly entityTypes: ReadonlyMap<string, EntityType>;
  readonly webhooks: ReadonlyMap<string, Webhook>;
  readonly testCases: readonly TestCase[];
  /** What the emulator loads and cannot run, and what an export refers to and does not have. */
  readonly findings: readonly Finding[];
}

/** Something of an export that does not work here, or not anywhere. */
export interface Finding {
  /**
   * `unsupported`: CX runs it, the emulator does not. `missing`: the export refers to something that it does not have.
   * `invalid`: CX would refuse it, too, as a condition that cannot be read.
   */
  readonly kind: 'unsupported' | 'missing' | 'invalid';
  /** A construct's name in CX: `generators`, `playbook`, `data store`. */
  readonly construct: string;
  /** The file in the export, and the path in it where that helps. */
  readonly where: string;
  /** One sentence. */
  readonly message: string;
}

export interface Flow {
  /** The resource id: the last part of a resource name. */
  readonly id: string;
  readonly displayName: string;
  readonly transitionRoutes: readonly Route[];
  /** Names of route groups, of this flow or of the agent. */
  readonly transitionRouteGroups: readonly string[];
  readonly eventHandlers: readonly EventHandler[];
  readonly routeGroups: ReadonlyMap<string, RouteGroup>;
  readonly pages: ReadonlyMap<string, Page>;
  /** 0 to 1: a weaker intent is no match (`NluSettings.classification_threshold`, default 0.3). */
  readonly classificationThreshold: number;
}

export interface Page {
  readonly id: string;
  readonly displayName: string;
  readonly entryFulfillment: Fulfillment;
  /** In the order in which they are asked. */
  readonly form: readonly FormParameter[];
  readonly transitionRoutes: readonly Route[];
  readonly transitionRouteGroups: readonly string[];
  readonly eventHandlers: readonly EventHandler[];
}

export interface FormParameter {
  readonly displayName: string;
  /** With its `@`, as in an export: `@sys.date`, `@colour`. */
  readonly entityType: string;
  readonly required: boolean;
  readonly isList: boolean;
  readonly redact: boolean;
  /** `undefined`: none. Only an optional parameter uses it (`Form.Parameter.default_value`). */
  readonly defaultValue: Json | undefined;
  /** `null`: digits of a telephone's keypad do not fill it. */
  readonly dtmf: { readonly maxDigits: number | null; readonly finishDigit: string | null } | null;
  readonly initialPrompt: Fulfillment;
  readonly repromptEventHandlers: readonly EventHandler[];
}

export interface RouteGroup {
  readonly id: string;
  readonly displayName: string;
  readonly transitionRoutes: readonly Route[];
}

/** A transition route. It has an intent, a condition, or both. */
export interface Route {
  readonly id: string;
  readonly intent: string | null;
  /** As written; `null`: none, which holds always. */
  readonly condition: string | null;
  readonly fulfillment: Fulfillment;
  readonly target: Target | null;
}

export interface EventHandler {
  readonly id: string;
  readonly event: string;
  readonly fulfillment: Fulfillment;
  readonly target: Target | null;
}

/** Where a handler goes. */
export type Target =
  | { readonly kind: 'page'; readonly page: string }
  | { readonly kind: 'flow'; readonly flow: string }
  | { readonly kind: 'symbolic'; readonly symbolic: SymbolicTarget }
  | { readonly kind: 'playbook'; readonly playbook: string };

/** The pages that CX defines (CX docs, Page, "Symbolic transition targets"), by their ids. */
export const SYMBOLIC_TARGETS = [
  'START_PAGE',
  'END_FLOW',
  'END_FLOW_WITH_CANCELLATION',
  'END_FLOW_WITH_FAILURE',
  'END_FLOW_WITH_HUMAN_ESCALATION',
  'END_SESSION',
  'PREVIOUS_PAGE',
  'CURRENT_PAGE',
] as const;
export type SymbolicTarget = (typeof SYMBOLIC_TARGETS)[number];

export interface Fulfillment {
  readonly messages: readonly Message[];
  /** Its display name; `null`: none is called. */
  readonly webhook: string | null;
  readonly tag: string;
  readonly returnPartialResponses: boolean;
  readonly setParameterActions: readonly SetParameterAction[];
  readonly conditionalCases: readonly ConditionalCases[];
  /** Names of what it asks for and the emulator cannot give: `generators`, `enableGenerativeFallback`. */
  readonly unsupported: readonly string[];
}

export interface SetParameterAction {
  /** `name` is a session parameter, `flow.name` one of the flow, with or without a `$` and `session.params.`. */
  readonly parameter: string;
  /** With references and functions in it, not yet resolved; null removes the parameter. */
  readonly value: Json;
}

/** The first case whose condition holds is said. */
export type ConditionalCases = readonly Case[];
export interface Case {
  /** `null`: the `else`. */
  readonly condition: string | null;
  readonly content: readonly (
    | { readonly message: Message; readonly cases?: undefined }
    | { readonly cases: ConditionalCases; readonly message?: undefined }
  )[];
}

/** A `ResponseMessage` as the export has it: exactly one of the kinds, and perhaps a `channel`. */
export interface Message {
  readonly languageCode: string | null;
  readonly channel: string | null;
  readonly kind: MessageKind;
  /** What stands under the kind's name. Of `text`: `{ text: [variant, ...] }`. */
  readonly content: JsonObject;
}

/** The oneof of `ResponseMessage` (response_message.proto), as far as agents are written with it. */
export const MESSAGE_KINDS = [
  'text',
  'payload',
  'conversationSuccess',
  'outputAudioText',
  'liveAgentHandoff',
  'endInteraction',
  'playAudio',
  'mixedAudio',
  'telephonyTransferCall',
  'knowledgeInfoCard',
  'toolCall',
] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

export interface Intent {
  readonly id: string;
  readonly displayName: string;
  readonly parameters: readonly IntentParameter[];
  /** 500000 where the export says 0; a negative one is never matched (intent.proto, `priority`). */
  readonly priority: number;
  readonly isFallback: boolean;
  /** By language code. */
  readonly trainingPhrases: ReadonlyMap<string, readonly TrainingPhrase[]>;
}

export interface IntentParameter {
  readonly id: string;
  /** With its `@`. */
  readonly entityType: string;
  readonly isList: boolean;
  readonly redact: boolean;
}

export type TrainingPhrase = readonly { readonly text: string; readonly parameterId: string | null }[];

export interface EntityType {
  readonly id: string;
  readonly displayName: string;
  readonly kind: 'KIND_MAP' | 'KIND_LIST' | 'KIND_REGEXP';
  readonly fuzzy: boolean;
  readonly redact: boolean;
  /** By language code. A value or a synonym may be another type: `@colour`. */
  readonly entities: ReadonlyMap<string, readonly { readonly value: string; readonly synonyms: readonly string[] }[]>;
  readonly excludedPhrases: ReadonlyMap<string, readonly string[]>;
}

export interface Webhook {
  readonly id: string;
  readonly displayName: string;
  /** Milliseconds for one attempt. Default 5 s, at most 30 s (webhook.proto). */
  readonly timeoutMs: number;
  readonly disabled: boolean;
  /** The service of Service Directory it goes through; `null`: straight to `uri`. */
  readonly serviceDirectory: string | null;
  readonly uri: string;
  readonly username: string | null;
  readonly password: string | null;
  readonly requestHeaders: { readonly [name: string]: string };
  readonly serviceAgentAuth: 'NONE' | 'ID_TOKEN' | 'ACCESS_TOKEN';
  readonly oauth: {
    readonly clientId: string;
    readonly clientSecret: string;
    readonly tokenEndpoint: string;
    readonly scopes: readonly string[];
  } | null;
  /** `null`: a standard one. */
  readonly flexible: {
    readonly httpMethod: string;
    readonly requestBody: string;
    /** Parameter to the path in the answer, both as written. */
    readonly parameterMapping: { readonly [parameter: string]: string };
  } | null;
}

export interface TestCase {
  /** In the export: `testCases/x.json`. */
  readonly file: string;
  readonly displayName: string;
  readonly tags: readonly string[];
  /** Where it begins, if not on the start page of the start flow. */
  readonly flow: string | null;
  readonly page: string | null;
  /** The parameters that are compared; empty: all of them (TestConfig.tracking_parameters). */
  readonly trackingParameters: readonly string[];
  /** Milliseconds since the epoch: when it was recorded. `null`: the export does not say. */
  readonly createdAt: number | null;
  readonly turns: readonly TestTurn[];
}

export interface TestTurn {
  readonly input: UserInput;
  readonly languageCode: string | null;
  readonly injectedParameters: JsonObject;
  readonly isWebhookEnabled: boolean;
  readonly expected: {
    readonly intent: string | null;
    readonly flow: string | null;
    /** A display name: of a page, `Start Page`, `End Session` and the like. */
    readonly page: string | null;
    /** One for each text message: the variant that was said. */
    readonly texts: readonly string[];
    readonly parameters: JsonObject;
  };
}

/** What a person does. An empty text is no input. */
export type UserInput =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'event'; readonly event: string }
  | { readonly kind: 'dtmf'; readonly digits: string; readonly finishDigit: string }
  | { readonly kind: 'intent'; readonly intent: string };
