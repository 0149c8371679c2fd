import { refusal } from './refusals.ts';

/** What an ID token says: nobody has proved any of it yet. */
export interface Token {
  /** The three segments as they came. */
  readonly text: string;
  readonly keyId: string;
  readonly claims: { readonly [claim: string]: unknown };
  readonly signature: string;
}

/** What Cloud Run puts in place of a signature that it has checked (Cloud Run troubleshooting, "Identity token signature"). */
export const SIGNATURE_REMOVED = 'SIGNATURE_REMOVED_BY_GOOGLE';

/** Characters. Google's ID tokens have about 800; Node itself takes 16 KiB for all headers (`--max-http-header-size`). */
const MAX_TOKEN_LENGTH = 8 * 1024;

// RFC 9110 section 11.1: the scheme's name is case-insensitive. RFC 7515 section 7.1: three base64url segments.
const BEARER_TOKEN = /^Bearer +(?<text>(?<header>[\w-]+)\.(?<payload>[\w-]+)\.(?<signature>[\w-]+))$/i;

/** Decodes `Bearer <ID token>` and refuses everything that google-auth-library must never get to see. */
export function decodeToken(credential: string): Token {
  if (credential.length > MAX_TOKEN_LENGTH + 'Bearer '.length) throw refusal('too-long');
  const parts = BEARER_TOKEN.exec(credential)?.groups as
    | { text: string; header: string; payload: string; signature: string }
    | undefined;
  if (parts === undefined) throw refusal('malformed');
  const header = decodeObject(parts.header);
  const claims = decodeObject(parts.payload);
  if (header === undefined || claims === undefined) throw refusal('malformed');
  // RFC 8725 section 3.1: the verifier names the algorithm, never the token. Keys that a token brings along (`jwk`, `jku`,
  // `x5u`, `x5c`) are not looked at.
  if (header.alg !== 'RS256' || typeof header.kid !== 'string') throw refusal('algorithm');
  // RFC 7515 section 4.1.11: who does not understand a critical extension must refuse.
  if (Object.hasOwn(header, 'crit')) throw refusal('critical');
  return { text: parts.text, keyId: header.kid, claims, signature: parts.signature };
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
