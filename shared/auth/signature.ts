import { createRequire } from 'node:module';
import { WebhookError } from '../errors.ts';
import { ISSUERS, MAX_SECONDS_TO_EXPIRY } from './claims.ts';
import { refusal } from './refusals.ts';
import type { AuthSettings } from './settings.ts';
import type { Token } from './token.ts';

/** Throws unless the key signed the token. */
export type CheckSignature = (token: Token, pem: string, audiences: AuthSettings['audiences']) => Promise<void>;

/**
 * Loads the verifier of google-auth-library, off the path of a cold start: next to a loaded functions-framework this deep
 * path takes 11 ms, the whole package 24 ms. The path is no public API: the version is pinned, and a test proves that both
 * give the same class. (`build/src/crypto`, 2 ms, is only node:crypto under another name: it knows nothing of tokens.)
 */
export async function loadSignatureCheck(): Promise<CheckSignature> {
  const { OAuth2Client } = requireLibrary();
  const client = new OAuth2Client();

  return async function checkSignature({ text, keyId }, pem, audiences) {
    try {
      // A computed key, so that a key called `__proto__` is one like any other.
      const certificates = { [keyId]: pem };
      // Without audiences this call accepts every audience: it must never get undefined.
      await client.verifySignedJwtWithCertsAsync(text, certificates, [...audiences], ISSUERS, MAX_SECONDS_TO_EXPIRY);
    } catch {
      // Not even as a cause: the library's messages quote the whole token.
      throw refusal('signature');
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
