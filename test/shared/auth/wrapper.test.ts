import { once } from 'node:events';
import http, { type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as functions from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createVerifier, withVerifiedCaller } from '../../../shared/auth.ts';
import { errorAnswer } from '../../../shared/error-answer.ts';
import { type ErrorCode, WebhookError } from '../../../shared/errors.ts';
import {
  answering,
  type CertificateServer,
  createKey,
  mint,
  openCertificateServer,
  settingsFor,
} from '../../helpers/tokens.ts';

const key = createKey('key-1');
const token = mint({ key });

let certificates: CertificateServer;
let server: Server;
/** For the one test that needs an issuer that is down. */
let down: CertificateServer | undefined;
let unlucky: Server | undefined;
let calls = 0;

beforeAll(async () => {
  certificates = await openCertificateServer(key);
  const verifier = createVerifier(settingsFor(certificates.url));
  functions.http(
    'guarded',
    withVerifiedCaller(verifier, (req: functions.Request, res: functions.Response) => {
      calls += 1;
      res.json({ heard: req.body });
    }),
  );
  server = await listening('guarded');
});
afterAll(() => Promise.all([stopped(server), certificates.close(), unlucky && stopped(unlucky), down?.close()]));
beforeEach(() => {
  calls = 0;
});

async function listening(name: string): Promise<Server> {
  const testServer = getTestServer(name).listen(0, '127.0.0.1');
  await once(testServer, 'listening');
  return testServer;
}

function stopped(running: Server): Promise<unknown> {
  running.closeAllConnections();
  return new Promise((resolve) => running.close(resolve));
}

/** Headers as a flat list, so that one can come twice: `fetch` would join them. */
async function post(to: Server, headers: readonly string[]) {
  const { port } = to.address() as AddressInfo;
  const list = ['host', `127.0.0.1:${port}`, 'content-type', 'application/json', 'connection', 'close', ...headers];
  const call = http.request({ host: '127.0.0.1', port, method: 'POST', headers: list });
  call.end('{"text":"hello"}');
  const [response] = (await once(call, 'response')) as [http.IncomingMessage];
  const body: unknown = JSON.parse(Buffer.concat(await response.toArray()).toString('utf8'));
  return { status: response.statusCode, headers: response.headers, body };
}

test('A verified caller reaches the function, with everything that was sent', async () => {
  for (let i = 0; i < 2; i += 1) {
    const answer = await post(server, ['authorization', `Bearer ${token}`]);
    expect(answer).toMatchObject({ status: 200, body: { heard: { text: 'hello' } } });
  }
  expect(calls).toBe(2);
});

test('Without a credential the function is not called, and the answer names the scheme', async () => {
  expect(await post(server, [])).toMatchObject({
    status: 401,
    headers: {
      'www-authenticate': 'Bearer',
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
    },
    body: { error: { code: 'unauthenticated', message: 'Send a Google ID token: Authorization: Bearer <token>.' } },
  });
  expect(calls).toBe(0);
});

test('With a forged token the function is not called', async () => {
  const forged = mint({ key: { ...createKey('key-2'), id: key.id } });
  expect(await post(server, ['authorization', `Bearer ${forged}`])).toMatchObject({
    status: 401,
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
    body: { error: { code: 'unauthenticated', message: 'The signature of the ID token is wrong.' } },
  });
  expect(calls).toBe(0);
});

test('A doubled header, of which Node would drop the second, is seen and refused', async () => {
  const twice = ['authorization', `Bearer ${token}`, 'Authorization', 'Bearer x'];
  expect(await post(server, twice)).toMatchObject({
    status: 401,
    body: { error: { message: 'The request carries more than one credential: send exactly one.' } },
  });
  expect(calls).toBe(0);
});

test('A genuine stranger gets 403 and no challenge', async () => {
  const stranger = mint({ key, claims: { email: 'eve@example.com' } });
  const answer = await post(server, ['authorization', `Bearer ${stranger}`]);
  expect(answer).toMatchObject({
    status: 403,
    body: { error: { code: 'forbidden', message: 'The caller is not listed in WEBHOOK_CALLERS.' } },
  });
  expect(answer.headers).not.toHaveProperty('www-authenticate');
  expect(calls).toBe(0);
});

test('While the certificates cannot be had the answer is 503, to be tried again', async () => {
  down = await openCertificateServer();
  down.answer = answering(500);
  functions.http(
    'unlucky',
    withVerifiedCaller(createVerifier(settingsFor(down.url)), () => (calls += 1)),
  );
  unlucky = await listening('unlucky');
  expect(await post(unlucky, ['authorization', `Bearer ${token}`])).toMatchObject({
    status: 503,
    headers: { 'retry-after': '1' },
    body: { error: { code: 'certificates-unavailable' } },
  });
  expect(calls).toBe(0);
});

test('A verifier that breaks lets nobody through', async () => {
  const broken = {
    verify() {
      throw new TypeError('broken');
    },
    async prefetch() {},
  };
  const guarded = withVerifiedCaller(broken, () => (calls += 1));
  const response = { writeHead: () => {}, end: () => {} };
  await expect(guarded({ headers: {}, rawHeaders: [] }, response)).rejects.toThrow(new TypeError('broken'));
  expect(calls).toBe(0);
});

test('What the function returns or throws passes through', async () => {
  const open = { verify: () => ({ email: 'agent@example.com' }), async prefetch() {} };
  const response = { writeHead: () => {}, end: () => {} };
  expect(await withVerifiedCaller(open, () => 'done')({ headers: {}, rawHeaders: [] }, response)).toBe('done');
  const failing = withVerifiedCaller(open, () => Promise.reject(new RangeError('mine')));
  await expect(failing({ headers: {}, rawHeaders: [] }, response)).rejects.toThrow(new RangeError('mine'));
});

test.each([
  ['unauthenticated', 401, { 'www-authenticate': 'Bearer error="invalid_token"' }],
  ['forbidden', 403, {}],
  ['certificates-unavailable', 503, { 'retry-after': '1' }],
  ['bad-request', 400, {}],
  ['internal', 500, {}],
] satisfies [ErrorCode, number, object][])(
  'The answer to %s tells the code and the sentence, not the cause',
  (code, status, advice) => {
    expect(errorAnswer(new WebhookError(code, 'A sentence.', { cause: new Error('secret') }))).toEqual({
      status,
      headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...advice },
      body: `{"error":{"code":"${code}","message":"A sentence."}}`,
    });
  },
);
