import { baseLanguage, type Circumstances, type Found, longestFirst } from './found.ts';
import { wordsTagged } from './lexicon.ts';
import { compromise } from './libraries.ts';
import { type Word, wordsOf } from './words.ts';

export interface NumberFound extends Found {
  readonly resolved: number;
  readonly isOrdinal: boolean;
}

/** `1,234.5`, `-3`, `2nd`; not the 95 of `N95`, nor parts of longer numbers. */
const DIGITS = /(?<![\p{L}\p{N}.,])-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(st|nd|rd|th)?(?![\p{L}\p{N}]|[.,]\d)/giu;
/** `eightyfive` */
const GLUED = /^(twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(one|two|three|four|five|six|seven|eight|nine)$/;

/** English words of numbers, as compromise knows them: a text without one need not be parsed, which takes it milliseconds. */
const numberWords = new Set(['Cardinal', 'Ordinal', 'Multiple'].flatMap(wordsTagged));
// Multiples that compromise has as rules, not as words.
for (const word of ['hundred', 'thousand', 'hundredth', 'thousandth']) numberWords.add(word);
const isNumberWord = (word: string): boolean => numberWords.has(word) || GLUED.test(word);

/** Numbers in digits, in English also in words. */
export function findNumbers(text: string, { languageCode }: Circumstances): NumberFound[] {
  const found: NumberFound[] = [...text.matchAll(DIGITS)].map(({ 0: digits, 1: ordinal, index }) => ({
    start: index,
    end: index + digits.length,
    resolved: Number(digits.replace(/,|[a-z]+$/gi, '')),
    isOrdinal: ordinal !== undefined,
  }));
  if (baseLanguage(languageCode) === 'en') found.push(...findInWords(text));
  return longestFirst(found);
}

/** Runs of number words, `and` between them, each read by compromise. */
function findInWords(text: string): NumberFound[] {
  const words = wordsOf(text);
  const found: NumberFound[] = [];
  for (let first = 0; first < words.length; first++) {
    if (!isNumberWord(words[first]!.text)) continue;
    let last = first;
    for (let next = first + 1; next < words.length; next++) {
      if (isNumberWord(words[next]!.text)) last = next;
      else if (words[next]!.text !== 'and') break;
    }
    const run = words.slice(first, last + 1).map((word) => word.text.replace(GLUED, '$1-$2'));
    found.push(...readRun(run, words.slice(first, last + 1)));
    first = last;
  }
  return found;
}

/** compromise's reading of a run: `two hundred and five` is one number, `one two` are two. */
function readRun(run: readonly string[], words: readonly Word[]): NumberFound[] {
  const numbers = compromise()(run.join(' ')).numbers().json({ offset: true }) as {
    readonly text: string;
    readonly number: { readonly num: number | null };
    readonly offset: { readonly start: number };
  }[];
  return numbers.flatMap(({ text, number, offset }) => {
    if (number.num === null) return [];
    const first = run.join(' ').slice(0, offset.start).split(' ').length - 1;
    const last = first + text.trim().split(' ').length - 1;
    return [
      {
        start: words[first]!.start,
        end: words[last]!.end,
        resolved: number.num,
        isOrdinal: /(first|second|third|th)$/.test(run[last]!),
      },
    ];
  });
}
