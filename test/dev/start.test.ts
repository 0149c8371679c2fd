import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readableLog } from '../../dev/local/readable-log.ts';
import { buildFlexible, buildRequest } from '../../dev/local/request.ts';
import { type Local, startLocal } from '../../dev/local/server.ts';
import { openLocalIssuer } from '../../dev/local/tokens.ts';
import { expectConformant } from '../helpers/conformance.ts';
import { cx, freePort, HAS_IPV6, type Running, startCx, stopAll } from '../helpers/process.ts';

const issuer = openLocalIssuer();
let port: number;
let server: Running;

beforeAll(async () => {
  port = await freePort();
  server = startCx(['start', '--port', String(port)], { env: { WEATHER_API_KEY: 'a-real-key' } });
  await server.until(/Try one/);
});
afterAll(stopAll);

async function call(path: string, init: RequestInit = {}, host = 'localhost') {
  const url = `http://${host}:${port}/${path}`;
  const token = issuer.token({ audience: url.split('?')[0]! });
  const response = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${token}` }, ...init });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const turn = (tag: string, params = {}) => ({ body: JSON.stringify(buildRequest({ tag, params })) });

test('The start says what is served, at which address, and what to try next', () => {
  expect(server.printed.stdout).toBe(`\
Talk to the agent: http://localhost:${port}/

http://localhost:${port} serves these functions:

  POST /account     account, database-query
  POST /ask         ask
  POST /booking     booking, booking.create
  POST /clubs       clubs
  POST /faculty     faculty
  POST /fallback    fallback, default
  POST /fee-quote   flexible: GET, POST
  POST /feedback    feedback
  POST /fees        fees
  POST /first-page  first-page, firstPage
  POST /library     library
  POST /router      every tag
  POST /weather     weather, weather-webhook
  POST /welcome     welcome, defaultWelcomeIntent

Try one from another terminal:

  npm run cx -- trigger weather --param location=Pune --port ${port}

`);
});

test('Every function that ships answers 200, and as CX understands it', async () => {
  const says = async (name: string, tag: string, params = {}) => {
    const { status, text } = await call(name, turn(tag, params));
    expect([name, status]).toEqual([name, 200]);
    const answer = JSON.parse(text);
    expectConformant(answer);
    return answer.fulfillmentResponse.messages[0].text.text[0];
  };
  expect(await says('welcome', 'welcome', { name: 'Asha' })).toBe('Hello Asha, I am the Campus assistant.');
  expect(await says('first-page', 'firstPage')).toBe('What is your name?');
  expect(await says('weather', 'weather', { location: 'Pune' })).toMatch(
    /^It is 27 °C and partly cloudy in Pune, India/,
  );
  expect(await says('fallback', 'default')).toBe("I'm sorry, I can't help with that.");
  expect(await says('router', 'weather-webhook', { location: 'Mumbai' })).toMatch(/Mumbai/);

  const { query, body } = buildFlexible('GET', { programme: 'Bachelor of Science', credits: 12 });
  expect(await call(`fee-quote?${query}`, { method: 'GET', ...(body !== undefined && { body }) })).toMatchObject({
    status: 200,
    text: expect.stringContaining('"total":28900'),
  });
});

test('A function answers at each name of this machine', async () => {
  for (const host of ['localhost', '127.0.0.1', ...(HAS_IPV6 ? ['[::1]'] : [])]) {
    expect((await call('welcome', turn('welcome'), host)).status).toBe(200);
  }
});

test('A token for one function is refused by every other', async () => {
  const authorization = `Bearer ${issuer.token({ audience: `http://localhost:${port}/weather` })}`;
  for (const name of ['welcome', 'router', 'fee-quote', 'first-page', 'fallback']) {
    const { status, text } = await call(name, { ...turn('welcome'), headers: { authorization } });
    expect([name, status, JSON.parse(text)]).toEqual([
      name,
      401,
      {
        error: {
          code: 'unauthenticated',
          message: 'The ID token is meant for another audience: WEBHOOK_AUDIENCES lists those accepted.',
        },
      },
    ]);
  }
});

test('Without a token, and with one of another caller, nobody gets in', async () => {
  expect((await call('weather', { ...turn('weather'), headers: {} })).status).toBe(401);
  const token = issuer.token({ audience: `http://localhost:${port}/weather`, email: 'eve@example.com' });
  const foreign = await call('weather', { ...turn('weather'), headers: { authorization: `Bearer ${token}` } });
  expect(foreign.status).toBe(403);
});

