import { expect, test } from '@jest/globals';
import { LOCAL_SERVICE_AGENT } from '../../dev/issuer.ts';
import { openLocalIssuer } from '../../dev/local/tokens.ts';
import { createVerifier, readAuthSettings } from '../../shared/auth.ts';
import { cx } from '../helpers/process.ts';
import { refusalOf } from '../helpers/tokens.ts';

/** The verifier that a function with this address has. */
function verifierOf(audience: string) {
  const settings = readAuthSettings({
    WEBHOOK_AUDIENCES: audience,
    WEBHOOK_CALLERS: LOCAL_SERVICE_AGENT,
    GOOGLE_CERTS_URL: 'http://localhost:1/',
  });
  const certificates = JSON.stringify(openLocalIssuer().certificates());
  return createVerifier(settings, { fetchCertificates: async () => ({ body: certificates }) });
}

const verify = (audience: string, token: string) =>
  verifierOf(audience).verify({ authorization: `Bearer ${token.trim()}` });

test('It prints a token and nothing else, which the function takes and another one refuses', async () => {
  const { code, stdout, stderr } = await cx(['token', 'weather']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  expect(await verify('http://localhost:8080/weather', stdout)).toEqual({ email: LOCAL_SERVICE_AGENT });
  const refused = await refusalOf(() => verify('http://localhost:8080/welcome', stdout));
  expect(refused.message).toMatch(/^The ID token is meant for another audience/);
});

test('The audience follows PORT, --port and --url, in this order', async () => {
  const env = { PORT: '9000' };
  for (const [args, audience] of [
    [[], 'http://localhost:9000/weather'],
    [['--port', '9001'], 'http://localhost:9001/weather'],
    [['--port', '9001', '--url', 'https://weather.example.com/a/?b=c'], 'https://weather.example.com/a'],
  ] as const) {
    const { stdout } = await cx(['token', 'weather', ...args], { env });
    expect(await verify(audience, stdout)).toEqual({ email: LOCAL_SERVICE_AGENT });
  }
});

test('An unknown function is told in one sentence that lists the functions', async () => {
  expect(await cx(['token', 'nope'])).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'There is no function called nope: choose one of account, ask, booking, clubs, faculty, fallback, fee-quote, feedback, fees, first-page, library, router, weather, welcome.\n',
  });
});

test('--help shows an example', async () => {
  const { code, stdout } = await cx(['token', '--help']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Usage: npm run cx -- token \[options\] <name>\n.*Example:\n {2}curl .*token weather/s);
});
