import { writeSync } from 'node:fs';
import { Entry, type LogEntry } from '@google-cloud/logging/build/src/entry.js';
import { LogSync } from '@google-cloud/logging/build/src/log-sync.js';
import type { Trace } from './serve/trace.ts';
import type { JsonObject } from './wire.ts';

/** Severities of Cloud Logging that a webhook uses (log_severity.proto). */
export type Severity = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR';

/** Writes one line of structured JSON, which Cloud Run makes a log entry. Never throws. */
export type Log = (severity: Severity, message: string, fields: JsonObject, trace: Trace | null) => void;

/** Where lines go. */
export interface LogTransport {
  write(line: string): unknown;
}

/**
 * A log through `@google-cloud/logging`'s `LogSync`, taken by its deep path: the whole package loads gRPC, 160 ms against
 * 19 ms (docs/decisions). `projectId` makes the trace a link; without it the bare trace id is sent, which Cloud Logging
 * takes too.
 */
export function createLog(projectId: string | undefined, transport: LogTransport): Log {
  const write = createWriter(projectId, transport);
  return (...line) => write([toEntry(projectId, line)]);
}

/**
 * The log of the process, on standard output: lines of one turn of the event loop are made and written together, at its end
 * or that of the process. Under load this halves what a line costs.
 */
export function createProcessLog(projectId: string | undefined): Log {
  const output = openOutput();
  const write = createWriter(projectId, output);
  let waiting: Entry[] = [];
  function flush(): void {
    const entries = waiting;
    waiting = [];
    write(entries);
    output.flush();
  }
  process.on('exit', () => waiting.length > 0 && flush());
  return (...line) => {
    if (waiting.length === 0) setImmediate(flush);
    waiting.push(toEntry(projectId, line));
  };
}

function createWriter(projectId: string | undefined, transport: LogTransport): (entries: Entry[]) => void {
  const logging = {
    projectId: projectId ?? '-',
    entry: (metadata: object, data: object) => new Entry(metadata, data),
  };
  const sync = new LogSync(logging as never, 'cx-webhook', transport as never);
  return (entries) => sync.write(entries);
}

function toEntry(projectId: string | undefined, [severity, message, fields, trace]: Parameters<Log>): Entry {
  // Fields as metadata, which go to the top level too: as data they would be copied deeply once more.
  const metadata: LogEntry = { ...fields, severity };
  if (trace) {
    metadata.trace = projectId ? `projects/${projectId}/traces/${trace.traceId}` : trace.traceId;
    metadata.traceSampled = trace.sampled;
    if (trace.spanId) metadata.spanId = trace.spanId;
  }
  return new Entry(metadata, message);
}

/**
 * Standard output past its stream, whose machinery costs more than the write. What a full pipe does not take, and all that
 * follows until it has, goes through the stream. A reader that went away (EPIPE) must not end the function.
 */
function openOutput(): LogTransport & { flush(): void } {
  const { stdout } = process;
  stdout.on('error', () => {});
  let lines = '';
  return {
    write(line) {
      lines += line;
    },
    flush() {
      const chunk = Buffer.from(lines);
      lines = '';
      const written = stdout.writableLength > 0 ? 0 : writeNow(stdout.fd, chunk);
      if (written < chunk.length) stdout.write(chunk.subarray(written));
    },
  };
}

/** How many bytes the file took: 0 where a pipe is full (EAGAIN) or its reader is gone. */
function writeNow(file: number, chunk: Buffer): number {
  try {
    return writeSync(file, chunk);
  } catch {
    return 0;
  }
}
