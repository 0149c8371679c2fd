import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { resetDatabase } from '../../dev/local/database.ts';
import { openStore } from '../../shared/store.ts';
import type { JsonObject } from '../../shared/wire.ts';
import { expectConformant } from '../helpers/conformance.ts';
import { POSTGRES_BINARIES, startPostgres } from '../helpers/postgres.ts';
import { answering, cx, freePort, ROOT, startNode, stopAll } from '../helpers/process.ts';
import { request } from '../helpers/requests.ts';
import { openTestStore, type TestStore } from '../helpers/store.ts';
import { CALLER, type CertificateServer, createKey, mint, openCertificateServer } from '../helpers/tokens.ts';

const FRAMEWORK = '@google-cloud/functions-framework';

const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
const dist = join(folder, 'dist');
/** The same sources in another folder, with a package folder that is a link. */
const checkout = join(folder, 'elsewhere', 'checkout');

const key = createKey('bundle-key');
let certificates: CertificateServer;
let store: TestStore;
let printed: string;

beforeAll(async () => {
  [certificates, store] = await Promise.all([openCertificateServer(key), openTestStore()]);
  const { code, stdout, stderr } = await cx(['bundle', '--out', dist]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  printed = stdout;
  // What `npm ci` would install, and nothing else that could be found from there.
  mkdirSync(join(dist, 'node_modules', FRAMEWORK, '..'), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules', FRAMEWORK), join(dist, 'node_modules', FRAMEWORK));
  for (const path of ['dev', 'functions', 'shared', 'package.json', 'package-lock.json']) {
    cpSync(join(ROOT, path), join(checkout, path), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'));
}, 120_000);

afterAll(async () => {
  await stopAll();
  await Promise.all([certificates.close(), store.close()]);
  rmSync(folder, { recursive: true });
});

const namesIn = (out: string) => readdirSync(out).filter((name) => name !== 'node_modules');
const read = (name: string, file: string, out = dist) => readFileSync(join(out, name, file), 'utf8');
const filesOf = (name: string, out: string) =>
  Object.fromEntries(readdirSync(join(out, name)).map((file) => [file, read(name, file, out)]));
const bundleThere = (...args: string[]) => startNode([join(checkout, 'dev/cx.ts'), 'bundle', ...args]).ended;

/** Starts a bundle as the buildpack does: the main file is checked, then the CLI runs in its folder. */
async function boot(name: string, { out = dist, env = {} } = {}) {
  const cwd = join(out, name);
  const checked = startNode(['--check', JSON.parse(read(name, 'package.json', out)).main], { cwd });
  expect([await checked.ended, checked.printed.stderr]).toEqual([0, '']);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/${name}`;
  const server = startNode([join(dist, 'node_modules', FRAMEWORK, 'build/src/main.js')], {
    cwd,
    env: {
      FUNCTION_TARGET: name,
      PORT: String(port),
      WEBHOOK_AUDIENCES: url,
      WEBHOOK_CALLERS: CALLER,
      GOOGLE_CERTS_URL: certificates.url,
      DATABASE_URL: undefined,
      ...env,
    },
  });
  await answering(url, server);
  async function call(tag: string, parameters: JsonObject = {}, token = mint({ key, claims: { aud: url } })) {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(request(tag, parameters)) });
    return { status: answer.status, answer: (await answer.json()) as { fulfillmentResponse?: unknown } };
  }
  return { ...server, call, url };
}

test('Each function has a folder with a main file, its map, its one dependency and its manifest', () => {
  expect(printed.match(/^\S+ +\d+ KB zipped$/gm)).toHaveLength(namesIn(dist).length);
  expect(readdirSync(join(dist, 'weather')).sort()).toEqual([
    'index.cjs',
    'index.cjs.map',
    'manifest.json',
    'package-lock.json',
    'package.json',
  ]);
  expect(JSON.parse(read('weather', 'package.json'))).toEqual({
    name: 'weather',
    version: '0.0.0',
    private: true,
    main: 'index.cjs',
    engines: { node: '24' },
    dependencies: { [FRAMEWORK]: JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).dependencies[FRAMEWORK] },
  });
});

test('The lock file holds what functions-framework needs, as it is installed here, and nothing more', () => {
  const { packages } = JSON.parse(read('weather', 'package-lock.json')) as {
    packages: { [path: string]: { version: string; dev?: true; dependencies?: object } };
  };
  const { '': own, ...installed } = packages;
  expect(own!.dependencies).toEqual({ [FRAMEWORK]: installed[`node_modules/${FRAMEWORK}`]!.version });
  for (const [path, { version, dev }] of Object.entries(installed)) {
    const { version: here } = JSON.parse(readFileSync(join(ROOT, path, 'package.json'), 'utf8'));
    expect([path, version, dev]).toEqual([path, here, undefined]);
  }
  expect(Object.keys(installed)).toContain('node_modules/express');
  expect(Object.keys(installed)).not.toContain('node_modules/google-auth-library');
});

test('A manifest says what a deployment has to know; a router needs what all its functions need', () => {
  const manifest = (name: string) => JSON.parse(read(name, 'manifest.json'));
  const hash = expect.stringMatching(/^[\da-f]{64}$/);
  const nothing = { timeout: '5s', secrets: [], memory: null, minInstances: 0, store: false };
  expect(manifest('weather')).toEqual({
    function: 'weather',
    kind: 'standard',
    tags: ['weather', 'weather-webhook'],
    ...nothing,
    methods: null,
    params: null,
    mapping: null,
    hash,
  });
  expect(manifest('fee-quote')).toEqual({
    function: 'fee-quote',
    kind: 'flexible',
    tags: [],
    ...nothing,
    store: true,
    methods: ['GET', 'POST'],
    params: ['programme', 'credits', 'hostel'],
    mapping: { fee_known: '$.known', fee_total: '$.total', fee_currency: '$.currency' },
    hash,
  });
  const { tags, ...router } = manifest('router');
  expect(router).toEqual({
    function: 'router',
    kind: 'router',
    ...nothing,
    timeout: manifest('ask').timeout,
    memory: manifest('feedback').memory,
    store: true,
    methods: null,
    params: null,
    mapping: null,
    hash,
  });
  expect(tags).toEqual(
    namesIn(dist)
      .map(manifest)
      .filter(({ kind }) => kind === 'standard')
      .flatMap((each) => each.tags),
  );
});

test('A function without a store has at most 300 KB zipped, and no code of a database', () => {
  const stateless = namesIn(dist).filter((name) => !JSON.parse(read(name, 'manifest.json')).store);
  expect(stateless).toEqual(['fallback', 'weather']);
  for (const name of stateless) {
    const [, size] = new RegExp(`^${name} +(\\d+) KB`, 'm').exec(printed)!;
    expect(Number(size)).toBeLessThan(300);
    expect(read(name, 'index.cjs.map')).not.toMatch(/node_modules\/(kysely|pg)\/|shared\/store\/(postgres|sqlite)/);
  }
  expect(read('booking', 'index.cjs.map')).toMatch(/node_modules\/pg\//);
});

test('A bundle has its own function alone, no code of dev or test, and nothing of the machine that made it', () => {
  for (const name of namesIn(dist)) {
    const map = JSON.parse(read(name, 'index.cjs.map')) as { sources: string[]; sourcesContent?: unknown };
    expect(map.sourcesContent).toBeUndefined();
    expect(map.sources.filter((path) => !/^(functions|shared|node_modules|generated)\/(?!\.\.)/.test(path))).toEqual(
      [],
    );
    const functions = map.sources.filter((path) => path.startsWith('functions/'));
    if (name !== 'router') expect(functions).toEqual([`functions/${name}.ts`]);
    const all = Object.values(filesOf(name, dist)).join('\n');
    for (const trace of [ROOT, folder, `${tmpdir()}/`, 'npmjs.org', 'resolved":']) {
      expect([name, all.includes(trace)]).toEqual([name, false]);
    }
  }
});

test('Another checkout in another folder makes the same bytes, and takes out what is no more', async () => {
  const other = join(folder, 'other');
  // The bundle of a function that was renamed, and something that is none.
  for (const [name, manifest] of [
    ['gone', '{"function":"gone"}'],
    ['node_modules', '{"function":"other"}'],
  ] as const) {
    mkdirSync(join(other, name), { recursive: true });
    writeFileSync(join(other, name, 'manifest.json'), manifest);
  }
  expect(await bundleThere('--out', other)).toBe(0);
  expect(readdirSync(other)).toEqual([...namesIn(dist), 'node_modules'].sort());
  const digests = (out: string) =>
    namesIn(out).flatMap((name) =>
      Object.entries(filesOf(name, out)).map(([file, text]) => [
        `${name}/${file}`,
        createHash('sha256').update(text).digest('hex'),
      ]),
    );
  expect(digests(other)).toEqual(digests(dist));
}, 60_000);

test('A function without state answers a signed call, refuses a forged one, and says OK', async () => {
  const { call, url, until, printed } = await boot('fallback');
  const { status, answer } = await call('fallback');
  expect(status).toBe(200);
  expectConformant(answer);
  expect((await call('fallback', {}, 'a.b.c')).status).toBe(401);
  const token = mint({ key: createKey('bundle-key'), claims: { aud: url } });
  expect((await call('fallback', {}, token)).status).toBe(401);
  const greeting = await fetch(new URL('/', url));
  expect([greeting.status, await greeting.text()]).toEqual([200, 'OK']);
  await until(/"fallback unauthenticated".*\n/);
  const line = printed.stdout.split('\n').find((text) => text.includes('"fallback ok"'))!;
  expect(JSON.parse(line)).toMatchObject({ severity: 'INFO', function: 'fallback', status: 200 });
  expect(printed.stderr).toBe('');
});

async function expectBookings(env: { readonly DATABASE_URL: string }) {
  const { call } = await boot('booking', { env });
  const days = Array.from({ length: 7 }, (_, i) => new Date(Date.now() + (i + 2) * 86_400_000));
  const answers = [];
  // On some of the days the campus is closed.
  for (const day of days) {
    const date = { year: day.getUTCFullYear(), month: day.getUTCMonth() + 1, day: day.getUTCDate() };
    const { status, answer } = await call('booking', { service: 'Counselling', date, time: '10:00' });
    expect(status).toBe(200);
    expectConformant(answer);
    answers.push(JSON.stringify(answer));
  }
  const booked = answers.filter((answer) => answer.includes('You are booked'));
  expect(booked.length).toBeGreaterThan(0);
  const { db, close } = await openStore(env);
  expect(await db.selectFrom('bookings').select('state').execute()).toEqual(booked.map(() => ({ state: 'confirmed' })));
  await close();
}

test('A function with state books, in the database file that it is given', () => expectBookings(store.env));

(POSTGRES_BINARIES ? test : test.skip)('It books in PostgreSQL too', async () => {
  const postgres = await startPostgres();
  try {
    const env = { DATABASE_URL: await postgres.createDatabase() };
    await resetDatabase(env, Date.now());
    await expectBookings(env);
  } finally {
    await stopAll();
    await postgres.close();
  }
});

test('The router answers each tag with its function, the one with the language model too', async () => {
  const { call } = await boot('router', { env: store.env });
  expect(JSON.stringify(await call('default'))).toContain("I'm sorry, I can't help with that.");
  expect(JSON.stringify(await call('firstPage'))).toContain('What is your name?');
  const { status, answer } = await call('feedback', {
    feedback_text: 'The library was lovely, and the staff helpful.',
  });
  expect([status, JSON.stringify(answer)]).toEqual([200, expect.stringContaining('"feedback_sentiment"')]);
  expect(JSON.stringify(await call('no-such-tag'))).toContain('No handler for the tag: no-such-tag');
  // A flexible webhook is no answer to a tag.
  expect(JSON.stringify(await call('fee-quote'))).toContain('No handler for the tag: fee-quote');
});

test('Every other function starts too, and takes a call', async () => {
  for (const name of namesIn(dist).filter((each) => !['fallback', 'booking', 'router', 'fee-quote'].includes(each))) {
    const { call, stop } = await boot(name, { env: { ...store.env, WEATHER_API_URL: 'http://127.0.0.1:9' } });
    expect([name, (await call(name)).status]).toEqual([name, 200]);
    await stop();
  }
}, 60_000);

test('A stack trace in the log names the lines of the sources', async () => {
  const source = `import { defineWebhook } from '../shared/webhook.ts';

function breakDown(): never {
  throw new TypeError('The printer is on fire.');
}

export default defineWebhook({}, () => breakDown());
`;
  writeFileSync(join(checkout, 'functions/on-fire.ts'), source);
  const out = join(folder, 'fire');
  expect(await bundleThere('on-fire', '--out', out)).toBe(0);
  mkdirSync(join(out, 'node_modules'));
  symlinkSync(join(dist, 'node_modules/@google-cloud'), join(out, 'node_modules/@google-cloud'));
  const { call, until } = await boot('on-fire', { out });
  expect((await call('on-fire')).status).toBe(200);
  const [line] = await until(/^\{.*"on-fire internal".*\}$/m);
  const { stack_trace } = JSON.parse(line) as { stack_trace: string };
  expect(stack_trace.split('\n').slice(0, 4)).toEqual([
    'TypeError: The printer is on fire.',
    '    at breakDown (functions/on-fire.ts:4:9)',
    expect.stringMatching(/^ {4}at .*functions\/on-fire\.ts:7:\d+\)?$/),
    expect.stringMatching(/^ {4}at .*shared\/serve\/handle\.ts:\d+:\d+\)?$/),
  ]);
  // The same call with a change: another hash, so that it is deployed again.
  const before = JSON.parse(read('on-fire', 'manifest.json', out)).hash;
  writeFileSync(join(checkout, 'functions/on-fire.ts'), source.replace('printer', 'kettle'));
  expect(await bundleThere('on-fire', '--out', out)).toBe(0);
  expect(JSON.parse(read('on-fire', 'manifest.json', out)).hash).not.toBe(before);
});

test.each<[string, { [name: string]: string }, string]>([
  ['another function', { FUNCTION_TARGET: 'wheather' }, 'There is no function called wheather; there is weather.\n'],
  ['no function', { FUNCTION_TARGET: '' }, 'Say which function to serve: set FUNCTION_TARGET or give --target.\n'],
])('%s stops the start with one sentence', async (_title, env, sentence) => {
  const cli = join(dist, 'node_modules', FRAMEWORK, 'build/src/main.js');
  const { ended, printed } = startNode([cli], { cwd: join(dist, 'weather'), env });
  expect([await ended, printed.stderr]).toEqual([1, sentence]);
});

test('A function that does not load is named with its reason, and keeps no other from being made', async () => {
  writeFileSync(join(checkout, 'functions/broken.ts'), "throw new Error('No luck today');\n");
  const out = join(folder, 'broken');
  const all = startNode([join(checkout, 'dev/cx.ts'), 'bundle', '--out', out]);
  expect([await all.ended, all.printed]).toEqual([
    1,
    { stdout: '', stderr: expect.stringMatching(/^broken\.ts does not load: No luck today \(.*broken\.ts:1\)\n$/) },
  ]);
  expect(await bundleThere('fallback', '--out', out)).toBe(0);
  expect(namesIn(out)).toEqual(['fallback']);
});

test('A memory that gcloud would refuse is refused before anything is written', async () => {
  const source = (memory: string) => `import { defineWebhook } from '../shared/webhook.ts';
export default defineWebhook({}, () => ({ say: 'Much.' }), { memory: '${memory}' });
`;
  const out = join(folder, 'greedy');
  writeFileSync(join(checkout, 'functions/greedy.ts'), source('0.5Gi'));
  const refused = startNode([join(checkout, 'dev/cx.ts'), 'bundle', 'fallback', 'greedy', '--out', out]);
  expect([await refused.ended, refused.printed]).toEqual([
    1,
    {
      stdout: '',
      stderr:
        'functions/greedy.ts wants 0.5Gi as memory, which gcloud refuses: write a whole number and one of k, Ki, M, Mi, G, Gi, T, Ti, P, Pi, such as 512Mi.\n',
    },
  ]);
  expect(readdirSync(folder)).not.toContain('greedy');
  writeFileSync(join(checkout, 'functions/greedy.ts'), source('600'));
  expect(await bundleThere('greedy', '--out', out)).toBe(0);
  expect(JSON.parse(read('greedy', 'manifest.json', out)).memory).toBe('600M');
  rmSync(join(checkout, 'functions/greedy.ts'));
});

test('An unknown name is one sentence, and nothing is written', async () => {
  expect(await cx(['bundle', 'wheather', '--out', join(folder, 'nothing')])).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^There is no function called wheather: choose one of [\w, -]+\.\n$/),
  });
  expect(readdirSync(folder)).not.toContain('nothing');
});
