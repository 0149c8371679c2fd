import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { listFunctions } from '../shared/discover.ts';
import type { JsonObject } from '../shared/wire.ts';
import { expectConformant } from './helpers/conformance.ts';
import { buildImage, type Image, isInContext } from './helpers/image.ts';
import { ROOT, stopAll } from './helpers/process.ts';
import { request } from './helpers/requests.ts';
import { openTestStore, type TestStore } from './helpers/store.ts';

const LOGIN = 'cx:0123456789abcdef';
const secret = { WEBHOOK_AUTH: 'secret', WEBHOOK_BASIC_AUTH: LOGIN };
const authorization = `Basic ${Buffer.from(LOGIN).toString('base64')}`;
const ON_FIRE = `import { defineWebhook } from '../shared/webhook.ts';

function breakDown(): never {
  throw new TypeError('The printer is on fire.');
}

export default defineWebhook({}, () => breakDown());
`;

const folder = mkdtempSync(join(tmpdir(), 'image-'));
let image: Image;
let store: TestStore;

beforeAll(async () => {
  store = await openTestStore();
  // The image's user is another one than who made the file.
  const home = dirname(store.env.DATABASE_URL.slice('file:'.length));
  chmodSync(home, 0o777);
  for (const name of readdirSync(home)) chmodSync(join(home, name), 0o666);
  image = await buildImage(folder, (context) => writeFileSync(join(context, 'functions/on-fire.ts'), ON_FIRE));
}, 60_000);
afterEach(stopAll);
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

/** Starts the container, and waits until it listens. */
async function run(env: { readonly [name: string]: string } = {}) {
  const server = image.run({ PORT: '0', ...secret, ...env });
  const [, port] = await server.until(/ listens on port (\d+)\.\n/);
  const url = `http://127.0.0.1:${port}`;
  const post = (body: object, headers: { readonly [name: string]: string } = { authorization }) =>
    fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const call = (tag: string, parameters: JsonObject = {}) => post(request(tag, parameters));
  return { ...server, url, post, call };
}

test('The image has one file of code, its map and large data: no package, no source, no tool', () => {
  const files = readdirSync(image.root, { recursive: true, encoding: 'utf8', withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  expect(files.map(({ name }) => name).filter((name) => !name.endsWith('.json'))).toEqual([
    'index.cjs',
    'index.cjs.map',
  ]);
  expect(files.map(({ name }) => name)).toContain('feedback-model.json');
  expect(new Set(files.map(({ parentPath }) => parentPath))).toEqual(new Set([join(image.root, image.workdir)]));
  const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  expect(bytes).toBeLessThan(10 * 1024 ** 2);
});

test('It runs Node itself as process 1, for production, and not as root', () => {
  const { user, env, command } = image;
  expect({ user, env, command }).toEqual({
    user: 'node',
    env: { NODE_ENV: 'production' },
    command: ['node', 'index.cjs'],
  });
});

test('Without FUNCTION_TARGET it answers every tag behind the verification, says OK, and ends at SIGTERM', async () => {
  const { url, post, call, stop, printed } = await run(store.env);
  for (const tag of ['fallback', 'default', 'first-page', 'firstPage', 'fees']) {
    const answer = await call(tag);
    expect([tag, answer.status]).toEqual([tag, 200]);
    expectConformant(await answer.json());
  }
  const sentiment = await call('feedback', { feedback_text: 'The library was lovely, and the staff helpful.' });
  expect(await sentiment.text()).toContain('"feedback_sentiment"');
  expect(await (await call('no-such-tag')).text()).toContain('No handler for the tag: no-such-tag');
  expect((await post(request('fallback'), { authorization: 'Basic eDp5' })).status).toBe(401);
  expect(await (await fetch(url)).text()).toBe('OK');
  expect(await stop()).toBe(0);
  expect(printed.stderr).toBe('');
  expect(printed.stdout).toContain('"message":"router ok"');
});

test('FUNCTION_TARGET names any function, and that one alone is served', async () => {
  const names = await listFunctions(new URL('../functions/', import.meta.url));
  for (const name of names.filter((each) => !['router', 'fee-quote'].includes(each))) {
    const { call, stop } = await run({ ...store.env, FUNCTION_TARGET: name, WEATHER_API_URL: 'http://127.0.0.1:9' });
    expect([name, (await call(name)).status]).toEqual([name, 200]);
    expect([name, (await call('no-such-tag')).status]).toEqual([name, 404]);
    await stop();
  }
  const { post } = await run({ ...store.env, FUNCTION_TARGET: 'fee-quote' });
  const quote = await post({ programme: 'Bachelor of Science', credits: 12 });
  expect([quote.status, await quote.json()]).toEqual([200, expect.objectContaining({ known: true, currency: 'INR' })]);
}, 60_000);

test('A stack trace in the log names the lines of the sources', async () => {
  const { call, until } = await run({ FUNCTION_TARGET: 'on-fire' });
  expect((await call('on-fire')).status).toBe(200);
  const [line] = await until(/^\{.*"on-fire internal".*\}$/m);
  expect((JSON.parse(line) as { stack_trace: string }).stack_trace.split('\n').slice(0, 2)).toEqual([
    'TypeError: The printer is on fire.',
    '    at breakDown (functions/on-fire.ts:4:9)',
  ]);
});

test.each<[string, { [name: string]: string }, RegExp]>([
  [
    'an unknown function',
    { FUNCTION_TARGET: 'wheather' },
    /^There is no function called wheather; there are [^\n]+\.\n$/,
  ],
  ['a secret that is missing', { WEBHOOK_BASIC_AUTH: '' }, /^Set WEBHOOK_BASIC_AUTH [^\n]+\.\n$/],
])('%s stops the start with one sentence', async (_title, changes, sentence) => {
  const { ended, printed } = image.run({ PORT: '0', ...secret, ...changes });
  expect([await ended, printed.stderr]).toEqual([1, expect.stringMatching(sentence)]);
});

test('Docker is sent what the Dockerfile copies, and nothing else', () => {
  const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, names]) => names!.split(' '));
  const ignored = readFileSync(join(ROOT, '.dockerignore'), 'utf8');
  expect([...ignored.matchAll(/^!(.*)$/gm)].map(([, name]) => name)).toEqual(copied);
  expect(copied.filter((path) => !isInContext(path))).toEqual([]);
  const others = ['.env', '.local/key.pem', '.git/config', 'node_modules/pg/package.json', 'dev/seed/pin-hashes.json'];
  expect([...others, 'test/setup.ts', 'dist/weather/index.cjs', 'deploy.sh'].filter(isInContext)).toEqual([]);
});
