import { UpstreamError } from '../shared/upstream/http.ts';
import { withTimeForWords } from '../shared/upstream/resilient.ts';
import { createWeather, type Weather, type WeatherClient } from '../shared/upstream/weather.ts';
import { place } from '../shared/values.ts';
import { defineWebhook } from '../shared/webhook.ts';

/** What the person reads or hears. */
const text = {
  ask: 'Which city do you want the weather for?',
  now: (weather: Weather) => `It is ${sky(weather)} in ${nameOf(weather)}.${feeling(weather)}`,
  unknown: (name: string) => `I can't find a place called ${name}. Which city do you mean?`,
  down: "I'm sorry, I can't get the weather right now. Please try again in a few minutes.",
};

let client: WeatherClient | undefined;

/**
 * Tells the weather at a place, now. Reads `location`; sets `weather_place`, `weather_condition` and
 * `weather_temperature_c`. An unknown place is asked again. Where the weather service fails, `weather-error` says how
 * (`UpstreamReason`), for the agent to route on.
 */
export default defineWebhook(
  { location: place() },
  async (call) => {
    const { params, turn, log } = call;
    const { location } = params;
    client ??= createWeather({ env: process.env });
    const errorIsOver = turn.params['weather-error'] != null && { 'weather-error': null };
    try {
      const weather = await client.current(location, { language: turn.language, ...withTimeForWords(call) });
      if (!weather) return { say: text.unknown(location), invalid: ['location'], session: { ...errorIsOver } };
      return { say: text.now(weather), session: { ...facts(weather), ...errorIsOver } };
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      log(error.message, { upstream: error.upstream, reason: error.reason });
      return { say: text.down, session: { 'weather-error': error.reason } };
    }
  },
  {
    tags: ['weather-webhook'],
    ask: { location: text.ask },
    // No `secrets`: a secret that is named here must exist, and without WEATHER_API_KEY the weather comes from Open-Meteo.
    // Whoever has a key adds `secrets: ['WEATHER_API_KEY']`.
  },
);

function facts(weather: Weather) {
  return {
    weather_place: nameOf(weather),
    weather_condition: weather.condition,
    weather_temperature_c: weather.temperatureC,
  };
}

/** `Pune, India`; a city state is said once. */
function nameOf({ place, country }: Weather): string {
  return country && country !== place ? `${place}, ${country}` : place;
}

/** `27 °C and partly cloudy`, `9 °C with light rain`. */
function sky({ temperatureC, condition }: Weather): string {
  const isAdjective = /(clear|sunny|cloudy|overcast)$/.test(condition);
  return `${degrees(temperatureC)} ${isAdjective ? 'and' : 'with'} ${condition}`;
}

/** Said only where it differs. */
function feeling({ temperatureC, feelsLikeC = temperatureC }: Weather): string {
  return degrees(feelsLikeC) === degrees(temperatureC) ? '' : ` It feels like ${degrees(feelsLikeC)}.`;
}

function degrees(celsius: number): string {
  return `${Math.round(celsius)} °C`;
}
