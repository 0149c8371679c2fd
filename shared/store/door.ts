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

/**
 * The store of a process, opened when it is first wanted; only then is code of a database loaded. Settings that cannot work
 * throw a `ConfigError` here already.
 */
export function createStoreDoor(env: { readonly [name: string]: string | undefined }): OpenStore {
  readStoreSettings(env);
  let open: Store | undefined;
  let opening: Promise<Store> | undefined;

  async function tryToOpen(): Promise<Store> {
    const { openStore } = await import('../store.ts');
    open = await openStore(env);
    return open;
  }

  return () => {
    if (open) return open;
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
