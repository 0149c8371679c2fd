import {
  finite,
  integer,
  maxLength,
  maxValue,
  minLength,
  minValue,
  nullish,
  number,
  object,
  pipe,
  string,
  union,
} from 'valibot';
import { type FetchJson, UpstreamError } from '../http.ts';
import type { WeatherProvider } from '../weather.ts';

/**
 * WeatherAPI.com, "Realtime API": `GET /v1/current.json?key=K&q=PLACE` (https://www.weatherapi.com/docs/). `q` takes free
 * text such as `Pune` or `Pune, India`. A refusal is `{error: {code, message}}` with a status of 400, 401 or 403
 * (https://www.weatherapi.com/docs/error-codes/).
 */

const NAME = 'WeatherAPI.com';
const ADDRESS = 'https://api.weatherapi.com';

/** "No location found matching parameter 'q'", with status 400. */
const NO_SUCH_PLACE = 1006;

const text = pipe(string(), minLength(1), maxLength(200));
const measure = pipe(number(), finite());
/** Up to the last second that a Date can hold. */
const epochSeconds = pipe(number(), integer(), minValue(0), maxValue(8.64e12));

const Observation = object({
  location: object({ name: text, region: nullish(string()), country: nullish(string()) }),
  current: object({
    temp_c: measure,
    feelslike_c: nullish(measure),
    humidity: nullish(measure),
    wind_kph: nullish(measure),
    last_updated_epoch: nullish(epochSeconds),
    condition: object({ text }),
  }),
});
const Refusal = object({ error: object({ code: number() }) });
const Answer = union([Observation, Refusal]);

export interface WeatherApiOptions {
  readonly key: string;
  readonly address: string | undefined;
  readonly fetchJson: FetchJson;
  readonly now: () => number;
}

export function createWeatherApi({ key, address = ADDRESS, fetchJson, now }: WeatherApiOptions): WeatherProvider {
  return {
    name: NAME,
    async current(place, _language, signal) {
      const url = new URL(`${address}/v1/current.json`);
      // No `lang`: it would translate the condition but not the place.
      url.search = new URLSearchParams({ key, q: place }).toString();
      const answer = await fetchJson(url, { upstream: NAME, schema: Answer, signal, alsoAnswers: [400] });
      if ('error' in answer) {
        if (answer.error.code === NO_SUCH_PLACE) return null;
        throw new UpstreamError(NAME, 'status', { status: 400 });
      }
      const { location, current } = answer;
      return {
        place: location.name,
        ...(location.region && { region: location.region }),
        ...(location.country && { country: location.country }),
        temperatureC: current.temp_c,
        ...(current.feelslike_c != null && { feelsLikeC: current.feelslike_c }),
        ...(current.humidity != null && { humidityPercent: current.humidity }),
        ...(current.wind_kph != null && { windKph: current.wind_kph }),
        condition: current.condition.text.trim().toLowerCase(),
        observedAt: new Date(
          current.last_updated_epoch != null ? current.last_updated_epoch * 1000 : now(),
        ).toISOString(),
      };
    },
  };
}
