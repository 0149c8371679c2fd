import { LRUCache } from 'lru-cache';
import { ConfigError } from '../errors.ts';
import { createFlights } from './flights.ts';
import { type FetchJson, fetchJson as fetchJsonOverHttp, UpstreamError } from './http.ts';
import { createOpenMeteo } from './weather/open-meteo.ts';
import { createWeatherApi } from './weather/weatherapi.ts';

/** The weather at a place, now. */
export interface Weather {
  /** The place's name as the provider writes it. */
  readonly place: string;
  readonly region?: string;
  readonly country?: string;
  readonly temperatureC: number;
  readonly feelsLikeC?: number;
  /** 0 to 100. */
  readonly humidityPercent?: number;
  readonly windKph?: number;
  /** English, in lower case, for example `partly cloudy`, `light rain`. */
  readonly condition: string;
  /** ISO 8601 in UTC. */
  readonly observedAt: string;
}

/** Where weather comes from. `language` is an ISO 639 code such as `en`; place names come in it where the provider can. */
export interface WeatherProvider {
  /** For errors and logs. */
  readonly name: string;
  /** Null for a place that the provider does not know. */
  current(place: string, language: string, signal: AbortSignal): Promise<Weather | null>;
}

export interface WeatherClient {
  /**
   * The weather at a place, or null for an unknown place. Throws an `UpstreamError`, with reason `timeout` when `signal`
   * aborts. `language` is BCP-47, default `en`.
   */
  current(
    place: string,
    options: { readonly language?: string; readonly signal: AbortSignal },
  ): Promise<Weather | null>;
}

export interface WeatherOptions {
  /**
   * `WEATHER_API_KEY` chooses WeatherAPI.com; without it Open-Meteo answers, which needs no key and is free for
   * non-commercial use. `WEATHER_API_URL` overrides the provider's address. Empty is absent.
   */
  readonly env: { readonly [name: string]: string | undefined };
  readonly fetchJson?: FetchJson;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Both providers renew their current weather about every 15 minutes (Open-Meteo: `current.interval` is 900 s). */
const TTL_MS = 10 * 60_000;
/** Long enough for a retry of CX and a repeated question, short enough for a provider that was wrong for a moment. */
const UNKNOWN_TTL_MS = 60_000;
/** At about 0.5 KB each. */
const MAX_PLACES = 1000;

/**
 * Asks for the weather. Answers are kept for 10 minutes, unknown places for one, failures not at all; calls for the same
 * place and language at the same time are one request.
 *
 * @example
 * const weather = await createWeather({ env: process.env }).current('Pune', { language: 'en', signal });
 */
export function createWeather({ env, fetchJson = fetchJsonOverHttp, now = Date.now }: WeatherOptions): WeatherClient {
  const provider = createProvider(env, fetchJson, now);
  const known = new LRUCache<string, { weather: Weather | null }>({
    max: MAX_PLACES,
    ttl: TTL_MS,
    ttlResolution: 0, // look at the clock each time
    perf: { now },
  });
  const fly = createFlights<Weather | null>();

  return {
    async current(place, { language = 'en', signal }) {
      const spoken = iso639(language);
      const key = `${spoken}:${normalise(place)}`;
      const kept = known.get(key);
      if (kept) return kept.weather;
      try {
        return await fly(key, signal, async (shared) => {
          const weather = await provider.current(place, spoken, shared);
          known.set(key, { weather }, { ttl: weather ? TTL_MS : UNKNOWN_TTL_MS });
          return weather;
        });
      } catch (error) {
        throw signal.aborted ? new UpstreamError(provider.name, 'timeout') : error;
      }
    },
  };
}

function createProvider(env: WeatherOptions['env'], fetchJson: FetchJson, now: () => number): WeatherProvider {
  const key = env.WEATHER_API_KEY;
  const address = env.WEATHER_API_URL ? parseAddress(env.WEATHER_API_URL) : undefined;
  return key ? createWeatherApi({ key, address, fetchJson, now }) : createOpenMeteo({ address, fetchJson });
}

/** The address up to, and without, `/v1`, which both protocols begin with. */
function parseAddress(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new ConfigError('WEATHER_API_URL must be an http or https address without credentials and query.');
  }
  return url.href.replace(/(\/v1)?\/*$/, '');
}

/** `en-US` is `en`; an undetermined language is English. */
function iso639(language: string): string {
  const [code = ''] = language.toLowerCase().split('-');
  return code === '' || code === 'und' ? 'en' : code;
}

function normalise(place: string): string {
  return place.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();
}
