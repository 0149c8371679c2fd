import { expect, test } from '@jest/globals';
import { readAuthSettings } from '../../../shared/auth.ts';
import { ConfigError } from '../../../shared/errors.ts';

const least = { WEBHOOK_AUDIENCES: 'https://a.example', WEBHOOK_CALLERS: 'agent@example.com' };

test('With audiences and callers set, ID tokens are verified with the certificates of Google', () => {
  expect(readAuthSettings(least)).toEqual({
    mode: 'id-token',
    audiences: ['https://a.example'],
    callers: ['agent@example.com'],
    certificatesUrl: 'https://www.googleapis.com/oauth2/v1/certs',
  });
});

test('Lists are separated by commas; blanks around and empty entries do not count', () => {
  const settings = readAuthSettings({
    WEBHOOK_AUDIENCES: ' https://a.example ,, https://b.example,',
    WEBHOOK_CALLERS: ',a@x, b@x',
  });
  expect(settings).toMatchObject({
    audiences: ['https://a.example', 'https://b.example'],
    callers: ['a@x', 'b@x'],
  });
});

test('An empty setting counts as one that is absent', () => {
  const empty = { WEBHOOK_AUTH: '', GOOGLE_CERTS_URL: ' ', K_SERVICE: '' };
  expect(readAuthSettings({ ...least, ...empty })).toEqual(readAuthSettings(least));
});

test.each(['id-token', 'iam'])('WEBHOOK_AUTH can be %s', (mode) => {
  expect(readAuthSettings({ ...least, WEBHOOK_AUTH: mode }).mode).toBe(mode);
});

test.each([
  'https://issuer.example/certs',
  'https://localhost:8443/certs',
  'http://localhost:8081/certs',
  'http://api.localhost/certs',
  'http://127.0.0.1:8081/certs',
  'http://127.8.9.10/certs',
  'http://[::1]:8081/certs',
])('GOOGLE_CERTS_URL can be %s', (url) => {
  expect(readAuthSettings({ ...least, GOOGLE_CERTS_URL: url })).toMatchObject({ certificatesUrl: url });
});

const AUTH = 'Set WEBHOOK_AUTH to id-token (the default), iam (Cloud Run has verified the token), secret or oauth.';
const AUDIENCES = 'Set WEBHOOK_AUDIENCES to the URLs that Dialogflow calls this webhook by, separated by commas.';
const CALLERS =
  'Set WEBHOOK_CALLERS to the e-mail addresses that may call, such as service-PROJECT_NUMBER@gcp-sa-dialogflow.iam.gserviceaccount.com, separated by commas.';
const CERTS = 'Set GOOGLE_CERTS_URL to an https URL, or to an http URL on localhost, or leave it out.';
const LOCAL = 'Leave GOOGLE_CERTS_URL out on Cloud Run: a local issuer is for local runs only.';

test.each([
  [{ WEBHOOK_AUTH: 'off' }, AUTH],
  [{ WEBHOOK_AUTH: 'none' }, AUTH],
  [{ WEBHOOK_AUTH: 'IAM' }, AUTH],
  [{ WEBHOOK_AUTH: 'id-token,iam' }, AUTH],
  [{ WEBHOOK_AUDIENCES: undefined }, AUDIENCES],
  [{ WEBHOOK_AUDIENCES: '' }, AUDIENCES],
  [{ WEBHOOK_AUDIENCES: ' , ,' }, AUDIENCES],
  [{ WEBHOOK_CALLERS: undefined }, CALLERS],
  [{ WEBHOOK_CALLERS: ' ' }, CALLERS],
  [{ GOOGLE_CERTS_URL: 'certs' }, CERTS],
  [{ GOOGLE_CERTS_URL: '/oauth2/v1/certs' }, CERTS],
  [{ GOOGLE_CERTS_URL: 'file:///etc/passwd' }, CERTS],
  [{ GOOGLE_CERTS_URL: 'ftp://localhost/certs' }, CERTS],
  [{ GOOGLE_CERTS_URL: 'http://issuer.example/certs' }, CERTS],
  [{ GOOGLE_CERTS_URL: 'http://localhost.evil.example/certs' }, CERTS],
  [{ GOOGLE_CERTS_URL: 'http://127.0.0.1.evil.example/certs' }, CERTS],
  [{ GOOGLE_CERTS_URL: 'http://10.0.0.1/certs' }, CERTS],
  [{ GOOGLE_CERTS_URL: 'http://metadata.google.internal/certs' }, CERTS],
])('%p stops the start with one sentence', (changes, message) => {
  expect(() => readAuthSettings({ ...least, ...changes })).toThrow(new ConfigError(message));
});

