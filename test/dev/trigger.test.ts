import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeAnswer } from '../../dev/local/describe-answer.ts';
import { readPairs } from '../../dev/local/pairs.ts';
import { type Local, startLocal } from '../../dev/local/server.ts';
import { cx, freePort, stopAll } from '../helpers/process.ts';
import { thrown } from '../helpers/thrown.ts';

let local: Local;
/** A server that remembers what it was sent, and answers what it is told to. */
let witness: Server;
let seen: { method: string; url: string; headers: IncomingHttpHeaders; body: string };
let answer = { status: 200, body: '{}' };
let witnessUrl: string;
const folder = mkdtempSync(join(tmpdir(), 'trigger-'));

beforeAll(async () => {
  local = await startLocal({ port: 0, log: { write: () => {} } });
  witness = createServer(async (request, response) => {
    seen = { method: request.method!, url: request.url!, headers: request.headers, body: await text(request) };
    response.writeHead(answer.status).end(answer.body);
  });
  await new Promise<void>((resolve) => witness.listen(0, '127.0.0.1', resolve));
  witnessUrl = `http://127.0.0.1:${(witness.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await stopAll();
  await local.close();
  await new Promise((resolve) => witness.close(resolve));
  rmSync(folder, { recursive: true });
});

/** Runs `cx trigger` against the functions that ship. */
const trigger = (...args: string[]) => cx(['trigger', ...args, '--port', String(local.port)]);
/** Runs it against the witness. */
const show = (...args: string[]) => cx(['trigger', ...args, '--url', `${witnessUrl}/there`]);
const claimsOf = (authorization: string) =>
  JSON.parse(Buffer.from(authorization.split('.')[1]!, 'base64url').toString());

test('A person reads status and time, what is said, and what is set', async () => {
  const { code, stdout, stderr } = await trigger('weather', '--param', 'location=Pune');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^200 in \d+ ms\n/);
  expect(stdout.slice(stdout.indexOf('\n') + 1)).toBe(`\
says     It is 27 °C and partly cloudy in Pune, India. It feels like 29 °C.
sets     weather_place = "Pune, India"
sets     weather_condition = "partly cloudy"
sets     weather_temperature_c = 27.3
`);
});

test('A form parameter that a function refuses is shown as invalid', async () => {
  const { stdout } = await trigger('first-page', '--form', 'name=Asha', '--form', 'email=');
  expect(stdout).toMatch(/^200 in \d+ ms\nsays {5}What is your e-mail address\?\nform {5}email is INVALID\n$/);
});

test('--json prints the body of the answer and nothing else', async () => {
  const { code, stdout } = await trigger('weather', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    fulfillmentResponse: { messages: [{ text: { text: ['Which city do you want the weather for?'] } }] },
  });
});

test('The router answers the tag that it is asked for', async () => {
  const { stdout } = await trigger('router', '--tag', 'weather-webhook', '--param', 'location=Mumbai');
  expect(stdout).toMatch(/Mumbai, India/);
});

test('A flexible webhook is called by its own method, and its JSON is shown', async () => {
  const { code, stdout } = await trigger(
    'fee-quote',
    '--param',
    'programme=Bachelor of Science',
    '--param',
    'credits=12',
  );
  expect(code).toBe(0);
  expect(stdout).toMatch(/^200 in \d+ ms\n\{\n {2}"known": true,\n.*"total": 28900\n\}\n$/s);
});

test('A refusal is its status and message on standard error, and exit code 1', async () => {
  expect(await trigger('weather', '--token', 'forged')).toEqual({
    code: 1,
    stdout: '',
    stderr: '401 unauthenticated: The credential is not a Bearer ID token.\n',
  });
  expect(await trigger('weather', '--tag', 'fees')).toEqual({
    code: 1,
    stdout: '',
    stderr: '404 unknown-tag: This webhook does not answer the tag fees.\n',
  });
});

test('The token that is sent is good for the URL that is called, and for no other function', async () => {
  const url = `http://localhost:${local.port}/welcome`;
  expect((await cx(['trigger', 'welcome', '--url', `${url}/`])).code).toBe(0);
  const token = local.tokenFor('weather');
  expect(await cx(['trigger', 'welcome', '--url', url, '--token', token])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^401 unauthenticated: The ID token is meant for another audience/),
  });
});

