import { LRUCache } from 'lru-cache';
import { createFlights } from './flights.ts';
import { type FetchJson, fetchJson as fetchJsonOverHttp, UpstreamError } from './http.ts';
import { createResilience, type Patience, type UpstreamCall } from './resilient.ts';
import { type Environment, readAddress, readSecret } from './settings.ts';
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
  current(place: string, options: WeatherCall): Promise<Weather | null>;
}

export interface WeatherCall extends UpstreamCall {
  readonly language?: string;
}

export interface WeatherOptions {
  /**
   * `WEATHER_API_KEY` chooses WeatherAPI.com; without it Open-Meteo answers, which needs no key and is free for
   * non-commercial use. `WEATHER_API_URL` overrides the provider's address. Empty is absent.
   */
  readonly env: Environment;
  readonly fetchJson?: FetchJson;
  readonly patience?: Patience;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Both answer from afar in a few tenths of a second; Open-Meteo needs two requests for it. A handler has 4.5 s by default. */
const PATIENCE: Patience = { tryMs: 1500, usualMs: 700 };
/** Both providers renew their current weather about every 15 minutes (Open-Meteo: `current.interval` is 900 s). */
const TTL_MS = 10 * 60_000;
/** Long enough for a retry of CX and a repeated question, short enough for a provider that was wrong for a moment. */
const UNKNOWN_TTL_MS = 60_000;
/** At about 0.5 KB each. */
const MAX_PLACES = 1000;

/**
 * Asks for the weather. Answers are kept for 10 minutes, unknown places for one, failures not at all; calls for the same
 * place and language at the same time are one request, under the deadline of the call that began it.
 *
 * @example
 * const weather = await createWeather({ env: process.env }).current('Pune', { language: 'en', signal, deadline });
 */
export function createWeather({
  env,
  fetchJson = fetchJsonOverHttp,
  patience = PATIENCE,
  now = Date.now,
}: WeatherOptions): WeatherClient {
  const provider = createProvider(env, fetchJson, now);
  const known = new LRUCache<string, { weather: Weather | null }>({
    max: MAX_PLACES,
    ttl: TTL_MS,
    ttlResolution: 0, // look at the clock each time
    perf: { now },
  });
  const fly = createFlights<Weather | null>();
  const ask = createResilience(provider.name, patience);

  return {
    async current(place, { language = 'en', signal, deadline }) {
      const spoken = iso639(language);
      const key = `${spoken}:${normalise(place)}`;
      const kept = known.get(key);
      if (kept) return kept.weather;
      try {
        return await fly(key, signal, async (shared) => {
          const call = { signal: shared, ...(deadline && { deadline }) };
          const weather = await ask((limited) => provider.current(place, spoken, limited), call);
          known.set(key, { weather }, { ttl: weather ? TTL_MS : UNKNOWN_TTL_MS });
          return weather;
        });
      } catch (error) {
        throw signal.aborted ? new UpstreamError(provider.name, 'timeout') : error;
      }
    },
  };
}

function createProvider(env: Environment, fetchJson: FetchJson, now: () => number): WeatherProvider {
  const key = readSecret(env, 'WEATHER_API_KEY');
  // Both protocols begin with `/v1`, which may be part of the setting or not.
  const address = readAddress(env, 'WEATHER_API_URL')?.replace(/\/v1$/, '');
  return key ? createWeatherApi({ key, address, fetchJson, now }) : createOpenMeteo({ address, fetchJson });
}

/** `en-US` is `en`; an undetermined language is English. */
function iso639(language: string): string {
  const [code = ''] = language.toLowerCase().split('-');
  return code === '' || code === 'und' ? 'en' : code;
}

function normalise(place: string): string {
  return place.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();
}
