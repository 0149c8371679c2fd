import { MAX_LEVELS } from '../levels.ts';
import { TIME_LIMIT } from '../time-limit.ts';

/**
 * How much one expression may ask for, so that a damaged or hostile agent ends in a sentence and not in a hang. CX publishes no
 * such limits; these are far above what agents use: the longest condition seen has 1,100 characters, calls nest five deep.
 */
export const LIMITS = {
  /** Characters of a condition. */
  condition: 32_768,
  /** Characters of a text, a payload's text or a webhook's body. A longer one is left as it is. */
  template: 262_144,
  /** Calls in one text that cannot be read; what is after the last of them stays as it is. */
  problems: 100,
  /** Levels of parentheses, calls and lists, and of one quoted condition in another. */
  depth: 50,
  /** Characters of a text that a function makes, and of a rendered text. */
  text: 1_048_576,
  /** Elements of a list that a function makes, and that a JSONPath finds. */
  list: 10_000,
  /** A value that is made, of a setting too: 1 for everything in it, and the characters of its texts and names. */
  value: 1_048_576,
  /** Lists and objects in each other, in a value. */
  levels: MAX_LEVELS,
  /** Milliseconds for one SUBSTITUTE, IS_DATE or JSONPath. */
  pattern: TIME_LIMIT,
  /** Fields of a date's pattern: a date and a time with all that belongs to them have about ten. */
  dateFields: 20,
} as const;
