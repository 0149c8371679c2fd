import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, expect, test } from '@jest/globals';
import type { Webhook } from '../../../../dev/emulator/agent.ts';
import { type CallerOptions, createCaller } from '../../../../dev/emulator/call/caller.ts';
import type { WebhookCall, WebhookOutcome } from '../../../../dev/emulator/call/effect.ts';
import { buildRequest } from '../../../../dev/emulator/call/request.ts';
import { freePort } from '../../../helpers/process.ts';
import { answering, callOf, closeAll, flexibleOf, openWebhook, webhookOf } from './webhook.ts';

afterEach(closeAll);

/** Calls it once, with everything at its default. */
function call(webhook: Webhook, options: Partial<CallerOptions> = {}, what: WebhookCall = callOf(webhook)) {
  return createCaller({ addressOf: () => null, sign: null, ...options })(what);
}

function expectFailed(outcome: WebhookOutcome) {
  if (outcome.kind !== 'failed') throw new Error(`It has not failed: ${JSON.stringify(outcome)}`);
  const { kind, exchange, ...rest } = outcome;
  return { ...rest, attempts: exchange?.attempts.length ?? 0 };
}

function expectAnswered(outcome: WebhookOutcome) {
  if (outcome.kind !== 'answered') throw new Error(`It was not answered: ${JSON.stringify(outcome)}`);
  return outcome;
}

const HELLO = JSON.stringify({ fulfillmentResponse: { messages: [{ text: { text: ['Hello.'] } }] } });

test('a call is the request of CX, with the headers of CX', async () => {
  const server = await openWebhook(answering(HELLO));
  const what = callOf(webhookOf({ uri: `${server.url}/hook?x=1` }), { parameters: { name: 'Zoë' } });
  const outcome = expectAnswered(await call(what.webhook, {}, what));
  expect(outcome.answer.messages.map(({ content }) => content)).toEqual([{ text: ['Hello.'] }]);
  const body = JSON.stringify(buildRequest(what.context));
  const { headers, ...rest } = server.seen[0]!;
  expect(rest).toEqual({ method: 'POST', url: '/hook?x=1', body });
  expect(headers).toEqual({
    accept: '*/*',
    'accept-encoding': 'gzip,deflate,br',
    connection: 'close',
    'content-length': String(Buffer.byteLength(body)),
    'content-type': 'application/json',
    host: new URL(server.url).host,
    'user-agent': 'Google-Dialogflow',
  });
});

test.each<[number, string, number, string]>([
  [400, 'webhook.error.bad-request', 3, 'INVALID_ARGUMENT, State: URL_ERROR, Reason: ERROR_OTHER'],
  [401, 'webhook.error.rejected', 16, 'UNAUTHENTICATED, State: URL_ERROR, Reason: ERROR_AUTHENTICATION'],
  [403, 'webhook.error.rejected', 7, 'PERMISSION_DENIED, State: URL_ERROR, Reason: ERROR_OTHER'],
  [404, 'webhook.error.not-found', 5, 'NOT_FOUND, State: URL_ERROR, Reason: ERROR_NOT_FOUND'],
  [302, 'webhook.error', 2, 'UNKNOWN, State: URL_ERROR, Reason: ERROR_OTHER'],
  [429, 'webhook.error', 2, 'UNKNOWN, State: URL_ERROR, Reason: ERROR_OTHER'],
  [500, 'webhook.error', 14, 'UNAVAILABLE, State: URL_UNREACHABLE, Reason: UNREACHABLE_5xx'],
  [502, 'webhook.error', 14, 'UNAVAILABLE, State: URL_UNREACHABLE, Reason: UNREACHABLE_5xx'],
  [503, 'webhook.error.unavailable', 14, 'UNAVAILABLE, State: URL_UNREACHABLE, Reason: UNREACHABLE_5xx'],
  [504, 'webhook.error', 14, 'UNAVAILABLE, State: URL_UNREACHABLE, Reason: UNREACHABLE_5xx'],
])('%i raises %s; 503 alone is tried again', async (httpStatus, event, code, words) => {
  const server = await openWebhook(answering(HELLO, httpStatus, { location: '/elsewhere' }));
  expect(expectFailed(await call(webhookOf({ uri: server.url })))).toEqual({
    httpStatus,
    event,
    status: { code, message: `Webhook call failed. Error: ${words}, HTTP status code: ${httpStatus}.` },
    problem: `The webhook answered ${httpStatus}.`,
    attempts: httpStatus === 503 ? 2 : 1,
  });
  expect(server.seen.length).toBe(httpStatus === 503 ? 2 : 1);
});

