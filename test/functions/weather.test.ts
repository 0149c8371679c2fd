import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Fault, Upstream } from '../../dev/upstreams/server.ts';
import { LOCAL_WEATHER_KEY, startWeather } from '../../dev/upstreams/weather.ts';
import weather from '../../functions/weather.ts';
import { parseRequest } from '../../shared/request.ts';
import type { JsonObject } from '../../shared/wire.ts';
import { request } from '../helpers/requests.ts';

let upstream: Upstream;
beforeAll(async () => {
  upstream = await startWeather();
  process.env.WEATHER_API_URL = upstream.url;
  process.env.WEATHER_API_KEY = LOCAL_WEATHER_KEY;
});
afterAll(() => upstream.close());

/** The handler keeps what it knows, as it does in the cloud: tests that need a request name a city of their own. */
async function ask(location: string, session: JsonObject = {}, signal = AbortSignal.timeout(10_000)) {
  const logged: unknown[] = [];
  const reply = await weather.handler({
    params: { location },
    turn: parseRequest(request('weather', { location, ...session })),
    signal,
    deadline: { at: Number.POSITIVE_INFINITY, remaining: () => Number.POSITIVE_INFINITY },
    log: (message, fields) => logged.push({ message, ...fields }),
    now: Date.now,
    get store(): never {
      throw new Error('The weather keeps no state.');
    },
    get once(): never {
      throw new Error('The weather has no effects.');
    },
  });
  return { reply, logged };
}

test('The weather is said and saved.', async () => {
  expect(await ask('Pune')).toEqual({
    reply: {
      say: 'It is 27 °C and partly cloudy in Pune, India. It feels like 29 °C.',
      session: { weather_place: 'Pune, India', weather_condition: 'partly cloudy', weather_temperature_c: 27.3 },
    },
    logged: [],
  });
});

test.each([
  ['Reykjavik', 'It is -3 °C with moderate snow in Reykjavík, Iceland. It feels like -10 °C.'],
  ['Dubai', 'It is 35 °C and clear in Dubai, United Arab Emirates. It feels like 39 °C.'],
  ['Rome, Italy', 'It is 18 °C with light rain shower in Rome, Italy.'],
  ['Singapore', 'It is 30 °C with moderate or heavy rain with thunder in Singapore. It feels like 35 °C.'],
])('%s: %s', async (location, say) => {
  expect((await ask(location)).reply.say).toBe(say);
});

test('An unknown place is asked again.', async () => {
  expect(await ask('Nowhereville')).toEqual({
    reply: {
      say: "I can't find a place called Nowhereville. Which city do you mean?",
      invalid: ['location'],
      session: {},
    },
    logged: [],
  });
});

const FAULTS: readonly [fault: Fault, reason: string, logged: string][] = [
  [{ kind: 'status', status: 500 }, 'status', 'WeatherAPI.com answered with HTTP status 500.'],
  [{ kind: 'garbage' }, 'invalid', 'WeatherAPI.com sent an answer of an unexpected form.'],
  [{ kind: 'endless' }, 'too-large', 'WeatherAPI.com sent more than this client reads.'],
  [{ kind: 'drop', times: 3 }, 'unreachable', 'WeatherAPI.com could not be reached (UND_ERR_SOCKET).'],
];

test.each(FAULTS)(
  'An upstream with the fault %j is an apology and weather-error "%s".',
  async (fault, reason, logged) => {
    upstream.faults.add(fault);
    expect(await ask('London')).toEqual({
      reply: {
        say: "I'm sorry, I can't get the weather right now. Please try again in a few minutes.",
        session: { 'weather-error': reason },
      },
      logged: [{ message: logged, upstream: 'WeatherAPI.com', reason }],
    });
  },
);

test('An upstream that hangs is given up when the time is up.', async () => {
  upstream.faults.add({ kind: 'hang' });
  expect(await ask('London', {}, AbortSignal.timeout(50))).toEqual({
    reply: {
      say: "I'm sorry, I can't get the weather right now. Please try again in a few minutes.",
      session: { 'weather-error': 'timeout' },
    },
    logged: [{ message: 'WeatherAPI.com did not answer in time.', upstream: 'WeatherAPI.com', reason: 'timeout' }],
  });
});

test('weather-error is deleted by the next answer, good or unknown.', async () => {
  const before = { 'weather-error': 'timeout' };
  expect((await ask('Cairo', before)).reply.session).toEqual({
    weather_place: 'Cairo, Egypt',
    weather_condition: 'clear',
    weather_temperature_c: 29.4,
    'weather-error': null,
  });
  expect((await ask('Nowhereville', before)).reply.session).toEqual({ 'weather-error': null });
});

test('It answers two tags, asks for a city, and deploys without a secret.', () => {
  expect(weather.options).toEqual({
    tags: ['weather-webhook'],
    ask: { location: 'Which city do you want the weather for?' },
  });
});
