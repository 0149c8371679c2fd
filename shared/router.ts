import { listFunctions, loadFunction } from './discover.ts';
import type { Router, StandardWebhook } from './webhook.ts';

/**
 * Declares the router of the functions in a folder. A tag that is a file's name loads that file alone; any other tag loads
 * them all once, to learn their further tags. A file that fails to load takes only its own tags down.
 *
 * @example export default defineRouter(new URL('.', import.meta.url));
 */
export function defineRouter(folder: URL): Router {
  let byTag: Promise<ReadonlyMap<string, StandardWebhook>> | undefined;
  return {
    kind: 'router',
    async find(tag) {
      if ((await listFunctions(folder)).includes(tag)) {
        const webhook = await loadFunction(folder, tag);
        if (webhook.kind === 'standard') return webhook;
      }
      byTag ??= loadTags(folder);
      return (await byTag).get(tag) ?? null;
    },
  };
}

async function loadTags(folder: URL): Promise<ReadonlyMap<string, StandardWebhook>> {
  const byTag = new Map<string, StandardWebhook>();
  for (const name of await listFunctions(folder)) {
    const webhook = await loadFunction(folder, name).catch(() => null);
    if (webhook?.kind !== 'standard') continue;
    for (const tag of [name, ...(webhook.options.tags ?? [])]) if (!byTag.has(tag)) byTag.set(tag, webhook);
  }
  return byTag;
}
