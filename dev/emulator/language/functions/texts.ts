import { textOf } from '../text-of.ts';
import { checkedList, checkedText, listAt, numberAt, textAt, wholeAt } from './arguments.ts';
import type { Functions } from './definition.ts';
import { replaceAll } from './pattern.ts';

export const TEXT_FUNCTIONS: Functions = {
  CONCATENATE: {
    takes: [1, Infinity],
    run: (args) => checkedText(args.map((_, index) => textAt(args, index)).join('')),
  },
  LOWER: { takes: [1, 1], run: (args) => textAt(args, 0).toLowerCase() },
  UPPER: { takes: [1, 1], run: (args) => textAt(args, 0).toUpperCase() },
  LEN: { takes: [1, 1], run: (args) => textAt(args, 0).length },
  /** Text, first character (from 1), how many. Beyond the end there is nothing. */
  MID: {
    takes: [3, 3],
    run(args) {
      const [start, length] = [wholeAt(args, 1), wholeAt(args, 2)];
      if (start < 1) throw new Error(`Characters are counted from 1, argument 2 is ${start}.`);
      if (length < 0) throw new Error(`Argument 3 must be 0 or more, it is ${length}.`);
      return textAt(args, 0).slice(start - 1, start - 1 + length);
    },
  },
  /** Text, regular expression, replacement, in which `$1` is a group: Java's. */
  SUBSTITUTE: {
    takes: [3, 3],
    run: (args) => checkedText(replaceAll(textAt(args, 0), textAt(args, 1), textAt(args, 2))),
  },
  /** The delimiter is a plain text (UNCONFIRMED); an empty one splits into characters. */
  SPLIT: {
    takes: [2, 2],
    run(args) {
      const delimiter = textAt(args, 1);
      return checkedList(delimiter === '' ? [...textAt(args, 0)] : textAt(args, 0).split(delimiter));
    },
  },
  /** Delimiter, list, and perhaps another delimiter before the last element. */
  JOIN: {
    takes: [2, 3],
    run(args) {
      const texts = listAt(args, 1).map(textOf);
      if (args.length < 3 || texts.length < 2) return checkedText(texts.join(textAt(args, 0)));
      return checkedText(texts.slice(0, -1).join(textAt(args, 0)) + textAt(args, 2) + texts.at(-1));
    },
  },
  /** As for a form (Java's URLEncoder): a blank is a plus. */
  URL_ENCODE: {
    takes: [1, 1],
    run: (args) =>
      checkedText(
        encodeURIComponent(textAt(args, 0).toWellFormed())
          .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
          .replaceAll('%20', '+'),
      ),
  },
  /** UNCONFIRMED for null, which stays nothing. */
  TO_TEXT: {
    takes: [1, 1],
    run(args) {
      if ((args[0] ?? null) === null) throw new Error('There is no value to make a text of.');
      return textOf(args[0]!);
    },
  },
  TO_NUMBER: { takes: [1, 1], run: (args) => numberAt(args, 0) },
  /** By the last digit, after Luhn; blanks and dashes are left out. */
  IS_CREDIT_CARD_NUMBER: { takes: [1, 1], run: (args) => isCardNumber(textAt(args, 0).replace(/[\s-]/g, '')) },
};

function isCardNumber(digits: string): boolean {
  if (!/^\d{12,19}$/.test(digits)) return false;
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}