test('GET / says what runs here and how to try it', async () => {
  const { status, headers, text } = await call('', { method: 'GET', headers: {} });
  expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
  expect(text).toContain(
    `POST /weather\n  answers weather, weather-webhook\n  try     npm run cx -- trigger weather --param location=Pune --port ${port}\n`,
  );
  expect(text.match(/^POST \//gm)).toHaveLength(14);
});

test('GET / of a browser is the console, and what it loads comes from here', async () => {
  const { status, headers, text } = await call('', { method: 'GET', headers: { accept: 'text/html,*/*' } });
  expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  const loaded = [...text.matchAll(/(?:src|href)="\/([^"]+)"/g)].map(([, path]) => path!);
  expect(loaded).toEqual(['console/main.css', 'console/main.js']);
  for (const path of loaded) expect((await call(path, { method: 'GET', headers: {} })).status).toBe(200);
});

test('What is no agent ends the start in a sentence, and so does one for everybody', async () => {
  expect(await cx(['start', '--port', '0', '--agent', 'shared'])).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'shared is no agent. Give the folder or the .zip that CX exports as a JSON package: it has an agent.json at its root.\n',
  });
  const tunnel = ['--tunnel', 'https://abc.trycloudflare.com', '--caller', 'a@b.c'];
  expect(await cx(['start', '--port', '0', '--agent', 'agent', ...tunnel])).toEqual({
    code: 2,
    stdout: '',
    stderr: 'Leave out --agent or --tunnel: through a tunnel everybody could talk to the agent.\n',
  });
});

test('No answer shows a stack trace or a path of this machine', async () => {
  const token = issuer.token({ audience: `http://localhost:${port}/weather` });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answers = [
    await call('weather', { body: '{"fulfillmentInfo":', headers }),
    await call('weather', { body: '[]', headers }),
    await call('weather', { method: 'PUT', headers }),
    await call('fee-quote?credits=%E0%A4%A', { method: 'GET' }),
    await call('%E0%A4%A', { headers }),
    await call('nothing/here', { headers }),
    await call('', { headers }),
    await call('constructor', { headers }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 405, 400, 400, 404, 404, 404]);
  expect(answers[0]!.text).toBe('{"error":{"code":"bad-request","message":"The body is not JSON."}}');
  for (const { text } of answers) expect(text).not.toMatch(/node_modules|\.[jt]s\b|\bat .*:\d+|\/work|file:/);
});

test('A call is one line of JSON on standard output, as in production', async () => {
  await call('fallback', turn('fallback'));
  const [line] = await server.until(/^\{.*"tag":"fallback".*\}$/m);
  expect(JSON.parse(line)).toMatchObject({
    severity: 'INFO',
    message: 'fallback ok',
    function: 'fallback',
    status: 200,
  });
});

test('A port in use is told in one sentence', async () => {
  expect(await cx(['start', '--port', String(port)])).toEqual({
    code: 1,
    stdout: '',
    stderr: `Port ${port} is in use: stop what runs there, or choose another one with --port or PORT.\n`,
  });
});

