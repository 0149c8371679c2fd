import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { expectConformant } from '../helpers/conformance.ts';
import { answering, FRAMEWORK_CLI, freePort, ROOT, type Running, startNode } from '../helpers/process.ts';
import { request } from '../helpers/requests.ts';
import { CALLER, type CertificateServer, createKey, mint, openCertificateServer } from '../helpers/tokens.ts';

/** Prints the URL of every module that is loaded. */
const SPY = `data:text/javascript,${encodeURIComponent(
  `import { registerHooks } from 'node:module';
   registerHooks({ load(url, context, next) { process.stderr.write('loaded ' + url + '\\n'); return next(url, context); } });`,
)}`;

const key = createKey('index-key');
let certificates: CertificateServer;
let env: { [name: string]: string };
let url: string;
let server: Running;

beforeAll(async () => {
  certificates = await openCertificateServer(key);
  const port = await freePort();
  url = `http://127.0.0.1:${port}/fallback`;
  env = {
    PORT: String(port),
    FUNCTION_TARGET: 'fallback',
    WEBHOOK_AUDIENCES: url,
    WEBHOOK_CALLERS: CALLER,
    GOOGLE_CERTS_URL: certificates.url,
  };
  server = startNode(['--import', SPY, FRAMEWORK_CLI], { env });
  await answering(url, server);
});

afterAll(async () => {
  await server.stop();
  await certificates.close();
});

const post = (body: string, token = mint({ key, claims: { aud: url } })) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body,
  });

test('the function that FUNCTION_TARGET names is served, verified and logged', async () => {
  const answer = await post(JSON.stringify(request('fallback')));
  expect(answer.status).toBe(200);
  expectConformant(await answer.json());
  expect((await post(JSON.stringify(request('fallback')), 'a.b.c')).status).toBe(401);
  await server.until(/"fallback unauthenticated".*\n/);
  expect(
    server.printed.stdout
      .split('\n')
      .filter((line) => line.includes('"fallback '))
      .map((line) => JSON.parse(line)),
  ).toEqual([
    expect.objectContaining({ severity: 'INFO', message: 'fallback ok', status: 200 }),
    expect.objectContaining({ severity: 'WARNING', message: 'fallback unauthenticated', status: 401 }),
  ]);
});

test('a body that is no JSON gets our answer, and nothing of it is logged', async () => {
  const answer = await post('{"text": "my pin is 4711');
  expect([answer.status, await answer.json()]).toEqual([
    400,
    { error: { code: 'bad-request', message: 'The body is not JSON.' } },
  ]);
  expect(server.printed.stdout + server.printed.stderr).not.toContain('4711');
});

test('no other function is loaded, nor what the wanted one does not need', () => {
  const loaded = server.printed.stderr.match(/(?<=^loaded ).*$/gm) ?? [];
  const functions = loaded.filter((file) => file.includes(`${ROOT}functions/`)).map((file) => file.split('/').at(-1));
  expect(functions).toEqual(['index.js', 'fallback.ts']);
  expect(loaded.filter((file) => /shared\/upstream|google-gax|\/grpc-js\//.test(file))).toEqual([]);
  // Nor any code of a database, of the college, or of a library that only some functions need.
  const others =
    /node:sqlite|\/(kysely|pg|temporal-polyfill|minisearch|wink-[a-z-]+|cockatiel)\/|shared\/(store\.ts|campus\/)/;
  expect(loaded.filter((file) => others.test(file))).toEqual([]);
});

test('the main file is one that the buildpack can check', () => {
  expect(execFileSync(process.execPath, ['--check', `${ROOT}/functions/index.js`]).toString()).toBe('');
});

test.each<[string, { [name: string]: string }, RegExp]>([
  [
    'an unknown function',
    { FUNCTION_TARGET: 'wheather' },
    /^There is no function called wheather; there are [\w, -]+\.\n$/,
  ],
  ['no function', { FUNCTION_TARGET: '' }, /^Say which function to serve: set FUNCTION_TARGET or give --target\.\n$/],
  ['no audience', { WEBHOOK_AUDIENCES: ' , ' }, /^Set WEBHOOK_AUDIENCES[^\n]+\.\n$/],
  ['no caller', { WEBHOOK_CALLERS: '' }, /^Set WEBHOOK_CALLERS[^\n]+\.\n$/],
  ['a local issuer in the cloud', { K_SERVICE: 'fallback' }, /^Leave GOOGLE_CERTS_URL out on Cloud Run[^\n]+\.\n$/],
])('%s stops the start with one sentence', async (_title, changes, sentence) => {
  const stopped = startNode([FRAMEWORK_CLI], { env: { ...env, ...changes, PORT: String(await freePort()) } });
  expect([await stopped.ended, stopped.printed.stderr]).toEqual([1, expect.stringMatching(sentence)]);
});
