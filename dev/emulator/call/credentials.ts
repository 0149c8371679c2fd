import { randomBytes } from 'node:crypto';
import type { Webhook } from '../agent.ts';
import { isLoopback } from './loopback.ts';
import { send } from './send.ts';

/** The tokens that CX gets for its calls. */
export interface Credentials {
  /**
   * What follows `Bearer ` in a call of this URL; `null`: nothing is sent.
   *
   * @throws TokenError
   */
  tokenFor(webhook: Webhook, url: string): Promise<string | null>;
}

/** No token could be had: a sentence. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
}

export interface CredentialOptions {
  /** Signs an ID token for an audience, as Google does for the Dialogflow service agent; `null`: none is sent. */
  readonly sign: ((audience: string) => string) | null;
  readonly allowRemote: boolean;
  readonly now: () => number;
}

/** Bytes of a token endpoint's answer, and milliseconds for it: more than such a service ever needs. */
const MAX_BYTES = 65_536;
const TIMEOUT = 5_000;

/** Milliseconds before its end at which a token is not used any more. */
const MARGIN = 10_000;

/**
 * An OAuth client comes first, then what `serviceAgentAuth` says: an ID token for the URL without its query, or an access
 * token of Google's, which nobody but Google can read.
 */
export function createCredentials({ sign, allowRemote, now }: CredentialOptions): Credentials {
  const accessToken = `ya29.${randomBytes(96).toString('base64url')}`;
  const known = new Map<string, { readonly token: string; readonly until: number }>();

  async function oauthToken(oauth: NonNullable<Webhook['oauth']>): Promise<string> {
    const key = JSON.stringify(oauth);
    const kept = known.get(key);
    if (kept && now() < kept.until) return kept.token;
    const { token, lifetimeMs } = await fetchToken(oauth, allowRemote);
    known.set(key, { token, until: now() + lifetimeMs - MARGIN });
    return token;
  }

  return {
    async tokenFor({ oauth, serviceAgentAuth }, url) {
      if (oauth) return oauthToken(oauth);
      if (serviceAgentAuth === 'ACCESS_TOKEN') return accessToken;
      return serviceAgentAuth === 'ID_TOKEN' && sign !== null ? sign(url.replace(/[?#].*$/s, '')) : null;
    },
  };
}

/** The client credentials grant (RFC 6749, sections 4.4 and 2.3.1). */
async function fetchToken(
  { clientId, clientSecret, tokenEndpoint, scopes }: NonNullable<Webhook['oauth']>,
  allowRemote: boolean,
): Promise<{ readonly token: string; readonly lifetimeMs: number }> {
  const url = URL.parse(tokenEndpoint);
  if (url === null) throw new TokenError(`The token endpoint ${tokenEndpoint} is no URL.`);
  if (!allowRemote && !isLoopback(url)) {
    throw new TokenError(
      `The token endpoint is on ${url.hostname}, and the emulator does not leave this machine: run one here, or allow remote calls.`,
    );
  }
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
  }).toString();
  const pair = [clientId, clientSecret].map(encodeURIComponent).join(':');
  const received = await send({
    url,
    method: 'POST',
    headers: {
      accept: 'application/json',
      authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(Buffer.byteLength(body)),
    },
    body,
    timeoutMs: TIMEOUT,
    maxBytes: MAX_BYTES,
  });
  if (received.failure) throw new TokenError(`The token endpoint gave no token: ${received.failure.problem}`);
  if (received.httpStatus !== 200) throw new TokenError(`The token endpoint answered ${received.httpStatus}.`);
  return readToken(received.body ?? '');
}

/** RFC 6749 section 5.1. A token that does not say how long it lives is used once. */
function readToken(body: string): { readonly token: string; readonly lifetimeMs: number } {
  try {
    const { access_token: token, expires_in: seconds = 0 } = JSON.parse(body);
    if (typeof token === 'string' && token !== '') return { token, lifetimeMs: Number(seconds) * 1000 || 0 };
  } catch {
    // told below, without the body: it may hold a token
  }
  throw new TokenError('The token endpoint answered no access_token.');
}
