import type { Json, JsonObject } from '../agent.ts';

/** All that an expression can see: plain data, one clock, one source of chance. */
export interface Scope {
  /** `$session.params.NAME` */
  readonly session: JsonObject;
  /** `$flow.NAME` */
  readonly flow: JsonObject;
  /** `$page.params.status`, `$page.params.NAME[.value|.status]` */
  readonly page: {
    /** `FINAL` once the form is done (CX docs, Conditions reference). */
    readonly status: string | null;
    readonly params: { readonly [name: string]: { readonly value: Json; readonly status: string | null } };
  };
  /** `$intent.params.NAME[.original|.resolved]` */
  readonly intent: { readonly [name: string]: { readonly original: string; readonly resolved: Json } };
  /** What was said for a session parameter: `$session.params.NAME.original` */
  readonly originals: { readonly [sessionParameter: string]: string };
  /** `$request.user-utterance`, `$request.sentiment.score`, `$request.payload....` */
  readonly request: JsonObject;
  /** `$event.params.NAME` */
  readonly event: JsonObject;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** IANA name; dates and times of the language are on its clock. */
  readonly timeZone: string;
  readonly languageCode: string;
  /** At least 0, less than 1. */
  readonly random: () => number;
}
