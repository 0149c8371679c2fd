import type { Caller } from './claims.ts';

/** Tokens. One serves an agent and a function for as long as it lives, so this is room for 200 such pairs in some 200 KB. */
const CAPACITY = 200;

/** The credentials that were accepted, each until its token expires. */
export interface Memory {
  recall(credential: string, now: number): Caller | undefined;
  remember(credential: string, caller: Caller, expiresAt: number): void;
}

/**
 * The key is the credential itself: a digest in its place takes one or two hundredths of a whole call under load, and hides
 * little, as the headers of the calls under way show their credentials too.
 */
export function createMemory(): Memory {
  const known = new Map<string, { readonly caller: Caller; readonly expiresAt: number }>();
  return {
    recall(credential, now) {
      const entry = known.get(credential);
      return entry !== undefined && now < entry.expiresAt ? entry.caller : undefined;
    },
    remember(credential, caller, expiresAt) {
      known.delete(credential);
      const [oldest] = known.keys();
      if (oldest !== undefined && known.size >= CAPACITY) known.delete(oldest);
      known.set(credential, { caller, expiresAt });
    },
  };
}
