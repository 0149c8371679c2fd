import { afterEach, expect, test } from '@jest/globals';
import type { Upstream } from '../../../dev/upstreams/server.ts';
import { LOCAL_WEATHER_KEY, startWeather } from '../../../dev/upstreams/weather.ts';
import { ConfigError } from '../../../shared/errors.ts';
import type { Patience } from '../../../shared/upstream/resilient.ts';
import { createWeather, type WeatherClient } from '../../../shared/upstream/weather.ts';
import { FAULTS, failureOf, impatient, tracesOf } from './faults.ts';

const NOON = Date.parse('2026-03-26T12:07:00Z');
const signal = AbortSignal.timeout(60_000);
const PROVIDERS = [
  ['WeatherAPI.com', { WEATHER_API_KEY: LOCAL_WEATHER_KEY }],
  ['Open-Meteo', {}],
] as const;

const upstreams: Upstream[] = [];
afterEach(async () => {
  await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
});

/** The stand-in and a client that asks it, both with the clock at `clock.at`. */
async function start(env: { readonly [name: string]: string } = {}, patience: Patience = impatient()) {
  const clock = { at: NOON };
  const now = () => clock.at;
  const upstream = await startWeather({ now });
  upstreams.push(upstream);
  const weather = createWeather({ env: { WEATHER_API_URL: upstream.url, ...env }, now, patience });
  return { upstream, clock, weather };
}

const pathsOf = (upstream: Upstream) => upstream.requests.map(({ url }) => url.pathname);

test('With a key the weather comes from WeatherAPI.com, in one request.', async () => {
  const { weather, upstream } = await start({ WEATHER_API_KEY: LOCAL_WEATHER_KEY });
  expect(await weather.current('Pune', { signal })).toEqual({
    place: 'Pune',
    region: 'Maharashtra',
    country: 'India',
    temperatureC: 27.3,
    feelsLikeC: 29.1,
    humidityPercent: 62,
    windKph: 11.9,
    condition: 'partly cloudy',
    observedAt: '2026-03-26T12:00:00.000Z',
  });
  expect(upstream.requests.map(({ url }) => url.pathname + url.search)).toEqual([
    `/v1/current.json?key=${LOCAL_WEATHER_KEY}&q=Pune`,
  ]);
});

test.each([{}, { WEATHER_API_KEY: '' }])(
  'Without a key (%o) the weather comes from Open-Meteo, in two requests.',
  async (env) => {
    const { weather, upstream } = await start(env);
    expect(await weather.current('Pune', { signal })).toEqual({
      place: 'Pune',
      region: 'Maharashtra',
      country: 'India',
      temperatureC: 27.3,
      feelsLikeC: 29.1,
      humidityPercent: 62,
      windKph: 11.9,
      condition: 'partly cloudy',
      observedAt: '2026-03-26T12:00:00.000Z',
    });
    expect(upstream.requests.map(({ url }) => url.pathname + url.search)).toEqual([
      '/v1/search?name=Pune&count=1&language=en&format=json',
      '/v1/forecast?latitude=18.51957&longitude=73.85535&current=temperature_2m%2Crelative_humidity_2m%2Capparent_temperature%2Cweather_code%2Cwind_speed_10m&timezone=auto',
    ]);
  },
);

test('Each provider is asked at its own address by default.', async () => {
  const asked: string[] = [];
  const fetchJson = async (url: URL) => {
    asked.push(url.origin + url.pathname);
    return {
      results: [{ name: 'Pune', latitude: 18.5, longitude: 73.9 }],
      utc_offset_seconds: 0,
      error: { code: 1006 },
      current: { time: '2026-03-26T12:00', temperature_2m: 1 },
    } as never;
  };
  await createWeather({ env: { WEATHER_API_KEY: 'key' }, fetchJson }).current('Pune', { signal });
  await createWeather({ env: {}, fetchJson }).current('Pune', { signal });
  expect(asked).toEqual([
    'https://api.weatherapi.com/v1/current.json',
    'https://geocoding-api.open-meteo.com/v1/search',
    'https://api.open-meteo.com/v1/forecast',
  ]);
});

