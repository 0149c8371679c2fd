import type { Webhook } from '../emulator/agent.ts';
import type { LocalFunction } from './load.ts';

/**
 * The function that the webhook's address names, as its host or its path; else the one that answers the tag; else its name. One
 * that does not load is one, too: it answers 500, as in the cloud.
 */
export function functionFor(
  functions: readonly LocalFunction[],
  { uri, displayName }: Webhook,
  tag: string,
): string | null {
  const url = URL.parse(uri);
  const named = [url?.hostname.split('.')[0], url?.pathname.split('/').filter(Boolean).at(-1)];
  const tagsOf = ({ name, webhook }: LocalFunction): readonly string[] => {
    if (!webhook) return [name];
    return webhook.kind === 'standard' ? [name, ...(webhook.options.tags ?? [])] : [];
  };
  const found =
    functions.find(({ name }) => named.includes(name)) ??
    functions.find((each) => tagsOf(each).includes(tag)) ??
    functions.find(({ name }) => name === displayName);
  return found?.name ?? null;
}
