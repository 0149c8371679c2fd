import { createContext, Script } from 'node:vm';

/** Milliseconds for one search of an agent's pattern or path in a text or value: far more than any that is meant to end needs. */
export const TIME_LIMIT = 100;

/** A search was stopped. */
export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError';
}

const context: { run: (() => unknown) | null } = { run: null };
createContext(context);
const script = new Script('run()');

/**
 * Runs `run`, and stops it after `TIME_LIMIT`: patterns such as `(a+)+b` take longer than anybody lives. Only a script of
 * `node:vm` has such a limit, which holds for all that the script calls; it costs a part of a millisecond.
 *
 * @throws TimeLimitError, and what `run` throws
 */
export function withinTime<T>(run: () => T): T {
  context.run = run;
  try {
    return script.runInContext(context, { timeout: TIME_LIMIT }) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException)?.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new TimeLimitError(`The search takes longer than ${TIME_LIMIT} ms.`);
  } finally {
    context.run = null;
  }
}

/** Characters of a pattern, each of which may be compared at each character of a text. */
const SHORT = 100;

/** Without repetitions, choices and groups a short pattern is tried once at every character: it needs no limit. */
export function isPlain(pattern: string): boolean {
  return pattern.length <= SHORT && !/[*+?{(|]/.test(pattern.replace(/(?<!\{)\{\d{1,2}\}/g, ''));
}
