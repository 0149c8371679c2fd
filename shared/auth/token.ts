import type { HttpHeaders } from '../http.ts';
import type { ParseKeys } from './certificates.ts';
import type { Caller } from './claims.ts';
import { type Refuse, refusal } from './refusals.ts';
import type { Expected } from './signature.ts';

/** What a token says: nobody has proved any of it yet. */
export interface Token {
  /** The three segments as they came. */
  readonly text: string;
  /** One of those that its kind allows. */
  readonly algorithm: string;
  readonly keyId: string;
  readonly claims: { readonly [claim: string]: unknown };
  readonly signature: string;
}

/** What is expected of a token before anything in it counts, and the words with which it is turned away. */
export interface TokenKind {
  /** RFC 8725 section 3.1: the verifier names the algorithms, never the token. */
  readonly algorithms: readonly string[];
  readonly refuse: Refuse;
}

/** How the tokens of one issuer are verified. Whatever is refused is thrown. */
export interface TokenRules extends TokenKind {
  /** Takes the one header value that can be the credential. */
  readonly pick: (headers: HttpHeaders) => string;
  readonly keysUrl: string;
  readonly parseKeys: ParseKeys;
  /** The name, among the keys that were parsed, of the one that should have signed it. */
  readonly nameKey: (token: Token) => string;
  /** Who issued it, for whom, and for when. Returns when it expires, in milliseconds since the epoch. */
  readonly checkClaims: (token: Token, now: number) => number;
  /** Whether its subject may call. */
  readonly checkCaller: (token: Token) => Caller;
  readonly expected: Expected;
}

/** Google's. */
export const ID_TOKEN: TokenKind = { algorithms: ['RS256'], refuse: refusal };

/** What Cloud Run puts in place of a signature that it has checked (Cloud Run troubleshooting, "Identity token signature"). */
export const SIGNATURE_REMOVED = 'SIGNATURE_REMOVED_BY_GOOGLE';

/** Characters. Google's ID tokens have about 800; Node itself takes 16 KiB for all headers (`--max-http-header-size`). */
const MAX_TOKEN_LENGTH = 8 * 1024;

// RFC 9110 section 11.1: the scheme's name is case-insensitive. RFC 7515 section 7.1: three base64url segments.
const BEARER_TOKEN = /^Bearer +(?<text>(?<header>[\w-]+)\.(?<payload>[\w-]+)\.(?<signature>[\w-]+))$/i;

/** Decodes `Bearer <token>` and refuses everything that google-auth-library must never get to see. */
export function decodeToken(credential: string, { algorithms, refuse }: TokenKind): Token {
  if (credential.length > MAX_TOKEN_LENGTH + 'Bearer '.length) throw refuse('too-long');
  const parts = BEARER_TOKEN.exec(credential)?.groups as
    | { text: string; header: string; payload: string; signature: string }
    | undefined;
  if (parts === undefined) throw refuse('malformed');
  const header = decodeObject(parts.header);
  const claims = decodeObject(parts.payload);
  if (header === undefined || claims === undefined) throw refuse('malformed');
  // Keys that a token brings along (`jwk`, `jku`, `x5u`, `x5c`) are not looked at.
  const { alg: algorithm, kid: keyId } = header;
  if (typeof algorithm !== 'string' || !algorithms.includes(algorithm)) throw refuse('algorithm');
  if (typeof keyId !== 'string') throw refuse('algorithm');
  // RFC 7515 section 4.1.11: who does not understand a critical extension must refuse.
  if (Object.hasOwn(header, 'crit')) throw refuse('critical');
  return { text: parts.text, algorithm, keyId, claims, signature: parts.signature };
}

function decodeObject(segment: string): Token['claims'] | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(segment, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Token['claims'])
      : undefined;
  } catch {
    // The parser's message quotes the text.
    return undefined;
  }
}
