import type { JsonObject } from './agent.ts';

/**
 * Where a conversation is: all that CX keeps between two turns. A step takes one and gives a new one; none is ever changed.
 */
export interface SessionState {
  /** The session parameters, as a webhook sees them. */
  readonly parameters: JsonObject;
  /** What a person said for a parameter, before it was resolved. */
  readonly originals: { readonly [parameter: string]: string };
  /** The active flow is the last one; those before it have called it. */
  readonly stack: readonly Frame[];
  /** `END_SESSION` was reached: the next turn begins a new session. */
  readonly hasEnded: boolean;
}

/** What belongs to a page, for as long as it is active. */
export interface PageState {
  /** A display name; `null`: the start page. */
  readonly page: string | null;
  /** The form parameter that was asked for last; `null`: none. */
  readonly asked: string | null;
  /** Form parameters that a webhook called invalid. */
  readonly invalid: readonly string[];
  /** Webhooks may change whether a form parameter is required, as long as the page is active. */
  readonly required: { readonly [parameter: string]: boolean };
  /** How often in a row nothing was understood, or said, here: the number in `sys.no-match-2`. */
  readonly misses: { readonly noMatch: number; readonly noInput: number };
}

/** A flow that is active, or waits for the one that it called, on a page of it. */
export interface Frame extends PageState {
  readonly flow: string;
  /** The page before as it was left, for `PREVIOUS_PAGE`; `null`: there is none. */
  readonly previous: PageState | null;
  /** `$flow.name`. */
  readonly parameters: JsonObject;
  /** The handler, of the page's list, that called the flow above: evaluation goes on after it. */
  readonly calledBy: number | null;
}

/** The flow stack's size (CX docs, Handlers, "Flow stack"). */
export const MAX_STACK = 25;

/**
 * A conversation that begins, on the start page if no other is given. With a page and parameters it is what
 * `QueryParameters.current_page` does: the state before is forgotten.
 */
export function beginSession(flow: string, page: string | null = null, parameters: JsonObject = {}): SessionState {
  return { parameters, originals: {}, stack: [enter(flow, page)], hasEnded: false };
}

/** A frame on a page that was just entered. */
export function enter(flow: string, page: string | null, before?: Frame): Frame {
  return {
    flow,
    page,
    asked: null,
    invalid: [],
    required: {},
    misses: { noMatch: 0, noInput: 0 },
    previous: before ? pageStateOf(before) : null,
    parameters: before?.parameters ?? {},
    calledBy: null,
  };
}

function pageStateOf({ page, asked, invalid, required, misses }: Frame): PageState {
  return { page, asked, invalid, required, misses };
}
