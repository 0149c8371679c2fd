import { compromise } from './libraries.ts';
import { memo } from './memo.ts';

/** Terms and their tags; its type says only `object`. */
type Model = { readonly one: { readonly lexicon: Readonly<Record<string, string | readonly string[]>> } };

/** compromise's English words with a tag, as `City`. */
export const wordsTagged = memo((tag: string): readonly string[] =>
  Object.entries((compromise().model() as Model).one.lexicon)
    .filter(([, tags]) => [tags].flat().includes(tag))
    .map(([term]) => term),
);
