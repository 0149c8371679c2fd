import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { LogEntry } from '@google-cloud/logging/build/src/entry.js';
import type { Trace } from './serve/trace.ts';
import type { JsonObject } from './wire.ts';

/** Severities of Cloud Logging that a webhook uses (log_severity.proto). */
export type Severity = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR';

/**
 * Writes one line of structured JSON, which Cloud Run makes a log entry. Never throws. `fields` stand beside `severity` and
 * `message` on the entry's top level: they must not have the names of a LogEntry's own fields (`labels`, `timestamp`, ...).
 */
export type Log = (severity: Severity, message: string, fields: JsonObject, trace: Trace | null) => void;

/** Where lines go. */
export interface LogTransport {
  write(line: string): unknown;
}

/** One line that is not yet an entry. */
interface Line {
  readonly arguments: Parameters<Log>;
  readonly timestamp: Date;
}

/**
 * A log through `@google-cloud/logging`'s `LogSync`. `projectId` makes the trace a link; without it the bare trace id is sent,
 * which Cloud Logging takes too.
 */
export function createLog(projectId: string | undefined, transport: LogTransport): Log {
  const write = createWriter(projectId, transport);
  return (...line) => write([{ arguments: line, timestamp: new Date() }]);
}

/** Milliseconds until a full pipe is tried again, and for how long that is done when the process ends. */
const RETRY_AFTER = 10;
const RETRY_AT_EXIT = 1_000;

/**
 * The log of the process, on standard output: lines of one turn of the event loop are made and written together, at its end
 * or that of the process. Under load that is cheaper, and the first answer need not wait until the library is loaded.
 */
export function createProcessLog(projectId: string | undefined): Log {
  const output = openOutput();
  let write: ((lines: readonly Line[]) => void) | undefined;
  let waiting: Line[] = [];
  let isScheduled = false;
  function flush(): boolean {
    if (waiting.length > 0) {
      write ??= createWriter(projectId, output);
      write(waiting);
      waiting = [];
    }
    return output.flush();
  }
  function flushUntilDone(): void {
    isScheduled = !flush();
    if (isScheduled) setTimeout(flushUntilDone, RETRY_AFTER);
  }
  process.on('exit', () => {
    for (const end = Date.now() + RETRY_AT_EXIT; !flush() && Date.now() < end; ) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_AFTER);
    }
  });
  return (...line) => {
    if (!isScheduled) setImmediate(flushUntilDone);
    isScheduled = true;
    waiting.push({ arguments: line, timestamp: new Date() });
  };
}

/**
 * The classes by their deep paths: the whole package loads gRPC, 160 ms against 19 ms (docs/decisions). By `require`: `import`
 * of a CommonJS module reads its exports from the source first.
 */
function requireLibrary() {
  const require = createRequire(import.meta.url);
  const {
    Entry,
  }: typeof import('@google-cloud/logging/build/src/entry.js') = require('@google-cloud/logging/build/src/entry.js');
  const {
    LogSync,
  }: typeof import('@google-cloud/logging/build/src/log-sync.js') = require('@google-cloud/logging/build/src/log-sync.js');
  return { Entry, LogSync };
}

function createWriter(projectId: string | undefined, transport: LogTransport): (lines: readonly Line[]) => void {
  const { Entry, LogSync } = requireLibrary();
  // What LogSync asks of a `Logging`, whose class would bring gRPC along.
  const logging = {
    projectId: projectId ?? '-',
    entry: (metadata: LogEntry, data: unknown) => new Entry(metadata, data),
  };
  const sync = new LogSync(logging as never, 'cx-webhook', transport as never);
  return (lines) => sync.write(lines.map((line) => new Entry(toMetadata(projectId, line), line.arguments[1])));
}

/** The fields go here too, which puts them on the top level: as data they would be copied deeply once more. */
function toMetadata(
  projectId: string | undefined,
  { arguments: [severity, , fields, trace], timestamp }: Line,
): LogEntry {
  const metadata: LogEntry = { ...fields, severity, timestamp };
  if (trace) {
    metadata.trace = projectId ? `projects/${projectId}/traces/${trace.traceId}` : trace.traceId;
    metadata.traceSampled = trace.sampled;
    if (trace.spanId) metadata.spanId = trace.spanId;
  }
  return metadata;
}

/**
 * Standard output past its stream, whose machinery costs more than the write, and which loses what it holds when the process
 * exits. `flush` says whether all is out: a full pipe takes the rest later.
 */
function openOutput(): LogTransport & { flush(): boolean } {
  let lines = '';
  let rest: Buffer = Buffer.alloc(0);
  return {
    write(line) {
      lines += line;
    },
    flush() {
      const chunk = rest.length > 0 ? Buffer.concat([rest, Buffer.from(lines)]) : Buffer.from(lines);
      lines = '';
      rest = chunk.subarray(writeNow(chunk));
      return rest.length === 0;
    },
  };
}

/** How many bytes standard output took: none where the pipe is full; all, to nowhere, where its reader is gone. */
function writeNow(chunk: Buffer): number {
  try {
    return chunk.length > 0 ? writeSync(1, chunk) : 0;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? 0 : chunk.length;
  }
}