test('A port that is none is wrong usage, as an option and as PORT', async () => {
  expect(await cx(['start', '--port', '99999'])).toEqual({
    code: 2,
    stdout: '',
    stderr: "Option '--port <number>' argument '99999': write a number from 0 to 65535.\n",
  });
  expect(await cx(['start'], { env: { PORT: 'http' } })).toEqual({
    code: 2,
    stdout: '',
    stderr: "Option '--port <number>' value 'http' from env 'PORT': write a number from 0 to 65535.\n",
  });
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s closes everything and exits with 0, even with a call under way',
  async (signal) => {
    const other = startCx(['start', '--port', '0']);
    const [, url] = await other.until(/(http:\/\/localhost:\d+) serves/);
    await other.until(/Try one/);
    const half = connect(Number(new URL(url!).port), '127.0.0.1').on('error', () => {});
    half.write('POST /weather HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\n\r\n{');
    await fetch(url!).then((response) => response.text());
    other.process.kill(signal);
    expect(await other.ended).toBe(0);
    expect(other.printed.stderr).toBe('');
    await expect(fetch(url!)).rejects.toThrow('fetch failed');
  },
);

test('--help says what each option means, with an example', async () => {
  const { code, stdout, stderr } = await cx(['start', '--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^Usage: npm run cx -- start \[options\]\n\nServe every function on this machine\.\n/);
  expect(stdout).toMatch(/--port <number> .*--live .*Examples:\n {2}npm start\n/s);
});

test('cx --help lists every command with one line each', async () => {
  const { code, stdout } = await cx(['--help']);
  expect(code).toBe(0);
  expect(stdout.slice(stdout.indexOf('Commands:'))).toBe(`\
Commands:
  start              serve every function on this machine
  function <name>    serve one function as Google Cloud does
  trigger <name>     send what CX would send, and show the answer
  token <name>       print a token that lets you call one function
  db                 make the tables of the store, and fill them
  bundle [names...]  make the folder of each function that the cloud gets
  test <agent>       replay an exported agent's test cases offline, and say how
                     they went
  talk <agent>       type to an exported agent, which runs here
`);
});

test('An unknown command is wrong usage, and the nearest one is named', async () => {
  expect(await cx(['strat'])).toEqual({
    code: 2,
    stdout: '',
    stderr: "Unknown command 'strat' (Did you mean start?): see --help.\n",
  });
});

test('A person reads a call as one short line, and a failure with its stack', () => {
  const written: string[] = [];
  const log = readableLog({ write: (line) => written.push(line) }, () => new Date(2026, 0, 1, 12, 3, 11));
  const write = (line: object) => log.write(JSON.stringify(line));
  write({ 'logging.googleapis.com/diagnostic': {} });
  write({ severity: 'INFO', message: 'weather ok', function: 'weather', status: 200, milliseconds: 14 });
  write({ severity: 'INFO', message: 'Asked twice.', function: 'weather' });
  write({
    severity: 'WARNING',
    message: 'weather unauthenticated',
    function: 'weather',
    reason: 'No.',
    status: 401,
    milliseconds: 0,
  });
  write({
    severity: 'ERROR',
    message: 'weather internal',
    function: 'weather',
    stack_trace: 'Error: x\n    at y',
    status: 200,
    milliseconds: 2,
  });
  expect(written).toEqual([
    '12:03:11  weather ok  200 in 14 ms\n',
    '12:03:11  weather: Asked twice.\n',
    '12:03:11  WARNING weather unauthenticated  401 in 0 ms  No.\n',
    '12:03:11  ERROR weather internal  200 in 2 ms\nError: x\n    at y\n',
  ]);
});

test('A function that does not load is named with its reason, and the others are served', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'functions-'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'broken.ts'), 'throw new Error("No luck today");\n');
  writeFileSync(join(folder, 'empty.ts'), 'export const nothing = 1;\n');
  writeFileSync(
    join(folder, 'good.ts'),
    `export default { kind: 'standard', params: {}, handler: () => ({ say: 'Good.' }), options: {} };\n`,
  );
  let local: Local | undefined;
  try {
    local = await startLocal({ port: 0, folder: pathToFileURL(`${folder}/`), log: { write: () => {} } });
    expect(local.functions.map(({ name, problem }) => [name, problem])).toEqual([
      ['broken', `broken.ts does not load: No luck today (${folder}/broken.ts:1)`],
      ['empty', 'functions/empty.ts must export default defineWebhook(...), defineFlexible(...) or defineRouter(...).'],
      ['good', undefined],
    ]);
    const post = async (name: string) => {
      const headers = { authorization: `Bearer ${local!.tokenFor(name)}` };
      const response = await fetch(`${local!.url}/${name}`, { method: 'POST', headers, ...turn(name) });
      return [response.status, await response.json()];
    };
    expect(await post('good')).toEqual([200, { fulfillmentResponse: { messages: [{ text: { text: ['Good.'] } }] } }]);
    expect(await post('broken')).toEqual([
      500,
      { error: { code: 'not-loaded', message: 'The function broken does not load.' } },
    ]);
  } finally {
    await local?.close();
    rmSync(folder, { recursive: true });
  }
});

test('Handlers are pointed at the stand-ins, with live at nothing, and afterwards the environment is what it was', async () => {
  const { WEATHER_API_URL } = process.env;
  const local = await startLocal({ port: 0 });
  expect(process.env.WEATHER_API_URL).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  await local.close();
  const live = await startLocal({ port: 0, live: true });
  expect(process.env.WEATHER_API_URL).toBe(WEATHER_API_URL);
  await live.close();
});
