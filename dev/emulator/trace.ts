import type { Json, Target } from './agent.ts';
import type { WebhookCall, WebhookOutcome } from './call/effect.ts';
import type { QueuedMessage } from './call/request.ts';

/** Where a handler stands. */
export interface Place {
  readonly flow: string;
  /** `null`: the flow's own. */
  readonly page: string | null;
  /** The form parameter, of a reprompt handler. */
  readonly parameter?: string;
  /** The route group. */
  readonly group?: string;
}

/** What an expression looked at. */
export interface Read {
  readonly reference: string;
  /** `undefined`: there is nothing of that name. */
  readonly value: Json | undefined;
}

/** One thing that a turn did, in order: why it went as it went. */
export type TraceEvent =
  /** The page became active. */
  | { readonly kind: 'enter'; readonly flow: string; readonly page: string | null }
  /** A route was looked at, because its intent was matched or because it needs none. */
  | {
      readonly kind: 'route';
      readonly place: Place;
      readonly id: string;
      readonly intent: string | null;
      readonly condition: string | null;
      readonly holds: boolean;
      readonly reads: readonly Read[];
      readonly target: Target | null;
    }
  /** An event was raised, and this handler called; `null`: nobody handles it. */
  | {
      readonly kind: 'event';
      readonly event: string;
      readonly handler: { readonly place: Place; readonly event: string; readonly target: Target | null } | null;
    }
  /** A condition of conditional cases. */
  | {
      readonly kind: 'case';
      readonly condition: string | null;
      readonly holds: boolean;
      readonly reads: readonly Read[];
    }
  /** A form parameter was filled with what was said. */
  | { readonly kind: 'fill'; readonly parameter: string; readonly value: Json }
  /** A form parameter is asked for. */
  | { readonly kind: 'prompt'; readonly parameter: string }
  /** A parameter was set, or with null removed. */
  | {
      readonly kind: 'set';
      readonly scope: 'session' | 'flow';
      readonly parameter: string;
      readonly value: Json;
      readonly by: 'intent' | 'form' | 'preset' | 'webhook' | 'default' | 'injected';
    }
  | { readonly kind: 'message'; readonly message: QueuedMessage }
  | { readonly kind: 'webhook'; readonly call: WebhookCall; readonly outcome: WebhookOutcome }
  /** The flow ended, and the one that called it goes on. */
  | { readonly kind: 'return'; readonly from: string; readonly to: string; readonly page: string | null }
  /** Something that a person who talks to the agent does not see, and CX does not report. */
  | { readonly kind: 'hidden'; readonly message: string }
  /** CX would do something here that the emulator cannot. */
  | { readonly kind: 'unsupported'; readonly construct: string; readonly message: string };
