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
  expect(settings.audiences).toEqual(['https://a.example', 'https://b.example']);
  expect(settings.callers).toEqual(['a@x', 'b@x']);
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
  expect(readAuthSettings({ ...least, GOOGLE_CERTS_URL: url }).certificatesUrl).toBe(url);
});

const AUTH =
  'Set WEBHOOK_AUTH to id-token (the default: tokens are verified here) or to iam (Cloud Run has verified them).';
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
  expect(readAuthSettings({ ...least, GOOGLE_CERTS_URL: url, K_SERVICE: 'weather' }).certificatesUrl).toBe(url);
});
