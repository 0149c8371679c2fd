import { ConfigError } from '../errors.ts';

/** The settings of upstreams as they stand in the environment. Empty is absent. */
export type Environment = { readonly [name: string]: string | undefined };

/** The address under `name`, without slashes at its end; undefined where there is none. */
export function readAddress(env: Environment, name: string): string | undefined {
  const text = env[name]?.trim();
  if (!text) return undefined;
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new ConfigError(`${name} must be an http or https address without credentials and query.`);
  }
  return url.href.replace(/\/+$/, '');
}

/** The secret under `name`. Secret Manager keeps the line break that `echo` put at its end. */
export function readSecret(env: Environment, name: string): string | undefined {
  const secret = env[name]?.trim();
  if (!secret) return undefined;
  // Anything else cannot stand in a header, and fetch would quote it in its error.
  if (!/^[\x21-\x7e]+$/.test(secret)) throw new ConfigError(`${name} must be visible ASCII without spaces.`);
  return secret;
}
