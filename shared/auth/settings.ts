import { BlockList, isIP } from 'node:net';
import { ConfigError } from '../errors.ts';

/** A list that cannot be empty: an empty list of audiences or callers must not come to mean "anybody". */
export type AtLeastOne<T> = readonly [T, ...T[]];

export interface AuthSettings {
  /** `id-token`: the signature is checked here. `iam`: Cloud Run has checked and removed it, the claims are checked here. */
  readonly mode: 'id-token' | 'iam';
  /** The values of `aud` that are accepted. A function has several addresses, so this is a list. */
  readonly audiences: AtLeastOne<string>;
  /** The e-mail addresses that may call. Any Google account can get an ID token for any audience: this list is the lock. */
  readonly callers: AtLeastOne<string>;
  /** Answers a JSON object of key id to PEM, as Google does. */
  readonly certificatesUrl: string;
}

/** Google's certificates of the keys that sign ID tokens (google-auth-library: `oauth2FederatedSignonPemCertsUrl`). */
export const GOOGLE_CERTIFICATES_URL = 'https://www.googleapis.com/oauth2/v1/certs';

type Environment = Record<string, string | undefined>;

/**
 * Reads who may call from the environment. A missing or wrong setting throws a `ConfigError` with one sentence that says
 * what to set; an empty variable counts as missing. There is no value that switches verification off.
 *
 * @example
 * readAuthSettings({
 *   WEBHOOK_AUDIENCES: 'https://weather-abc-uc.a.run.app',
 *   WEBHOOK_CALLERS: 'service-123456789012@gcp-sa-dialogflow.iam.gserviceaccount.com',
 * }).mode; // 'id-token'
 */
export function readAuthSettings(env: Environment): AuthSettings {
  return {
    mode: readMode(env),
    audiences: readList(env, 'WEBHOOK_AUDIENCES', 'the URLs that Dialogflow calls this webhook by'),
    callers: readList(
      env,
      'WEBHOOK_CALLERS',
      'the e-mail addresses that may call, such as service-PROJECT_NUMBER@gcp-sa-dialogflow.iam.gserviceaccount.com',
    ),
    certificatesUrl: readCertificatesUrl(env),
  };
}

function readMode(env: Environment): AuthSettings['mode'] {
  const mode = read(env, 'WEBHOOK_AUTH') ?? 'id-token';
  if (mode === 'id-token' || mode === 'iam') return mode;
  throw new ConfigError(
    'Set WEBHOOK_AUTH to id-token (the default: tokens are verified here) or to iam (Cloud Run has verified them).',
  );
}

function readList(env: Environment, name: string, meaning: string): AtLeastOne<string> {
  const [first, ...rest] = (env[name] ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  if (first === undefined) throw new ConfigError(`Set ${name} to ${meaning}, separated by commas.`);
  return [first, ...rest];
}

/** Who answers at this address decides whose tokens are genuine, hence https, and on Cloud Run nobody on this machine. */
function readCertificatesUrl(env: Environment): string {
  const text = read(env, 'GOOGLE_CERTS_URL') ?? GOOGLE_CERTIFICATES_URL;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' && !(url?.protocol === 'http:' && isLoopback(url))) {
    throw new ConfigError('Set GOOGLE_CERTS_URL to an https URL, or to an http URL on localhost, or leave it out.');
  }
  // Cloud Run and Cloud Functions set K_SERVICE to the service's name: Cloud Run container contract.
  if (isLoopback(url) && read(env, 'K_SERVICE') !== undefined) {
    throw new ConfigError('Leave GOOGLE_CERTS_URL out on Cloud Run: a local issuer is for local runs only.');
  }
  return url.href;
}

/** This machine: RFC 6890, and RFC 6761 section 6.3 for the name. The zero addresses connect to it on Linux. */
const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addSubnet('0.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');
LOOPBACK.addAddress('::', 'ipv6');

function isLoopback({ hostname }: URL): boolean {
  const host = hostname.replace(/^\[|\]$|\.$/g, '');
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  const family = isIP(host);
  return family !== 0 && LOOPBACK.check(host, family === 6 ? 'ipv6' : 'ipv4');
}

function read(env: Environment, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}
