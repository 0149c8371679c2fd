import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { type ErrorCode, WebhookError } from '../errors.ts';
import { parseObject } from './certificates.ts';
import { checkTimes, isOneOf } from './claims.ts';
import { pickCredential } from './credential.ts';
import type { Refusal, Refuse } from './refusals.ts';
import type { OAuthSettings } from './settings.ts';
import type { TokenRules } from './token.ts';

/** In fixed words, as those for ID tokens: nothing of the credential is ever put into them. */
const REFUSALS = {
  none: ['unauthenticated', 'Send an access token: Authorization: Bearer <token>.'],
  ambiguous: ['unauthenticated', 'The request carries more than one credential: send exactly one.'],
  malformed: ['unauthenticated', 'The credential is not a Bearer token in the form of a JWT.'],
  'too-long': ['unauthenticated', 'The credential is longer than 8 KiB.'],
  algorithm: ['unauthenticated', 'The access token is not signed with RS256 or ES256 and a named key.'],
  critical: ['unauthenticated', 'The access token demands an extension that is not understood here.'],
  issuer: ['unauthenticated', 'The access token was not issued by WEBHOOK_ISSUER.'],
  audience: [
    'unauthenticated',
    'The access token is meant for another audience: WEBHOOK_AUDIENCES lists those accepted.',
  ],
  times: ['unauthenticated', 'The access token does not say when it was issued and when it expires.'],
  lifetime: ['unauthenticated', 'The access token lives longer than 24 hours.'],
  early: ['unauthenticated', 'The access token is not valid yet.'],
  expired: ['unauthenticated', 'The access token has expired.'],
  key: ['unauthenticated', 'The access token names a key that its issuer does not publish for its algorithm.'],
  signature: ['unauthenticated', 'The signature of the access token is wrong.'],
  caller: ['forbidden', 'The caller is not listed in WEBHOOK_CALLERS.'],
} as const satisfies { readonly [reason in Exclude<Refusal, OfGoogle>]: readonly [ErrorCode, string] };

/** What only Google's tokens are refused for. */
type OfGoogle = 'signature-removed' | 'signature-kept' | 'email';

const refuse: Refuse = (reason) => {
  const [code, message] = REFUSALS[reason as Exclude<Refusal, OfGoogle>];
  // RFC 6750 section 3.1: who sent no credential at all is told the scheme, and no error code.
  return new WebhookError(code, message, reason === 'none' ? { headers: { 'www-authenticate': 'Bearer' } } : {});
};

/** What most issuers sign with. RSA and elliptic keys cannot be taken for one another: see `nameKey`. */
const ALGORITHMS = ['RS256', 'ES256'] as const;

/** `oauth`: the caller has a token of an issuer of yours, a JWT that CX gets for its client id and secret. */
export function oauthRules({ mode, issuer, audiences, callers, keysUrl }: OAuthSettings): TokenRules {
  return {
    algorithms: ALGORITHMS,
    refuse,
    keysUrl,
    parseKeys: parseKeySet,
    nameKey: ({ algorithm, keyId }) => keyName(algorithm, keyId),
    pick: (headers) => pickCredential(headers, mode, refuse),
    checkClaims({ claims }, now) {
      if (claims.iss !== issuer) throw refuse('issuer');
      // RFC 7519 section 4.1.3: one, or a list of which one has to be ours.
      const meantFor: readonly unknown[] = Array.isArray(claims.aud) ? claims.aud : [claims.aud];
      if (!meantFor.some((audience) => isOneOf(audiences, audience))) throw refuse('audience');
      return checkTimes(claims, now, refuse);
    },
    checkCaller({ claims: { sub } }) {
      // By `sub`, which no two of an issuer share (RFC 7519 section 4.1.2). Not by the client: a person who signs in
      // with it would pass, too.
      if (callers !== 'everybody' && !isOneOf(callers, sub)) throw refuse('caller');
      return { subject: typeof sub === 'string' ? sub : '' }; // some issuers leave it out of a client's token
    },
    expected: { issuers: [issuer], audiences: 'checked' },
  };
}

/** An algorithm is part of its key's name, so that no token can have a key used with another algorithm. */
function keyName(algorithm: string, keyId: string): string {
  return `${algorithm} ${keyId}`;
}

/** A JWK Set. A key that is not for this, or that nobody can read, is left out: RFC 7517 section 5. */
function parseKeySet(body: string): ReadonlyMap<string, string> {
  const { keys } = parseObject(body) as { readonly keys?: unknown };
  if (!Array.isArray(keys)) throw new Error('The certificates URL answered no JWK Set.');
  return new Map(keys.map(parseKey).filter((entry) => entry !== undefined));
}

function parseKey(jwk: JsonWebKey | null): [string, string] | undefined {
  // `d` is the private part: what an issuer gives away, anybody can sign with.
  if (typeof jwk !== 'object' || typeof jwk?.kid !== 'string' || 'd' in jwk) return undefined;
  if (jwk.use !== undefined && jwk.use !== 'sig') return undefined;
  if (jwk.key_ops !== undefined && !(Array.isArray(jwk.key_ops) && jwk.key_ops.includes('verify'))) return undefined;
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    const algorithm = algorithmOf(key.asymmetricKeyType, key.asymmetricKeyDetails);
    if (algorithm === undefined || (jwk.alg !== undefined && jwk.alg !== algorithm)) return undefined;
    return [keyName(algorithm, jwk.kid), key.export({ type: 'spki', format: 'pem' }).toString()];
  } catch {
    return undefined;
  }
}

/** RFC 7518 sections 3.3 and 3.4: RSA of 2,048 bits at least; the curve P-256, which OpenSSL calls prime256v1. */
function algorithmOf(
  type: string | undefined,
  { modulusLength = 0, namedCurve }: { modulusLength?: number; namedCurve?: string } = {},
): (typeof ALGORITHMS)[number] | undefined {
  if (type === 'rsa' && modulusLength >= 2048) return 'RS256';
  return type === 'ec' && namedCurve === 'prime256v1' ? 'ES256' : undefined;
}
