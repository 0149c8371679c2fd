import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildRequest } from '../../dev/local/request.ts';
import { openLocalIssuer } from '../../dev/local/tokens.ts';
import { cx, freePort, type Running, startCx, stopAll } from '../helpers/process.ts';
import { CALLER, type CertificateServer, createKey, mint, openCertificateServer } from '../helpers/tokens.ts';

/**
 * A real agent calls this machine through a tunnel. The tunnel only carries calls here, so they are sent to the port with
 * the tunnel's name in `Host`; Google's certificates are those of an issuer of this file.
 */
const TUNNEL = 'https://abc.trycloudflare.com';
const googleKey = createKey('google-key');
const local = openLocalIssuer();
let google: CertificateServer;
let port: number;
let server: Running;

beforeAll(async () => {
  google = await openCertificateServer(googleKey);
  port = await freePort();
  server = startCx(['start', '--port', String(port), '--tunnel', `${TUNNEL}/`, '--caller', CALLER], {
    env: { GOOGLE_CERTS_URL: google.url },
  });
  await server.until(/Try one/);
});
afterAll(async () => {
  await stopAll();
  await google.close();
});

/** Status and refusal of a call of `path`, whose body is one for `welcome`. */
async function call(path: string, token?: string, init: RequestInit = {}) {
  const response = await fetch(`http://localhost:${port}/${path}`, {
    method: 'POST',
    body: JSON.stringify(buildRequest({ tag: 'welcome' })),
    headers: { 'x-forwarded-host': new URL(TUNNEL).host, ...(token && { authorization: `Bearer ${token}` }) },
    ...init,
  });
  const text = await response.text();
  return {
    status: response.status,
    text,
    refusal: text.startsWith('{"error"') ? JSON.parse(text).error.message : null,
  };
}

const ofGoogle = (claims: object = {}, key = googleKey) =>
  mint({ key, claims: { aud: `${TUNNEL}/welcome`, ...claims } });

test('The greeting has the URL of each webhook to paste into the agent', () => {
  expect(server.printed.stdout).toContain(`
${CALLER} may call them, too. Paste into the agent's webhooks:

  account     ${TUNNEL}/account
`);
  expect(server.printed.stdout).toContain(`\n  welcome     ${TUNNEL}/welcome\n\nTry one from another terminal:\n`);
});

test("The agent's token of Google's issuer gets in, for its own function alone", async () => {
  expect(await call('welcome', ofGoogle())).toMatchObject({ status: 200, refusal: null });
  expect(await call('weather', ofGoogle())).toMatchObject({ status: 401, refusal: expect.stringMatching(/audience/) });
});

test('The local issuer goes on serving this machine, and no token of it is good for the public URL', async () => {
  const audience = `http://localhost:${port}/welcome`;
  expect(await call('welcome', local.token({ audience }))).toMatchObject({ status: 200 });
  expect(await call('welcome', local.token({ audience: `${TUNNEL}/welcome` }))).toMatchObject({ status: 401 });
  expect(await call('welcome', local.token({ audience: `${TUNNEL}/welcome`, email: CALLER }))).toMatchObject({
    status: 401,
    refusal: 'The ID token names a key that its issuer does not publish.',
  });
});

test.each<[string, string | undefined, number, RegExp]>([
  ['no token', undefined, 401, /^Send a Google ID token/],
  ['no token at all in it', 'abc', 401, /not a Bearer ID token/],
  ['the audience of another tunnel', ofGoogle({ aud: 'https://eve.trycloudflare.com/welcome' }), 401, /audience/],
  ['the audience without the function', ofGoogle({ aud: TUNNEL }), 401, /audience/],
  ["another project's agent", ofGoogle({ email: CALLER.replace('1', '2') }), 403, /WEBHOOK_CALLERS/],
  ['an address nobody has verified', ofGoogle({ email_verified: false }), 403, /not verified/],
  ['a key of a stranger', ofGoogle({}, createKey('stranger')), 401, /key that its issuer does not publish/],
  ["a key of a stranger under the name of Google's", ofGoogle({}, createKey('google-key')), 401, /signature/],
  ["Google's key for the local audience", ofGoogle({ aud: 'http://localhost:8080/welcome' }), 401, /audience/],
])('A stranger with %s stays outside', async (_, token, status, refusal) => {
  const answer = await call('welcome', token);
  expect([answer.status, answer.refusal]).toEqual([status, expect.stringMatching(refusal)]);
});

test("Google's token for this machine's own audience is no token of the local issuer", async () => {
  expect(await call('welcome', ofGoogle({ aud: `http://localhost:${port}/welcome` }))).toMatchObject({
    status: 401,
    refusal: 'The ID token names a key that its issuer does not publish.',
  });
});

test('Nobody is told what else is served here', async () => {
  for (const path of ['', 'nothing']) {
    const { status, text } = await call(path, undefined, { method: 'GET', body: null });
    expect([status, text]).toEqual([404, '{"error":{"code":"not-found","message":"No function is at this path."}}']);
  }
});

test('An outage of Google is told as one', async () => {
  const closed = await freePort();
  const other = startCx(['start', '--port', '0', '--tunnel', TUNNEL, '--caller', CALLER], {
    env: { GOOGLE_CERTS_URL: `http://127.0.0.1:${closed}/` },
  });
  const [, url] = await other.until(/(http:\/\/localhost:\d+) serves/);
  const response = await fetch(`${url}/welcome`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ofGoogle()}` },
    body: '{}',
  });
  expect([response.status, await response.json()]).toEqual([
    503,
    {
      error: {
        code: 'certificates-unavailable',
        message: 'The certificates of the issuer cannot be fetched: try again.',
      },
    },
  ]);
  await other.stop();
});

const SHAPE = (url: string) =>
  `Write --tunnel as an https URL without a path, such as https://abc.trycloudflare.com, not ${url}.\n`;
const AGENT = 'service-PROJECT_NUMBER@gcp-sa-dialogflow.iam.gserviceaccount.com';

test.each<[readonly string[], string]>([
  [['--tunnel', TUNNEL], `Add --caller: who may call, ${AGENT} of the agent's project.\n`],
  [['--caller', CALLER], 'Add --tunnel: the https URL that leads to this machine.\n'],
  ...[
    'http://abc.example.com',
    `${TUNNEL}/weather`,
    `${TUNNEL}?a=b`,
    'abc.example.com',
    'https://a@b',
    'https://a,b',
  ].map((url): [readonly string[], string] => [['--tunnel', url, '--caller', CALLER], SHAPE(url)]),
  [
    ['--tunnel', TUNNEL, '--caller', '123456789012'],
    `Write --caller as an e-mail address, ${AGENT}, not 123456789012.\n`,
  ],
])('%j is told in one sentence', async (args, stderr) => {
  expect(await cx(['start', '--port', '0', ...args])).toEqual({ code: 2, stdout: '', stderr });
});
