import type { Deadline, Duration } from '../webhook.ts';
import { isPromise, type Soon } from './soon.ts';

/** CX waits 5 s for an attempt unless the webhook says otherwise (webhook.proto, `Webhook.timeout`). */
export const DEFAULT_TIMEOUT: Duration = '5s';
/** The longest timeout that CX takes: 30 s (webhook.proto). */
export const MAX_TIMEOUT_MS = 30_000;

/**
 * How long before CX's timeout the answer leaves, as a part of the timeout and at least so many milliseconds. CX counts
 * connection and transport too, which nobody publishes; half a second of the usual five leaves room for a slow network.
 */
const MARGIN_PART = 0.1;
const MARGIN_MIN_MS = 300;

/** Milliseconds of `'2.5s'`. */
export function parseDuration(duration: Duration): number {
  return Number(duration.slice(0, -1)) * 1000;
}

/** Milliseconds that a handler has when CX waits `timeout`. */
export function budgetOf(timeout: Duration): number {
  const ms = parseDuration(timeout);
  return Math.max(ms - Math.max(ms * MARGIN_PART, MARGIN_MIN_MS), 0);
}

/** What a race gives that the clock won. */
export const TIME_UP = Symbol('the time is up');

/** A deadline that one call runs under. `signal` is made when somebody first asks for it: most handlers never do. */
export class CallDeadline implements Deadline {
  readonly at: number;
  readonly #now: () => number;
  #controller: AbortController | undefined;
  #reached = false;

  constructor(at: number, now: () => number) {
    this.at = at;
    this.#now = now;
  }

  remaining(): number {
    return Math.max(this.at - this.#now(), 0);
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#reached) this.#controller.abort(reason());
    return this.#controller.signal;
  }

  /** What `work` gives, or `TIME_UP` where the time is up first; then the signal aborts and the work's end is ignored. */
  race<T>(work: Soon<T>): Soon<T | typeof TIME_UP> {
    return isPromise(work) ? this.#raceLater(work) : work;
  }

  async #raceLater<T>(work: Promise<T>): Promise<T | typeof TIME_UP> {
    let timer: NodeJS.Timeout | undefined;
    const timeUp = new Promise<typeof TIME_UP>((resolve) => {
      timer = setTimeout(() => {
        resolve(TIME_UP); // before the abort, which may make the work reject at once
        this.#reached = true;
        this.#controller?.abort(reason());
      }, this.remaining());
    });
    try {
      return await Promise.race([work, timeUp]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function reason(): DOMException {
  return new DOMException('The deadline of the webhook call was reached.', 'TimeoutError');
}
