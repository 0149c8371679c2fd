import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { expectConformant } from '../helpers/conformance.ts';
import { ROOT, type Running, startNode, stopAll } from '../helpers/process.ts';
import { request } from '../helpers/requests.ts';
import { CALLER, type CertificateServer, createKey, mint, openCertificateServer } from '../helpers/tokens.ts';

/** The sources as `node functions/server.js` finds them, with a function of this test's own. The image: dockerfile.test.ts. */
const checkout = mkdtempSync(join(tmpdir(), 'server-'));

/** Prints the URL of every module that is loaded. */
const SPY = `data:text/javascript,${encodeURIComponent(
  `import { registerHooks } from 'node:module';
   registerHooks({ load(url, context, next) { process.stderr.write('loaded ' + url + '\\n'); return next(url, context); } });`,
)}`;

const LOGIN = 'cx:0123456789abcdef';
const secret = { WEBHOOK_AUTH: 'secret', WEBHOOK_BASIC_AUTH: LOGIN };
const authorization = `Basic ${Buffer.from(LOGIN).toString('base64')}`;
const SLOW = `import { defineWebhook } from '../shared/webhook.ts';
export default defineWebhook({}, async () => ({ say: await (await fetch(process.env.SLOW_URL!)).text() }));
`;

const key = createKey('server-key');
let certificates: CertificateServer;

