import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
  sign,
} from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';

/**
 * The local issuer: it signs ID tokens as Google does for the Dialogflow service agent, and serves its key as Google serves
 * its certificates. A local run thereby verifies its callers with the very code that runs in the cloud.
 */
export interface Issuer {
  /** Signs an ID token, ready to follow `Bearer `. */
  token(request: TokenRequest): string;
  /** Key id to PEM: what `GOOGLE_CERTS_URL` has to answer. */
  certificates(): { [keyId: string]: string };
  /** Answers a request for the certificates, headers and all, as Google's `/oauth2/v1/certs` does. */
  serveCertificates(request: IncomingMessage, response: ServerResponse): void;
}

export interface TokenRequest {
  /** The URL that is called: one of the function's `WEBHOOK_AUDIENCES`. */
  readonly audience: string;
  /** Default: `LOCAL_SERVICE_AGENT`. */
  readonly email?: string;
  /** Default: an hour, like Google's. A negative one makes a token that has expired. */
  readonly lifetimeSeconds?: number;
  /** Milliseconds since the epoch at which it is issued. Default: `Date.now()`. */
  readonly now?: number;
}

/** The service agent of a project that cannot exist: cloud settings never list it. */
export const LOCAL_SERVICE_AGENT = 'service-000000000000@gcp-sa-dialogflow.iam.gserviceaccount.com';

/** Seconds that Google's ID tokens live (cloud.google.com/docs/authentication/token-types, "ID tokens"). */
const LIFETIME = 3600;

/** Google's own header, with an age in seconds that a restarted verifier does not mind. */
const CACHE_CONTROL = 'public, max-age=3600, must-revalidate, no-transform';

/**
 * Opens the issuer whose key lies in `folder`, and makes the key where there is none yet. Processes that open the same
 * folder sign with the same key, even when they start at the same moment.
 *
 * @example
 * const issuer = openIssuer('.local');
 * createServer(issuer.serveCertificates).listen(8081, '127.0.0.1');
 * const authorization = `Bearer ${issuer.token({ audience: 'http://localhost:8080/weather' })}`;
 */
export function openIssuer(folder: string): Issuer {
  const privateKey = openKey(join(folder, 'issuer-key.pem'));
  const publicKey = createPublicKey(privateKey);
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  // 40 hexadecimal digits, the look of Google's key ids.
  const keyId = createHash('sha256').update(pem).digest('hex').slice(0, 40);

  function token({
    audience,
    email = LOCAL_SERVICE_AGENT,
    lifetimeSeconds = LIFETIME,
    now = Date.now(),
  }: TokenRequest) {
    const iat = Math.floor(now / 1000);
    const account = accountId(email);
    const header = { alg: 'RS256', kid: keyId, typ: 'JWT' };
    const claims = {
      aud: audience,
      azp: account,
      email,
      email_verified: true,
      exp: iat + lifetimeSeconds,
      iat,
      iss: 'https://accounts.google.com',
      sub: account,
    };
    const signed = `${encode(header)}.${encode(claims)}`;
    return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url')}`;
  }

  function certificates() {
    return { [keyId]: pem };
  }

  function serveCertificates(_request: IncomingMessage, response: ServerResponse) {
    response.writeHead(200, { 'content-type': 'application/json; charset=UTF-8', 'cache-control': CACHE_CONTROL });
    response.end(JSON.stringify(certificates(), null, 2));
  }

  return { token, certificates, serveCertificates };
}

function openKey(path: string): KeyObject {
  const pem = read(path) ?? create(path);
  try {
    return createPrivateKey(pem);
  } catch {
    throw new Error(`${path} holds no private key: delete it, and the next start makes a new one.`);
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Writes the whole key aside and links it into place: of several processes the first wins, and none sees half a key. */
function create(path: string): string {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  mkdirSync(dirname(path), { recursive: true });
  const aside = `${path}.${randomUUID()}.tmp`;
  writeFileSync(aside, privateKey, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(aside, path);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  } finally {
    rmSync(aside);
  }
  return readFileSync(path, 'utf8');
}

function isCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

/** 21 decimal digits, the look of a Google account's id; always the same for the same address. */
function accountId(email: string): string {
  const digits = BigInt(`0x${createHash('sha256').update(email).digest('hex')}`).toString();
  return `1${digits.slice(-20)}`;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
