import type { Reading, Token } from './read.ts';
import { topicTermsOf } from './terms.ts';

const MAX_PHRASES = 5;

/** A longer row of nouns is no phrase but a missing comma. In words. */
const MAX_WORDS = 4;

const NOUNS = ['NOUN', 'PROPN'];

/**
 * The phrases that a text is about, in the person's own words: rows of adjectives and nouns that end in a noun,
 * without stop words, dates, amounts and other entities. The most telling first: those whose words speak most clearly
 * for one category (`tell`), then as they are said. Said twice (by their lemmas), or inside of a longer one, they are
 * named once.
 */
export function phrasesOf(reading: Reading, tell: (terms: readonly string[]) => number): string[] {
  const phrases = rowsOf(reading).map((row) => ({
    text: row.map(({ text, space }, i) => (i > 0 && space ? ` ${text}` : text)).join(''),
    lemmas: ` ${row.map(({ lemma }) => lemma).join(' ')} `,
    telling: tell(topicTermsOf(row)),
  }));
  return phrases
    .filter((phrase, i) => !phrases.some((other, j) => covers(other.lemmas, phrase.lemmas, j < i)))
    .sort((a, b) => b.telling - a.telling)
    .slice(0, MAX_PHRASES)
    .map(({ text }) => text);
}

/** Of two that are the same the first covers the second. */
function covers(whole: string, part: string, isBefore: boolean): boolean {
  return whole === part ? isBefore : whole.includes(part);
}

/** Rows of adjectives and nouns, cut behind their last noun. */
function rowsOf({ tokens, entities }: Reading): Token[][] {
  const taken = new Set(entities.flatMap(({ at, length }) => Array.from({ length }, (_, i) => at + i)));
  const rows: Token[][] = [];
  let row: Token[] = [];
  tokens.forEach((token, i) => {
    if (!taken.has(i) && (isPartOfPhrase(token) || isHyphen(tokens, i))) row.push(token);
    else {
      rows.push(row);
      row = [];
    }
  });
  rows.push(row);
  return rows
    .map((row) => row.slice(0, row.findLastIndex(({ pos }) => NOUNS.includes(pos)) + 1))
    .filter((row) => row.length > 0 && row.filter(isWord).length <= MAX_WORDS);
}

function isWord({ type }: Token): boolean {
  return type === 'word';
}

function isPartOfPhrase({ type, pos, isStop }: Token): boolean {
  return type === 'word' && !isStop && (pos === 'ADJ' || NOUNS.includes(pos));
}

/** The one of `wi-fi`: it joins two words of a phrase. */
function isHyphen(tokens: readonly Token[], i: number): boolean {
  const [before, { text, space }, after] = [tokens[i - 1], tokens[i]!, tokens[i + 1]];
  const joins = text === '-' && !space && after?.space === '';
  return joins && before !== undefined && isPartOfPhrase(before) && isPartOfPhrase(after);
}
