/**
 * Values that are there at once or come later, and how to go on with them without making a promise of the former.
 *
 * functions-framework runs every call in a `node:domain`, whose hooks see each promise come and go: one costs about 5 µs
 * there, and a call served with `async` functions all the way makes 28, more than all its other work together. So the
 * pipeline waits only where there is something to wait for.
 */
export type Soon<T> = T | Promise<T>;

/** Goes on with a value: now where it is there, later where it comes later. */
export function andThen<T, R>(value: Soon<T>, next: (value: T) => Soon<R>): Soon<R> {
  return isPromise(value) ? value.then(next) : next(value);
}

/** Runs something, and rescues what it throws, now or later. */
export function attempt<T>(run: () => Soon<T>, rescue: (error: unknown) => T): Soon<T> {
  try {
    const value = run();
    return isPromise(value) ? value.catch(rescue) : value;
  } catch (error) {
    return rescue(error);
  }
}

/** By its method, not by its class: a promise may come from another realm, or be a library's own. */
export function isPromise<T>(value: Soon<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
