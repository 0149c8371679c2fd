import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../errors.ts';

/** Which database: a file of this machine, or a PostgreSQL server. */
export type StoreSettings =
  | { readonly engine: 'sqlite'; readonly file: string }
  | { readonly engine: 'postgres'; readonly url: string };

/** The embedded default, in the folder of this project that git ignores. */
const DEFAULT_FILE = new URL('../../.local/campus.db', import.meta.url);

/** What is there on a developer's machine alone: not in an image, nor in anything else that is deployed. */
const CHECKOUT = new URL('../../dev/', import.meta.url);

/** Set where instances come and go and share no disk: Cloud Run's container contract, AWS Lambda's runtime environment. */
const CLOUD_VARIABLES = ['K_SERVICE', 'AWS_LAMBDA_FUNCTION_NAME'] as const;

/**
 * Reads `DATABASE_URL`: `postgres://...`, or `file:/path/of/a/file.db` for SQLite. Without it the store is a file of this
 * project, and in the cloud, where a file would be lost with its instance, a `ConfigError`. The URL holds a password, so no
 * message repeats it.
 */
export function readStoreSettings(env: { readonly [name: string]: string | undefined }): StoreSettings {
  const text = env.DATABASE_URL?.trim();
  // Not parsed: a URL of a socket, such as Cloud SQL's, has a user and no host, which is no URL to Node but one to pg.
  if (text && /^postgres(ql)?:\/\//.test(text)) return { engine: 'postgres', url: text };
  const url = text ? URL.parse(text) : null;
  if (text && url?.protocol !== 'file:') {
    throw new ConfigError('Set DATABASE_URL to postgres://user:password@host/database, or to file:/path/of/a/file.db.');
  }
  if (CLOUD_VARIABLES.some((name) => env[name]?.trim())) {
    throw new ConfigError(
      'Set DATABASE_URL to a PostgreSQL database: this function keeps state, and a file is lost with its instance.',
    );
  }
  if (!url && !existsSync(CHECKOUT)) {
    throw new ConfigError('Set DATABASE_URL to postgres://user:password@host/database: this function keeps state.');
  }
  return { engine: 'sqlite', file: fileURLToPath(url ?? DEFAULT_FILE) };
}
