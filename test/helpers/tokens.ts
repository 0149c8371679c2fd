import { createHmac, createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import type { GoogleSettings } from '../../shared/auth.ts';
import { errorAnswer } from '../../shared/error-answer.ts';
import { WebhookError } from '../../shared/errors.ts';

/**
 * The token mint: real keys, real signatures, good and forged alike; and a certificate server that does as it is told.
 *
 *   const key = createKey('key-1');
 *   mint({ key });                                   what Google sends
 *   mint({ key, claims: { aud: 'elsewhere' } });     genuine, and not for us
 *   mint({ key, header: { alg: 'none' } });          signed all the same
 *   mint({ key, sign: () => '' });                   no signature at all
 */

export const AUDIENCE = 'https://weather-abc-uc.a.run.app';
export const OTHER_AUDIENCE = 'https://us-central1-project.cloudfunctions.net/weather';
export const CALLER = 'service-123456789012@gcp-sa-dialogflow.iam.gserviceaccount.com';

/** What Cloud Run puts in place of a signature. Not imported from the code under test, which may have it wrong. */
export const MARKER = 'SIGNATURE_REMOVED_BY_GOOGLE';

/** Settings that accept what `mint` makes by default. */
export function settingsFor(certificatesUrl: string, changes: Partial<GoogleSettings> = {}): GoogleSettings {
  return { mode: 'id-token', audiences: [AUDIENCE, OTHER_AUDIENCE], callers: [CALLER], certificatesUrl, ...changes };
}

export interface Clock {
  now(): number;
  advance(seconds: number): void;
}

/**
 * A clock that stands still until it is told otherwise. It starts at a whole second of the present, because google-auth-library
 * looks at the real one, and tolerates 5 minutes.
 */
export function frozenClock(): Clock {
  let time = Math.floor(Date.now() / 1000) * 1000;
  return {
    now: () => time,
    advance(seconds) {
      time += seconds * 1000;
    },
  };
}

export interface SigningKey {
  readonly id: string;
  readonly privateKey: KeyObject;
  /** What the issuer publishes under the id. */
  readonly pem: string;
}

export function createKey(id: string, modulusLength = 2048): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength });
  return { id, privateKey, pem: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
}

/** A key of Google's other algorithm, for tokens that claim ES256. */
export function createEllipticKey(id: string, namedCurve = 'P-256'): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  return { id, privateKey, pem: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
}

export interface TokenPlan {
  readonly key: SigningKey;
  /** Milliseconds since the epoch at which it is issued. */
  readonly now?: number;
  /** Changes to the header or the claims; `undefined` leaves one out. */
  readonly header?: { readonly [name: string]: unknown };
  readonly claims?: { readonly [name: string]: unknown };
  /** Signs the first two segments; returns the third. Default: RS256 with the key. */
  readonly sign?: (signed: string, key: SigningKey) => string;
}

export function mint({ key, now = Date.now(), header = {}, claims = {}, sign = rs256 }: TokenPlan): string {
  const iat = Math.floor(now / 1000);
  const signed = [
    segment({ alg: 'RS256', kid: key.id, typ: 'JWT', ...header }),
    segment({
      aud: AUDIENCE,
      azp: '111222333444555666777',
      email: CALLER,
      email_verified: true,
      exp: iat + 3600,
      iat,
      iss: 'https://accounts.google.com',
      sub: '111222333444555666777',
      ...claims,
    }),
  ].join('.');
  return `${signed}.${sign(signed, key)}`;
}

/** One base64url segment, of JSON or of the text as it is. */
export function segment(content: unknown): string {
  return Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)).toString('base64url');
}

/** The token with one or more of its segments replaced. */
export function patch(token: string, segments: { [index in 0 | 1 | 2]?: string }): string {
  return Object.assign(token.split('.'), segments).join('.');
}

export const rs256 = (signed: string, { privateKey }: SigningKey) =>
  sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url');

export const rs512 = (signed: string, { privateKey }: SigningKey) =>
  sign('RSA-SHA512', Buffer.from(signed), privateKey).toString('base64url');

export const es256 = (signed: string, { privateKey }: SigningKey) =>
  sign('SHA256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');

/** The classic confusion: HMAC with the public key, which everybody knows, as its secret. */
export const hs256WithPublicKey = (signed: string, { pem }: SigningKey) =>
  createHmac('sha256', pem).update(signed).digest('base64url');

