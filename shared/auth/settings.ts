import { BlockList, isIP } from 'node:net';
import { ConfigError } from '../errors.ts';
import { ISSUERS } from './claims.ts';

/** A list that cannot be empty: an empty list of audiences or callers must not come to mean "anybody". */
export type AtLeastOne<T> = readonly [T, ...T[]];

/** Who may call, and how they prove it. */
export type AuthSettings = GoogleSettings | SecretSettings | OAuthSettings;

export interface GoogleSettings {
  /** `id-token`: the signature is checked here. `iam`: Cloud Run has checked and removed it, the claims are checked here. */
  readonly mode: 'id-token' | 'iam';
  /** The values of `aud` that are accepted. A function has several addresses, so this is a list. */
  readonly audiences: AtLeastOne<string>;
  /** The e-mail addresses that may call. Any Google account can get an ID token for any audience: this list is the lock. */
  readonly callers: AtLeastOne<string>;
  /** Answers a JSON object of key id to PEM, as Google does. */
  readonly certificatesUrl: string;
}

export interface SecretSettings {
  readonly mode: 'secret';
  /** Every one of them has to match. */
  readonly secrets: AtLeastOne<Secret>;
}

export interface Secret {
  /** The header that brings it, in lower case. */
  readonly header: string;
  /** `basic`: in base64, behind the name of the scheme (RFC 7617). `plain`: the whole value of the header. */
  readonly form: 'basic' | 'plain';
  /** What is accepted: more than one while a secret is being replaced. */
  readonly values: AtLeastOne<string>;
}

export interface OAuthSettings {
  readonly mode: 'oauth';
  /** The one `iss`, to the last character. */
  readonly issuer: string;
  readonly audiences: AtLeastOne<string>;
  /** The values of `sub` that may call; or everybody to whom the issuer gives tokens for these audiences. */
  readonly callers: AtLeastOne<string> | 'everybody';
  /** Answers the issuer's keys as a JWK Set (RFC 7517). */
  readonly keysUrl: string;
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
  const mode = read(env, 'WEBHOOK_AUTH') ?? 'id-token';
  switch (mode) {
    case 'iam':
      // It sets this variable itself (Lambda developer guide, "Defined runtime environment variables").
      if (read(env, 'AWS_LAMBDA_FUNCTION_NAME') !== undefined) {
        throw new ConfigError(
          'Leave WEBHOOK_AUTH=iam to Cloud Run: in front of AWS Lambda nobody verifies its tokens.',
        );
      }
      return readGoogleSettings(env, mode);
    case 'id-token':
      return readGoogleSettings(env, mode);
    case 'secret':
      return { mode, secrets: readSecrets(env) };
    case 'oauth':
      return readOAuthSettings(env);
    default:
      throw new ConfigError(
        'Set WEBHOOK_AUTH to id-token (the default), iam (Cloud Run has verified the token), secret or oauth.',
      );
  }
}

function readGoogleSettings(env: Environment, mode: GoogleSettings['mode']): GoogleSettings {
  return {
    mode,
    audiences: readList(env, 'WEBHOOK_AUDIENCES', 'the URLs that Dialogflow calls this webhook by'),
    callers: readList(
      env,
      'WEBHOOK_CALLERS',
      'the e-mail addresses that may call, such as service-PROJECT_NUMBER@gcp-sa-dialogflow.iam.gserviceaccount.com',
    ),
    certificatesUrl: readKeysUrl(env, 'GOOGLE_CERTS_URL', GOOGLE_CERTIFICATES_URL),
  };
}

function readOAuthSettings(env: Environment): OAuthSettings {
  const issuer = read(env, 'WEBHOOK_ISSUER');
  if (issuer === undefined) throw new ConfigError('Set WEBHOOK_ISSUER to the `iss` of the tokens that may call.');
  // Google signs tokens for anybody and any audience: without its own checks it would be an open door.
  if (ISSUERS.includes(issuer))
    throw new ConfigError("Set WEBHOOK_AUTH to id-token for Google's tokens, not to oauth.");
  const audiences = readList(
    env,
    'WEBHOOK_AUDIENCES',
    'the `aud` of the tokens that your issuer makes for this webhook',
  );
  const meaning = '* for all tokens that your issuer makes for this webhook, or to the `sub` of those that may call';
  const callers = readList(env, 'WEBHOOK_CALLERS', meaning);
  return {
    mode: 'oauth',
    issuer,
    audiences,
    callers: callers.length === 1 && callers[0] === '*' ? 'everybody' : callers,
    keysUrl: readKeysUrl(env, 'WEBHOOK_JWKS_URL'),
  };
}

