import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Local, startLocal } from '../../../dev/local/server.ts';
import { says, type WrittenExport, writeExport } from '../../helpers/agent-export.ts';
import { HAS_IPV6 } from '../../helpers/process.ts';
import { type OpenedConsole, openConsole, replying, type WrittenFunctions, writeFunctions } from './open.ts';

/** Nobody but the page of the console itself can ask the console, and what it sends can do no harm in a browser. */
let agent: WrittenExport;
let functions: WrittenFunctions;
let desk: OpenedConsole;

beforeAll(async () => {
  agent = writeExport({
    flows: {
      'Default Start Flow': { eventHandlers: [{ event: 'sys.no-match-default', triggerFulfillment: says('What?') }] },
    },
  });
  functions = writeFunctions({ 'good.ts': replying({ say: 'Good.' }) });
  desk = await openConsole({ agent: agent.folder, folder: functions.folder });
});
afterAll(async () => {
  await desk.close();
  agent.remove();
  functions.removeAll();
});

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string;
}

/** As it is, `Host` and all, which `fetch` would not send. */
function send({ method = 'GET', path = '/console/api/agent', headers = {}, body = '' }: Sent) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }>((resolve, reject) => {
    const { port } = desk;
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
    });
    outgoing.on('error', reject).end(body);
  });
}

const refusalOf = ({ status, text }: { status: number; text: string }) => [status, JSON.parse(text).error.code];
const JSON_TYPE = { 'content-type': 'application/json' };

test('Every name of this machine is taken', async () => {
  const { port } = desk;
  for (const host of ['localhost', '127.0.0.1', ...(HAS_IPV6 ? ['[::1]'] : [])]) {
    expect([host, (await send({ headers: { host: `${host}:${port}` } })).status]).toEqual([host, 200]);
    const origin = `http://${host}:${port}`;
    const written = { method: 'POST', path: '/console/api/sessions', body: '{}' };
    const headers = { ...JSON_TYPE, host: `${host}:${port}`, origin };
    expect((await send({ ...written, headers })).status).toBe(200);
  }
});

test.each([
  ['another name that leads here', 'evil.example:PORT'],
  ['a name that begins like ours', 'localhost.evil.example:PORT'],
  ['our name at another port', 'localhost:1'],
  ['our name without the port', 'localhost'],
])('A request for %s is refused, whatever it asks for', async (_, written) => {
  const host = written.replace('PORT', String(desk.port));
  for (const path of ['/', '/console/main.js', '/console/api/agent', '/console/api/events']) {
    const answer = await send({ path, headers: { host, accept: 'text/html' } });
    expect([path, ...refusalOf(answer)]).toEqual([path, 403, 'forbidden']);
  }
  const origin = `http://${host}`;
  const written2 = { method: 'POST', path: '/console/api/sessions', body: '{}' };
  expect(refusalOf(await send({ ...written2, headers: { ...JSON_TYPE, host, origin } }))).toEqual([403, 'forbidden']);
});

test.each([
  ['of another site', { origin: 'https://evil.example' }],
  ['of another port', { origin: 'http://localhost:1' }],
  ['of another name of this machine', { origin: 'http://127.0.0.1:PORT' }],
  ['that hides where it is', { origin: 'null' }],
  ['that browsers say is of another site', { 'sec-fetch-site': 'cross-site' }],
  ['that browsers say is of another port', { 'sec-fetch-site': 'same-site' }],
])('A page %s reads nothing, hears nothing and does nothing', async (_, written) => {
  const host = `localhost:${desk.port}`;
  const headers = Object.fromEntries(
    Object.entries(written).map(([name, value]) => [name, value.replace('PORT', String(desk.port))]),
  );
  for (const path of ['agent', 'sessions', 'events']) {
    const answer = await send({ path: `/console/api/${path}`, headers: { host, ...headers } });
    expect([path, ...refusalOf(answer)]).toEqual([path, 403, 'forbidden']);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  }
  const before = (await desk.get<unknown[]>('sessions')).length;
  const post = { method: 'POST', path: '/console/api/sessions', body: '{}' };
  expect(refusalOf(await send({ ...post, headers: { host, ...JSON_TYPE, ...headers } }))).toEqual([403, 'forbidden']);
  expect(
    refusalOf(await send({ method: 'DELETE', path: '/console/api/sessions/x', headers: { host, ...headers } })),
  ).toEqual([403, 'forbidden']);
  expect(await desk.get('sessions')).toHaveLength(before);
});