test.each(PROVIDERS)('%s finds a place that is narrowed by its country or region.', async (_name, env) => {
  const { weather } = await start(env);
  const found = [];
  for (const place of ['Paris', 'Paris, France', 'paris, texas, United States']) {
    found.push(await weather.current(place, { signal }));
  }
  expect(found.map((answer) => answer?.country)).toEqual(['France', 'France', 'United States']);
});

test('Open-Meteo names the place in the language of the turn.', async () => {
  const { weather } = await start();
  const names = [];
  for (const language of ['de-DE', 'EN-us', 'und', '']) {
    names.push((await weather.current('Munich', { language, signal }))?.place);
  }
  expect(names).toEqual(['München', 'Munich', 'Munich', 'Munich']);
});

test.each([
  [0, 'clear'],
  [48, 'freezing fog'],
  [65, 'heavy rain'],
  [99, 'thunderstorms and heavy hail'],
  [42, 'unknown conditions'],
  [null, 'unknown conditions'],
])('Open-Meteo weather code %p is "%s"; measures that it leaves out are left out.', async (code, condition) => {
  const fetchJson = async (url: URL) =>
    (url.pathname === '/v1/search'
      ? { results: [{ name: 'Atlantis', latitude: 0, longitude: 0 }] }
      : {
          utc_offset_seconds: 19_800,
          current: { time: '2026-03-26T17:30', temperature_2m: -0.5, weather_code: code, apparent_temperature: null },
        }) as never;
  expect(await createWeather({ env: {}, fetchJson }).current('Atlantis', { signal })).toEqual({
    place: 'Atlantis',
    temperatureC: -0.5,
    condition,
    observedAt: '2026-03-26T12:00:00.000Z',
  });
});

test.each(PROVIDERS)('%s: an unknown place is null.', async (_name, env) => {
  const { weather } = await start(env);
  expect(await weather.current('Nowhereville', { signal })).toBeNull();
});

test.each(
  PROVIDERS.flatMap(([name, env]) =>
    FAULTS.map(([fault, failure, tries]) => [name, fault, failure, tries, env] as const),
  ),
)('%s: the fault %j is an UpstreamError %j after %s of three tries.', async (name, fault, failure, tries, env) => {
  const { weather, upstream } = await start(env, impatient(fault));
  upstream.faults.add({ ...fault, times: 3 });
  const { reason, sentence } = failure;
  expect(await failureOf(weather.current('Pune', { signal }))).toEqual({ reason, message: `${name} ${sentence}` });
  expect(upstream.requests).toHaveLength(tries === 'all' ? 3 : 1);
  upstream.faults.clear();
  expect((await weather.current('Pune', { signal }))?.place).toBe('Pune');
});

test.each(FAULTS)('The fault %j takes the key and the place nowhere.', async (fault) => {
  const { weather, upstream } = await start({ WEATHER_API_KEY: LOCAL_WEATHER_KEY }, impatient(fault));
  upstream.faults.add({ ...fault, times: 3 });
  const traces = await tracesOf(weather.current('Reykjavik', { signal }));
  expect(traces).toContain('UpstreamError: WeatherAPI.com');
  expect(traces).not.toMatch(new RegExp(`${LOCAL_WEATHER_KEY}|Reykjavik`));
});

test.each(PROVIDERS)('%s: one failure that passes is not noticed.', async (_name, env) => {
  const { weather, upstream } = await start(env);
  upstream.faults.add({ kind: 'drop' });
  expect((await weather.current('Pune', { signal }))?.place).toBe('Pune');
});

