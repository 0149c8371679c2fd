import type { ErrorCode } from '../errors.ts';
import type { Log, Severity } from '../log.ts';
import type { Turn } from '../request.ts';
import type { OpenStore } from '../store/door.ts';
import type { WriteLog } from '../webhook.ts';
import type { JsonObject } from '../wire.ts';
import { redact } from './redact.ts';
import type { Trace } from './trace.ts';

/** One call on its way through the pipeline. */
export interface CallContext {
  /** When the call arrived, milliseconds since the epoch. */
  readonly startedAt: number;
  readonly now: () => number;
  readonly openStore: OpenStore;
  readonly log: CallLog;
}

/** How a call ended: `ok`, the person was `asked` for a parameter, the reply was `trimmed`, or what went wrong. */
export type Outcome = 'ok' | 'asked' | 'trimmed' | ErrorCode;

/** `WARNING` where the caller or the clock is to blame, `ERROR` where this code is. */
const SEVERITY_OF: { readonly [outcome in Outcome]: Severity } = {
  ok: 'INFO',
  asked: 'INFO',
  trimmed: 'ERROR',
  unauthenticated: 'WARNING',
  forbidden: 'WARNING',
  'certificates-unavailable': 'ERROR',
  'bad-request': 'WARNING',
  'unknown-tag': 'WARNING',
  'method-not-allowed': 'WARNING',
  internal: 'ERROR',
  late: 'WARNING',
  'store-unavailable': 'ERROR',
  'invalid-reply': 'ERROR',
};

/**
 * What one call leaves in the log: one line at its end, and what its handler wrote on the way. Holds tag, page and turn id,
 * which name parts of the agent; never a parameter's value, a message or a token.
 */
export class CallLog {
  outcome: Outcome = 'ok';
  /** More about the outcome, written with it. */
  details: JsonObject = {};
  readonly #log: Log;
  readonly #trace: Trace | null;
  readonly #function: string;
  #turn: Turn | null = null;

  constructor(log: Log, functionName: string, trace: Trace | null) {
    this.#log = log;
    this.#function = functionName;
    this.#trace = trace;
  }

  /** From here on it is known which turn is served. */
  knowTurn(turn: Turn): void {
    this.#turn = turn;
  }

  /** What a handler writes with. */
  readonly write: WriteLog = (message, fields) => {
    // Its fields under a name of their own: no name that a handler chooses may meet one of the entry's.
    this.#log('INFO', message, { ...this.#where(), ...(fields && { data: fields }) }, this.#trace);
  };

  /** The call failed. The error's text and stack go to the log alone, without what the person said. */
  fail(code: ErrorCode, error: unknown): void {
    this.outcome = code;
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.details = { ...this.details, stack_trace: redact(stack, this.#turn) };
  }

  /** The one line of the call. */
  end(status: number, milliseconds: number): void {
    this.#log(
      SEVERITY_OF[this.outcome],
      `${this.#function} ${this.outcome}`,
      { ...this.details, ...this.#where(), outcome: this.outcome, status, milliseconds },
      this.#trace,
    );
  }

  #where(): JsonObject {
    const turn = this.#turn;
    if (!turn) return { function: this.#function };
    const page = turn.page && (turn.page.displayName || turn.page.id);
    return { function: this.#function, tag: turn.tag, turn: turn.id, page };
  }
}
