import type { Finding, Json, JsonObject, UserInput } from '../emulator/agent.ts';
import type { Place, Read } from '../emulator/trace.ts';

/**
 * What the console's server and its page say to each other: plain JSON, under `/console/api/`. A wrong request gets
 * `{ error: { code, message } }` and a 4xx.
 *
 * | request | answers |
 * |---|---|
 * | `GET agent` | `AgentView` |
 * | `GET map?flow=NAME` | `FlowMap` |
 * | `GET sessions` | `SessionSummary[]` |
 * | `POST sessions` `NewSession` | `SessionView` |
 * | `GET sessions/ID` | `SessionView` |
 * | `DELETE sessions/ID` | nothing |
 * | `POST sessions/ID/turns` `NewTurn` | `TurnView` |
 * | `POST sessions/ID/back` `{ turns }` | `SessionView` with so many turns kept |
 * | `POST sessions/ID/fork` `{ turns }` | `SessionView` of a new session with the same turns |
 * | `POST sessions/ID/replay` | `Replay`: every turn again, on the code as it is now |
 * | `POST sessions/ID/replay/keep` | `SessionView`: the replayed turns take the place of the old ones |
 * | `POST sessions/ID/fault` `{ fault }` | nothing; the next webhook call has it. null takes it back |
 * | `GET sessions/ID/test-case?name=NAME` | the conversation as a test case of an export |
 * | `GET events` | `text/event-stream` of `ConsoleEvent` |
 */
export interface AgentView {
  readonly displayName: string;
  readonly defaultLanguageCode: string;
  readonly languageCodes: readonly string[];
  readonly startFlow: string;
  readonly flows: readonly { readonly displayName: string; readonly pages: number }[];
  /** Events that handlers of the agent wait for, without those that CX itself raises. */
  readonly events: readonly string[];
  readonly channels: readonly string[];
  readonly findings: readonly Finding[];
  readonly functions: readonly FunctionView[];
}

export interface FunctionView {
  readonly name: string;
  readonly tags: readonly string[];
  /** Why it does not load; `null`: it does. */
  readonly problem: string | null;
}

export interface NewSession {
  /** Default: the agent's. */
  readonly languageCode?: string;
  readonly channel?: string;
}

export interface SessionSummary {
  readonly id: string;
  readonly turns: number;
  /** The first words that were said; empty at the beginning. */
  readonly title: string;
}

export interface SessionView {
  readonly id: string;
  readonly languageCode: string;
  readonly channel: string | null;
  /** Where the conversation is now. */
  readonly flow: string;
  readonly page: string;
  readonly parameters: JsonObject;
  readonly turns: readonly TurnView[];
}

export interface NewTurn {
  readonly input: UserInput;
  /** Session parameters that are set before the turn; null removes one. */
  readonly parameters?: JsonObject;
}

export interface TurnView {
  /** Stays the same as long as the turn does: `#/SESSION/TURN` links to it. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly input: UserInput;
  readonly injected: JsonObject;
  readonly messages: readonly MessageView[];
  readonly understanding: UnderstandingView;
  readonly flow: string;
  readonly page: string;
  readonly hasEnded: boolean;
  readonly form: readonly FormParameterView[];
  /** In the order in which they happened. */
  readonly steps: readonly StepView[];
  readonly parameters: readonly ParameterChange[];
  /** After the turn. */
  readonly session: JsonObject;
  readonly flowParameters: JsonObject;
  readonly webhooks: readonly WebhookView[];
  /** Sentences on what CX does not show: silent failures, errors that nobody handles, repeated calls, what can't run here. */
  readonly hidden: readonly string[];
  /** Milliseconds that it took, webhooks and all. */
  readonly ms: number;
}

/** A `ResponseMessage`: `kind` is its oneof's name, `content` what stands under it. */
export interface MessageView {
  readonly kind: string;
  readonly content: JsonObject;
  readonly channel: string | null;
  readonly responseType: string;
}

