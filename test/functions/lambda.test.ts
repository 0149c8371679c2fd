import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { expectConformant } from '../helpers/conformance.ts';
import { startNode } from '../helpers/process.ts';
import { request } from '../helpers/requests.ts';
import { AUDIENCE, CALLER, type CertificateServer, createKey, mint, openCertificateServer } from '../helpers/tokens.ts';

/** What Lambda's runtime does: loads the handler, hands it an event, and stops the process as soon as it has the answer. */
const RUNTIME = `
const { handler } = await import('./functions/lambda.js');
const answer = await handler(JSON.parse(process.env.EVENT));
process.stderr.write(JSON.stringify(answer));
process.kill(process.pid, 'SIGKILL');
`;

const key = createKey('lambda-key');
let certificates: CertificateServer;
let env: { [name: string]: string };

beforeAll(async () => {
  certificates = await openCertificateServer(key);
  env = {
    FUNCTION_TARGET: 'fallback',
    WEBHOOK_AUDIENCES: AUDIENCE,
    WEBHOOK_CALLERS: CALLER,
    GOOGLE_CERTS_URL: certificates.url,
    AWS_LAMBDA_FUNCTION_NAME: 'campus-fallback',
    EVENT: JSON.stringify({
      version: '2.0',
      rawPath: '/',
      rawQueryString: '',
      headers: { authorization: `Bearer ${mint({ key })}`, 'content-type': 'application/json' },
      requestContext: { http: { method: 'POST', path: '/' } },
      body: JSON.stringify(request('fallback')),
      isBase64Encoded: false,
    }),
  };
});
afterAll(() => certificates.close());

const run = (changes: { [name: string]: string } = {}) =>
  startNode(['--input-type=module', '--eval', RUNTIME], { env: { ...env, ...changes } });

test('functions/lambda.handler serves the function that FUNCTION_TARGET names, and its line of the log is out by then', async () => {
  const { ended, printed } = run();
  expect(await ended).toBe('SIGKILL');
  const { statusCode, headers, body } = JSON.parse(printed.stderr);
  expect([statusCode, headers]).toEqual([200, { 'content-type': 'application/json; charset=utf-8' }]);
  expectConformant(JSON.parse(body));
  expect(printed.stdout).toContain('"message":"fallback ok"');
});

test.each<[string, { [name: string]: string }, RegExp]>([
  ['no function', { FUNCTION_TARGET: '' }, /^Say which function to serve: set FUNCTION_TARGET\.\n$/],
  ['an unknown function', { FUNCTION_TARGET: 'wheather' }, /^There is no function called wheather; [^\n]+\.\n$/],
  ['no caller', { WEBHOOK_CALLERS: '' }, /^Set WEBHOOK_CALLERS [^\n]+\.\n$/],
  ['leaving the check to nobody', { WEBHOOK_AUTH: 'iam' }, /^Leave WEBHOOK_AUTH=iam to Cloud Run: [^\n]+\.\n$/],
])('%s stops the start with one sentence', async (_title, changes, sentence) => {
  const { ended, printed } = run(changes);
  expect([await ended, printed.stderr]).toEqual([1, expect.stringMatching(sentence)]);
});
