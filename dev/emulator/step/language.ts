import { evaluate, parseCondition } from '../language/condition.ts';
import { LanguageError } from '../language/error.ts';
import type { Read } from '../trace.ts';
import { type Draft, scopeOf } from './draft.ts';

/** A condition that cannot be read does not hold: CX refuses to save one, so that an export has it only by hand. */
export function check(draft: Draft, condition: string | null): { holds: boolean; reads: readonly Read[] } {
  if (condition === null) return { holds: true, reads: [] };
  const unread = { holds: false, reads: [], problems: [] };
  const { problems, ...result } = attempt(draft, unread, () => evaluate(parseCondition(condition), scopeOf(draft)));
  for (const problem of problems) draft.trace.push({ kind: 'hidden', message: problem.explain() });
  return result;
}

/** What an expression gives; where it cannot be read or grows beyond all measure, `otherwise`, and the trace says why. */
export function attempt<Value>(draft: Draft, otherwise: Value, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof LanguageError)) throw error;
    draft.trace.push({ kind: 'hidden', message: error.explain() });
    return otherwise;
  }
}
