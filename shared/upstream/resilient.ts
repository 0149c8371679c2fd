import type { CircuitBreakerPolicy, IBackoff } from 'cockatiel';
import { UpstreamError } from './http.ts';
import { createRetryBudget } from './retry-budget.ts';

/**
 * How an upstream is asked that may fail: again where that can help, and not at all while it is known to be down. cockatiel
 * has the retry, the timeout and the circuit breaker; what they decide by is here.
 */

/** Of the handler's call: pass its `{ signal, deadline }`. */
export interface UpstreamCall {
  readonly signal: AbortSignal;
  /** When the answer must be there. Without it a retry is begun whenever the signal has not aborted. */
  readonly deadline?: { remaining(): number };
}

/** What it takes a handler to say in its own words that an upstream did not answer, in milliseconds. */
const WORDS_MS = 300;

/** A handler's call that ends a little before its deadline: with time left for words of its own, in the person's language. */
export function withTimeForWords({ signal, deadline }: Required<UpstreamCall>): UpstreamCall {
  return { signal, deadline: { remaining: () => Math.max(deadline.remaining() - WORDS_MS, 0) } };
}

/** How much patience an upstream is met with. All times in milliseconds. */
export interface Patience {
  /** The longest that one try may take, so that a connection that hangs leaves time for another. */
  readonly tryMs: number;
  /**
   * By when it usually has answered; less than `tryMs`. No retry is begun with less time left, and a try that was given up
   * sooner says nothing about the upstream.
   */
  readonly usualMs: number;
  /** Default 3 (Google's SRE book, "Handling Overload": "a per-request retry budget of up to three attempts"). */
  readonly tries?: number;
  /** The first pause, before jitter; it grows from retry to retry. Default 100. */
  readonly pauseMs?: number;
  /** HTTP statuses that may pass. Default: 429, 502, 503 and 504. */
  readonly passing?: readonly number[];
  /** Failures in a row after which it is not asked any more. Default 5. */
  readonly failures?: number;
  /** After so long one call may try it again. Default 10 s. */
  readonly openMs?: number;
}

const TRIES = 3;
const PAUSE_MS = 100;
/** More would be no pause but an absence: a person waits. */
const MAX_PAUSE_MS = 1000;
/** What `Retry-After` may ask for where the deadline is not known. */
const MAX_WAIT_MS = 2000;
/** 500 is not among them: it is as often a bug, which stays. */
const PASSING = [429, 502, 503, 504];
const FAILURES = 5;
const OPEN_MS = 10_000;

/** A try that was given up before the upstream had its usual time: the caller's doing, and no evidence. */
class GivenUp extends Error {
  override readonly name = 'GivenUp';
}

export type Resilience = <T>(work: (signal: AbortSignal) => Promise<T>, call: UpstreamCall) => Promise<T>;

/**
 * Makes what every call to one upstream goes through; keep it as long as the process. `work` must be safe to repeat, obey
 * its signal and fail with `UpstreamError`s.
 *
 * - Tried again: no connection, no answer within `tryMs`, a status that may pass. Not where the next answer could not be
 *   there in time, nor beyond the retry budget. No other 4xx and no answer of a wrong form: they would come again.
 * - Counted against the upstream: no connection, no answer within `tryMs`, 429 and every 5xx. No other 4xx and no form, which
 *   one odd question can provoke, and no try that its caller gave up before `usualMs`: a client in a hurry must not shut the
 *   upstream off for everybody.
 * - After `failures` in a row calls fail at once with reason `open`. After `openMs` one call is let through, and the others
 *   do not wait for it; its outcome decides. One that was given up proves nothing: the upstream stays shut off.
 *
 * @example
 * const ask = createResilience('Thermometer', { tryMs: 1500, usualMs: 500 });
 * await ask((signal) => fetchJson(url, { upstream: 'Thermometer', schema, signal }), { signal, deadline });
 */
