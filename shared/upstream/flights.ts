interface Flight<T> {
  readonly result: Promise<T>;
  readonly stop: AbortController;
  waiting: number;
}

/**
 * Shares work that is under way: calls for the same key that come before it is done wait for the same result. Each caller
 * leaves when its own signal aborts, with the signal's reason; the work itself is stopped when the last one left, because
 * on Cloud Run nothing should run on after the answer. Nothing is remembered when the work is done.
 *
 * Own code, since `fetch` of lru-cache 11 aborts the shared work with the first caller's signal and does not look at the
 * signals of the others.
 *
 * @example
 * const fly = createFlights<Weather>();
 * await fly('pune', signal, (shared) => ask('pune', shared));
 */
export function createFlights<T>() {
  const flights = new Map<string, Flight<T>>();

  function depart(key: string, work: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const stop = new AbortController();
    const flight = { result: work(stop.signal), stop, waiting: 0 };
    flights.set(key, flight);
    return flight;
  }

  return async function fly(key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const flight = flights.get(key) ?? depart(key, work);
    const aborted = Promise.withResolvers<never>();
    const leave = () => aborted.reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    flight.waiting++;
    try {
      return await Promise.race([flight.result, aborted.promise]);
    } finally {
      signal.removeEventListener('abort', leave);
      if (--flight.waiting === 0) {
        flights.delete(key);
        flight.stop.abort();
      }
    }
  };
}