beforeAll(async () => {
  for (const part of ['package.json', 'functions', 'shared']) {
    cpSync(join(ROOT, part), join(checkout, part), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'));
  writeFileSync(join(checkout, 'functions/slow.ts'), SLOW);
  certificates = await openCertificateServer(key);
});
afterEach(stopAll);
afterAll(async () => {
  await certificates.close();
  rmSync(checkout, { recursive: true });
});

/** Runs the server, and waits until it listens. */
async function run(env: { [name: string]: string }): Promise<{ url: string; server: Running }> {
  const server = startNode(['functions/server.js'], { cwd: checkout, env: { PORT: '0', ...env } });
  const [, port] = await server.until(/ listens on port (\d+)\.\n/);
  return { url: `http://127.0.0.1:${port}`, server };
}

const post = (url: string, tag: string, headers: { [name: string]: string } = { authorization }) =>
  fetch(url, { method: 'POST', headers, body: JSON.stringify(request(tag)) });

test('without FUNCTION_TARGET the router serves every tag, at any path', async () => {
  const { url, server } = await run(secret);
  for (const [path, tag] of [
    ['/', 'fallback'],
    ['/cx', 'default'],
  ] as const) {
    const answer = await post(url + path, tag);
    expect(answer.status).toBe(200);
    expectConformant(await answer.json());
  }
  await server.stop();
  expect(server.printed.stdout).toMatch(/"message":"router ok"[\s\S]*"message":"router ok"/);
});

test('FUNCTION_TARGET names the one function that is served, behind the verification', async () => {
  const { url, server } = await run({ ...secret, FUNCTION_TARGET: 'fallback' });
  expect((await post(url, 'fallback')).status).toBe(200);
  expect((await post(url, 'welcome')).status).toBe(404);
  const refused = await post(url, 'fallback', { authorization: 'Bearer a.b.c' });
  expect([refused.status, refused.headers.get('www-authenticate'), await refused.json()]).toEqual([
    401,
    'Basic realm="webhook", charset="UTF-8"',
    { error: { code: 'unauthenticated', message: 'The credential is not one of basic authentication.' } },
  ]);
  await server.stop();
  expect(server.printed.stdout + server.printed.stderr).not.toMatch(/0123456789|Y3g6MDEy/);
});

test('two Authorization headers are refused, though Node hands on only the first', async () => {
  const { url } = await run(secret);
  const body = JSON.stringify(request('fallback'));
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const head = ['POST / HTTP/1.1', 'Host: x', `Authorization: ${authorization}`, 'authorization: Basic eDp5'];
  socket.write(`${[...head, `Content-Length: ${body.length}`, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`);
  expect(Buffer.concat(await socket.toArray()).toString()).toMatch(/^HTTP\/1\.1 401 [\s\S]*more than one credential/);
});

test('GET / answers OK to whoever looks whether somebody is there', async () => {
  const { url } = await run(secret);
  const answer = await fetch(url);
  expect([answer.status, await answer.text()]).toEqual([200, 'OK']);
});

test('SIGTERM in the middle of a call: no more calls are taken, this one is answered and logged, and the exit code is 0', async () => {
  const waiting: ServerResponse[] = [];
  const slow = createServer((_request, response) => waiting.push(response));
  await once(slow.listen(0, '127.0.0.1'), 'listening');
  const { url, server } = await run({
    ...secret,
    FUNCTION_TARGET: 'slow',
    SLOW_URL: `http://127.0.0.1:${(slow.address() as AddressInfo).port}`,
  });
  const call = post(url, 'slow');
  await once(slow, 'request');
  server.process.kill('SIGTERM');
  while (await fetch(url).then(Boolean, () => false)); // until the signal has arrived
  waiting[0]!.end('Patience is rewarded.');
  const answer = await call;
  expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close']);
  expect(await answer.text()).toContain('Patience is rewarded.');
  expect(await server.ended).toBe(0);
  expect(server.printed.stdout).toContain('"message":"slow ok"');
  slow.closeAllConnections();
  slow.close();
});

test('SIGTERM without a call ends it at once', async () => {
  const { server } = await run(secret);
  expect(await server.stop()).toBe(0);
});

test('with ID tokens, nothing is loaded of other hosts, other functions and other ways to verify', async () => {
  const settings = {
    WEBHOOK_AUDIENCES: 'https://a.example',
    WEBHOOK_CALLERS: CALLER,
    GOOGLE_CERTS_URL: certificates.url,
  };
  const { url, server } = await run({ ...settings, FUNCTION_TARGET: 'fallback', NODE_OPTIONS: `--import=${SPY}` });
  const token = mint({ key, claims: { aud: 'https://a.example' } });
  expect((await post(url, 'fallback', { authorization: `Bearer ${token}` })).status).toBe(200);
  await server.stop();
  const loaded = server.printed.stderr.match(/(?<=^loaded ).*$/gm) ?? [];
  expect(loaded.filter((file) => file.endsWith('/shared/auth/signature.ts'))).toHaveLength(1);
  expect(loaded.filter((file) => /auth\/(secret|oauth)\.ts|lambda|functions-framework|express/.test(file))).toEqual([]);
  expect(loaded.filter((file) => /\/functions\//.test(file)).map((file) => file.split('/').at(-1))).toEqual([
    'server.js',
    'fallback.ts',
  ]);
});

test.each<[string, { [name: string]: string }, RegExp]>([
  ['an unknown function', { FUNCTION_TARGET: 'wheather' }, /^There is no function called wheather; [^\n]+\.\n$/],
  ['a secret that is missing', { WEBHOOK_BASIC_AUTH: '' }, /^Set WEBHOOK_BASIC_AUTH [^\n]+\.\n$/],
  ['a port that is none', { PORT: 'http' }, /^Set PORT to a number up to 65535\.\n$/],
  ['leaving the check to nobody', { WEBHOOK_AUTH: 'iam' }, /^Leave WEBHOOK_AUTH=iam to Cloud Run: [^\n]+\.\n$/],
])('%s stops the start with one sentence', async (_title, changes, sentence) => {
  const stopped = startNode(['functions/server.js'], { env: { PORT: '0', ...secret, ...changes } });
  expect([await stopped.ended, stopped.printed.stderr]).toEqual([1, expect.stringMatching(sentence)]);
});

test('a port that is taken stops the start with one sentence', async () => {
  const taken = createServer();
  await once(taken.listen(0), 'listening');
  const { port } = taken.address() as AddressInfo;
  const stopped = startNode(['functions/server.js'], { env: { ...secret, PORT: String(port) } });
  expect([await stopped.ended, stopped.printed.stderr]).toEqual([
    1,
    expect.stringMatching(/^listen EADDRINUSE: address already in use [^\n]+\n$/),
  ]);
  taken.close();
});
