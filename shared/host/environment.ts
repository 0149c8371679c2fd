import { createVerifier, readAuthSettings } from '../auth.ts';
import { createProcessLog, type Log } from '../log.ts';
import { createService, type Service } from '../serve.ts';
import { createLenientStoreDoor, createStoreDoor, NO_STORE, type OpenStore } from '../store/door.ts';
import type { Webhook } from '../webhook.ts';

export type Environment = { readonly [name: string]: string | undefined };

export interface EnvironmentService {
  readonly serve: Service;
  /** Resolves once the first call has nothing to wait for. Never rejects: that call reports what failed. */
  readonly ready: Promise<void>;
}

/**
 * A webhook with the settings of its environment, for any host: `WEBHOOK_AUTH` and what its value asks for (`auth/settings.ts`),
 * `GOOGLE_CLOUD_PROJECT`, and for a webhook that keeps state `DATABASE_URL`. Throws a `ConfigError` where one is missing or wrong.
 */
export function createEnvironmentService(
  name: string,
  webhook: Webhook,
  env: Environment = process.env,
  log: Log = createProcessLog(env.GOOGLE_CLOUD_PROJECT),
): EnvironmentService {
  const verifier = createVerifier(readAuthSettings(env));
  const openStore = doorFor(webhook, env);
  return {
    serve: createService({ name, webhook, verify: verifier.verify, log, openStore }),
    ready: Promise.all([verifier.prefetch(), warmUp(webhook, openStore)]).then(() => {}),
  };
}

/** A function that keeps state must have where to keep it before it takes a call; a router serves what it can. */
function doorFor(webhook: Webhook, env: Environment): OpenStore {
  if (webhook.kind === 'router') return createLenientStoreDoor(env);
  return webhook.options.store ? createStoreDoor(env) : NO_STORE;
}

/** The first call should not wait for code to load and a database to be reached. */
async function warmUp(webhook: Webhook, openStore: OpenStore): Promise<void> {
  if (webhook.kind === 'router' || !webhook.options.store) return;
  try {
    await openStore();
  } catch {
    // The first call tries again, and its line in the log says what failed.
  }
}