test('an answer of every other 2xx is taken', async () => {
  const server = await openWebhook(answering(HELLO, 201));
  expect(await call(webhookOf({ uri: server.url }))).toMatchObject({ kind: 'answered', httpStatus: 201 });
});

test('a timeout: two attempts of the same bytes, each its own time', async () => {
  const server = await openWebhook(() => {});
  const outcome = await call(webhookOf({ uri: server.url, timeoutMs: 300 }));
  expect(expectFailed(outcome)).toEqual({
    httpStatus: null,
    event: 'webhook.error.timeout',
    status: {
      code: 4,
      message: 'Webhook call failed. Error: DEADLINE_EXCEEDED, State: URL_TIMEOUT, Reason: TIMEOUT_WEB.',
    },
    problem: 'No answer came within 300 ms.',
    attempts: 2,
  });
  expect(server.seen).toEqual([server.seen[0], server.seen[0]]);
  const { attempts } = (outcome as WebhookOutcome & { kind: 'failed' }).exchange!;
  for (const { ms } of attempts) expect(ms).toBeGreaterThanOrEqual(290);
});

test('an answer that stops in the middle is a timeout, too, and what came of it is shown', async () => {
  const server = await openWebhook((response) => response.writeHead(200).write('{"fulfill'));
  const outcome = await call(webhookOf({ uri: server.url }), { limits: { timeoutMs: 300 } });
  expect(outcome).toMatchObject({
    kind: 'failed',
    httpStatus: null,
    event: 'webhook.error.timeout',
    exchange: { responseBody: '{"fulfill', attempts: [{}, { problem: 'No answer came within 300 ms.' }] },
  });
});

test('after one timeout the second answer counts', async () => {
  const server = await openWebhook((response, _, index) => {
    if (index > 0) response.end(HELLO);
  });
  const outcome = expectAnswered(await call(webhookOf({ uri: server.url, timeoutMs: 300 })));
  expect(outcome.exchange.attempts.map(({ httpStatus, problem }) => [httpStatus, problem])).toEqual([
    [null, 'No answer came within 300 ms.'],
    [200, null],
  ]);
});

test('the number of attempts and the statuses to try again after can be chosen', async () => {
  const server = await openWebhook(answering('', 500));
  const limits = { attempts: 3, retriedStatuses: [500] };
  expect(expectFailed(await call(webhookOf({ uri: server.url }), { limits }))).toMatchObject({ attempts: 3 });
  expect(server.seen.length).toBe(3);
});

test('nobody listens: not found, tried twice', async () => {
  const uri = `http://127.0.0.1:${await freePort()}/`;
  expect(expectFailed(await call(webhookOf({ uri })))).toMatchObject({
    httpStatus: null,
    event: 'webhook.error.not-found',
    status: { code: 14, message: 'Webhook call failed. Error: UNAVAILABLE, State: URL_UNREACHABLE.' },
    problem: expect.stringMatching(/^The webhook cannot be reached: connect ECONNREFUSED/),
    attempts: 2,
  });
});

test('a connection that breaks is tried again', async () => {
  const server = await openWebhook((response, _, index) => {
    if (index === 0) response.socket!.destroy();
    else response.end(HELLO);
  });
  expect(expectAnswered(await call(webhookOf({ uri: server.url }))).exchange.attempts).toMatchObject([
    { problem: 'The webhook cannot be reached: socket hang up.' },
    { problem: null },
  ]);
});

/** A key and a certificate that nobody vouches for; `undefined`: there is no openssl. */
function selfSigned(): { key: string; cert: string } | undefined {
  const request = '-x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -days 1 -keyout -';
  const { status, stdout } = spawnSync('openssl', ['req', ...request.split(' ')], { encoding: 'utf8' });
  const pem = (name: string) => new RegExp(`-----BEGIN ${name}-----[^]*?-----END ${name}-----`).exec(stdout)?.[0] ?? '';
  return status === 0 ? { key: pem('PRIVATE KEY'), cert: pem('CERTIFICATE') } : undefined;
}

const certificate = selfSigned();

