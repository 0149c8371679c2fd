import { ConfigError, WebhookError } from '../errors.ts';
import type { Soon } from '../serve/soon.ts';
import type { Store } from '../store.ts';
import { readStoreSettings } from './settings.ts';

/** Gives the store: opens it when it is first wanted, and again after that failed. */
export type OpenStore = () => Soon<Store>;

/** Of a service that was given none. */
export const NO_STORE: OpenStore = () => {
  throw new WebhookError('store-unavailable', 'This service was started without a store.');
};

/** Milliseconds between two times that old rows are taken out. */
const PRUNE_EVERY_MS = 3_600_000;

/**
 * The store of a process, opened when it is first wanted; only then is code of a database loaded. Settings that cannot work
 * throw a `ConfigError` here already. Old rows are taken out beside a call, and no call depends on it.
 */
export function createStoreDoor(
  env: { readonly [name: string]: string | undefined },
  now: () => number = Date.now,
): OpenStore {
  readStoreSettings(env);
  let open: Store | undefined;
  let opening: Promise<Store> | undefined;
  let prunedAt = Number.NEGATIVE_INFINITY;

  async function tryToOpen(): Promise<Store> {
    const { openStore } = await import('../store.ts');
    open = await openStore(env);
    return pruned(open);
  }

  function pruned(store: Store): Store {
    if (now() - prunedAt < PRUNE_EVERY_MS) return store;
    prunedAt = now();
    import('./prune.ts').then(({ prune }) => prune(store.db, now())).catch(() => {}); // the next hour comes
    return store;
  }

  return () => {
    if (open) return pruned(open);
    opening ??= tryToOpen().finally(() => {
      opening = undefined;
    });
    return opening;
  };
}

/**
 * The door for a service that may serve functions with and without state: where the settings cannot work, those without are
 * still served, and the others say why they are not.
 */
export function createLenientStoreDoor(env: { readonly [name: string]: string | undefined }): OpenStore {
  try {
    return createStoreDoor(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return () => {
      throw new WebhookError('store-unavailable', error.message);
    };
  }
}
