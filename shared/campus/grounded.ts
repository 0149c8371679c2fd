import { isStopWord, wordsOf } from './words.ts';

/**
 * Whether a generated answer says only what its facts say: every number, amount, address and name in it must be in them; the
 * question is no fact. It cannot tell whether a sentence is true, only that nothing in it was made up from nowhere; that is
 * what hurts most with fees and names. Names are known by their capital letter, so an answer in a script without capitals
 * (Devanagari) never passes. Strict on purpose: whoever asks gets the facts themselves instead.
 */
export function isGrounded(answer: string, facts: readonly string[]): boolean {
  const text = facts.join('\n');
  const known = new Set(wordsOf(text));
  const numbers = new Set(numbersOf(text));
  return (
    !/\p{Lo}/u.test(answer) &&
    numbersOf(answer).every((number) => numbers.has(number)) &&
    addressesOf(answer).every((address) => text.toLowerCase().includes(address)) &&
    namesOf(answer).every((name) => wordsOf(name).every((word) => known.has(word) || isOpener(word)))
  );
}

/** `₹4,500.00` and `4500` are the same number. In digits of other scripts it is none that the facts have. */
function numbersOf(text: string): string[] {
  return (text.normalize('NFKC').match(/\p{Nd}[\p{Nd},]*(?:\.\p{Nd}+)?/gu) ?? []).map((number) => {
    const value = Number(number.replaceAll(',', ''));
    return Number.isNaN(value) ? number : String(value);
  });
}

/** E-mail and web addresses. */
function addressesOf(text: string): string[] {
  return (text.toLowerCase().match(/[\w.+-]+@[\w.-]+\w|https?:\/\/\S+|www\.\S+/g) ?? []).map((address) =>
    address.replace(/[.,;)]+$/, ''),
  );
}

/** Whatever is written with a capital letter: a name, or the first word of a sentence. */
function namesOf(text: string): string[] {
  return text.match(/\p{Lu}[\p{L}\p{M}'’-]*/gu) ?? [];
}

/** Words that sentences of answers begin with. Any other first word may be a name, and has to be in the facts. */
const OPENERS = new Set(
  `according additionally after also although among and as at based because before both but by contact each either every
  here however if in it its no none not note on one only otherwise per since so sorry thanks that the their then there
  these they this those to two unfortunately until when while yes you your
  ask bring call come go pay please see talk visit write`.split(/\s+/),
);

function isOpener(word: string): boolean {
  return OPENERS.has(word) || isStopWord(word);
}
