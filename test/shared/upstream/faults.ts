import type { Fault } from '../../../dev/upstreams/server.ts';
import { UpstreamError } from '../../../shared/upstream/http.ts';

/** Every fault of a stand-in, and what a client says of it that gives up after its retries. */
export const FAULTS: readonly [fault: Fault, failure: { reason: string; sentence: string }, tries: 1 | 'all'][] = [
  [{ kind: 'hang' }, { reason: 'timeout', sentence: 'did not answer in time.' }, 'all'],
  [{ kind: 'status', status: 500 }, { reason: 'status', sentence: 'answered with HTTP status 500.' }, 1],
  [{ kind: 'status', status: 503 }, { reason: 'status', sentence: 'answered with HTTP status 503.' }, 'all'],
  [
    { kind: 'status', status: 429, retryAfter: 0 },
    { reason: 'status', sentence: 'answered with HTTP status 429.' },
    'all',
  ],
  [
    { kind: 'status', status: 429, retryAfter: 60 },
    { reason: 'status', sentence: 'answered with HTTP status 429.' },
    1,
  ],
  [{ kind: 'garbage' }, { reason: 'invalid', sentence: 'sent an answer of an unexpected form.' }, 1],
  [{ kind: 'oversized' }, { reason: 'too-large', sentence: 'sent more than this client reads.' }, 1],
  [{ kind: 'endless' }, { reason: 'too-large', sentence: 'sent more than this client reads.' }, 1],
  [{ kind: 'drop' }, { reason: 'unreachable', sentence: 'could not be reached (UND_ERR_SOCKET).' }, 'all'],
  [{ kind: 'cut' }, { reason: 'unreachable', sentence: 'could not be reached (UND_ERR_SOCKET).' }, 'all'],
  [
    { kind: 'redirect', to: 'http://127.0.0.1:9/' },
    { reason: 'status', sentence: 'answered with HTTP status 302.' },
    1,
  ],
];

/** Nobody waits long for the retries; tries of all but what hangs have more time than a busy machine needs. */
export function impatient(fault?: Fault) {
  return { tryMs: fault?.kind === 'hang' ? 100 : 10_000, usualMs: 20, pauseMs: 1, failures: 20 };
}

/** All that an `UpstreamError` says, whole. */
export async function failureOf(answer: Promise<unknown>) {
  const error = await answer.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof UpstreamError)) throw new Error('It did not fail with an UpstreamError.', { cause: error });
  return { reason: error.reason, message: error.message };
}

/** Everything that an error carries to wherever it is logged. */
export async function tracesOf(answer: Promise<unknown>): Promise<string> {
  const error: Error = await answer.then(
    () => new Error('It did not fail.'),
    (thrown) => thrown,
  );
  return [error.message, error.stack, JSON.stringify(error), String(error.cause)].join('\n');
}