test('A handler whose time is nearly up does not try again.', async () => {
  const patience = { tryMs: 10_000, usualMs: 5000 };
  const { weather, upstream } = await start({ WEATHER_API_KEY: LOCAL_WEATHER_KEY }, patience);
  upstream.faults.add({ kind: 'drop' });
  const deadline = { remaining: () => 4000 };
  expect((await failureOf(weather.current('Pune', { signal, deadline }))).reason).toBe('unreachable');
  expect(upstream.requests).toHaveLength(1);
});

test('A service that is down is not asked any more, but what is known of it is still told.', async () => {
  const { weather, upstream } = await start({ WEATHER_API_KEY: LOCAL_WEATHER_KEY });
  await weather.current('Cairo', { signal });
  upstream.faults.add({ kind: 'drop', times: 100 });
  for (let i = 0; i < 20; i++) await failureOf(weather.current('Pune', { signal }));
  const asked = upstream.requests.length;
  expect(await failureOf(weather.current('Pune', { signal }))).toEqual({
    reason: 'open',
    message: 'WeatherAPI.com failed too often just now and was not asked.',
  });
  expect((await weather.current('Cairo', { signal }))?.place).toBe('Cairo');
  expect(upstream.requests).toHaveLength(asked);
});

test.each(PROVIDERS)('%s: an upstream that hangs is a timeout when the signal aborts.', async (name, env) => {
  const { weather, upstream } = await start(env);
  upstream.faults.add({ kind: 'hang', times: 3 });
  expect(await failureOf(weather.current('Pune', { signal: AbortSignal.timeout(50) }))).toEqual({
    reason: 'timeout',
    message: `${name} did not answer in time.`,
  });
  await upstream.idle(); // the request was given up, not left hanging
});

test('Open-Meteo that fails at the second request fails as a whole.', async () => {
  const { weather, upstream } = await start();
  upstream.faults.add({ kind: 'delay', ms: 0 }, { kind: 'status', status: 500 });
  expect(await failureOf(weather.current('Pune', { signal }))).toEqual({
    reason: 'status',
    message: 'Open-Meteo answered with HTTP status 500.',
  });
});

test('A key that WeatherAPI.com refuses is a status and is not repeated.', async () => {
  const { weather } = await start({ WEATHER_API_KEY: 'wrong-secret-key' });
  expect(await failureOf(weather.current('Pune', { signal }))).toEqual({
    reason: 'status',
    message: 'WeatherAPI.com answered with HTTP status 401.',
  });
});

test('A refusal of WeatherAPI.com that is not about the place is a status.', async () => {
  const { weather } = await start({ WEATHER_API_KEY: LOCAL_WEATHER_KEY });
  expect(await failureOf(weather.current('', { signal }))).toEqual({
    reason: 'status',
    message: 'WeatherAPI.com answered with HTTP status 400.',
  });
});

test.each(PROVIDERS)('%s is asked once in 10 minutes for a place, however it is written.', async (_name, env) => {
  const { weather, upstream, clock } = await start(env);
  await weather.current('New Delhi', { signal });
  const once = pathsOf(upstream);
  clock.at += 10 * 60_000 - 1;
  await weather.current('  new   DELHI ', { language: 'en-GB', signal });
  expect(pathsOf(upstream)).toEqual(once);
  clock.at += 2;
  await weather.current('New Delhi', { signal });
  expect(pathsOf(upstream)).toEqual([...once, ...once]);
});

test('Another language is another answer.', async () => {
  const { weather, upstream } = await start();
  await weather.current('Munich', { language: 'en', signal });
  await weather.current('Munich', { language: 'de', signal });
  expect(upstream.requests).toHaveLength(4);
});

test('An unknown place is asked again after a minute.', async () => {
  const { weather, upstream, clock } = await start();
  await weather.current('Nowhereville', { signal });
  clock.at += 60_000 - 1;
  expect(await weather.current('nowhereville', { signal })).toBeNull();
  expect(upstream.requests).toHaveLength(1);
  clock.at += 2;
  await weather.current('Nowhereville', { signal });
  expect(upstream.requests).toHaveLength(2);
});