test('What changes something says where it comes from, even if no browser sends it', async () => {
  const host = `localhost:${desk.port}`;
  const post = { method: 'POST', path: '/console/api/sessions', body: '{}', headers: { host, ...JSON_TYPE } };
  expect(refusalOf(await send(post))).toEqual([403, 'forbidden']);
  expect(refusalOf(await send({ method: 'DELETE', path: '/console/api/sessions/x', headers: { host } }))).toEqual([
    403,
    'forbidden',
  ]);
});

test('No other site gets leave by a preflight', async () => {
  const headers = { host: `localhost:${desk.port}`, origin: 'https://evil.example' };
  const answer = await send({ method: 'OPTIONS', path: '/console/api/sessions', headers });
  expect(answer.status).toBe(403);
  expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
});

test('A body is JSON, says so, is an object and at most 64 KiB', async () => {
  const post = async (init: RequestInit) => {
    const { status, json } = await desk.ask('POST', '/console/api/sessions', undefined, init);
    return [status, json.error?.code, json.error?.message];
  };
  const type = 'Send the body as JSON, with the content-type application/json.';
  expect(await post({ body: '{}', headers: { 'content-type': 'text/plain' } })).toEqual([415, 'not-json', type]);
  expect(await post({ body: '{}', headers: { 'content-type': 'application/jsonp' } })).toEqual([415, 'not-json', type]);
  expect(await post({})).toEqual([415, 'not-json', type]);
  for (const body of ['', '{', '[]', 'null', '"text"']) {
    expect(await post({ body, headers: JSON_TYPE })).toEqual([400, 'bad-request', 'The body is no JSON object.']);
  }
  const long = JSON.stringify({ languageCode: 'en', channel: 'x'.repeat(70_000) });
  expect(await post({ body: long, headers: JSON_TYPE })).toEqual([413, 'too-large', 'The body is over 64 KiB.']);
});

