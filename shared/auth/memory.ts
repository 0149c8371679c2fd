import { hash } from 'node:crypto';
import type { Caller } from './claims.ts';

/** Tokens. One serves an agent and a function for as long as it lives, so this is room for 200 such pairs in some 30 KB. */
const CAPACITY = 200;

/** The credentials that were accepted, each until its token expires. */
export interface Memory {
  recall(credential: string, now: number): Caller | undefined;
  remember(credential: string, caller: Caller, expiresAt: number): void;
}

/**
 * The key is the credential's SHA-256: it costs what looking up the whole text costs (0.9 µs for 700 characters), keeps the
 * memory small whatever the tokens' length, and leaves no usable credential in it for a heap dump to show.
 */
export function createMemory(): Memory {
  const known = new Map<string, { readonly caller: Caller; readonly expiresAt: number }>();
  return {
    recall(credential, now) {
      const entry = known.get(digest(credential));
      return entry !== undefined && now < entry.expiresAt ? entry.caller : undefined;
    },
    remember(credential, caller, expiresAt) {
      const key = digest(credential);
      known.delete(key);
      const [oldest] = known.keys();
      if (oldest !== undefined && known.size >= CAPACITY) known.delete(oldest);
      known.set(key, { caller, expiresAt });
    },
  };
}

function digest(credential: string): string {
  return hash('sha256', credential, 'base64');
}
