/** Something that goes wrong with a call on purpose. */
export interface Fault {
  /** The calls with this tag alone; `null`: every call. */
  readonly tag: string | null;
  readonly kind: FaultKind;
  /** Milliseconds by which an answer is late; 0 for the other kinds. */
  readonly ms: number;
}

/**
 * What happens to the requests of a call. All but `503` reach the webhook, which has then done its work:
 *
 * - `timeout`: no answer comes in time, on either attempt; nobody waits for it.
 * - `503`: the platform answers in the webhook's place, on either attempt; the webhook never hears of it.
 * - `slow`: each answer comes so much later.
 * - `duplicate`: the first answer is lost, CX asks again and takes the second.
 * - `drop`: the connection is reset when the answer begins, on either attempt.
 */
export type FaultKind = (typeof KINDS)[number];
const KINDS = ['timeout', '503', 'slow', 'duplicate', 'drop'] as const;

export type Faults = readonly Fault[];

/** The words of a fault cannot be read: a sentence. */
export class FaultError extends Error {
  override readonly name = 'FaultError';
}

/** A day: what is later is a mistake. Milliseconds. */
const MAX_DELAY = 86_400_000;

/**
 * Reads a fault as it is written on the command line.
 *
 * @example
 * parseFault('booking:slow=1200'); // { tag: 'booking', kind: 'slow', ms: 1200 }
 */
export function parseFault(text: string): Fault {
  // A tag may have colons, a fault has none.
  const colon = text.lastIndexOf(':');
  const tag = colon < 0 ? null : text.slice(0, colon);
  const [kind = '', ms, ...rest] = text.slice(colon + 1).split('=');
  if (tag === '')
    throw new FaultError(`The fault "${text}" has no tag before its colon: leave both out for every call.`);
  if (!isKind(kind) || rest.length > 0) {
    throw new FaultError(`There is no fault "${text}": use timeout, 503, slow=MS, duplicate or drop, or TAG:timeout.`);
  }
  if (kind !== 'slow') {
    if (ms !== undefined) throw new FaultError(`The fault ${kind} takes no value: "${text}".`);
    return { tag, kind, ms: 0 };
  }
  if (!/^\d+$/.test(ms ?? '') || Number(ms) > MAX_DELAY) {
    throw new FaultError(`The fault slow needs milliseconds, such as slow=1200, not "${text}".`);
  }
  return { tag, kind, ms: Number(ms) };
}

/** The fault of a call: its tag's own before one that is for every call, the first of several. */
export function faultOf(faults: Faults, tag: string): Fault | undefined {
  return faults.find((fault) => fault.tag === tag) ?? faults.find((fault) => fault.tag === null);
}

function isKind(kind: string): kind is FaultKind {
  return (KINDS as readonly string[]).includes(kind);
}
