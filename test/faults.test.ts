import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { resetDatabase } from '../dev/local/database.ts';
import { startBooking } from '../dev/upstreams/booking.ts';
import { LOCAL_MODEL, LOCAL_MODEL_KEY, startLanguageModel } from '../dev/upstreams/language-model.ts';
import type { Fault, Upstream } from '../dev/upstreams/server.ts';
import { LOCAL_WEATHER_KEY, startWeather } from '../dev/upstreams/weather.ts';
import { listFunctions, loadFunction } from '../shared/discover.ts';
import type { JsonObject, WebhookResponse } from '../shared/wire.ts';
import { expectConformant } from './helpers/conformance.ts';
import { openLine } from './helpers/line.ts';
import { NO_POSTGRES, POSTGRES_BINARIES, type PostgresServer, startPostgres } from './helpers/postgres.ts';
import { answering, FRAMEWORK_CLI, freePort, type Running, startNode, stopAll } from './helpers/process.ts';
import { AGENT, request } from './helpers/requests.ts';
import { CALLER, type CertificateServer, createKey, mint, openCertificateServer } from './helpers/tokens.ts';

/**
 * Whatever fails around the functions, CX gets an answer that it takes, within the timeout of the tag: every function, in a
 * process of its own under the functions-framework's command line, with the database or an upstream out of order.
 */

const AUDIENCE = 'https://router.example.com';
const key = createKey('faults-key');
const token = mint({ key, claims: { aud: AUDIENCE } });

/** What each function needs to do its work. */
const CALLS: { readonly [tag: string]: JsonObject } = {
  account: { student_number: 'S1024', pin: '4821' },
  ask: { question: 'How much is the hostel fee?' },
  booking: { service: 'counselling', date: nextTuesday(), time: '10:00' },
  clubs: { club_query: 'dance' },
  faculty: { faculty_query: 'machine learning' },
  fallback: {},
  feedback: { feedback_text: 'The library is too cold in the evening.' },
  fees: { student_number: 'S1024', pin: '4821' },
  'first-page': { name: 'Asha', email: 'asha@example.com', phone: '+912025501234' },
  library: { book_query: 'thermodynamics' },
  weather: { location: 'Pune' },
  welcome: {},
};
const TAGS = Object.keys(CALLS);
/** Tags that no failure of the database may touch. */
const STATELESS = ['fallback', 'weather'];

function nextTuesday(): string {
  const day = new Date(Date.now() + 7 * 86_400_000);
  day.setUTCDate(day.getUTCDate() + ((9 - day.getUTCDay()) % 7));
  return day.toISOString().slice(0, 10);
}

let certificates: CertificateServer;
let weather: Upstream;
let model: Upstream;
let booking: Upstream;
const timeouts = new Map<string, number>();

beforeAll(async () => {
  [certificates, weather, model, booking] = await Promise.all([
    openCertificateServer(key),
    startWeather(),
    startLanguageModel(),
    startBooking(),
  ]);
  const folder = new URL('../functions/', import.meta.url);
  for (const name of await listFunctions(folder)) {
    const webhook = await loadFunction(folder, name);
    if (webhook.kind === 'standard') timeouts.set(name, Number.parseFloat(webhook.options.timeout ?? '5s') * 1000);
  }
});
afterAll(async () => {
  await stopAll();
  await Promise.all([certificates.close(), weather.close(), model.close(), booking.close()]);
});

/**
 * A first call waits until the process has loaded what it needs, which with a dozen of them at once on one core takes a
 * second: that is a cold start, and not what is measured here. What is remembered must be something else.
 */
async function warmUp(url: string): Promise<void> {
  await call(url, 'weather', { location: 'London' });
  await call(url, 'booking', { time: '11:30' });
  for (const tag of TAGS) if (tag !== 'weather' && tag !== 'booking') await call(url, tag);
}

async function startRouter(databaseUrl: string): Promise<{ url: string; running: Running }> {
  const port = await freePort();
  const running = startNode([FRAMEWORK_CLI], {
    env: {
      PORT: String(port),
      FUNCTION_TARGET: 'router',
      WEBHOOK_AUDIENCES: AUDIENCE,
      WEBHOOK_CALLERS: CALLER,
      GOOGLE_CERTS_URL: certificates.url,
      DATABASE_URL: databaseUrl,
      WEATHER_API_URL: weather.url,
      WEATHER_API_KEY: LOCAL_WEATHER_KEY,
      OPENAI_BASE_URL: `${model.url}/v1`,
      OPENAI_API_KEY: LOCAL_MODEL_KEY,
      OPENAI_MODEL: LOCAL_MODEL,
      BOOKING_API_URL: booking.url,
      BOOKING_API_KEY: 'local-booking-key',
    },
  });
  const url = `http://127.0.0.1:${port}/`;
  await answering(url, running);
  return { url, running };
}

let turns = 0;

interface Answered {
  readonly tag: string;
  readonly milliseconds: number;
  /** `webhook-error`, or the function's own error; null where it went well. */
  readonly error: unknown;
  readonly messages: number;
}