test.each([
  'http://localhost:8081/certs',
  'http://LOCALHOST/certs',
  'https://localhost/certs',
  'https://localhost./certs',
  'https://api.localhost/certs',
  'http://127.0.0.1/certs',
  'http://127.1/certs',
  'http://2130706433/certs',
  'http://0x7f000001/certs',
  'https://0.0.0.0/certs',
  'https://[::1]/certs',
  'https://[::]/certs',
  'https://[::ffff:127.0.0.1]/certs',
])('On Cloud Run a local issuer stops the start: %s', (url) => {
  const env = { ...least, GOOGLE_CERTS_URL: url, K_SERVICE: 'weather' };
  expect(() => readAuthSettings(env)).toThrow(new ConfigError(LOCAL));
});

test('On Cloud Run another issuer by https is accepted', () => {
  const url = 'https://issuer.example/certs';
  const env = { ...least, GOOGLE_CERTS_URL: url, K_SERVICE: 'weather' };
  expect(readAuthSettings(env)).toMatchObject({ certificatesUrl: url });
});

test('AWS Lambda cannot leave the check to Cloud Run', () => {
  const env = { ...least, WEBHOOK_AUTH: 'iam', AWS_LAMBDA_FUNCTION_NAME: 'weather' };
  const message = 'Leave WEBHOOK_AUTH=iam to Cloud Run: in front of AWS Lambda nobody verifies its tokens.';
  expect(() => readAuthSettings(env)).toThrow(new ConfigError(message));
  expect(readAuthSettings({ ...env, WEBHOOK_AUTH: 'id-token' }).mode).toBe('id-token');
});

test('In secret mode each line is a secret that is accepted, and blank lines do not count', () => {
  const env = {
    WEBHOOK_AUTH: 'secret',
    WEBHOOK_BASIC_AUTH: 'cx:0123456789abcdef\r\n\n  cx:with: colons, commas \n',
    WEBHOOK_SECRET_HEADER: 'X-Secret: 0123456789abcdef\nx-secret:another, with comma',
  };
  expect(readAuthSettings(env)).toEqual({
    mode: 'secret',
    secrets: [
      { header: 'authorization', form: 'basic', values: ['cx:0123456789abcdef', 'cx:with: colons, commas'] },
      { header: 'x-secret', form: 'plain', values: ['0123456789abcdef', 'another, with comma'] },
    ],
  });
});

const NO_SECRET = 'Set WEBHOOK_BASIC_AUTH to username:password, or WEBHOOK_SECRET_HEADER to name: value, or both.';
const LOGIN = 'Set WEBHOOK_BASIC_AUTH to lines of username:password with at least 16 characters in each password.';
const HEADER =
  'Set WEBHOOK_SECRET_HEADER to lines of name: value, all with one name and at least 16 ASCII characters in each value.';
const ONE_HEADER = 'Give WEBHOOK_SECRET_HEADER another header than authorization, or leave WEBHOOK_BASIC_AUTH out.';

test.each([
  [{}, NO_SECRET],
  [{ WEBHOOK_BASIC_AUTH: '', WEBHOOK_SECRET_HEADER: ' \n ' }, NO_SECRET],
  [{ WEBHOOK_BASIC_AUTH: 'cx' }, LOGIN],
  [{ WEBHOOK_BASIC_AUTH: 'cx:' }, LOGIN],
  [{ WEBHOOK_BASIC_AUTH: 'cx:0123456789abcde' }, LOGIN],
  [{ WEBHOOK_BASIC_AUTH: 'cx:0123456789abcdef\ncx:short' }, LOGIN],
  [{ WEBHOOK_BASIC_AUTH: 'cx:0123456789\tabcdef' }, LOGIN],
  [{ WEBHOOK_BASIC_AUTH: 'c\u0000x:0123456789abcdef' }, LOGIN],
  [{ WEBHOOK_SECRET_HEADER: '0123456789abcdef' }, HEADER],
  [{ WEBHOOK_SECRET_HEADER: ': 0123456789abcdef' }, HEADER],
  [{ WEBHOOK_SECRET_HEADER: 'x secret: 0123456789abcdef' }, HEADER],
  [{ WEBHOOK_SECRET_HEADER: 'x-secret: 0123456789abcde' }, HEADER],
  [{ WEBHOOK_SECRET_HEADER: 'x-secret: 0123456789äbcdef' }, HEADER],
  [{ WEBHOOK_SECRET_HEADER: 'x-secret: 0123456789abcdef\nx-secret: short' }, HEADER],
  [{ WEBHOOK_SECRET_HEADER: 'x-secret: short\nx-secret: 0123456789abcdef' }, HEADER],
  [{ WEBHOOK_SECRET_HEADER: 'x-secret: 0123456789abcdef\nx-other: 0123456789abcdef' }, HEADER],
  [{ WEBHOOK_BASIC_AUTH: 'cx:0123456789abcdef', WEBHOOK_SECRET_HEADER: 'Authorization: 0123456789abcdef' }, ONE_HEADER],
])('In secret mode %p stops the start with one sentence, without the secret', (settings, message) => {
  expect(() => readAuthSettings({ WEBHOOK_AUTH: 'secret', ...settings })).toThrow(new ConfigError(message));
  expect(message).not.toMatch(/\n|0123|short/);
});

