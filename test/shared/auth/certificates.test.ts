import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createVerifier, type Verifier } from '../../../shared/auth.ts';
import {
  answering,
  CALLER,
  type CertificateServer,
  type Clock,
  createKey,
  frozenClock,
  leaksOf,
  mint,
  openCertificateServer,
  published,
  refusalOf,
  settingsFor,
} from '../../helpers/tokens.ts';

const key = createKey('key-1');
const next = createKey('key-2');

const HOUR = 3600;
const UNAVAILABLE = {
  code: 'certificates-unavailable',
  status: 503,
  message: 'The certificates of the issuer cannot be fetched: try again.',
};
const UNKNOWN_KEY = {
  code: 'unauthenticated',
  status: 401,
  message: 'The ID token names a key that its issuer does not publish.',
};

let clock: Clock;
let server: CertificateServer;
let verifier: Verifier;
/** Beside it, in the tests that need one: another issuer, and one that speaks TLS. */
let elsewhere: CertificateServer | undefined;
let secure: Server | undefined;
let serial = 0;

beforeEach(async () => {
  elsewhere = undefined;
  secure = undefined;
  clock = frozenClock();
  server = await openCertificateServer(key);
  verifier = createVerifier(settingsFor(server.url), { now: clock.now });
});
afterEach(() => Promise.all([server.close(), elsewhere?.close(), secure?.[Symbol.asyncDispose]()]));

/** Verifies a token that was never seen before, and that lives through all that these tests do to the clock. */
function verifyNew(signer = key, claims = {}) {
  serial += 1;
  const text = mint({ key: signer, claims: { exp: Math.floor(Date.now() / 1000) + 23 * HOUR, serial, ...claims } });
  return Promise.resolve(verifier.verify({ authorization: `Bearer ${text}` }));
}

/** Long enough for a fetch in the background to come and go: 50 ms, and 10 rounds of the event loop on a busy machine. */
async function settle() {
  for (let round = 0; round < 10; round += 1) await sleep(5);
}

test('20 cold calls at once share one fetch', async () => {
  server.delay = 30;
  const callers = await Promise.all(Array.from({ length: 20 }, () => verifyNew()));
  expect(callers).toEqual(Array(20).fill({ email: CALLER }));
  expect(server.requests).toBe(1);
});

test('Prefetched certificates are there for the first call', async () => {
  await verifier.prefetch();
  expect(server.requests).toBe(1);
  await verifyNew();
  await verifier.prefetch();
  expect(server.requests).toBe(1);
});

test('A call that comes during the prefetch shares its fetch', async () => {
  server.delay = 30;
  const ready = verifier.prefetch();
  await verifyNew();
  await ready;
  expect(server.requests).toBe(1);
});

test('A prefetch that fails rejects nothing', async () => {
  server.answer = answering(500);
  await expect(verifier.prefetch()).resolves.toBeUndefined();
});

test('Certificates are kept for as long as their max-age says', async () => {
  await verifyNew();
  clock.advance(HOUR - 1);
  await verifyNew();
  await settle();
  expect(server.requests).toBe(1);
});

test.each([
  ['absent', undefined, HOUR],
  ['without max-age', 'no-cache', HOUR],
  ['max-age=0', 'max-age=0', 60],
  ['a max-age of ten years', 'public, max-age=315360000', 24 * HOUR],
  ['an s-maxage besides', 's-maxage=10, max-age=600', 600],
])('Certificates are kept for a bounded time with a cache-control: %s', async (_what, cacheControl, seconds) => {
  server.cacheControl = cacheControl;
  await verifyNew(key, { exp: clock.now() / 1000 + 24 * HOUR });
  clock.advance(Math.min(seconds - 1, 23 * HOUR));
  await verifyNew();
  await settle();
  expect(server.requests).toBe(1);
  clock.advance(seconds === 24 * HOUR ? HOUR : 1);
  await refresh();
  expect(server.requests).toBe(2);
});

/** Any call lets the verifier see that the certificates are old; only the fetch matters here. */
async function refresh() {
  const iat = clock.now() / 1000;
  await verifyNew(key, { iat, exp: iat + HOUR }).catch(() => {});
  await settle();
}

test('Expired certificates are fetched again behind the back of a call that does not wait', async () => {
  await verifyNew();
  clock.advance(HOUR);
  let answer = () => {};
  server.answer = (response) => {
    answer = () => answering(200, JSON.stringify(published(key)))(response);
  };
  const start = performance.now();
  expect(await Promise.all([verifyNew(), verifyNew(), verifyNew()])).toEqual(Array(3).fill({ email: CALLER }));
  // The fetch itself would be given up after 2 s only.
  expect(performance.now() - start).toBeLessThan(1_000);
  await settle();
  expect(server.requests).toBe(2);
  answer();
});

test('A call that knows its key is accepted while the issuer is down', async () => {
  await verifyNew();
  server.answer = answering(503);
  clock.advance(2 * HOUR);
  expect(await verifyNew()).toEqual({ email: CALLER });
  await settle();
  clock.advance(20 * HOUR);
  expect(await verifyNew()).toEqual({ email: CALLER });
});

