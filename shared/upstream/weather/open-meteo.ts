import {
  array,
  finite,
  isoDateTime,
  maxLength,
  maxValue,
  minLength,
  minValue,
  nullish,
  number,
  object,
  optional,
  pipe,
  string,
} from 'valibot';
import type { FetchJson } from '../http.ts';
import type { WeatherProvider } from '../weather.ts';

/**
 * Open-Meteo, which needs no key: `GET /v1/search` finds the place (https://open-meteo.com/en/docs/geocoding-api), `GET
 * /v1/forecast` has its current weather (https://open-meteo.com/en/docs). Two hosts; `WEATHER_API_URL` replaces both.
 *
 * Geocoding reads `Pune, India` as a name and, after the first comma, a country or first-level area that narrows it
 * (GeocodingapiController.swift, `search`). Without a match there is no `results` field. The data is CC BY 4.0: whoever
 * shows it credits Open-Meteo.com.
 */

const NAME = 'Open-Meteo';
const GEOCODING = 'https://geocoding-api.open-meteo.com';
const FORECAST = 'https://api.open-meteo.com';

/** Units are the defaults: °C, %, km/h (https://open-meteo.com/en/docs, "Settings"). */
const MEASURES = 'temperature_2m,relative_humidity_2m,apparent_temperature,weather_code,wind_speed_10m';

/** WMO 4677 in the codes that Open-Meteo uses (https://open-meteo.com/en/docs, "WMO Weather interpretation codes"). */
const CONDITIONS: { readonly [code: number]: string } = {
  0: 'clear',
  1: 'mostly clear',
  2: 'partly cloudy',
  3: 'overcast',
  45: 'fog',
  48: 'freezing fog',
  51: 'light drizzle',
  53: 'drizzle',
  55: 'heavy drizzle',
  56: 'light freezing drizzle',
  57: 'freezing drizzle',
  61: 'light rain',
  63: 'rain',
  65: 'heavy rain',
  66: 'light freezing rain',
  67: 'freezing rain',
  71: 'light snow',
  73: 'snow',
  75: 'heavy snow',
  77: 'snow grains',
  80: 'light rain showers',
  81: 'rain showers',
  82: 'violent rain showers',
  85: 'light snow showers',
  86: 'snow showers',
  95: 'thunderstorms',
  96: 'thunderstorms and light hail',
  99: 'thunderstorms and heavy hail',
};
const UNKNOWN_CONDITION = 'unknown conditions';

const measure = pipe(number(), finite());

const Places = object({
  results: optional(
    array(
      object({
        name: pipe(string(), minLength(1), maxLength(200)),
        latitude: pipe(number(), minValue(-90), maxValue(90)),
        longitude: pipe(number(), minValue(-180), maxValue(180)),
        admin1: nullish(string()),
        country: nullish(string()),
      }),
    ),
  ),
});

const Forecast = object({
  /** Of the place, because `current.time` is local time. */
  utc_offset_seconds: pipe(number(), minValue(-86_400), maxValue(86_400)),
  current: object({
    time: pipe(string(), isoDateTime()),
    temperature_2m: measure,
    apparent_temperature: nullish(measure),
    relative_humidity_2m: nullish(measure),
    wind_speed_10m: nullish(measure),
    weather_code: nullish(number()),
  }),
});

export interface OpenMeteoOptions {
  readonly address: string | undefined;
  readonly fetchJson: FetchJson;
}

export function createOpenMeteo({ address, fetchJson }: OpenMeteoOptions): WeatherProvider {
  async function findPlace(name: string, language: string, signal: AbortSignal) {
    const url = new URL(`${address ?? GEOCODING}/v1/search`);
    url.search = new URLSearchParams({ name, count: '1', language, format: 'json' }).toString();
    const { results } = await fetchJson(url, { upstream: NAME, schema: Places, signal });
    return results?.[0];
  }

  async function fetchCurrent(latitude: number, longitude: number, signal: AbortSignal) {
    const url = new URL(`${address ?? FORECAST}/v1/forecast`);
    const where = { latitude: String(latitude), longitude: String(longitude) };
    url.search = new URLSearchParams({ ...where, current: MEASURES, timezone: 'auto' }).toString();
    return fetchJson(url, { upstream: NAME, schema: Forecast, signal });
  }

  return {
    name: NAME,
    async current(name, language, signal) {
      const place = await findPlace(name, language, signal);
      if (!place) return null;
      const { current, utc_offset_seconds } = await fetchCurrent(place.latitude, place.longitude, signal);
      return {
        place: place.name,
        ...(place.admin1 && { region: place.admin1 }),
        ...(place.country && { country: place.country }),
        temperatureC: current.temperature_2m,
        ...(current.apparent_temperature != null && { feelsLikeC: current.apparent_temperature }),
        ...(current.relative_humidity_2m != null && { humidityPercent: current.relative_humidity_2m }),
        ...(current.wind_speed_10m != null && { windKph: current.wind_speed_10m }),
        condition: CONDITIONS[current.weather_code ?? -1] ?? UNKNOWN_CONDITION,
        observedAt: new Date(Date.parse(`${current.time}:00Z`) - utc_offset_seconds * 1000).toISOString(),
      };
    },
  };
}