const oauth = {
  WEBHOOK_AUTH: 'oauth',
  WEBHOOK_ISSUER: 'https://login.example/',
  WEBHOOK_AUDIENCES: 'https://a.example,https://b.example',
  WEBHOOK_CALLERS: 'client-1, client-2',
  WEBHOOK_JWKS_URL: 'https://login.example/keys',
};

test('In oauth mode the issuer, the audiences, the subjects and the keys are set', () => {
  expect(readAuthSettings(oauth)).toEqual({
    mode: 'oauth',
    issuer: 'https://login.example/',
    audiences: ['https://a.example', 'https://b.example'],
    callers: ['client-1', 'client-2'],
    keysUrl: 'https://login.example/keys',
  });
});

test('In oauth mode a star alone lets everybody in whom the issuer knows; in a list it is a name like any other', () => {
  expect(readAuthSettings({ ...oauth, WEBHOOK_CALLERS: ' * ' })).toMatchObject({ callers: 'everybody' });
  expect(readAuthSettings({ ...oauth, WEBHOOK_CALLERS: '*,client-1' })).toMatchObject({ callers: ['*', 'client-1'] });
  expect(readAuthSettings({ ...least, WEBHOOK_CALLERS: '*' })).toMatchObject({ mode: 'id-token', callers: ['*'] });
});

const ISSUER = 'Set WEBHOOK_ISSUER to the `iss` of the tokens that may call.';
const GOOGLE = "Set WEBHOOK_AUTH to id-token for Google's tokens, not to oauth.";
const OAUTH_AUDIENCES =
  'Set WEBHOOK_AUDIENCES to the `aud` of the tokens that your issuer makes for this webhook, separated by commas.';
const SUBJECTS =
  'Set WEBHOOK_CALLERS to * for all tokens that your issuer makes for this webhook, or to the `sub` of those that may call, separated by commas.';
const KEYS = 'Set WEBHOOK_JWKS_URL to an https URL, or to an http URL on localhost.';
const LOCAL_KEYS = "Set WEBHOOK_JWKS_URL to your issuer's on Cloud Run: a local issuer is for local runs only.";

test.each([
  [{ WEBHOOK_ISSUER: undefined }, ISSUER],
  [{ WEBHOOK_ISSUER: ' ' }, ISSUER],
  [{ WEBHOOK_ISSUER: 'https://accounts.google.com' }, GOOGLE],
  [{ WEBHOOK_ISSUER: 'accounts.google.com' }, GOOGLE],
  [{ WEBHOOK_AUDIENCES: undefined }, OAUTH_AUDIENCES],
  [{ WEBHOOK_AUDIENCES: ' , ' }, OAUTH_AUDIENCES],
  [{ WEBHOOK_CALLERS: undefined }, SUBJECTS],
  [{ WEBHOOK_CALLERS: ', ,' }, SUBJECTS],
  [{ WEBHOOK_JWKS_URL: undefined }, KEYS],
  [{ WEBHOOK_JWKS_URL: 'keys' }, KEYS],
  [{ WEBHOOK_JWKS_URL: 'http://login.example/keys' }, KEYS],
  [{ WEBHOOK_JWKS_URL: 'file:///etc/passwd' }, KEYS],
  [{ WEBHOOK_JWKS_URL: 'http://127.0.0.1:8080/keys', K_SERVICE: 'weather' }, LOCAL_KEYS],
])('In oauth mode %p stops the start with one sentence', (changes, message) => {
  expect(() => readAuthSettings({ ...oauth, ...changes })).toThrow(new ConfigError(message));
});

test('In oauth mode a local issuer is for local runs', () => {
  const url = 'http://localhost:8081/keys';
  expect(readAuthSettings({ ...oauth, WEBHOOK_JWKS_URL: url })).toMatchObject({ keysUrl: url });
});
