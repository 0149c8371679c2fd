import { createRequire } from 'node:module';
import { WebhookError } from '../errors.ts';
import { MAX_SECONDS_TO_EXPIRY } from './claims.ts';
import type { Refuse } from './refusals.ts';
import type { AtLeastOne } from './settings.ts';
import type { Token } from './token.ts';

/** What the library compares once more. It knows no list in `aud`: where issuers send one, the claims' check has to do. */
export interface Expected {
  readonly issuers: readonly string[];
  readonly audiences: AtLeastOne<string> | 'checked';
}

/** Throws unless the key signed the token. */
export type CheckSignature = (token: Token, pem: string, expected: Expected) => Promise<void>;

/**
 * Loads the verifier of google-auth-library, off the path of a cold start: next to a loaded functions-framework this deep
 * path takes 11 ms, the whole package 24 ms. The path is no public API: the version is pinned, and a test proves that both
 * give the same class. (`build/src/crypto`, 2 ms, is only node:crypto under another name: it knows nothing of tokens.)
 */
export async function loadSignatureCheck(refuse: Refuse): Promise<CheckSignature> {
  const { OAuth2Client } = requireLibrary();
  const client = new OAuth2Client();

  return async function checkSignature({ text, keyId }, pem, { issuers, audiences }) {
    // Without audiences the library accepts every audience: only a word can ask for that, never a list that is missing.
    const audience = audiences === 'checked' ? undefined : [...audiences];
    try {
      // A computed key, so that a key called `__proto__` is one like any other.
      const certificates = { [keyId]: pem };
      await client.verifySignedJwtWithCertsAsync(text, certificates, audience, [...issuers], MAX_SECONDS_TO_EXPIRY);
    } catch {
      // Not even as a cause: the library's messages quote the whole token.
      throw refuse('signature');
    }
  };
}

/** By `require`: `import` of a CommonJS module reads its exports from the source first. */
function requireLibrary(): typeof import('google-auth-library/build/src/auth/oauth2client.js') {
  try {
    return createRequire(import.meta.url)('google-auth-library/build/src/auth/oauth2client.js');
  } catch (cause) {
    throw new WebhookError('internal', 'google-auth-library could not be loaded: install it with npm ci.', { cause });
  }
}
