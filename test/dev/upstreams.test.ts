import { afterEach, expect, test } from '@jest/globals';
import { startUpstream, type Upstream } from '../../dev/upstreams/server.ts';
import { LOCAL_WEATHER_KEY, startWeather } from '../../dev/upstreams/weather.ts';

const NOON = Date.parse('2026-03-26T12:07:00Z');
const upstreams: Upstream[] = [];
afterEach(async () => {
  await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
});

async function started(starting: Promise<Upstream>): Promise<Upstream> {
  const upstream = await starting;
  upstreams.push(upstream);
  return upstream;
}

const startEcho = () => started(startUpstream(({ method, body }) => ({ body: { method, body } })));
const startSky = () => started(startWeather({ now: () => NOON }));

async function get(upstream: Upstream, path: string, init: RequestInit = {}) {
  const response = await fetch(upstream.url + path, { signal: AbortSignal.timeout(5000), ...init });
  return { status: response.status, body: (await response.json()) as unknown };
}

const postFault = (upstream: Upstream, fault: unknown, type = 'application/json') =>
  get(upstream, '/__faults', { method: 'POST', headers: { 'content-type': type }, body: JSON.stringify(fault) });

test('A stand-in listens on loopback, answers, and remembers what it was asked.', async () => {
  const upstream = await startEcho();
  expect(upstream.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(await get(upstream, '/a?b=c', { method: 'POST', body: 'hello' })).toEqual({
    status: 200,
    body: { method: 'POST', body: 'hello' },
  });
  expect(upstream.requests.map(({ method, url, body }) => [method, url.pathname, url.search, body])).toEqual([
    ['POST', '/a', '?b=c', 'hello'],
  ]);
});

test('Faults are met in their order, as often as they say, and then it answers again.', async () => {
  const upstream = await startEcho();
  upstream.faults.add(
    { kind: 'status', status: 503, times: 2 },
    { kind: 'delay', ms: 30 },
    { kind: 'status', status: 429 },
  );
  const began = performance.now();
  const statuses = [];
  for (let i = 0; i < 5; i++) statuses.push((await get(upstream, '/')).status);
  expect(statuses).toEqual([503, 503, 200, 429, 200]);
  expect(performance.now() - began).toBeGreaterThanOrEqual(29);
});

test('Faults can be set, seen and cleared over HTTP, and are not counted as requests.', async () => {
  const upstream = await startEcho();
  const faults = [
    { kind: 'status', status: 500 },
    { kind: 'status', status: 500 },
  ];
  expect(await postFault(upstream, { kind: 'status', status: 500, times: 2 })).toEqual({
    status: 200,
    body: { faults },
  });
  expect(await get(upstream, '/__faults')).toEqual({ status: 200, body: { faults } });
  expect((await get(upstream, '/')).status).toBe(500);
  expect(await get(upstream, '/__faults', { method: 'DELETE' })).toEqual({ status: 200, body: { faults: [] } });
  expect((await get(upstream, '/')).status).toBe(200);
  expect(upstream.requests).toHaveLength(2);
});

test('A fault may come with Retry-After, in seconds.', async () => {
  const upstream = await startEcho();
  await postFault(upstream, { kind: 'status', status: 429, retryAfter: 7 });
  const response = await fetch(upstream.url, { signal: AbortSignal.timeout(5000) });
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7']);
  await response.body?.cancel();
});

test.each([
  [{ kind: 'explode' }, 'application/json'],
  [{ kind: 'status' }, 'application/json'],
  [{ kind: 'hang', times: 0 }, 'application/json'],
  ['hang', 'application/json'],
  [{ kind: 'hang' }, 'text/plain'],
])('A fault %j sent as %s is refused.', async (fault, type) => {
  const upstream = await startEcho();
  expect(await postFault(upstream, fault, type)).toEqual({
    status: 400,
    body: { error: 'Send a fault as JSON, for example {"kind":"hang","times":1}.' },
  });
  expect((await get(upstream, '/')).status).toBe(200);
});

test('Closing drops the requests that hang.', async () => {
  const upstream = await startEcho();
  upstream.faults.add({ kind: 'hang' });
  const answer = get(upstream, '/').catch((error: Error) => error.message);
  while (upstream.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  await upstream.close();
  expect(await answer).toBe('fetch failed');
});

test('A port that is taken is an error.', async () => {
  const { url } = await startEcho();
  await expect(startUpstream(() => ({ body: {} }), { port: Number(new URL(url).port) })).rejects.toThrow('EADDRINUSE');
});

test('WeatherAPI.com: current weather.', async () => {
  const upstream = await startSky();
  expect(await get(upstream, `/v1/current.json?key=${LOCAL_WEATHER_KEY}&q=london`)).toEqual({
    status: 200,
    body: {
      location: {
        name: 'London',
        region: 'England',
        country: 'United Kingdom',
        lat: 51.5085,
        lon: -0.1257,
        tz_id: 'Europe/London',
        localtime_epoch: 1774526820,
        localtime: '2026-03-26 12:07',
      },
      current: {
        last_updated_epoch: 1774526400,
        last_updated: '2026-03-26 12:00',
        temp_c: 11.2,
        temp_f: 52.2,
        is_day: 1,
        condition: { text: 'Light rain', icon: '//cdn.weatherapi.com/weather/64x64/day/296.png', code: 1183 },
        wind_mph: 10.1,
        wind_kph: 16.2,
        humidity: 94,
        feelslike_c: 9.3,
        feelslike_f: 48.7,
      },
    },
  });
});

test.each([
  ['q=London', 401, 1002, 'API key is invalid or not provided.'],
  ['key=wrong&q=London', 401, 2006, 'API key is invalid.'],
  [`key=${LOCAL_WEATHER_KEY}`, 400, 1003, 'Parameter q is missing.'],
  [`key=${LOCAL_WEATHER_KEY}&q=Nowhereville`, 400, 1006, 'No matching location found.'],
])('WeatherAPI.com: %s is refused with %d, code %d.', async (query, status, code, message) => {
  expect(await get(await startSky(), `/v1/current.json?${query}`)).toEqual({
    status,
    body: { error: { code, message } },
  });
});

test('Open-Meteo: a search answers places, the best match first.', async () => {
  expect(await get(await startSky(), '/v1/search?name=paris&count=1&language=it&format=json')).toEqual({
    status: 200,
    body: {
      results: [
        {
          id: 1000005,
          name: 'Parigi',
          latitude: 48.85341,
          longitude: 2.3488,
          feature_code: 'PPLA',
          country_code: 'FR',
          timezone: 'Europe/Paris',
          country: 'France',
          admin1: 'Île-de-France',
        },
      ],
      generationtime_ms: 0.5,
    },
  });
});

test.each([
  ['sao paulo', ['São Paulo']],
  ['SAN', ['San Francisco']],
  ['Paris, Texas, United States', ['Paris']],
  ['Paris, US', ['Paris']],
  ['Paris, Norway', undefined],
  ['Nowhereville', undefined],
  ['P', undefined],
  ['Ro', undefined],
])('Open-Meteo: a search for "%s" finds %j; nothing found is no field.', async (name, names) => {
  const { body } = await get(await startSky(), `/v1/search?${new URLSearchParams({ name })}`);
  const { results } = body as { results?: { name: string }[] };
  expect(results?.map((result) => result.name)).toEqual(names);
});

test('Open-Meteo: a forecast has the variables that were asked for, of the nearest city, in its local time.', async () => {
  const path = '/v1/forecast?latitude=18.6&longitude=73.8&current=temperature_2m,weather_code&timezone=auto';
  expect(await get(await startSky(), path)).toEqual({
    status: 200,
    body: {
      latitude: 18.6,
      longitude: 73.8,
      generationtime_ms: 0.05,
      utc_offset_seconds: 19800,
      timezone: 'Asia/Kolkata',
      timezone_abbreviation: 'Asia/Kolkata',
      elevation: 0,
      current_units: { time: 'iso8601', interval: 'seconds', temperature_2m: '°C', weather_code: 'wmo code' },
      current: { time: '2026-03-26T17:30', interval: 900, temperature_2m: 27.3, weather_code: 2 },
    },
  });
});

test.each([
  ['/v1/search', "Value required for key 'name'."],
  ['/v1/search?name=Pune&count=0', 'Parameter count must be between 1 and 100.'],
  ['/v1/forecast?latitude=91&longitude=0', 'Latitude must be in range of -90 to 90°. Given: 91.'],
  ['/v1/forecast?latitude=0&longitude=181', 'Longitude must be in range of -180 to 180°. Given: 181.'],
])('Open-Meteo: %s is refused with status 400 and the reason.', async (path, reason) => {
  expect(await get(await startSky(), path)).toEqual({ status: 400, body: { error: true, reason } });
});

test('Open-Meteo: a variable that does not exist is refused with status 400.', async () => {
  const { status, body } = await get(await startSky(), '/v1/forecast?latitude=0&longitude=0&current=tempeture_2m');
  expect([status, body]).toEqual([400, { error: true, reason: expect.stringContaining('tempeture_2m') }]);
});
