import type { LogTransport } from '../../shared/log.ts';

/** What is shown of a line. */
interface Line {
  readonly severity: string;
  readonly message: string;
  readonly function: string;
  readonly status?: number;
  readonly milliseconds?: number;
  readonly reason?: string;
  readonly stack_trace?: string;
}

/** Turns the log's JSON into lines for a person who watches: `12:03:11  weather ok  200 in 14 ms`. */
export function readableLog(out: LogTransport, now: () => Date = () => new Date()): LogTransport {
  return {
    write(json) {
      const line = JSON.parse(json) as Line;
      // The logging library introduces itself once per process.
      if ('logging.googleapis.com/diagnostic' in line) return;
      out.write(`${now().toTimeString().slice(0, 8)}  ${describe(line)}\n`);
    },
  };
}

function describe({ severity, message, function: name, status, milliseconds, reason, stack_trace }: Line): string {
  // The line at the end of a call begins with the function's name; what a handler writes does not.
  const told = status === undefined ? `${name}: ${message}` : `${message}  ${status} in ${milliseconds} ms`;
  const line = [severity === 'INFO' ? told : `${severity} ${told}`, reason].filter(Boolean).join('  ');
  return stack_trace ? `${line}\n${stack_trace}` : line;
}