test('A failure is not kept.', async () => {
  const { weather, upstream } = await start({ WEATHER_API_KEY: LOCAL_WEATHER_KEY });
  upstream.faults.add({ kind: 'status', status: 500 });
  await failureOf(weather.current('Pune', { signal }));
  await weather.current('Pune', { signal });
  expect(upstream.requests).toHaveLength(2);
});

test('A hundred questions for one place at the same time are one request.', async () => {
  const { weather, upstream } = await start({ WEATHER_API_KEY: LOCAL_WEATHER_KEY });
  const answers = await Promise.all(Array.from({ length: 100 }, () => weather.current('Pune', { signal })));
  expect(new Set(answers.map((answer) => answer?.temperatureC))).toEqual(new Set([27.3]));
  expect(upstream.requests).toHaveLength(1);
});

async function untilAsked(upstream: Upstream): Promise<void> {
  while (upstream.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
}

function two(weather: WeatherClient) {
  const controllers = [new AbortController(), new AbortController()] as const;
  const [first, second] = controllers.map((controller) => weather.current('Pune', { signal: controller.signal }));
  return { controllers, first: first!, second: second! };
}

test.each([0, 1] as const)(
  'Caller %d of two who share a request can leave without taking the other along.',
  async (leaving) => {
    const { weather, upstream } = await start({ WEATHER_API_KEY: LOCAL_WEATHER_KEY });
    upstream.faults.add({ kind: 'delay', ms: 100 });
    const { controllers, first, second } = two(weather);
    const [left, stays] = leaving === 0 ? [first, second] : [second, first];
    const failure = failureOf(left);
    await untilAsked(upstream);
    controllers[leaving].abort();
    expect(await failure).toEqual({ reason: 'timeout', message: 'WeatherAPI.com did not answer in time.' });
    expect((await stays)?.place).toBe('Pune');
    expect(upstream.requests).toHaveLength(1);
  },
);

test('When both have left, the request is given up and the next question is a new one.', async () => {
  const { weather, upstream } = await start({ WEATHER_API_KEY: LOCAL_WEATHER_KEY });
  upstream.faults.add({ kind: 'hang' });
  const { controllers, first, second } = two(weather);
  const failures = Promise.all([failureOf(first), failureOf(second)]);
  await untilAsked(upstream);
  for (const controller of controllers) controller.abort();
  expect((await failures).map(({ reason }) => reason)).toEqual(['timeout', 'timeout']);
  await upstream.idle();
  expect((await weather.current('Pune', { signal }))?.place).toBe('Pune');
  expect(upstream.requests).toHaveLength(2);
});

test.each(['', '/', '/v1', '/v1/'])('WEATHER_API_URL may end with "%s".', async (end) => {
  const { upstream } = await start();
  const weather = createWeather({ env: { WEATHER_API_URL: `${upstream.url}${end}` } });
  await weather.current('Pune', { signal });
  expect(pathsOf(upstream)).toEqual(['/v1/search', '/v1/forecast']);
});

test('A key that cannot stand in a request is refused without being repeated; white space around one is forgiven.', async () => {
  expect(() => createWeather({ env: { WEATHER_API_KEY: 'very secret' } })).toThrow(
    new ConfigError('WEATHER_API_KEY must be visible ASCII without spaces.'),
  );
  const { weather } = await start({ WEATHER_API_KEY: ` ${LOCAL_WEATHER_KEY}\n` });
  expect((await weather.current('Pune', { signal }))?.place).toBe('Pune');
});

test.each([
  'weather',
  'ftp://weather.example',
  'https://user:password@weather.example',
  'https://weather.example?key=k',
])('WEATHER_API_URL=%s is refused without being repeated.', (address) => {
  expect(() => createWeather({ env: { WEATHER_API_URL: address } })).toThrow(
    new ConfigError('WEATHER_API_URL must be an http or https address without credentials and query.'),
  );
});
