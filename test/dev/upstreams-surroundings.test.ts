import { afterEach, expect, test } from '@jest/globals';
import { openSurroundings, type Surroundings } from '../../dev/local/surroundings.ts';

const SETTINGS = [
  'WEATHER_API_KEY',
  'OPENAI_API_KEY',
  'OPENAI_BASE_URL',
  'OPENAI_MODEL',
  'BOOKING_API_URL',
  'BOOKING_API_KEY',
];
const before = { ...process.env };
const opened: Surroundings[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((surroundings) => surroundings.close()));
  for (const name of SETTINGS) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
});

/** The services that functions are shown by somebody with these settings of their own. */
async function servicesOf(settings: { readonly [name: string]: string }, live = false) {
  for (const name of SETTINGS) delete process.env[name];
  Object.assign(process.env, settings);
  const surroundings = await openSurroundings({ live });
  opened.push(surroundings);
  return surroundings.services;
}

const LOOPBACK = expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/);

test('Somebody without settings gets stand-ins for weather and language model, and books in the store.', async () => {
  expect(await servicesOf({})).toEqual({
    WEATHER_API_URL: LOOPBACK,
    WEATHER_API_KEY: '',
    OPENAI_BASE_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/v1$/),
    OPENAI_API_KEY: 'local-model-key',
    OPENAI_MODEL: 'local-model',
    BOOKING_API_URL: '',
    BOOKING_API_KEY: '',
  });
});

test('Somebody with settings gets stand-ins in their place, and no key of theirs goes there.', async () => {
  const services = await servicesOf({
    WEATHER_API_KEY: 'real-secret-1',
    OPENAI_API_KEY: 'real-secret-2',
    OPENAI_BASE_URL: 'https://models.example/v1',
    OPENAI_MODEL: 'a-real-model',
    BOOKING_API_URL: 'https://bookings.example',
    BOOKING_API_KEY: 'real-secret-3',
  });
  expect(services).toEqual({
    WEATHER_API_URL: LOOPBACK,
    WEATHER_API_KEY: 'local-weather-key',
    OPENAI_BASE_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/v1$/),
    OPENAI_API_KEY: 'local-model-key',
    OPENAI_MODEL: 'local-model',
    BOOKING_API_URL: LOOPBACK,
    BOOKING_API_KEY: 'local-booking-key',
  });
});

test('Live, nothing is changed: the real services are asked, with the real keys.', async () => {
  expect(
    await servicesOf({ OPENAI_API_KEY: 'real-secret', BOOKING_API_URL: 'https://bookings.example' }, true),
  ).toEqual({});
});
