import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Issuer, LOCAL_SERVICE_AGENT, openIssuer } from '../../dev/issuer.ts';
import { createVerifier, readAuthSettings } from '../../shared/auth.ts';
import { refusalOf } from '../helpers/tokens.ts';

const AUDIENCE = 'http://localhost:8080/weather';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'issuer-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  server?.closeAllConnections();
  await server?.[Symbol.asyncDispose]();
  server = undefined;
});

let server: Server | undefined;

/** Serves the certificates; returns their URL. */
async function serve({ serveCertificates }: Issuer): Promise<string> {
  const started = createServer(serveCertificates);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}/certs`;
}

function read(token: string) {
  const [header, claims] = token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
  return { header, claims };
}

test('A token of the local issuer is accepted by the verifier that runs in the cloud', async () => {
  const issuer = openIssuer(folder);
  const settings = readAuthSettings({
    WEBHOOK_AUDIENCES: AUDIENCE,
    WEBHOOK_CALLERS: LOCAL_SERVICE_AGENT,
    GOOGLE_CERTS_URL: await serve(issuer),
  });
  const verifier = createVerifier(settings);
  const verify = (token: string) => verifier.verify({ authorization: `Bearer ${token}` });

  expect(await verify(issuer.token({ audience: AUDIENCE }))).toEqual({ email: LOCAL_SERVICE_AGENT });
  for (const [request, message] of [
    [{ audience: 'http://localhost:8080/fees' }, /^The ID token is meant for another audience/],
    [{ audience: AUDIENCE, email: 'eve@example.com' }, 'The caller is not listed in WEBHOOK_CALLERS.'],
    [{ audience: AUDIENCE, lifetimeSeconds: -60 }, 'The ID token has expired.'],
    [{ audience: AUDIENCE, now: Date.now() + 60_000 }, 'The ID token is not valid yet.'],
  ] as const) {
    expect((await refusalOf(() => verify(issuer.token(request)))).message).toMatch(message);
  }
});

test('A token carries the claims that Google puts into one for the Dialogflow service agent', () => {
  const issuer = openIssuer(folder);
  const now = Date.UTC(2026, 0, 1);
  const { header, claims } = read(issuer.token({ audience: AUDIENCE, now }));
  expect(header).toEqual({ alg: 'RS256', kid: Object.keys(issuer.certificates())[0], typ: 'JWT' });
  expect(claims).toEqual({
    aud: AUDIENCE,
    azp: expect.stringMatching(/^1\d{20}$/),
    email: 'service-000000000000@gcp-sa-dialogflow.iam.gserviceaccount.com',
    email_verified: true,
    exp: now / 1000 + 3600,
    iat: now / 1000,
    iss: 'https://accounts.google.com',
    sub: claims.azp,
  });
});

test('The certificates are served as Google serves them: key id to PEM, with an age', async () => {
  const issuer = openIssuer(folder);
  const response = await fetch(await serve(issuer));
  expect(response.headers.get('content-type')).toBe('application/json; charset=UTF-8');
  expect(response.headers.get('cache-control')).toBe('public, max-age=3600, must-revalidate, no-transform');
  const certificates = (await response.json()) as object;
  expect(certificates).toEqual(issuer.certificates());
  expect(Object.entries(certificates)).toEqual([
    [expect.stringMatching(/^[0-9a-f]{40}$/), expect.stringMatching(/^-----BEGIN PUBLIC KEY-----/)],
  ]);
});

test('The key is kept, for its owner alone, so that a restart changes nothing', () => {
  const nested = join(folder, 'a', 'b');
  const first = openIssuer(nested);
  expect(readdirSync(nested)).toEqual(['issuer-key.pem']);
  expect(statSync(join(nested, 'issuer-key.pem')).mode & 0o777).toBe(0o600);
  expect(openIssuer(nested).certificates()).toEqual(first.certificates());
});

test('Another folder has another key', () => {
  const other = openIssuer(join(folder, 'other'));
  expect(other.certificates()).not.toEqual(openIssuer(folder).certificates());
});

test('Processes that start at once agree on one key', async () => {
  const script = `import { openIssuer } from ${JSON.stringify(new URL('../../dev/issuer.ts', import.meta.url).href)};
    console.log(JSON.stringify(openIssuer(process.argv[1]).certificates()));`;
  const start = () => promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, folder]);
  const answers = await Promise.all([start(), start(), start(), start()]);
  expect(new Set(answers.map(({ stdout }) => stdout)).size).toBe(1);
  expect(readdirSync(folder)).toEqual(['issuer-key.pem']);
});

test('A key file that holds something else is named', () => {
  const path = join(folder, 'issuer-key.pem');
  writeFileSync(path, 'garbage');
  expect(() => openIssuer(folder)).toThrow(
    new Error(`${path} holds no private key: delete it, and the next start makes a new one.`),
  );
});