/** Characters of a password or of a header's value, at least, against guessing: 16 of base64 are 96 bits. */
const LEAST_SECRET = 16;

/** RFC 7617 section 2: no colon in the name, no control character in either. */
const LOGIN = new RegExp(`^[^:\\p{Cc}]*:\\P{Cc}{${LEAST_SECRET},}$`, 'u');
/** RFC 9110 sections 5.1 and 5.5, without what lies outside of ASCII: two programs may encode that in two ways. */
const HEADER = new RegExp(`^([\\w!#$%&'*+.^\`|~-]+):\\s*([!-~][ -~]{${LEAST_SECRET - 1},})$`);

function readSecrets(env: Environment): AtLeastOne<Secret> {
  const [first, ...rest] = [readBasicAuth(env), readSecretHeader(env)].filter((secret) => secret !== undefined);
  if (first === undefined) {
    throw new ConfigError(
      'Set WEBHOOK_BASIC_AUTH to username:password, or WEBHOOK_SECRET_HEADER to name: value, or both.',
    );
  }
  if (rest.some(({ header }) => header === first.header)) {
    throw new ConfigError(
      'Give WEBHOOK_SECRET_HEADER another header than authorization, or leave WEBHOOK_BASIC_AUTH out.',
    );
  }
  return [first, ...rest];
}

function readBasicAuth(env: Environment): Secret | undefined {
  const values = readLines(env, 'WEBHOOK_BASIC_AUTH');
  if (values === undefined) return undefined;
  if (!values.every((line) => LOGIN.test(line))) {
    throw new ConfigError(
      `Set WEBHOOK_BASIC_AUTH to lines of username:password with at least ${LEAST_SECRET} characters in each password.`,
    );
  }
  return { header: 'authorization', form: 'basic', values };
}

function readSecretHeader(env: Environment): Secret | undefined {
  const lines = readLines(env, 'WEBHOOK_SECRET_HEADER');
  if (lines === undefined) return undefined;
  const found = lines.map((line) => HEADER.exec(line));
  const [header, ...others] = new Set(found.map((parts) => parts?.[1]?.toLowerCase()));
  // Of two names it would not be clear whether one of them is enough.
  if (header === undefined || others.length > 0) {
    throw new ConfigError(
      `Set WEBHOOK_SECRET_HEADER to lines of name: value, all with one name and at least ${LEAST_SECRET} ASCII characters in each value.`,
    );
  }
  const [first, ...rest] = found.map((parts) => parts![2]!);
  return { header, form: 'plain', values: [first!, ...rest] };
}

/** Lines, because a comma may be part of a secret. */
function readLines(env: Environment, name: string): AtLeastOne<string> | undefined {
  const [first, ...rest] = splitList(env[name], '\n');
  return first === undefined ? undefined : [first, ...rest];
}

function readList(env: Environment, name: string, meaning: string): AtLeastOne<string> {
  const [first, ...rest] = splitList(env[name], ',');
  if (first === undefined) throw new ConfigError(`Set ${name} to ${meaning}, separated by commas.`);
  return [first, ...rest];
}

function splitList(text = '', separator: string): string[] {
  return text
    .split(separator)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** Who answers here decides whose tokens are genuine, hence https, and on Cloud Run nobody on this machine. */
function readKeysUrl(env: Environment, name: string, standard?: string): string {
  const text = read(env, name) ?? standard ?? '';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' && !(url?.protocol === 'http:' && isLoopback(url))) {
    const otherwise = standard === undefined ? '' : ', or leave it out';
    throw new ConfigError(`Set ${name} to an https URL, or to an http URL on localhost${otherwise}.`);
  }
  // Cloud Run and Cloud Functions set K_SERVICE to the service's name: Cloud Run container contract.
  if (isLoopback(url) && read(env, 'K_SERVICE') !== undefined) {
    const instead = standard === undefined ? `Set ${name} to your issuer's` : `Leave ${name} out`;
    throw new ConfigError(`${instead} on Cloud Run: a local issuer is for local runs only.`);
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
