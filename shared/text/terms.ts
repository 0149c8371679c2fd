import type { Token } from './read.ts';

/**
 * What the classifier sees of a text: the stems of its words, without stop words, and each pair of neighbours. What
 * wink can't read (`unk`) is a term too: it was never seen in training, which is what makes the classifier unsure.
 */
export function termsOf(tokens: readonly Token[]): string[] {
  const terms: string[] = [];
  let before: string | undefined;
  for (const { type, stem, isStop } of tokens) {
    if (type !== 'word' && type !== 'unk') before = undefined;
    else if (!isStop) {
      terms.push(stem);
      if (before !== undefined) terms.push(`${before} ${stem}`);
      before = stem;
    }
  }
  return terms;
}

export function isPair(term: string): boolean {
  return term.includes(' ');
}