export function createResilience(upstream: string, patience: Patience): Resilience {
  const { tryMs, usualMs, tries = TRIES, pauseMs = PAUSE_MS, passing = PASSING } = patience;
  const budget = createRetryBudget();
  let tools: Promise<Tools> | undefined;

  const mayPass = (error: unknown) =>
    error instanceof UpstreamError && (isSilence(error) || (error.status !== null && passing.includes(error.status)));

  async function attemptAll<T>(work: (signal: AbortSignal) => Promise<T>, call: UpstreamCall): Promise<T> {
    tools ??= loadTools(patience);
    const { cockatiel, breaker } = await tools;
    const { CircuitState, DelegateBackoff, ExponentialBackoff, handleWhen, retry, TimeoutStrategy, timeout } =
      cockatiel;
    const timeLeft = () => call.deadline?.remaining() ?? Number.POSITIVE_INFINITY;
    const fits = (pause: number) => (call.deadline ? pause + usualMs <= timeLeft() : pause <= MAX_WAIT_MS);
    let isFirst = true;

    async function attempt(signal: AbortSignal): Promise<T> {
      if (isFirst) budget.earn();
      isFirst = false;
      const began = performance.now();
      try {
        const limit = timeout(Math.min(tryMs, timeLeft()), TimeoutStrategy.Cooperative);
        return await limit.execute(({ signal: limited }) => work(limited), signal);
      } catch (error) {
        const isTimeout = error instanceof UpstreamError && error.reason === 'timeout';
        throw isTimeout && performance.now() - began < usualMs ? new GivenUp() : error;
      }
    }

    const pauses = new ExponentialBackoff({ initialDelay: pauseMs, maxDelay: MAX_PAUSE_MS });
    const backoff = new DelegateBackoff<{ result: unknown }, IBackoff<unknown>>(({ result }, before) => {
      const { error } = result as { error: UpstreamError };
      const next = before ? before.next(undefined) : pauses.next();
      const pause = (error.retryAfterMs ?? 0) + next.duration;
      // A backoff that throws ends the retrying with what it throws.
      if (breaker.state !== CircuitState.Closed || !fits(pause) || !budget.spend()) throw error;
      return { delay: pause, state: next };
    });
    return retry(handleWhen(mayPass), { maxAttempts: tries - 1, backoff }).execute(({ signal }) => {
      signal.throwIfAborted(); // cockatiel's pause does not end with the signal
      // Half open is only while one call tries; cockatiel would have the others wait for it.
      if (breaker.state === CircuitState.HalfOpen) throw new cockatiel.BrokenCircuitError();
      return breaker.execute(({ signal: same }) => attempt(same), signal);
    }, call.signal);
  }

  return async function ask(work, call) {
    const { signal } = call;
    const left = Promise.withResolvers<never>();
    const leave = () => left.reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    try {
      signal.throwIfAborted();
      return await Promise.race([attemptAll(work, call), left.promise]);
    } catch (error) {
      if (signal.aborted || error instanceof GivenUp) throw new UpstreamError(upstream, 'timeout');
      if (isBroken(error)) throw new UpstreamError(upstream, 'open');
      throw error;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  };
}

interface Tools {
  readonly cockatiel: typeof import('cockatiel');
  readonly breaker: CircuitBreakerPolicy;
}

/** cockatiel takes 12 ms to load: with the first question to an upstream, not with the start of every function. */
async function loadTools({ failures = FAILURES, openMs = OPEN_MS }: Patience): Promise<Tools> {
  const cockatiel = await import('cockatiel');
  const { CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhen } = cockatiel;
  const breaker: CircuitBreakerPolicy = circuitBreaker(
    // What is not counted is a success for a half-open breaker, which is right for a 404 but not for a caller that left.
    handleWhen((error) => isOutage(error) || (error instanceof GivenUp && breaker.state === CircuitState.HalfOpen)),
    { halfOpenAfter: openMs, breaker: new ConsecutiveBreaker(failures) },
  );
  return { cockatiel, breaker };
}

/** 429 counts: the upstream asks all of us to be left alone. */
function isOutage(error: unknown): boolean {
  if (!(error instanceof UpstreamError)) return false;
  return isSilence(error) || (error.status !== null && (error.status >= 500 || error.status === 429));
}

function isSilence({ reason }: UpstreamError): boolean {
  return reason === 'unreachable' || reason === 'timeout';
}

/** cockatiel's mark, so that its class need not be loaded to ask. */
function isBroken(error: unknown): boolean {
  return error instanceof Error && 'isBrokenCircuitError' in error;
}
