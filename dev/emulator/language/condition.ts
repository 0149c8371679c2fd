import { LRUCache } from 'lru-cache';
import type { LanguageError } from './error.ts';
import { holds, type Read } from './evaluate.ts';
import { readCondition } from './parser.ts';
import type { Scope } from './scope.ts';
import type { Condition } from './syntax.ts';

export type { Condition } from './syntax.ts';

/** The largest agents seen have 1,500 conditions. */
const parsed = new LRUCache<string, Condition>({ max: 10_000 });

/**
 * A condition of a route or of a conditional case (CX docs, Conditions reference). The same text is parsed once.
 *
 * @throws {LanguageError} with the place
 * @example
 * evaluate(parseCondition('$session.params.age >= 18'), scope).holds
 */
export function parseCondition(text: string): Condition {
  let condition = parsed.get(text);
  if (!condition) {
    condition = readCondition(text);
    parsed.set(text, condition);
  }
  return condition;
}

/** Does it hold, what did it look at on the way, in order, and which functions gave no result? */
export function evaluate(
  condition: Condition,
  scope: Scope,
): { readonly holds: boolean; readonly reads: readonly Read[]; readonly problems: readonly LanguageError[] } {
  const run = { scope, reads: [], problems: [] };
  return { holds: holds(condition, run), reads: run.reads, problems: run.problems };
}
