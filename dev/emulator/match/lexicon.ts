import nlp from 'compromise';
import { memo } from './memo.ts';

/** Terms and their tags; its type says only `object`. */
const { lexicon } = (
  nlp.model() as { readonly one: { readonly lexicon: Readonly<Record<string, string | readonly string[]>> } }
).one;

/** compromise's English words with a tag, as `City`. */
export const wordsTagged = memo((tag: string): readonly string[] =>
  Object.entries(lexicon)
    .filter(([, tags]) => [tags].flat().includes(tag))
    .map(([term]) => term),
);
