import SearchableMap from 'minisearch/SearchableMap';
import type { Json } from '../agent.ts';
import { type Found, longestFirst } from './found.ts';
import { type Word, wordsOf } from './words.ts';

/** Phrases with their meanings, found in texts by whole words. */
export interface Dictionary {
  /** The longest phrases in a text; `words` are the text's. */
  find(words: readonly Word[]): Found[];
}

/**
 * Of the letters of a phrase, the share that may be wrong in a fuzzy search: the one of minisearch's documentation. So a phrase of up
 * to four letters must be right, one of five to nine may have one wrong. Two is the most: further names are other names, and the search gets slow.
 */
const FUZZY = 0.2;
const MOST_WRONG = 2;

/**
 * @param entries Of two equal phrases the later one counts, as it did in recorded conversations.
 * @param fuzzy Misspelt phrases are found as well, where none is right.
 */
export function createDictionary(
  entries: Iterable<readonly [phrase: string, meaning: Json]>,
  fuzzy: boolean,
): Dictionary {
  const meanings = new Map<string, Json>();
  let longest = 0;
  for (const [phrase, meaning] of entries) {
    const words = wordsOf(phrase);
    if (words.length === 0) continue;
    longest = Math.max(longest, words.length);
    meanings.set(words.map((word) => word.text).join(' '), meaning);
  }
  const spellings = fuzzy ? SearchableMap.from([...meanings]) : null;

  const near = (phrase: string): Json | undefined => {
    const distance = Math.min(MOST_WRONG, Math.floor(phrase.length * FUZZY));
    if (!spellings || distance === 0) return undefined;
    const closest = [...spellings.fuzzyGet(phrase, distance).values()].sort((a, b) => a[1] - b[1])[0];
    return closest?.[0];
  };
  const search = (words: readonly Word[], meaningOf: (phrase: string) => Json | undefined): Found[] => {
    const found: Found[] = [];
    for (let first = 0; first < words.length; first++) {
      let phrase = '';
      for (let last = first; last < Math.min(words.length, first + longest); last++) {
        phrase += (phrase && ' ') + words[last]!.text;
        const resolved = meaningOf(phrase);
        if (resolved !== undefined) found.push({ start: words[first]!.start, end: words[last]!.end, resolved });
      }
    }
    return longestFirst(found);
  };
  return {
    find(words) {
      const right = search(words, (phrase) => meanings.get(phrase));
      return right.length > 0 || !spellings ? right : search(words, near);
    },
  };
}
