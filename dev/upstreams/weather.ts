import { startUpstream, type Upstream, type UpstreamAnswer } from './server.ts';
import cities from './weather.json' with { type: 'json' };

/**
 * Both weather services on one server, with sample cities: WeatherAPI.com at `/v1/current.json`
 * (https://www.weatherapi.com/docs/), Open-Meteo at `/v1/search` (https://open-meteo.com/en/docs/geocoding-api) and
 * `/v1/forecast` (https://open-meteo.com/en/docs).
 */

interface City {
  readonly name: string;
  /** The name by language. */
  readonly local?: { readonly [language: string]: string | undefined };
  readonly region: string;
  readonly country: string;
  /** ISO 3166-1 alpha-2. */
  readonly code: string;
  /** Degrees. */
  readonly latitude: number;
  readonly longitude: number;
  readonly timezone: string;
  /** °C */
  readonly temperature: number;
  readonly feelsLike: number;
  /** % */
  readonly humidity: number;
  /** km/h */
  readonly wind: number;
  readonly wmo: number;
}

const CITIES: readonly City[] = cities;

/** The key that the stand-in accepts unless told otherwise. */
export const LOCAL_WEATHER_KEY = 'local-weather-key';

export interface WeatherUpstreamOptions {
  readonly port?: number;
  /** The only key that `/v1/current.json` accepts. */
  readonly key?: string;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Starts the stand-in: point `WEATHER_API_URL` at its `url`, with `WEATHER_API_KEY` for the one protocol, without for the other. */
export function startWeather({
  port = 0,
  key = LOCAL_WEATHER_KEY,
  now = Date.now,
}: WeatherUpstreamOptions = {}): Promise<Upstream> {
  return startUpstream(
    ({ url }) => {
      switch (url.pathname) {
        case '/v1/current.json':
          return answerCurrent(url.searchParams, key, now());
        case '/v1/search':
          return answerSearch(url.searchParams);
        case '/v1/forecast':
          return answerForecast(url.searchParams, now());
        default:
          return { status: 404, body: { error: true, reason: 'Not Found' } };
      }
    },
    { port },
  );
}

// WeatherAPI.com

/** Both services renew their current weather four times an hour. */
const QUARTER_MS = 15 * 60_000;

/** WMO code to WeatherAPI.com's condition (https://www.weatherapi.com/docs/weather_conditions.json). */
const CONDITIONS: { readonly [wmo: number]: readonly [code: number, text: string] } = {
  0: [1000, 'Clear'],
  1: [1003, 'Partly cloudy'],
  2: [1003, 'Partly Cloudy'],
  3: [1009, 'Overcast'],
  45: [1135, 'Fog'],
  61: [1183, 'Light rain'],
  63: [1189, 'Moderate rain'],
  71: [1213, 'Light snow'],
  73: [1219, 'Moderate snow'],
  80: [1240, 'Light rain shower'],
  81: [1243, 'Moderate or heavy rain shower'],
  95: [1276, 'Moderate or heavy rain with thunder'],
};

function refuse(status: number, code: number, message: string): UpstreamAnswer {
  return { status, body: { error: { code, message } } };
}

function answerCurrent(query: URLSearchParams, key: string, now: number): UpstreamAnswer {
  if (!query.get('key')) return refuse(401, 1002, 'API key is invalid or not provided.');
  if (query.get('key') !== key) return refuse(401, 2006, 'API key is invalid.');
  if (!query.get('q')) return refuse(400, 1003, 'Parameter q is missing.');
  const city = findCities(query.get('q')!)[0];
  if (!city) return refuse(400, 1006, 'No matching location found.');

  const [code, text] = CONDITIONS[city.wmo] ?? [1000, 'Clear'];
  const updated = Math.floor(now / QUARTER_MS) * QUARTER_MS;
  return {
    body: {
      location: {
        name: city.name,
        region: city.region,
        country: city.country,
        lat: round(city.latitude, 4),
        lon: round(city.longitude, 4),
        tz_id: city.timezone,
        localtime_epoch: Math.floor(now / 1000),
        localtime: localTime(now, city.timezone).replace('T', ' '),
      },
      current: {
        last_updated_epoch: updated / 1000,
        last_updated: localTime(updated, city.timezone).replace('T', ' '),
        temp_c: city.temperature,
        temp_f: fahrenheit(city.temperature),
        is_day: 1,
        condition: { text, icon: `//cdn.weatherapi.com/weather/64x64/day/${code - 887}.png`, code },
        wind_mph: round(city.wind / 1.609, 1),
        wind_kph: city.wind,
        humidity: city.humidity,
        feelslike_c: city.feelsLike,
        feelslike_f: fahrenheit(city.feelsLike),
      },
    },
  };
}

// Open-Meteo

function fail(reason: string): UpstreamAnswer {
  return { status: 400, body: { error: true, reason } };
}

function answerSearch(query: URLSearchParams): UpstreamAnswer {
  const name = query.get('name');
  if (name === null) return fail("Value required for key 'name'.");
  const count = Number(query.get('count') ?? 10);
  if (!(count >= 1 && count <= 100)) return fail('Parameter count must be between 1 and 100.');
  const language = query.get('language') ?? 'en';
  const results = findCities(name)
    .slice(0, count)
    .map((city) => ({
      id: 1_000_000 + CITIES.indexOf(city),
      name: city.local?.[language] ?? city.name,
      latitude: city.latitude,
      longitude: city.longitude,
      feature_code: 'PPLA',
      country_code: city.code,
      timezone: city.timezone,
      country: city.country,
      ...(city.region && { admin1: city.region }), // empty fields are left out
    }));
  return { body: { ...(results.length > 0 && { results }), generationtime_ms: 0.5 } };
}

/** What `current=` may name, with its unit. */
const CURRENT: { readonly [variable: string]: readonly [unit: string, of: (city: City) => number] } = {
  temperature_2m: ['°C', (city) => city.temperature],
  relative_humidity_2m: ['%', (city) => city.humidity],
  apparent_temperature: ['°C', (city) => city.feelsLike],
  weather_code: ['wmo code', (city) => city.wmo],
  wind_speed_10m: ['km/h', (city) => city.wind],
};

function answerForecast(query: URLSearchParams, now: number): UpstreamAnswer {
  const latitude = Number(query.get('latitude') ?? Number.NaN);
  const longitude = Number(query.get('longitude') ?? Number.NaN);
  if (Number.isNaN(latitude) || Number.isNaN(longitude))
    return fail("Parameter 'latitude' and 'longitude' must have the same number of elements");
  if (Math.abs(latitude) > 90) return fail(`Latitude must be in range of -90 to 90°. Given: ${latitude}.`);
  if (Math.abs(longitude) > 180) return fail(`Longitude must be in range of -180 to 180°. Given: ${longitude}.`);
  const variables = query.get('current')?.split(',') ?? [];
  const stranger = variables.find((variable) => !(variable in CURRENT));
  if (stranger)
    return fail(
      `Data corrupted at path ''. Cannot initialize SurfacePressureAndHeightVariable from invalid String value ${stranger}.`,
    );

  const city = nearest(latitude, longitude);
  const timezone = query.get('timezone') === 'auto' ? city.timezone : (query.get('timezone') ?? 'GMT');
  const updated = Math.floor(now / QUARTER_MS) * QUARTER_MS;
  const chosen = variables.map((variable) => [variable, ...CURRENT[variable]!] as const);
  return {
    body: {
      latitude: round(latitude, 4),
      longitude: round(longitude, 4),
      generationtime_ms: 0.05,
      utc_offset_seconds: Math.round((Date.parse(`${localTime(updated, timezone)}:00Z`) - updated) / 1000),
      timezone,
      timezone_abbreviation: timezone,
      elevation: 0,
      current_units: {
        time: 'iso8601',
        interval: 'seconds',
        ...Object.fromEntries(chosen.map(([variable, unit]) => [variable, unit])),
      },
      current: {
        time: localTime(updated, timezone),
        interval: QUARTER_MS / 1000,
        ...Object.fromEntries(chosen.map(([variable, , of]) => [variable, of(city)])),
      },
    },
  };
}

// Places and times

/**
 * The cities that a text such as `Pune` or `pune, india` means. One character finds nothing, two find whole names, three and
 * more the beginnings of names; case and accents do not count. What follows the first comma names the region or country.
 */
function findCities(text: string): readonly City[] {
  const [name = '', area] = text.split(',').map(plain);
  if (name.length < 2) return [];
  const isNamed = (known: string) => (name.length === 2 ? known === name : known.startsWith(name));
  const isIn = (city: City) => !area || [city.region, city.country, city.code].some((known) => plain(known) === area);
  return CITIES.filter((city) => isIn(city) && namesOf(city).some(isNamed));
}

function namesOf(city: City): readonly string[] {
  return [city.name, ...Object.values(city.local ?? {})].map((name) => plain(name ?? ''));
}

function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .trim()
    .toLowerCase();
}

function nearest(latitude: number, longitude: number): City {
  const distance = (city: City) => Math.hypot(city.latitude - latitude, city.longitude - longitude);
  return CITIES.reduce((best, city) => (distance(city) < distance(best) ? city : best));
}

/** `2026-03-26T16:15`, the clock on the wall there. */
function localTime(at: number, timeZone: string): string {
  return new Date(at).toLocaleString('sv-SE', { timeZone }).slice(0, 16).replace(' ', 'T');
}

function fahrenheit(celsius: number): number {
  return round(celsius * 1.8 + 32, 1);
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
