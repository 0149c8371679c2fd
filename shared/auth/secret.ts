import { hash, timingSafeEqual } from 'node:crypto';
import type { Verifier } from '../auth.ts';
import { WebhookError } from '../errors.ts';
import { type HttpHeaders, headerValues } from '../http.ts';
import type { Secret, SecretSettings } from './settings.ts';

/** Every way to be turned away, in fixed words: the two forms of a secret, and what both have in common. */
const REFUSALS = {
  basic: {
    none: 'Send a user name and a password: Authorization: Basic <base64>.',
    wrong: 'The user name or the password is wrong.',
  },
  plain: {
    none: 'The header with the secret is missing.',
    wrong: 'The secret in the header is wrong.',
  },
  malformed: 'The credential is not one of basic authentication.',
  ambiguous: 'The request carries more than one credential: send exactly one.',
  'too-long': 'The credential is longer than 8 KiB.',
} as const;

/**
 * What a 401 has to name (RFC 9110 section 15.5.2). A header of one's own is no registered scheme, so this name says no more
 * than that there is one; that of the header is nobody's business.
 */
const CHALLENGES = {
  basic: 'Basic realm="webhook", charset="UTF-8"', // RFC 7617 sections 2 and 2.1
  plain: 'Secret realm="webhook"',
} as const;

/** Characters: what is longer is not even hashed. Node itself takes 16 KiB for all headers. */
const MAX_CREDENTIAL = 8 * 1024;

/** RFC 7617 section 2; the scheme's name is case-insensitive (RFC 9110 section 11.1). */
const BASIC = /^Basic +(?<credential>[A-Za-z0-9+/]+={0,2})$/i;

/** `secret`: the caller knows what the webhook of the agent was given: user name and password, a header, or both. */
export function createSecretVerifier({ secrets }: SecretSettings): Verifier {
  const challenge = CHALLENGES[secrets.some(({ form }) => form === 'basic') ? 'basic' : 'plain'];
  const refuse = (message: string) =>
    new WebhookError('unauthenticated', message, { headers: { 'www-authenticate': challenge } });
  const locks = secrets.map((secret) => createLock(secret, refuse));
  return {
    verify(headers) {
      for (const check of locks) check(headers);
      return { knows: 'secret' };
    },
    async prefetch() {},
  };
}

/** Throws unless the header brings the secret. */
type Check = (headers: HttpHeaders) => void;

function createLock({ header, form, values }: Secret, refuse: (message: string) => Error): Check {
  const words = REFUSALS[form];
  const expected = values.map((value) => digest(value));
  return function check(headers) {
    const [value, another] = headerValues(headers, header);
    if (value === undefined) throw refuse(words.none);
    if (another !== undefined) throw refuse(REFUSALS.ambiguous);
    if (value.length > MAX_CREDENTIAL) throw refuse(REFUSALS['too-long']);
    const given = form === 'basic' ? decodeBasic(value) : value;
    if (given === undefined) throw refuse(REFUSALS.malformed);
    if (!isOneOf(expected, digest(given))) throw refuse(words.wrong);
  };
}

function decodeBasic(value: string): Buffer | undefined {
  const credential = BASIC.exec(value)?.groups?.credential;
  return credential === undefined ? undefined : Buffer.from(credential, 'base64');
}

/** Of one length, so that the time a comparison takes tells neither a secret's length nor how much of it was right. */
function digest(secret: string | Buffer): Buffer {
  return hash('sha256', secret, 'buffer');
}

/** Looks at all of them, even after it has found one. */
function isOneOf(expected: readonly Buffer[], given: Buffer): boolean {
  return expected.filter((digested) => timingSafeEqual(digested, given)).length > 0;
}
