import type { Reading, Token } from './read.ts';

/**
 * What tells the category of a text: the stems of its words, without stop words, and each pair of neighbours. What
 * wink can't read (`unk`) is a term too: it was never seen in training, which is what makes the classifier unsure.
 */
export function topicTermsOf(tokens: readonly Token[]): string[] {
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

/** Where a sentence or a part of it begins: `^ why` asks, `that is why` does not. */
const START = '^';

/** What wink hears in a text is a term for each of these that it reaches, up or down. */
const STEPS_OF_WINK = [0.05, 0.25, 0.5];

/**
 * What tells the sentiment of a text: its words as they are written, stop words too (`please add` is a wish and `was
 * late` a complaint), with a mark where wink knows them for negated, and each pair of neighbours; question and
 * exclamation marks; and the sentiment that wink finds.
 */
export function feelingTermsOf({ tokens, sentiment }: Reading): string[] {
  const terms = STEPS_OF_WINK.flatMap((step) =>
    Math.abs(sentiment) < step ? [] : [`${sentiment < 0 ? '-' : '+'}${step}`],
  );
  let before = START;
  for (const { type, text, normal, isNegated } of tokens) {
    if (type !== 'word' && type !== 'unk') {
      if (text === '?' || text === '!') terms.push(text);
      before = START;
    } else {
      const word = isNegated ? `not:${normal}` : normal;
      terms.push(word, `${before} ${word}`);
      before = word;
    }
  }
  return terms;
}

export function isPair(term: string): boolean {
  return term.includes(' ');
}