test('An outage is probed every 5 seconds, and its end is noticed', async () => {
  await verifyNew();
  server.answer = answering(503);
  clock.advance(HOUR);
  await verifyNew();
  await settle();
  clock.advance(4);
  await Promise.all([verifyNew(), verifyNew()]);
  await settle();
  expect(server.requests).toBe(2);
  server.answer = undefined;
  clock.advance(1);
  await verifyNew();
  await settle();
  expect(server.requests).toBe(3);
  clock.advance(HOUR - 1);
  await verifyNew();
  await settle();
  expect(server.requests).toBe(3);
});

test('After 24 hours of outage old certificates count no more', async () => {
  await verifyNew();
  server.answer = answering(503);
  clock.advance(25 * HOUR);
  const iat = clock.now() / 1000;
  expect(await refusalOf(() => verifyNew(key, { iat, exp: iat + HOUR }))).toMatchObject(UNAVAILABLE);
});

test('A rotated key is accepted once a minute has passed since the last fetch', async () => {
  await verifyNew();
  server.certificates = published(key, next);
  clock.advance(59);
  expect(await refusalOf(() => verifyNew(next))).toMatchObject(UNKNOWN_KEY);
  expect(server.requests).toBe(1);
  clock.advance(1);
  expect(await verifyNew(next)).toEqual({ email: CALLER });
  expect(server.requests).toBe(2);
});

test('A key that is no longer published is refused after the next fetch', async () => {
  await verifyNew();
  server.certificates = published(next);
  clock.advance(HOUR);
  await verifyNew();
  await settle();
  expect(await refusalOf(() => verifyNew())).toMatchObject(UNKNOWN_KEY);
});

test('A flood of invented key ids costs one fetch a minute', async () => {
  await verifyNew();
  for (let minute = 1; minute <= 3; minute += 1) {
    clock.advance(60);
    const flood = Array.from({ length: 50 }, (_, i) => refusalOf(() => verifyNew({ ...key, id: `invented-${i}` })));
    for (const error of await Promise.all(flood)) expect(error).toMatchObject(UNKNOWN_KEY);
    for (let i = 0; i < 10; i += 1) await refusalOf(() => verifyNew({ ...key, id: `invented-${i}` }));
    expect(server.requests).toBe(1 + minute);
  }
  expect(server.mostAtOnce).toBe(1);
});

test('A cold call with an invented key id costs one fetch', async () => {
  expect(await refusalOf(() => verifyNew(next))).toMatchObject(UNKNOWN_KEY);
  expect(server.requests).toBe(1);
});

test('An unknown key is 503, not 401, while it cannot be looked up', async () => {
  await verifyNew();
  server.answer = answering(503);
  clock.advance(HOUR);
  expect(await refusalOf(() => verifyNew(next))).toMatchObject(UNAVAILABLE);
  expect(await verifyNew()).toEqual({ email: CALLER });
});

test('Once the issuer is back, an unknown key is 401 again', async () => {
  server.answer = answering(503);
  expect(await refusalOf(() => verifyNew(next))).toMatchObject(UNAVAILABLE);
  server.answer = undefined;
  clock.advance(1);
  expect(await verifyNew()).toEqual({ email: CALLER });
  expect(await refusalOf(() => verifyNew(next))).toMatchObject(UNKNOWN_KEY);
});

test('A published key may be called __proto__ or constructor', async () => {
  const proto = { ...key, id: '__proto__' };
  const inherited = { ...next, id: 'constructor' };
  server.certificates = published(proto, inherited);
  expect(await verifyNew(proto)).toEqual({ email: CALLER });
  expect(await verifyNew(inherited)).toEqual({ email: CALLER });
});

test('A value that is no readable certificate is left out, and the others count', async () => {
  const privatePem = next.privateKey.export({ type: 'pkcs8', format: 'pem' });
  const broken = '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n';
  server.certificates = {
    ...published(key),
    a: 1,
    b: null,
    c: { pem: key.pem },
    d: 'x',
    e: broken,
    [next.id]: privatePem,
  };
  expect(await verifyNew()).toEqual({ email: CALLER });
  expect(await refusalOf(() => verifyNew(next))).toMatchObject(UNKNOWN_KEY);
  expect(await refusalOf(() => verifyNew({ ...key, id: 'e' }))).toMatchObject(UNKNOWN_KEY);
});

test.each([
  ['an error', answering(500, JSON.stringify(published(key)))],
  ['another success', answering(203, JSON.stringify(published(key)))],
  ['garbage', answering(200, '<html>')],
  ['no body', answering(200)],
  ['null', answering(200, 'null')],
  ['a text', answering(200, '"certificates"')],
  ['no key at all', answering(200, '{}')],
  ['a list', answering(200, '["key-1"]')],
  ['a JWKS instead', answering(200, '{"keys":[{"kid":"key-1","kty":"RSA"}]}')],
  ['more than 256 KiB', answering(200, JSON.stringify({ ...published(key), pad: 'x'.repeat(256 * 1024) }))],
  ['half an answer', (response) => response.writeHead(200, { 'content-length': '999' }).end('{')],
  ['a closed connection', (response) => response.destroy()],
] satisfies [string, CertificateServer['answer']][])(
  'A cold call is 503 when the issuer answers %s',
  async (_what, answer) => {
    server.answer = answer;
    const serialToken = mint({ key });
    const error = await refusalOf(() => verifier.verify({ authorization: `Bearer ${serialToken}` }));
    expect(error).toMatchObject(UNAVAILABLE);
    expect(error.cause).toHaveProperty('message');
    expect(leaksOf(serialToken, error)).toEqual([]);
  },
);