export interface UnderstandingView {
  readonly intent: string | null;
  /** 0 to 1. */
  readonly confidence: number | null;
  /** From where on an intent is a match. */
  readonly threshold: number;
  /** The intents in scope with the highest scores, the best first; at most ten. */
  readonly rivals: readonly { readonly intent: string; readonly score: number }[];
  readonly parameters: { readonly [name: string]: { readonly original: string; readonly resolved: Json } };
  readonly filled: { readonly [parameter: string]: { readonly original: string; readonly resolved: Json } };
}

export interface FormParameterView {
  readonly displayName: string;
  readonly entityType: string;
  readonly required: boolean;
  readonly state: 'EMPTY' | 'FILLED' | 'INVALID';
  readonly value: Json;
  /** It is being asked for. */
  readonly isAsked: boolean;
  readonly justCollected: boolean;
}

/** A step of the trace: `verb` and `what` are for people, the rest for pictures. */
export interface StepView {
  readonly kind: string;
  readonly verb: string;
  readonly what: string;
  /** Of a route or an event: where its handler stands. */
  readonly place: Place | null;
  /** That a route needs. */
  readonly intent: string | null;
  readonly condition: string | null;
  /** Where a route or the handler of an event goes, in words: `the page Order`. */
  readonly target: string | null;
  /** Of a route or a case: did its condition hold? */
  readonly holds: boolean | null;
  readonly reads: readonly Read[];
}

export interface ParameterChange {
  readonly name: string;
  readonly scope: 'session' | 'flow';
  readonly change: 'added' | 'changed' | 'removed';
  /** null where there is none. */
  readonly before: Json;
  readonly after: Json;
  /** Who set it last: `intent`, `form`, `preset`, `webhook`, `default` or `injected`. */
  readonly by: string;
}

export interface WebhookView {
  readonly webhook: string;
  readonly tag: string;
  readonly outcome: 'answered' | 'failed' | 'skipped';
  /** Of a failure the event that was raised; of a skipped one why. */
  readonly event: string | null;
  readonly problem: string | null;
  readonly httpStatus: number | null;
  readonly url: string | null;
  readonly method: string | null;
  readonly requestHeaders: { readonly [name: string]: string };
  readonly requestBody: string | null;
  readonly responseBody: string | null;
  readonly attempts: readonly {
    readonly ms: number;
    readonly httpStatus: number | null;
    readonly problem: string | null;
  }[];
  /** Milliseconds for one attempt. */
  readonly timeoutMs: number;
  /** Of the ID token, which itself never leaves the server; `null`: none was sent. */
  readonly tokenClaims: JsonObject | null;
}

export interface Replay {
  readonly turns: readonly {
    readonly before: TurnView;
    readonly after: TurnView;
    /** Sentences; none: the same. */
    readonly differences: readonly string[];
  }[];
}

/** The pages of a flow, and how they lead to each other. */
export interface FlowMap {
  readonly flow: string;
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
}

export interface MapNode {
  /** Of a page its display name, of the start page `Start Page`, of a flow `flow: NAME`, of a symbolic target its id. */
  readonly id: string;
  readonly label: string;
  readonly kind: 'start' | 'page' | 'flow' | 'symbolic';
  /** No way leads to it from the start page. */
  readonly isUnreachable: boolean;
  readonly parameters: readonly string[];
  /** Tags of the webhooks that it calls, each with whether a function here answers it. */
  readonly tags: readonly { readonly tag: string; readonly isAnswered: boolean }[];
}

export interface MapEdge {
  readonly from: string;
  readonly to: string;
  /** Each route or handler that goes this way: an intent, a condition, an event. */
  readonly labels: readonly string[];
}

export type ConsoleEvent =
  /** A file of a function was saved: its name, and why it does not load. */
  | { readonly kind: 'function'; readonly name: string; readonly problem: string | null }
  /** The agent was exported anew. */
  | { readonly kind: 'agent'; readonly problem: string | null }
  /** Something else was saved that only a new start takes in. */
  | { readonly kind: 'restart'; readonly file: string };
