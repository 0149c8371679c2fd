import { type ErrorCode, WebhookError } from '../errors.ts';

/**
 * Every way to be turned away, in fixed words. They go into the answer and the log, so nothing of the credential is ever
 * put into them; and an error of google-auth-library never leaves `signature.ts`, because its text holds the whole token.
 */
const REFUSALS = {
  none: ['unauthenticated', 'Send a Google ID token: Authorization: Bearer <token>.'],
  ambiguous: ['unauthenticated', 'The request carries more than one credential: send exactly one.'],
  malformed: ['unauthenticated', 'The credential is not a Bearer ID token.'],
  'too-long': ['unauthenticated', 'The credential is longer than 8 KiB.'],
  algorithm: ['unauthenticated', 'The ID token is not signed with RS256 and a named key.'],
  critical: ['unauthenticated', 'The ID token demands an extension that is not understood here.'],
  'signature-removed': [
    'unauthenticated',
    'The ID token has lost its signature: a service that leaves the check to Cloud Run needs WEBHOOK_AUTH=iam.',
  ],
  'signature-kept': [
    'unauthenticated',
    'Cloud Run has not checked this ID token: let the service require authentication, or set WEBHOOK_AUTH=id-token.',
  ],
  issuer: ['unauthenticated', 'The ID token was not issued by Google.'],
  audience: ['unauthenticated', 'The ID token is meant for another audience: WEBHOOK_AUDIENCES lists those accepted.'],
  times: ['unauthenticated', 'The ID token does not say when it was issued and when it expires.'],
  lifetime: ['unauthenticated', 'The ID token lives longer than 24 hours.'],
  early: ['unauthenticated', 'The ID token is not valid yet.'],
  expired: ['unauthenticated', 'The ID token has expired.'],
  key: ['unauthenticated', 'The ID token names a key that its issuer does not publish.'],
  signature: ['unauthenticated', 'The signature of the ID token is wrong.'],
  email: ['forbidden', 'The e-mail address in the ID token is not verified.'],
  caller: ['forbidden', 'The caller is not listed in WEBHOOK_CALLERS.'],
} as const satisfies { readonly [reason: string]: readonly [ErrorCode, string] };

export type Refusal = keyof typeof REFUSALS;

/** What a request without any credential is told. Its answer differs from the others (RFC 6750 section 3.1). */
export const NO_CREDENTIAL = REFUSALS.none[1];

export type Refuse = (reason: Refusal) => WebhookError;

/** Makes the error for one refusal: `throw refusal('expired')`. */
export const refusal: Refuse = (reason) => {
  const [code, message] = REFUSALS[reason];
  return new WebhookError(code, message);
};