(certificate ? test : test.skip)(
  'a certificate that nobody vouches for fails the call at once (skipped where there is no openssl)',
  async () => {
    const server = createServer(certificate!).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const uri = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const outcome = expectFailed(await call(webhookOf({ uri })));
    server.close();
    await once(server, 'close');
    expect(outcome).toEqual({
      httpStatus: null,
      event: 'webhook.error.not-found',
      status: {
        code: 14,
        message:
          'Webhook call failed. Error: UNAVAILABLE, State: URL_UNREACHABLE, Reason: UNREACHABLE_SSL_VALIDATION_FAILED.',
      },
      problem: expect.stringMatching(/^The webhook's certificate does not hold: self-signed certificate/),
      attempts: 1,
    });
  },
);

test.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
])('an answer packed with %s is read', async (encoding, pack) => {
  const server = await openWebhook((response) =>
    response.writeHead(200, { 'content-encoding': encoding }).end(pack(HELLO)),
  );
  expect(expectAnswered(await call(webhookOf({ uri: server.url }))).exchange.responseBody).toBe(HELLO);
});

test('an answer that is not packed as it says is refused', async () => {
  const server = await openWebhook(answering(HELLO, 200, { 'content-encoding': 'gzip' }));
  expect(expectFailed(await call(webhookOf({ uri: server.url })))).toMatchObject({
    event: 'webhook.error',
    status: { code: 3 },
    problem: expect.stringMatching(/^The answer is not packed as its content-encoding says/),
    attempts: 1,
  });
});

test.each(['constructor', '__proto__', 'toString'])('a content-encoding %s is none that is known', async (encoding) => {
  const server = await openWebhook(answering(HELLO, 200, { 'content-encoding': encoding }));
  expect(expectAnswered(await call(webhookOf({ uri: server.url }))).exchange.responseBody).toBe(HELLO);
});

/** An answer of so many bytes. */
const weighing = (bytes: number) => {
  const frame = JSON.stringify({ payload: { x: '' } }).length;
  return JSON.stringify({ payload: { x: 'y'.repeat(bytes - frame) } });
};

test('64 KiB are read, and not one byte more, packed or not', async () => {
  const fits = await openWebhook(answering(weighing(65_536)));
  expect(await call(webhookOf({ uri: fits.url }))).toMatchObject({ kind: 'answered' });
  for (const pack of [undefined, gzipSync]) {
    const body = weighing(65_537);
    const server = await openWebhook((response) =>
      pack ? response.writeHead(200, { 'content-encoding': 'gzip' }).end(pack(body)) : response.end(body),
    );
    expect(expectFailed(await call(webhookOf({ uri: server.url })))).toMatchObject({
      httpStatus: 200,
      event: 'webhook.error',
      problem: 'The answer is longer than 65536 bytes, which CX allows.',
      attempts: 1,
    });
  }
});

test('an endless answer is not read to its end', async () => {
  let written = 0;
  const server = await openWebhook((response) => {
    const pump = () => {
      while (!response.destroyed && written < 50_000_000) {
        written += 65_536;
        if (!response.write('x'.repeat(65_536))) return void response.once('drain', pump);
      }
    };
    pump();
  });
  await call(webhookOf({ uri: server.url }));
  expect(written).toBeLessThan(20_000_000);
});

test.each<[string, string]>([
  ['', 'Expect message object but got: null'],
  ['null', 'Expect message object but got: null'],
  ['{"text":"Hello"}', 'Cannot find field: text in message google.cloud.dialogflow.cx.v3.WebhookResponse'],
])('an answer that cannot be read, %j, is a failure of code 3', async (body, words) => {
  const server = await openWebhook(answering(body));
  expect(expectFailed(await call(webhookOf({ uri: server.url })))).toEqual({
    httpStatus: 200,
    event: 'webhook.error',
    status: { code: 3, message: `Webhook call failed. Error: Failed to parse webhook JSON response: ${words}.` },
    problem: `${words}.`,
    attempts: 1,
  });
});

test('what is disabled, or off for this turn, is not called', async () => {
  const server = await openWebhook();
  const uri = server.url;
  expect(await call(webhookOf({ uri, disabled: true }))).toEqual({ kind: 'skipped', reason: 'disabled' });
  expect(await call(webhookOf({ uri }), { disableWebhook: true })).toEqual({ kind: 'skipped', reason: 'off' });
  expect(server.seen).toEqual([]);
});

