/**
 * The words of a text, in the form in which they are compared: without case, accents and the commonest English endings.
 * `Brontë` and `bronte` are one word, so are `dance`, `dances` and `dancing`.
 */

/** One word: where `C++` and `C#` are two. Marks are in it for scripts that write vowels with them, as Devanagari does. */
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*[+#]*/gu;
/** Accents of the Latin, Greek and Cyrillic scripts: in other scripts such marks make another word. */
const ACCENTS = /[\u0300-\u036f]/g;

/** The words that a text consists of, in lower case and without accents. */
export function wordsOf(text: string): string[] {
  return text.normalize('NFKD').replace(ACCENTS, '').toLowerCase().match(WORD) ?? [];
}

/** An ending is taken off only where at least so many letters stay: `thing` is no form of `th`. */
const MIN_STEM = 4;

/**
 * The word without its ending: plural, `-ing`, `-ed`, a silent `e`, and then a doubled consonant (`swimming`). Coarse, but the
 * same on both sides of a comparison, which is all that matters here.
 */
export function stem(word: string): string {
  const singular = word.replace(/(?<=\p{L}{3})(?:(?<=i)es|(?<=[^su])s)$/u, '');
  const plain = cut(cut(singular, /(?:ing|ed)$/), /[ey]$|(?<=.)i$/);
  return cut(plain, /([bdgmnprt])(?=\1$)/);
}

function cut(word: string, ending: RegExp): string {
  const shorter = word.replace(ending, '');
  return shorter.length < MIN_STEM ? word : shorter;
}

/** Words that say nothing of what is looked for. */
const STOP_WORDS = new Set(
  `a about all am an and any anybody anyone are as ask at be by can could d did do does find for from get give had has have
  he her here him his how i if in is it its know let like list ll look looking m may me my name names need of on one or our
  please re s search see she should show so some somebody someone tell than that the their them there these they this those
  to too us ve want was we what when where which who whom whose why will with would you your`.split(/\s+/),
);

export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(word);
}

/** The initials of each part of a list: of `natural language processing, machine learning` they are `nlp ml`. */
export function initialsOf(list: string): string {
  return list
    .split(',')
    .map((part) =>
      wordsOf(part)
        .map(([initial]) => initial)
        .join(''),
    )
    .filter((initials) => initials.length > 1)
    .join(' ');
}
