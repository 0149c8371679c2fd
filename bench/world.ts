import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOCAL_SERVICE_AGENT, openIssuer } from '../dev/issuer.ts';
import { close, listen } from '../dev/local/listen.ts';
import fallback from '../functions/fallback.ts';
import { createService } from '../shared/serve.ts';

/** The function that is measured: it waits for nobody, so what is seen is the cost of serving. */
export const FUNCTION = 'fallback';

/** Who calls, what is asked, and what a server needs to know: the same for all. */
export interface World {
  /** A folder that is gone afterwards. */
  readonly folder: string;
  /** A turn of 1.5 KB as CX posts it. */
  readonly body: Buffer;
  /** What it answers to it. */
  readonly answer: string;
  readonly token: string;
  readonly audience: string;
  readonly certificates: { readonly [keyId: string]: string };
  /** The environment variables of a server: an issuer on loopback, and who may call. */
  readonly environment: { readonly [name: string]: string };
  /** Signs a token that nobody has seen before. */
  newToken(): string;
  close(): Promise<void>;
}

/** Opens an issuer with a key of its own, serves its certificates on loopback, and writes the request. */
export async function openWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'cx-bench-'));
  const issuer = openIssuer(folder);
  const google = createServer(issuer.serveCertificates);
  const port = await listen(google, { port: 0, host: '127.0.0.1' });
  const audience = `https://${FUNCTION}.example`;
  const body = readBody();
  const answer = await answerTo(body);
  const now = Date.now();
  let tokens = 0;

  return {
    folder,
    body,
    answer,
    audience,
    token: issuer.token({ audience }),
    certificates: issuer.certificates(),
    environment: {
      FUNCTION_TARGET: FUNCTION,
      NODE_ENV: 'production',
      WEBHOOK_AUTH: 'id-token',
      WEBHOOK_AUDIENCES: audience,
      WEBHOOK_CALLERS: LOCAL_SERVICE_AGENT,
      GOOGLE_CERTS_URL: `http://127.0.0.1:${port}/oauth2/v1/certs`,
      BENCH_ANSWER: answer,
      // Off Google Cloud, google-auth-library would look for a metadata server.
      METADATA_SERVER_DETECTION: 'none',
    },
    // A second less of life each makes another token.
    newToken: () => issuer.token({ audience, now, lifetimeSeconds: 3600 - tokens++ }),
    async close() {
      await close(google);
      rmSync(folder, { recursive: true });
    },
  };
}

function readBody(): Buffer {
  const text = readFileSync(new URL('../test/fixtures/form-turn.json', import.meta.url), 'utf8');
  return Buffer.from(text.replace('"tag": "weather"', `"tag": "${FUNCTION}"`));
}

async function answerTo(body: Buffer): Promise<string> {
  const serve = createService({ name: FUNCTION, webhook: fallback, verify: () => undefined, log: () => {} });
  return (await serve({ method: 'POST', url: '/', headers: {}, body })).body;
}

/** The bytes of the call as CX sends it. */
export function requestOf({ body }: World, token: string): Buffer {
  const head = [
    `POST /${FUNCTION} HTTP/1.1`,
    'host: localhost',
    'content-type: application/json',
    `content-length: ${body.length}`,
    'user-agent: Google-Dialogflow',
    'accept: */*',
    'accept-encoding: gzip, deflate, br',
    'traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    `authorization: Bearer ${token}`,
  ].join('\r\n');
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body]);
}
