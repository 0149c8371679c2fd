import { createServer } from 'node:http';
import { type Issuer, LOCAL_SERVICE_AGENT } from '../issuer.ts';
import { LOCAL_BOOKING_KEY, startBooking } from '../upstreams/booking.ts';
import { LOCAL_MODEL, LOCAL_MODEL_KEY, startLanguageModel } from '../upstreams/language-model.ts';
import { LOCAL_WEATHER_KEY, startWeather } from '../upstreams/weather.ts';
import { close, listen } from './listen.ts';
import { openLocalIssuer } from './tokens.ts';

type Environment = { readonly [name: string]: string };

/** What a function has around it in the cloud, made on this machine, and handed over as there: as environment variables. */
export interface Surroundings {
  /** Signs the tokens that the functions take. */
  readonly issuer: Issuer;
  /** Who may call: the settings of caller verification for a function with these audiences. */
  authOf(audiences: readonly string[]): Environment;
  /** Where the services are that handlers ask: the stand-ins, or with `live` nothing, so that the real ones are asked. */
  readonly services: Environment;
  close(): Promise<void>;
}

/** Serves the local issuer's certificates, and starts the stand-ins unless `live`; all on loopback ports that are free. */
export async function openSurroundings({ live = false } = {}): Promise<Surroundings> {
  const issuer = openLocalIssuer();
  const google = createServer(issuer.serveCertificates);
  const [port, standIns] = await Promise.all([
    listen(google, { port: 0, host: '127.0.0.1' }),
    live ? null : startStandIns(),
  ]);

  return {
    issuer,
    authOf: (audiences) => ({
      WEBHOOK_AUTH: 'id-token',
      WEBHOOK_AUDIENCES: audiences.join(','),
      WEBHOOK_CALLERS: LOCAL_SERVICE_AGENT,
      GOOGLE_CERTS_URL: `http://127.0.0.1:${port}/oauth2/v1/certs`,
    }),
    services: standIns?.services ?? {},
    async close() {
      await Promise.all([close(google), standIns?.close()]);
    },
  };
}

/**
 * A stand-in for each service, with a key of its own: no real key goes to a stand-in, none of a stand-in to a real service.
 * The person's settings say which way is gone: whoever has a key for weather speaks the protocol that needs one; bookings
 * are in the store, and only whoever has `BOOKING_API_URL` asks a service for them.
 */
async function startStandIns() {
  const { BOOKING_API_URL, WEATHER_API_KEY } = process.env;
  const [weather, model, booking] = await Promise.all([
    startWeather(),
    startLanguageModel(),
    BOOKING_API_URL ? startBooking() : null,
  ]);
  return {
    services: {
      WEATHER_API_URL: weather.url,
      WEATHER_API_KEY: WEATHER_API_KEY ? LOCAL_WEATHER_KEY : '',
      OPENAI_BASE_URL: `${model.url}/v1`,
      OPENAI_API_KEY: LOCAL_MODEL_KEY,
      OPENAI_MODEL: LOCAL_MODEL,
      BOOKING_API_URL: booking?.url ?? '',
      BOOKING_API_KEY: booking ? LOCAL_BOOKING_KEY : '',
    },
    close: () => Promise.all([weather.close(), model.close(), booking?.close()]),
  };
}
