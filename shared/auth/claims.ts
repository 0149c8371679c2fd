import { type Refuse, refusal } from './refusals.ts';
import type { GoogleSettings } from './settings.ts';
import type { Token } from './token.ts';

/** Who has called, proved: an account of Google, a client of another issuer, or somebody who knows the secret. */
export type Caller = { readonly email: string } | { readonly subject: string } | { readonly knows: 'secret' };

/** Google writes its name in both ways (developers.google.com/identity/openid-connect, "Validating an ID token"). */
export const ISSUERS = ['https://accounts.google.com', 'accounts.google.com'];

/** Seconds that two clocks may differ. google-auth-library allows 300; machines that keep time by NTP are within one. */
const CLOCK_SKEW = 30;

/** Seconds from `iat` to `exp` at most: google-auth-library's `DEFAULT_MAX_TOKEN_LIFETIME_SECS_`. Google's live 3,600. */
const MAX_LIFETIME = 24 * 60 * 60;

/** How far ahead, in seconds, the `exp` of a token that passes `checkClaims` can lie. */
export const MAX_SECONDS_TO_EXPIRY = MAX_LIFETIME + CLOCK_SKEW;

/** Checks who issued the token, for whom, and for when. Returns when it expires, in milliseconds since the epoch. */
export function checkClaims(claims: Token['claims'], audiences: GoogleSettings['audiences'], now: number): number {
  if (!isOneOf(ISSUERS, claims.iss)) throw refusal('issuer');
  // A list of audiences is legal (RFC 7519 section 4.1.3), but Google never issues one.
  if (!isOneOf(audiences, claims.aud)) throw refusal('audience');
  return checkTimes(claims, now, refusal);
}

/** The times of a token of any issuer. Returns when it expires, in milliseconds since the epoch. */
export function checkTimes(claims: Token['claims'], now: number, refuse: Refuse): number {
  const { iat, exp, nbf = iat } = claims;
  if (!isTime(iat) || !isTime(exp) || !isTime(nbf)) throw refuse('times');
  if (exp - iat > MAX_LIFETIME) throw refuse('lifetime');
  const seconds = now / 1000;
  if (Math.max(iat, nbf) > seconds + CLOCK_SKEW) throw refuse('early');
  // "On or after" `exp` it is over: RFC 7519 section 4.1.4.
  if (exp <= seconds - CLOCK_SKEW) throw refuse('expired');
  return exp * 1000;
}

/** Checks that a genuine token belongs to somebody who may call. */
export function checkCaller(claims: Token['claims'], callers: GoogleSettings['callers']): Caller {
  const { email, email_verified } = claims;
  if (email_verified !== true) throw refusal('email');
  if (!isOneOf(callers, email)) throw refusal('caller');
  return { email };
}

export function isOneOf(list: readonly string[], value: unknown): value is string {
  return typeof value === 'string' && list.includes(value);
}

/** JSON can hold 1e999, which is read as Infinity. */
function isTime(value: unknown): value is number {
  return Number.isFinite(value);
}