test('Where nothing listens, the command to start it is named', async () => {
  const port = await freePort();
  expect(await cx(['trigger', 'weather'], { env: { PORT: String(port) } })).toEqual({
    code: 1,
    stdout: '',
    stderr: `Nothing answers at http://localhost:${port}/weather: start it with "npm start".\n`,
  });
});

test('An unknown function is told in one sentence that lists the functions', async () => {
  expect(await cx(['trigger', 'wether'])).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'There is no function called wether: choose one of account, ask, booking, clubs, faculty, fallback, fee-quote, feedback, fees, first-page, library, router, weather, welcome.\n',
  });
});

test('The request has the headers that CX sends, and what the options say', async () => {
  answer = { status: 200, body: '{}' };
  const options = ['--param', 'visits=3', '--param', 'pin="0042"', '--form', 'city=Pune', '--form', 'day='];
  const turn = ['--event', 'WELCOME', '--language', 'hi', '--session', 's1', '--page', 'Help', '--queued', 'Wait.'];
  const header = ['--header', 'X-Trace: a:b', '--header', 'user-agent: me'];
  const { code, stdout } = await show('weather', ...options, ...turn, ...header);
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^200 in \d+ ms\nchanges nothing\n$/) });

  const { method, url, headers, body } = seen;
  expect({ method, url, headers }).toEqual({
    method: 'POST',
    url: '/there',
    headers: {
      'user-agent': 'me',
      accept: '*/*',
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      authorization: expect.stringMatching(/^Bearer /),
      'x-trace': 'a:b',
      host: witnessUrl.slice('http://'.length),
      connection: 'close',
    },
  });
  expect(claimsOf(headers.authorization!).aud).toBe(`${witnessUrl}/there`);
  expect(JSON.parse(body)).toMatchObject({
    fulfillmentInfo: { tag: 'weather' },
    triggerEvent: 'WELCOME',
    languageCode: 'hi',
    pageInfo: {
      displayName: 'Help',
      formInfo: {
        parameterInfo: [
          { displayName: 'city', state: 'FILLED' },
          { displayName: 'day', state: 'EMPTY' },
        ],
      },
    },
    sessionInfo: {
      session: expect.stringMatching(/\/sessions\/s1$/),
      parameters: { visits: 3, pin: '0042', city: 'Pune' },
    },
    messages: [{ text: { text: ['Wait.'] } }],
  });
});

test('A file, or standard input, is sent as it is', async () => {
  answer = { status: 200, body: '{}' };
  const path = join(folder, 'request.json');
  writeFileSync(path, '{ "fulfillmentInfo": { "tag": "x" } }\n');
  await show('weather', '--file', path);
  expect(seen.body).toBe('{ "fulfillmentInfo": { "tag": "x" } }\n');
  await cx(['trigger', 'weather', '--file', '-', '--url', witnessUrl], { input: '{"a":' });
  expect(seen.body).toBe('{"a":');
});

test('A person who sends credentials of their own gets no token on top', async () => {
  await show('weather', '--header', 'Authorization: Basic abc');
  expect(seen.headers.authorization).toBe('Basic abc');
});

test('Parameters of a flexible webhook go into the body of a POST and into the query of a DELETE', async () => {
  await show('fee-quote', '--method', 'post', '--param', 'credits=12');
  expect([seen.method, seen.url, seen.body]).toEqual(['POST', '/there', '{"credits":12}']);
  await cx(['trigger', 'fee-quote', '--method', 'DELETE', '--param', 'credits=12', '--url', `${witnessUrl}/f?a=b`]);
  expect([seen.method, seen.url, seen.body]).toEqual(['DELETE', '/f?a=b&credits=12', '']);
});

test.each([
  [500, 'Oops', 1, '', '500: Oops\n'],
  [200, '<html>', 1, '', 'The answer has status 200 but is no JSON object: <html>\n'],
  [200, '{"session_info":{}}', 0, 'unknown  session_info {}\n', ''],
  [200, '{"fulfillmentResponse":{"messages":7}}', 0, /"messages": 7/, ''],
])("Somebody else's answer %i %s is shown, not understood", async (status, body, code, shown, stderr) => {
  answer = { status, body };
  expect(await show('elsewhere')).toEqual({
    code,
    stdout: shown instanceof RegExp ? expect.stringMatching(shown) : shown && expect.stringContaining(shown),
    stderr,
  });
});

