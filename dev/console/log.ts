import type { Log } from '../../shared/log.ts';

/** Listens to what functions write to their log: an apology that a person gets hides an error that only the log has. */
export interface FunctionLog {
  /** A line of the log. */
  readonly hear: Log;
  /** Collects what goes wrong in a turn, until `end`. */
  listen(responseId: string): { readonly problems: readonly string[]; end(): void };
}

export function createFunctionLog(): FunctionLog {
  const turns = new Map<string, string[]>();
  return {
    hear(severity, message, fields) {
      const problems = turns.get(String(fields.turn));
      if (!problems || (severity !== 'ERROR' && severity !== 'WARNING')) return;
      const why = fields.stack_trace ?? fields.reason;
      const reason = typeof why === 'string' ? `: ${why.split('\n')[0]}` : '.';
      problems.push(`The function's log says "${message}", and it answered ${fields.status} all the same${reason}`);
    },
    listen(responseId) {
      const problems: string[] = [];
      turns.set(responseId, problems);
      return { problems, end: () => void turns.delete(responseId) };
    },
  };
}