test('an environment has another address', async () => {
  const server = await openWebhook();
  const options = { webhookOverrides: { service: { uri: `${server.url}/staging` } } };
  await call(webhookOf({ uri: 'http://127.0.0.1:1/' }), options);
  expect(server.seen.map(({ url }) => url)).toEqual(['/staging']);
});

test('an address is chosen by webhook and tag', async () => {
  const server = await openWebhook();
  const webhook = webhookOf();
  await call(webhook, { addressOf: ({ displayName }, tag) => `${server.url}/${displayName}/${tag}` });
  expect(server.seen.map(({ url }) => url)).toEqual(['/service/tag-1']);
});

test.each<[string, Partial<Webhook>, string]>([
  [
    'what is not on this machine',
    {},
    'The webhook service is on webhook.invalid, and the emulator does not leave this machine: give it an address here, or allow remote calls.',
  ],
  [
    'what looks like this machine',
    { uri: 'http://localhost.example.com/' },
    'The webhook service is on localhost.example.com, and the emulator does not leave this machine: give it an address here, or allow remote calls.',
  ],
  [
    'a name that begins like an address of this machine',
    { uri: 'http://127.0.0.1.example.com/' },
    'The webhook service is on 127.0.0.1.example.com, and the emulator does not leave this machine: give it an address here, or allow remote calls.',
  ],
  [
    'Service Directory',
    { serviceDirectory: 'projects/p/locations/l/namespaces/n/services/s', uri: 'http://127.0.0.1:1/' },
    'The webhook service goes through Service Directory, which is not on this machine: give it an address.',
  ],
  ['no URL', { uri: 'webhook' }, 'The webhook service has no address that can be called: "webhook".'],
  ['a file', { uri: 'file:///x' }, 'The webhook service has no address that can be called: "file:///x".'],
])('%s is not called: not found', async (_, changes, problem) => {
  expect(await call(webhookOf(changes))).toEqual({
    kind: 'failed',
    httpStatus: null,
    event: 'webhook.error.not-found',
    status: { code: 14, message: 'Webhook call failed. Error: UNAVAILABLE, State: URL_UNREACHABLE.' },
    problem,
    exchange: null,
  });
});

test('Service Directory is called where it has an address', async () => {
  const server = await openWebhook();
  const webhook = webhookOf({ serviceDirectory: 'projects/p/locations/l/namespaces/n/services/s' });
  expect(await call(webhook, { addressOf: () => server.url })).toMatchObject({ kind: 'answered' });
});

test('flexible: method, URL and body with the values of references', async () => {
  const server = await openWebhook(answering('{"a":{"b":[7]}}'));
  const flexible = flexibleOf({
    httpMethod: 'PUT',
    requestBody: '{"n":"$session.params.n","all":"$flow.all","said":"Hi, $session.params.name.","fixed":true}',
    parameterMapping: { seen: '$.a.b[0]' },
  });
  const webhook = webhookOf({
    uri: `${server.url}/of/$session.params.name?q=$session.params.name&all=$sys.func.URL_ENCODE($session.params.name)`,
    flexible,
  });
  const name = 'A & "B"/C';
  const what = callOf(webhook, { parameters: { n: 5, name } }, { flow: { all: [1, { x: 'y' }] } });
  expect(expectAnswered(await call(webhook, {}, what)).answer).toMatchObject({ parameters: { seen: 7 }, messages: [] });
  const [{ method, url, body }] = server.seen as [(typeof server.seen)[0]];
  expect({ method, url: decodeURIComponent(url.replaceAll('+', '%20')) }).toEqual({
    method: 'PUT',
    url: `/of/${name}?q=${name}&all=${name}`,
  });
  expect(url.split('&')).toHaveLength(2);
  expect(JSON.parse(body)).toEqual({ n: 5, all: [1, { x: 'y' }], said: `Hi, ${name}.`, fixed: true });
});

test('flexible: a GET has no body, and a body that is no JSON is a text', async () => {
  const server = await openWebhook();
  const uri = server.url;
  await call(webhookOf({ uri, flexible: flexibleOf({ httpMethod: 'GET' }) }));
  const text = webhookOf({ uri, flexible: flexibleOf({ requestBody: '{"n": $session.params.n}' }) });
  await call(text, {}, callOf(text, { parameters: { n: 5 } }));
  expect(server.seen.map(({ method, body }) => [method, body])).toEqual([
    ['GET', ''],
    ['POST', '{"n": 5}'],
  ]);
  expect(server.seen[0]!.headers['content-type']).toBeUndefined();
});
