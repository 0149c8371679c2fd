import type { Json } from '../agent.ts';

/** A value in a text: where (UTF-16 units, `end` is after the last one), and what it means. */
export interface Found {
  readonly start: number;
  readonly end: number;
  readonly resolved: Json;
}

/** What the meaning of a text depends on. */
export interface Circumstances {
  readonly languageCode: string;
  /** IANA name. */
  readonly timeZone: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export const overlap = (a: Pick<Found, 'start' | 'end'>, b: Pick<Found, 'start' | 'end'>): boolean =>
  a.start < b.end && b.start < a.end;

/** Of values that overlap the longest one stays, of equally long ones the first. In the order of the text. */
export function longestFirst<T extends Pick<Found, 'start' | 'end'>>(found: readonly T[]): T[] {
  const chosen: T[] = [];
  for (const value of [...found].sort((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start))
    if (!chosen.some((other) => overlap(value, other))) chosen.push(value);
  return chosen.sort((a, b) => a.start - b.start);
}

/**
 * `en` of `en-GB`: what is written for a language serves its regions (CX docs, Languages). English where it is none that
 * `Intl` takes.
 */
export function baseLanguage(languageCode: string): string {
  const [language = ''] = languageCode.toLowerCase().split(/[-_]/);
  return /^[a-z]{2,3}$/.test(language) ? language : 'en';
}

/** What an agent has in a language: of the region, of the language, else of the agent's default. */
export function inLanguage<T>(texts: ReadonlyMap<string, T>, languageCode: string, otherwise: string): T | undefined {
  for (const wanted of [languageCode.toLowerCase(), baseLanguage(languageCode), otherwise.toLowerCase()])
    for (const [code, text] of texts) if (code.toLowerCase() === wanted) return text;
  return undefined;
}
