import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import type { Attempt } from './effect.ts';
import type { Fault } from './faults.ts';
import { type Received, type Sending, send } from './send.ts';

export interface AttemptLimits {
  /** Attempts of one call. */
  readonly attempts: number;
  /** Statuses after which CX asks again. */
  readonly retriedStatuses: readonly number[];
}

export interface Attempted {
  /** What CX goes on with: of the last attempt. */
  readonly received: Received;
  readonly attempts: readonly Attempt[];
}

/** Sends the request, and once more after a failure that may have passed. */
export async function attempt(
  sending: Sending,
  { fault, limits, now }: { fault: Fault | undefined; limits: AttemptLimits; now: () => number },
): Promise<Attempted> {
  const attempts: Attempt[] = [];
  for (;;) {
    const at = now();
    const start = performance.now();
    const { came, received } = await sendOnce(sending, fault, attempts.length === 0);
    attempts.push({
      at,
      ms: Math.round(performance.now() - start),
      httpStatus: came.httpStatus,
      responseBody: came.body,
      problem: received.failure?.problem ?? null,
    });
    if (!isTransient(received, limits) || attempts.length >= limits.attempts) return { received, attempts };
  }
}

function isTransient({ failure }: Received, { retriedStatuses }: AttemptLimits): boolean {
  if (failure?.kind === 'status') return retriedStatuses.includes(failure.httpStatus);
  return failure?.kind === 'timeout' || failure?.kind === 'connection';
}

/** What came over the wire, and what CX has of it: a fault is the difference. */
interface Once {
  readonly came: Received;
  readonly received: Received;
}

/** One attempt, with what its fault does to it. */
async function sendOnce(sending: Sending, fault: Fault | undefined, isFirst: boolean): Promise<Once> {
  if (fault?.kind === '503') return same(judge({ httpStatus: 503, body: null }));
  const start = performance.now();
  const came = judge(await send({ ...sending, drop: fault?.kind === 'drop' }));
  if (fault === undefined || came.httpStatus === null) return same(came);
  switch (fault.kind) {
    case 'drop':
      return same(came);
    case 'timeout':
      return lost(came, sending);
    case 'duplicate':
      return isFirst ? lost(came, sending) : same(came);
    case 'slow': {
      const left = sending.timeoutMs - (performance.now() - start);
      await wait(Math.max(0, Math.min(fault.ms, left)));
      return fault.ms > left ? lost(came, sending) : same(came);
    }
  }
}

function same(came: Received): Once {
  return { came, received: came };
}

/** The webhook has answered, and CX does not get it. */
function lost(came: Received, { timeoutMs }: Sending): Once {
  const problem = `No answer came within ${timeoutMs} ms: a fault has kept it back.`;
  return { came, received: { httpStatus: null, body: null, failure: { kind: 'timeout', problem } } };
}

/** An answer is one if its status is of the 2xx: CX's page on errors lists no other rule. */
function judge(received: Received): Received {
  const { httpStatus, failure } = received;
  if (failure || httpStatus === null || (httpStatus >= 200 && httpStatus < 300)) return received;
  return { ...received, failure: { kind: 'status', httpStatus, problem: `The webhook answered ${httpStatus}.` } };
}
