/** A word as it is compared, and where it stands: UTF-16 units, `end` is after the last one. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Letters and digits with what belongs to them, an apostrophe inside (`don't`), or one emoji. */
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:['’][\p{L}\p{N}\p{M}]+)*|\p{Extended_Pictographic}/gu;
/** Scripts that put no blanks between words: there the segmenter of ICU finds them, by its dictionaries. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

/** The words of a text in any script, without case, accents and punctuation. */
export function wordsOf(text: string): Word[] {
  return [...text.matchAll(WORD)].flatMap(({ 0: run, index }) =>
    UNSPACED.test(run)
      ? [...segmenter.segment(run)].map((part) => wordAt(part.segment, index + part.index))
      : [wordAt(run, index)],
  );
}

/** The words, joined by blanks: two texts with the same are the same to the matcher. */
export function normalise(text: string): string {
  return wordsOf(text)
    .map((word) => word.text)
    .join(' ');
}

function wordAt(raw: string, start: number): Word {
  // The accents of Latin, Greek and Cyrillic; marks of other scripts are letters to who reads them.
  const text = raw
    .normalize('NFKD')
    .replace(/[\u0300-\u036f'’]/g, '')
    .toLowerCase();
  return { text, start, end: start + raw.length };
}
