import type { Webhook } from '../emulator/agent.ts';
import type { LocalFunction } from './load.ts';

/** The function that the webhook's address names, as its host or its path; else the one that answers the tag; else its name. */
export function functionFor(
  functions: readonly LocalFunction[],
  { uri, displayName }: Webhook,
  tag: string,
): string | null {
  const url = URL.parse(uri);
  const named = [url?.hostname.split('.')[0], url?.pathname.split('/').filter(Boolean).at(-1)];
  const loaded = functions.flatMap(({ name, webhook }) => (webhook ? [{ name, webhook }] : []));
  const found =
    loaded.find(({ name }) => named.includes(name)) ??
    loaded.find(
      ({ name, webhook }) => webhook.kind === 'standard' && [name, ...(webhook.options.tags ?? [])].includes(tag),
    ) ??
    loaded.find(({ name }) => name === displayName);
  return found?.name ?? null;
}