test('A body that says it is short and is not is cut off all the same', async () => {
  const { port } = desk;
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('error', () => {});
  socket.write(
    `POST /console/api/sessions HTTP/1.1\r\nhost: localhost:${port}\r\norigin: http://localhost:${port}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
  );
  for (let i = 0; i < 80; i++) socket.write(`400\r\n${'x'.repeat(1024)}\r\n`);
  for (let i = 0; i < 200 && !text.includes('too-large'); i++) await new Promise((resolve) => setTimeout(resolve, 20));
  socket.destroy();
  expect(text).toMatch(/^HTTP\/1\.1 413 /);
});

test('Every answer has the policy of the page, of errors and files too', async () => {
  for (const path of ['/', '/console/main.js', '/console/nothing.js', '/console/api/agent', '/console/api/nothing']) {
    const { headers } = await desk.ask('GET', path, undefined, { headers: { accept: 'text/html' } });
    expect({
      path,
      policy: headers.get('content-security-policy'),
      nosniff: headers.get('x-content-type-options'),
      referrer: headers.get('referrer-policy'),
      opener: headers.get('cross-origin-opener-policy'),
      resource: headers.get('cross-origin-resource-policy'),
      cache: headers.get('cache-control'),
    }).toEqual({
      path,
      policy:
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      nosniff: 'nosniff',
      referrer: 'no-referrer',
      opener: 'same-origin',
      resource: 'same-origin',
      cache: 'no-store',
    });
  }
});

test.each([
  ['GET', '/console/', 404],
  ['GET', '/console/../package.json', 404],
  ['GET', '/console/%2e%2e/%2e%2e/package.json', 404],
  ['GET', '/console/constructor', 404],
  ['POST', '/console/main.js', 405],
  ['GET', '/console/api', 404],
  ['GET', '/console/api/', 404],
  ['GET', '/console/api/constructor', 404],
  ['GET', '/console/api/sessions/', 404],
  ['GET', '/console/api/sessions/__proto__', 404],
  ['GET', '/console/api/sessions/x/turns/y', 404],
  ['PUT', '/console/api/agent', 405],
  ['POST', '/console/api/agent', 405],
  ['POST', '/console/api/events', 405],
  ['GET', '/console/api/sessions/x/turns', 405],
])('%s %s is answered %i, with a sentence', async (method, path, status) => {
  const headers = { host: `localhost:${desk.port}`, origin: desk.url };
  const answer = await send({ method, path, headers });
  expect([answer.status, JSON.parse(answer.text).error.message]).toEqual([status, expect.stringMatching(/\w.*\.$/)]);
  if (status === 405) expect(answer.headers.allow).toMatch(/^[A-Z, ]+$/);
});

test('What a conversation is asked wrongly is told in a sentence', async () => {
  const { id } = await desk.begin();
  const wrong = async (path: string, body: object) => {
    const { status, json } = await desk.ask('POST', `/console/api/sessions${path}`, body);
    return [status, json.error.message];
  };
  const turn = (input: unknown, more: object = {}) => wrong(`/${id}/turns`, { input, ...more });
  const kinds = '"input" has one of the kinds text, event, dtmf and intent.';
  expect(await turn(undefined)).toEqual([400, expect.stringMatching(/^"input" is what the person does, such as/)]);
  expect(await turn({ kind: 'speech' })).toEqual([400, kinds]);
  expect(await turn({ kind: 'constructor' })).toEqual([400, kinds]);
  expect(await turn({ kind: 'text', text: 5 })).toEqual([400, 'An input of the kind text has a "text".']);
  expect(await turn({ kind: 'event', event: '' })).toEqual([
    400,
    'An input of the kind event has the name of an "event".',
  ]);
  expect(await turn({ kind: 'dtmf', digits: 'x' })).toEqual([400, expect.stringMatching(/^An input of the kind dtmf/)]);
  expect(await turn({ kind: 'intent', intent: 'nothing' })).toEqual([
    400,
    'An input of the kind intent has the name of an "intent" of the agent.',
  ]);
  expect(await turn({ kind: 'text', text: 'hi' }, { parameters: [] })).toEqual([
    400,
    '"parameters" is an object of session parameters.',
  ]);
  expect(await wrong('', { languageCode: '../en' })).toEqual([400, '"languageCode" is a code such as en or pt-br.']);
  expect(await wrong('', { channel: '' })).toEqual([400, '"channel" is a name of at most 100 characters.']);
  for (const turns of [-1, 1.5, '1', null])
    expect(await wrong(`/${id}/back`, { turns })).toEqual([400, '"turns" is how many turns are kept, 0 or more.']);
  expect(await wrong(`/${id}/fork`, { turns: 1 })).toEqual([
    400,
    'The conversation has 0 turns: 1 of them cannot be kept.',
  ]);
  expect(await wrong(`/${id}/fault`, { fault: 'flood' })).toEqual([
    400,
    'There is no fault "flood": use timeout, 503, slow=MS, duplicate or drop, or TAG:timeout.',
  ]);
  expect(await wrong(`/${id}/fault`, {})).toEqual([400, expect.stringMatching(/^"fault" is a fault such as/)]);
  expect(await wrong(`/${id}/replay/keep`, {})).toEqual([
    409,
    'Replay the conversation first: it has changed, or was not replayed.',
  ]);
  expect((await desk.ask('GET', `/console/api/sessions/${id}/test-case`)).json.error.message).toBe(
    'Give the test case a name of at most 200 characters.',
  );
  expect((await desk.ask('GET', '/console/api/map?flow=Nothing')).json.error.message).toBe(
    'The agent has no flow Nothing.',
  );
});

test('Parameters that could not be kept are refused', async () => {
  const { id } = await desk.begin();
  const inject = async (x: string) => {
    const body = `{"input":{"kind":"text","text":"hi"},"parameters":{"x":${x}}}`;
    const path = `/console/api/sessions/${id}/turns`;
    const { status, json } = await desk.ask('POST', path, undefined, { body, headers: JSON_TYPE });
    return [status, json.error?.message];
  };
  const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  const deep = [400, 'The value of "parameters" is nested more than 100 levels deep.'];
  expect(await inject(nested(100))).toEqual(deep);
  expect(await inject(nested(9_000))).toEqual(deep);
  expect(await inject('1e400')).toEqual([400, 'The value of "parameters" has a number that is too large.']);
  expect(await inject(nested(99))).toEqual([200, undefined]);
});

test('Ids cannot be guessed', async () => {
  const { id } = await desk.begin();
  const turn = (await desk.post<{ id: string }>(`sessions/${id}/turns`, { input: { kind: 'text', text: 'hm' } })).id;
  for (const each of [id, turn])
    expect(each).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
});

test('Behind a tunnel there is no console at all', async () => {
  await desk.close();
  let local: Local | undefined;
  try {
    const tunnel = { url: 'https://abc.trycloudflare.com', caller: 'a@b.c' };
    const { folder } = functions;
    local = await startLocal({ port: 0, tunnel, folder, agent: agent.folder, log: { write: () => {} } });
    expect(local.hasConsole).toBe(false);
    for (const path of ['/', '/console/main.js', '/console/api/agent', '/console/api/events']) {
      const response = await fetch(local.url + path, { headers: { accept: 'text/html' } });
      expect([path, response.status, await response.json()]).toEqual([
        path,
        404,
        { error: { code: 'not-found', message: 'No function is at this path.' } },
      ]);
    }
  } finally {
    await local?.close();
    desk = await openConsole({ agent: agent.folder, folder: functions.folder });
  }
});
