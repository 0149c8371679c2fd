/** The same thing in several languages, by BCP-47 tag in lower case: `hi`, `pt-br`. English is always there. */
export type ByLanguage<T> = { readonly en: T; readonly [language: string]: T };

/**
 * What there is for a language: for exactly that one, else for the language without its region, else in English.
 *
 * @example inLanguage({ en: 'Hello', hi: 'नमस्ते' }, 'hi-IN'); // 'नमस्ते'
 */
export function inLanguage<T>(texts: ByLanguage<T>, language: string): T {
  for (let tag = language.toLowerCase(); tag !== ''; tag = tag.slice(0, Math.max(tag.lastIndexOf('-'), 0))) {
    if (Object.hasOwn(texts, tag)) return texts[tag]!;
  }
  return texts.en;
}