test('A redirect is not followed', async () => {
  elsewhere = await openCertificateServer(key);
  server.answer = answering(302, '', { location: elsewhere.url });
  expect(await refusalOf(() => verifyNew())).toMatchObject(UNAVAILABLE);
  expect(elsewhere.requests).toBe(0);
});

test('A cold call is 503 when nobody listens', async () => {
  await server.close();
  expect(await refusalOf(() => verifyNew())).toMatchObject(UNAVAILABLE);
});

test('A cold call is 503 after 2 seconds of silence, and so are those that waited with it', async () => {
  server.answer = () => {};
  const start = performance.now();
  const errors = await Promise.all([refusalOf(() => verifyNew()), refusalOf(() => verifyNew())]);
  for (const error of errors) expect(error).toMatchObject(UNAVAILABLE);
  expect(performance.now() - start).toBeGreaterThan(1_900);
  expect(performance.now() - start).toBeLessThan(3_500);
  expect(server.requests).toBe(1);
});

test('For a second after a failed fetch cold calls are 503 at once, then one tries again', async () => {
  server.answer = answering(500);
  await refusalOf(() => verifyNew());
  server.answer = undefined;
  clock.advance(0.999);
  expect(await refusalOf(() => verifyNew())).toMatchObject(UNAVAILABLE);
  expect(server.requests).toBe(1);
  clock.advance(0.001);
  expect(await verifyNew()).toEqual({ email: CALLER });
  expect(server.requests).toBe(2);
});

test('There is never a second fetch while one is under way, so an old answer cannot replace a newer one', async () => {
  await verifyNew();
  server.delay = 30;
  clock.advance(HOUR);
  await Promise.all([verifyNew(), refusalOf(() => verifyNew(next)), verifyNew(), refusalOf(() => verifyNew(next))]);
  expect(server.mostAtOnce).toBe(1);
  expect(server.requests).toBe(2);
});

test('Certificates can be fetched another way', async () => {
  const asked: string[] = [];
  verifier = createVerifier(settingsFor('https://issuer.example/certs'), {
    now: clock.now,
    async fetchCertificates(url) {
      asked.push(url);
      return { body: JSON.stringify(published(key)), cacheControl: 'max-age=60' };
    },
  });
  expect(await verifyNew()).toEqual({ email: CALLER });
  expect(asked).toEqual(['https://issuer.example/certs']);
});

const certificatePem = makeCertificate();
const testWithOpenssl = certificatePem === undefined ? test.skip : test;

testWithOpenssl(
  'X.509 certificates such as Google serves are accepted (skipped where there is no openssl)',
  async () => {
    server.certificates = { [key.id]: certificatePem };
    expect(certificatePem).toMatch(/^-----BEGIN CERTIFICATE-----/);
    expect(await verifyNew()).toEqual({ email: CALLER });
    expect(await refusalOf(() => verifyNew({ ...next, id: key.id }))).toMatchObject({
      message: 'The signature of the ID token is wrong.',
    });
  },
);

testWithOpenssl(
  'An https issuer is believed only when its TLS certificate is trusted (skipped where there is no openssl)',
  async () => {
    const body = JSON.stringify(published(key));
    const tlsKey = key.privateKey.export({ type: 'pkcs8', format: 'pem' });
    const secureServer = createServer({ key: tlsKey, cert: certificatePem }, (_request, response) =>
      response.end(body),
    );
    secure = secureServer;
    await new Promise<void>((resolve) => secureServer.listen(0, '127.0.0.1', resolve));
    const { port } = secureServer.address() as AddressInfo;
    verifier = createVerifier(settingsFor(`https://127.0.0.1:${port}/certs`), { now: clock.now });

    const error = await refusalOf(() => verifyNew());
    expect(error).toMatchObject({ ...UNAVAILABLE, cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' } });

    const trusted = tls.getCACertificates();
    tls.setDefaultCACertificates([...trusted, certificatePem!]);
    clock.advance(1);
    expect(await verifyNew()).toEqual({ email: CALLER });
    tls.setDefaultCACertificates(trusted);
  },
);

function makeCertificate(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  try {
    const keyFile = join(folder, 'key.pem');
    writeFileSync(keyFile, key.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    const certificateFile = join(folder, 'certificate.pem');
    const request = ['req', '-x509', '-key', keyFile, '-subj', '/CN=federated-signon.system.gserviceaccount.com'];
    execFileSync(
      'openssl',
      [...request, '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2', '-out', certificateFile],
      { stdio: 'ignore' },
    );
    return readFileSync(certificateFile, 'utf8');
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
