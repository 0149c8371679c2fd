import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { http } from '@google-cloud/functions-framework';
import { getTestServer } from '@google-cloud/functions-framework/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createHttpFunction, keepBodyUnparsed } from '../../shared/host.ts';
import { defineFlexible, defineWebhook } from '../../shared/webhook.ts';
import { expectConformant } from '../helpers/conformance.ts';
import { fixture, request } from '../helpers/requests.ts';
import { thrown } from '../helpers/thrown.ts';
import { AUDIENCE, CALLER, type CertificateServer, createKey, mint, openCertificateServer } from '../helpers/tokens.ts';

const key = createKey('host-key');
const token = mint({ key });
const silent = () => {};
type Body = string | Uint8Array | null;
let certificates: CertificateServer;
let server: Server;
let origin: string;

beforeAll(async () => {
  process.env.NODE_ENV = 'production'; // as functions/index.js sets it
  certificates = await openCertificateServer(key);
  const env = { WEBHOOK_AUDIENCES: AUDIENCE, WEBHOOK_CALLERS: CALLER, GOOGLE_CERTS_URL: certificates.url };
  http(
    'weather',
    createHttpFunction(
      'weather',
      defineWebhook({}, ({ turn }) => ({ say: turn.query?.value ?? '' })),
      env,
      silent,
    ),
  );
  server = getTestServer('weather').prependListener('request', keepBodyUnparsed);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await certificates.close();
});

const post = (body: Body, headers: { [name: string]: string } = {}) =>
  fetch(`${origin}/weather`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
    body,
  });

test('under functions-framework a signed request of CX is answered', async () => {
  const answer = await post(JSON.stringify(fixture('form-turn')));
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
  const body = await answer.json();
  expect(body).toEqual({
    fulfillmentResponse: { messages: [{ text: { text: ['what is the weather in pune'] } }] },
  });
  expectConformant(body);
});

test('text outside of ASCII arrives and leaves whole', async () => {
  const answer = await post(JSON.stringify(request('weather', {}, { text: 'Wetter in Köln? 🌦 पुणे' })));
  expect(await answer.json()).toEqual({
    fulfillmentResponse: { messages: [{ text: { text: ['Wetter in Köln? 🌦 पुणे'] } }] },
  });
});

test.each<[string, Body, { [name: string]: string }, number]>([
  ['malformed JSON', '{"text": "my pin is 4711', {}, 400],
  ['JSON under another content type', JSON.stringify(request('weather')), { 'content-type': 'text/plain' }, 200],
  ['a form', 'a=1&b=2', { 'content-type': 'application/x-www-form-urlencoded' }, 400],
  ['bytes', new Uint8Array([0, 255, 1]), { 'content-type': 'image/png' }, 400],
  ['no body', null, {}, 400],
  ['an unknown encoding', 'x', { 'content-encoding': 'lzma' }, 400],
  ['a broken gzip', 'not gzip', { 'content-encoding': 'gzip' }, 400],
  ['JSON in UTF-16', Buffer.from('{"a":1}', 'utf16le'), { 'content-type': 'application/json; charset=utf-16' }, 400],
])('%s is answered without a stack trace or a path', async (_title, body, headers, status) => {
  const answer = await post(body, headers);
  const text = await answer.text();
  expect([answer.status, text]).toEqual([status, expect.not.stringMatching(/ at |node_modules|\/shared\/|4711/)]);
});

test('a body is not even parsed for a caller who is not verified', async () => {
  const answer = await post('{"broken', { authorization: 'Bearer a.b.c' });
  expect([answer.status, await answer.json()]).toEqual([
    401,
    { error: { code: 'unauthenticated', message: 'The credential is not a Bearer ID token.' } },
  ]);
});

test('a body that comes in pieces is put together', async () => {
  const body = JSON.stringify(request('weather', {}, { text: 'in pieces' }));
  const head = ['POST /weather HTTP/1.1', 'Host: localhost', `Authorization: Bearer ${token}`, 'Connection: close'];
  const chunked = [body.slice(0, 50), body.slice(50)].map((part) => `${part.length.toString(16)}\r\n${part}\r\n`);
  const answer = await exchange(
    `${[...head, 'Transfer-Encoding: chunked'].join('\r\n')}\r\n\r\n${chunked.join('')}0\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*"in pieces"/);
});

test.each([
  ['says so', (body: string) => `Content-Length: ${body.length}\r\n\r\n${body}`],
  [
    'does not say so',
    (body: string) => `Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
  ],
])('a body of two megabytes is refused, whether its head %s', async (_title, framed) => {
  const head = `POST /weather HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n`;
  const answer = await exchange(head + framed(`{"text":"${'x'.repeat(2 * 1024 * 1024)}"}`));
  expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*The body is over 1 MiB\./);
});

test('two Authorization headers are refused, though Node hands on only the first', async () => {
  const body = JSON.stringify(request('weather'));
  const head = [
    'POST /weather HTTP/1.1',
    'Host: localhost',
    `Authorization: Bearer ${token}`,
    'Authorization: Bearer something.else.entirely',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  expect(await exchange(`${head.join('\r\n')}\r\n\r\n${body}`)).toMatch(/^HTTP\/1\.1 401 /);
});

test('a header of a megabyte is refused before it reaches anybody', async () => {
  const head = ['POST /weather HTTP/1.1', 'Host: localhost', `Authorization: Bearer ${'A'.repeat(1024 * 1024)}`];
  expect(await exchange(`${head.join('\r\n')}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
});

test('a flexible webhook reads the query of the URL', async () => {
  const echo = defineFlexible({}, ({ method }) => ({ method }), { methods: ['PUT'] });
  const env = { WEBHOOK_AUDIENCES: AUDIENCE, WEBHOOK_CALLERS: CALLER, GOOGLE_CERTS_URL: certificates.url };
  http('echo', createHttpFunction('echo', echo, env, silent));
  const other = getTestServer('echo').prependListener('request', keepBodyUnparsed);
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const answer = await fetch(`http://127.0.0.1:${(other.address() as AddressInfo).port}/a?b=c`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}` },
  });
  expect(await answer.json()).toEqual({ method: 'PUT' });
  other.closeAllConnections();
  await new Promise((resolve) => other.close(resolve));
});

test('settings that are missing stop the start with one sentence', () => {
  const start = () =>
    createHttpFunction(
      'weather',
      defineWebhook({}, () => ({})),
      {},
    );
  expect(thrown(start)).toMatchObject({ name: 'ConfigError', message: expect.stringMatching(/^[^\n]+\.$/) });
});

/** Sends bytes as they are and returns what comes back until the end. */
function exchange(bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => socket.write(bytes));
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.on('error', () => {}); // the server may hang up while we still write
    socket.on('close', () => resolve(received));
  });
}