/** What Cloud Run passes on. */
export const removed = () => MARKER;

export interface CertificateServer {
  readonly url: string;
  /** How many requests have come in. */
  requests: number;
  /** The most that were under way at one time. */
  mostAtOnce: number;
  /** The JSON that is served, key id to PEM; set it to rotate keys. */
  certificates: { [keyId: string]: unknown };
  /** The header; undefined leaves it out. */
  cacheControl: string | undefined;
  /** Replaces the answer: an outage, garbage, a redirect, silence. */
  answer: ((response: ServerResponse) => void) | undefined;
  /** Milliseconds before each answer. */
  delay: number;
  close(): Promise<void>;
}

/** A certificate server on loopback that publishes these keys. */
export async function openCertificateServer(...keys: readonly SigningKey[]): Promise<CertificateServer> {
  let underWay = 0;
  const server = createServer((_request, response) => {
    control.requests += 1;
    underWay += 1;
    control.mostAtOnce = Math.max(control.mostAtOnce, underWay);
    response.on('close', () => {
      underWay -= 1;
    });
    setTimeout(() => (control.answer ?? publish)(response), control.delay);
  });

  function publish(response: ServerResponse) {
    const { cacheControl } = control;
    response.writeHead(200, {
      'content-type': 'application/json; charset=UTF-8',
      ...(cacheControl !== undefined && { 'cache-control': cacheControl }),
    });
    response.end(JSON.stringify(control.certificates));
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const control: CertificateServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/oauth2/v1/certs`,
    requests: 0,
    mostAtOnce: 0,
    certificates: published(...keys),
    cacheControl: 'public, max-age=3600, must-revalidate, no-transform',
    answer: undefined,
    delay: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return control;
}

/** What an issuer of these keys publishes. */
export function published(...keys: readonly SigningKey[]): { [keyId: string]: string } {
  return Object.fromEntries(keys.map(({ id, pem }) => [id, pem]));
}

/** What another issuer publishes: a JWK Set. `changes` go over each of the keys. */
export function publishedSet(keys: readonly SigningKey[], changes: JsonWebKey = {}): { keys: JsonWebKey[] } {
  return { keys: keys.map((key) => ({ ...jwkOf(key), ...changes })) };
}

/** The public half of a key as a JWK. */
export function jwkOf({ id, pem }: SigningKey): JsonWebKey {
  const key = createPublicKey(pem);
  const alg = key.asymmetricKeyType === 'rsa' ? 'RS256' : 'ES256';
  return { ...key.export({ format: 'jwk' }), kid: id, use: 'sig', alg };
}

/** An answer for `CertificateServer.answer`. */
export const answering =
  (status: number, body = '', headers: { [name: string]: string } = {}) =>
  (response: ServerResponse) => {
    response.writeHead(status, headers).end(body);
  };

/** The error with which something is refused, at once or later. */
export async function refusalOf(act: () => unknown): Promise<WebhookError> {
  try {
    await act();
  } catch (error) {
    if (error instanceof WebhookError) return error;
    throw error;
  }
  throw new Error('It was accepted.');
}

/** Characters of a credential in a row that count as a leak: fewer can meet by chance. */
const LEAK = 10;

/** The pieces of a credential, as it came or decoded, that can be read in an error or in the answer made from it. */
export function leaksOf(credential: string, error: WebhookError): string[] {
  const { headers, body } = errorAnswer(error);
  const seen = `${inspect(error, { depth: Infinity, showHidden: true })} ${error.stack} ${JSON.stringify(headers)} ${body}`;
  const segments = credential.replace(/^bearer /i, '').split(/[.,\s]+/);
  const secrets = [...segments, ...segments.flatMap(stringsIn)];
  return secrets.flatMap((secret) =>
    Array.from({ length: Math.max(0, secret.length - LEAK + 1) }, (_, at) => secret.slice(at, at + LEAK)).filter(
      (piece) => seen.includes(piece),
    ),
  );
}

function stringsIn(segment: string): string[] {
  try {
    const values: unknown[] = Object.values(JSON.parse(Buffer.from(segment, 'base64url').toString('utf8')));
    return values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  } catch {
    return [];
  }
}
