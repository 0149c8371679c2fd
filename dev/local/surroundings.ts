import { createServer } from 'node:http';
import { type Issuer, LOCAL_SERVICE_AGENT } from '../issuer.ts';
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

/** One line per stand-in. Whoever has a key speaks the protocol that needs one, but the key itself stays where it is. */
async function startStandIns() {
  const weather = await startWeather();
  return {
    services: {
      WEATHER_API_URL: weather.url,
      WEATHER_API_KEY: process.env.WEATHER_API_KEY ? LOCAL_WEATHER_KEY : '',
    },
    close: () => weather.close(),
  };
}