/** Calls as CX does, and checks what every answer must be: 200, a conformant reply with words, in time. */
async function call(url: string, tag: string, other: JsonObject = {}): Promise<Answered> {
  const parameters = { ...CALLS[tag], ...other };
  const body = request(tag, parameters, {
    detectIntentResponseId: `turn-${++turns}`,
    sessionInfo: { session: `${AGENT}/sessions/faults-${turns}`, parameters },
  });
  const started = performance.now();
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  const reply = (await answer.json()) as WebhookResponse;
  const milliseconds = Math.round(performance.now() - started);
  expect([tag, answer.status]).toEqual([tag, 200]);
  expectConformant(reply);
  const session = { ...reply.sessionInfo?.parameters };
  const error = session['webhook-error'] ?? session[`${tag}-error`] ?? null;
  return { tag, milliseconds, error, messages: reply.fulfillmentResponse?.messages?.length ?? 0 };
}

async function callAll(url: string, tags: readonly string[] = TAGS): Promise<{ [tag: string]: unknown }> {
  const answers = await Promise.all(tags.map((tag) => call(url, tag)));
  expect(answers.filter(({ messages }) => messages === 0)).toEqual([]);
  expect(answers.filter(({ tag, milliseconds }) => milliseconds >= timeouts.get(tag)!)).toEqual([]);
  const slowest = answers.reduce((a, b) => (a.milliseconds > b.milliseconds ? a : b));
  const failed = answers.filter(({ error }) => error !== null).map(({ tag, error }) => `${tag} ${String(error)}`);
  console.info(
    `${expect.getState().currentTestName}: ${answers.length} answers, slowest ${slowest.milliseconds} ms (${slowest.tag}); ${failed.join(', ') || 'all well'}`,
  );
  return Object.fromEntries(answers.map(({ tag, error }) => [tag, error]));
}

const well = (tags: readonly string[]) => Object.fromEntries(tags.map((tag) => [tag, null]));
const away = { ...Object.fromEntries(TAGS.map((tag) => [tag, 'store-unavailable'])), ...well(STATELESS) };

describe('With a store that works', () => {
  let url: string;
  beforeAll(async () => {
    const env = { DATABASE_URL: `file:${join(mkdtempSync(join(tmpdir(), 'faults-')), 'campus.db')}` };
    await resetDatabase(env, Date.now());
    ({ url } = await startRouter(env.DATABASE_URL));
  });

  test('and upstreams that work, every function does its work', async () => {
    expect(await callAll(url)).toEqual(well(TAGS));
  });

  const FAULTS: [string, Fault][] = [
    ['hang', { kind: 'hang', times: 100 }],
    ['answer 500', { kind: 'status', status: 500, times: 100 }],
    ['send garbage', { kind: 'garbage', times: 100 }],
    ['send 10 MB', { kind: 'oversized', times: 100 }],
    ['never stop sending', { kind: 'endless', times: 100 }],
    ['break off', { kind: 'cut', times: 100 }],
  ];
  test.each(FAULTS)('and upstreams that %s, all is answered in time', async (_, fault) => {
    // Each time in a process of its own: one that knows of the failure would not ask any more.
    const { url, running } = await startRouter(await seededFile());
    await warmUp(url);
    const upstreams = [weather, model, booking];
    for (const { faults } of upstreams) faults.add(fault);
    const errors = await callAll(url).finally(() => {
      for (const { faults } of upstreams) faults.clear();
    });
    await running.stop();
    expect(errors).toEqual({
      ...well(TAGS),
      ask: expect.any(String),
      booking: expect.any(String),
      weather: expect.any(String),
    });
    expect(running.printed.stdout + running.printed.stderr).not.toMatch(
      /local-(weather|model|booking)-key|4821|S1024|hostel|asha/i,
    );
  });
});

async function seededFile(): Promise<string> {
  const url = `file:${join(mkdtempSync(join(tmpdir(), 'faults-')), 'campus.db')}`;
  await resetDatabase({ DATABASE_URL: url }, Date.now());
  return url;
}

test('With a database without tables, functions without state work, and the others apologise.', async () => {
  const { url } = await startRouter(`file:${join(mkdtempSync(join(tmpdir(), 'faults-')), 'empty.db')}`);
  expect(await callAll(url)).toEqual(away);
});

test('With a database that refuses connections, functions without state work, and the others apologise.', async () => {
  const { url, running } = await startRouter(`postgres://campus:hunter2@127.0.0.1:${await freePort()}/campus`);
  expect(await callAll(url)).toEqual(away);
  expect(running.printed.stdout + running.printed.stderr).not.toMatch(/hunter2|127\.0\.0\.1/);
});

if (!POSTGRES_BINARIES) console.warn(`A database that hangs is ${NO_POSTGRES}`);

(POSTGRES_BINARIES ? describe : describe.skip)('With a PostgreSQL server', () => {
  let server: PostgresServer | undefined;
  let line: Awaited<ReturnType<typeof openLine>> | undefined;
  afterAll(async () => {
    line?.close();
    await server?.close();
  });

  test('that hangs in the middle of a day, the others apologise, and all work again when it is back', async () => {
    server = await startPostgres();
    const databaseUrl = await server.createDatabase();
    await resetDatabase({ DATABASE_URL: databaseUrl }, Date.now());
    line = await openLine(databaseUrl);
    const { url, running } = await startRouter(line.url);
    expect(await callAll(url)).toEqual(well(TAGS));
    line.hold(true);
    const held = await callAll(url);
    line.hold(false);
    // What was read a moment ago is still known: teachers, clubs and facts, but not who has which book.
    expect(held).toEqual({ ...away, ...well(['ask', 'clubs', 'faculty']) });
    expect(await callAll(url)).toEqual(well(TAGS));
    await running.stop();
  });
});
