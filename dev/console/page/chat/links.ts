import type { Json } from '../../../emulator/agent.ts';

/** Where a link may lead. A relative one would lead into the console. */
const LINKS = new Set(['http:', 'https:', 'mailto:', 'tel:']);
/** What the page's policy lets in: an image over plain http is blocked, as it is on every page that is served with https. */
const IMAGES = new Set(['https:', 'data:']);

/** The address of a link if it is one to follow; `null`: it is none. */
export function linkOf(value: Json | undefined): string | null {
  return addressOf(value, LINKS);
}

/** The address of an image if it is one to load. */
export function imageOf(value: Json | undefined): string | null {
  return addressOf(value, IMAGES);
}

function addressOf(value: Json | undefined, protocols: ReadonlySet<string>): string | null {
  if (typeof value !== 'string' || !URL.canParse(value)) return null;
  const { href, protocol } = new URL(value);
  return protocols.has(protocol) ? href : null;
}
