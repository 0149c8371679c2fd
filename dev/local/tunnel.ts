import { pickCredential } from '../../shared/auth/credential.ts';
import { decodeToken, ID_TOKEN } from '../../shared/auth/token.ts';
import { createVerifier, readAuthSettings, type Verifier } from '../../shared/auth.ts';
import { WrongUsage } from './problem.ts';

/**
 * A public address that leads to this machine (cloudflared, ngrok), and the one account that may call through it: the
 * service agent of an agent that is being tried. docs/tunnel.md
 */
export interface Tunnel {
  /** Without a closing slash: `https://abc.trycloudflare.com`. */
  readonly url: string;
  /** An e-mail address. */
  readonly caller: string;
}

/** A tunnel leads to the whole server, so its URL has no path: CX calls `URL/FUNCTION`. */
const ADDRESS = /^https:\/\/[a-z\d.-]+(?::\d+)?\/?$/i;
const EMAIL = /^[^\s@,]+@[^\s@,]+$/;
const SERVICE_AGENT = 'service-PROJECT_NUMBER@gcp-sa-dialogflow.iam.gserviceaccount.com';

/** Reads `--tunnel` and `--caller`; undefined where neither is given. What can't be used is a `WrongUsage`. */
export function readTunnel(url: string | undefined, caller: string | undefined): Tunnel | undefined {
  if (url === undefined && caller === undefined) return undefined;
  if (url === undefined) throw new WrongUsage('Add --tunnel: the https URL that leads to this machine.');
  if (!ADDRESS.test(url) || !URL.canParse(url)) {
    throw new WrongUsage(
      `Write --tunnel as an https URL without a path, such as https://abc.trycloudflare.com, not ${url}.`,
    );
  }
  if (caller === undefined)
    throw new WrongUsage(`Add --caller: who may call, ${SERVICE_AGENT} of the agent's project.`);
  if (!EMAIL.test(caller))
    throw new WrongUsage(`Write --caller as an e-mail address, ${SERVICE_AGENT}, not ${caller}.`);
  return { url: new URL(url).origin, caller };
}

/** What the agent's webhook is given, and so the audience of its tokens: `https://abc.trycloudflare.com/weather`. */
export function publicUrlOf(name: string, { url }: Tunnel): string {
  return `${url}/${name}`;
}

/**
 * Verifies a token for the function's public URL as Google's, and every other token as the local issuer's. Each of the two
 * checks all there is to check, so what a token says of its audience chooses its judge and nothing else. A stranger passes
 * neither: Google gives nobody a token of that account, and the key of the local issuer lies in a file of this machine.
 *
 * `GOOGLE_CERTS_URL` in `env` stands in for Google's certificates.
 */
export function verifyThroughTunnel(
  name: string,
  tunnel: Tunnel,
  local: Verifier,
  env: { readonly [name: string]: string | undefined },
): Verifier {
  const audience = publicUrlOf(name, tunnel);
  const google = createVerifier(
    readAuthSettings({
      WEBHOOK_AUTH: 'id-token',
      WEBHOOK_AUDIENCES: audience,
      WEBHOOK_CALLERS: tunnel.caller,
      GOOGLE_CERTS_URL: env.GOOGLE_CERTS_URL,
      K_SERVICE: env.K_SERVICE,
    }),
  );
  return {
    verify(headers) {
      const { claims } = decodeToken(pickCredential(headers, 'id-token'), ID_TOKEN);
      return (claims.aud === audience ? google : local).verify(headers);
    },
    async prefetch() {
      await Promise.all([google.prefetch(), local.prefetch()]);
    },
  };
}
