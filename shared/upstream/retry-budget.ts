/**
 * Calls that pay for one retry: 20 % of them may be repeated, as in Finagle (RetryBudget.scala). Google's SRE book, chapter
 * "Handling Overload", "Deciding to Retry", keeps a client at 10 %, where a process sends far more calls than ours.
 */
const CALLS_PER_RETRY = 5;
/** Retries that can be saved up, and that a new process has: a function that is called once an hour may retry too. */
const MAX_RETRIES = 3;

export interface RetryBudget {
  /** For each call that is sent for the first time. */
  earn(): void;
  /** Whether one retry may be sent now; if so it is paid for. */
  spend(): boolean;
}

/**
 * Keeps retries from multiplying the load on an upstream that is down already: three tries for every call would be three
 * times the traffic, just when there should be less. With this, n calls in a row send at most 1.2 n + 3 requests.
 */
export function createRetryBudget(): RetryBudget {
  const most = MAX_RETRIES * CALLS_PER_RETRY;
  let calls = most;
  return {
    earn() {
      calls = Math.min(calls + 1, most);
    },
    spend() {
      if (calls < CALLS_PER_RETRY) return false;
      calls -= CALLS_PER_RETRY;
      return true;
    },
  };
}