test.each([
  [
    ['weather', '--text', 'a', '--event', 'b'],
    "Option '--event <name>' cannot be used with option '--text <words>': see --help.",
  ],
  [
    ['weather', '--file', 'a', '--param', 'b=c'],
    "Option '--file <path>' cannot be used with option '--param <key=value>': see --help.",
  ],
  [['weather', '--param', 'location'], 'Write --param key=value, not --param location.'],
  [['weather', '--header', 'nonsense'], 'Write --header "name: value", not --header nonsense.'],
  [
    ['weather', '--url', 'localhost:8080'],
    'Write a whole URL such as http://localhost:8080/weather, not localhost:8080.',
  ],
  [['weather', '--method', 'GET'], 'CX always posts to weather, which is no flexible webhook: leave --method out.'],
  [['fee-quote', '--text', 'a'], 'A flexible webhook gets nothing but parameters: leave --text out.'],
  [
    ['fee-quote', '--method', 'FETCH'],
    'Write --method as one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, not FETCH.',
  ],
  [[], "Missing required argument 'name': see --help."],
])('%j is wrong usage, and one sentence says why', async (args, sentence) => {
  expect(await cx(['trigger', ...args])).toEqual({ code: 2, stdout: '', stderr: `${sentence}\n` });
});

test('A file that is not there is named', async () => {
  expect(await trigger('weather', '--file', '/no/such.json')).toEqual({
    code: 1,
    stdout: '',
    stderr: "/no/such.json can't be read (ENOENT): name a file, or - for standard input.\n",
  });
});

test('--help shows each option and examples', async () => {
  const { code, stdout } = await cx(['trigger', '--help']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Usage: npm run cx -- trigger \[options\] <name>\n/);
  expect(stdout).toMatch(/Examples:\n {2}npm run cx -- trigger weather --param location=Pune\n/);
});

test('A value is JSON where it is JSON, else text', () => {
  const pairs = ['a=Pune', 'b=3', 'c="3"', 'd=[1]', 'e=', 'f=a=b', 'g=null', 'h=0042', '__proto__=x'];
  expect(Object.entries(readPairs(pairs, '--param'))).toEqual([
    ['a', 'Pune'],
    ['b', 3],
    ['c', '3'],
    ['d', [1]],
    ['e', ''],
    ['f', 'a=b'],
    ['g', null],
    ['h', '0042'],
    ['__proto__', 'x'],
  ]);
  expect(thrown(() => readPairs(['=x'], '--form'))).toEqual({
    name: 'WrongUsage',
    code: undefined,
    message: 'Write --form key=value, not --form =x.',
  });
});

test('Every effect of an answer is a line', () => {
  const lines = describeAnswer({
    fulfillmentResponse: {
      mergeBehavior: 'REPLACE',
      messages: [
        { text: { text: ['Hello.', 'Hi.'] } },
        { text: { text: ['Psst.'] }, channel: 'sms' },
        { liveAgentHandoff: { metadata: { queue: 'fees' } }, responseType: 'HANDLER_PROMPT' },
        { payload: { long: 'x'.repeat(200) } },
      ],
    },
    pageInfo: {
      formInfo: {
        parameterInfo: [
          { displayName: 'a', state: 'INVALID' },
          { displayName: 'b', value: 1 },
        ],
      },
    },
    sessionInfo: { parameters: { c: { d: 1 }, e: null } },
    payload: { f: 2 },
    targetPage: 'projects/p/pages/END_FLOW',
  });
  expect(lines).toEqual([
    'drops    what was queued before',
    'says     Hello. | Hi.',
    'says     Psst. (on sms)',
    'sends    liveAgentHandoff {"metadata":{"queue":"fees"}}',
    `sends    payload {"long":"${'x'.repeat(91)}...`,
    'sets     c = {"d":1}',
    'deletes  e',
    'form     a is INVALID',
    'form     b = 1',
    'payload  {"f":2}',
    'goes to  page projects/p/pages/END_FLOW',
  ]);
  expect(describeAnswer({})).toEqual(['changes nothing']);
});
