import { isPlain, TimeLimitError, withinTime } from '../../time-limit.ts';
import { LIMITS } from '../limits.ts';
import { checkedText } from './arguments.ts';

/**
 * `text.replaceAll(pattern, replacement)` as Java has it, because CX's patterns are Java's (UNCONFIRMED, but `$1` in replacements
 * is seen in agents). A pattern that runs wild, such as `(a+)+b`, is stopped.
 *
 * @throws Error with a sentence for a pattern that is none or takes too long, and for a result that is too long
 */
export function replaceAll(text: string, pattern: string, replacement: string): string {
  const expression = javaExpression(pattern);
  const replace = () => replaced(text, expression, replacement);
  if (isPlain(pattern) && text.length + replacement.length <= SHORT) return replace();
  try {
    return withinTime(replace);
  } catch (error) {
    if (!(error instanceof TimeLimitError)) throw error;
    throw new Error(`The pattern ${expression} takes longer than ${LIMITS.pattern} ms on this text.`);
  }
}

/** Characters of which all can be replaced in no time. */
const SHORT = 1_000;

function replaced(text: string, expression: RegExp, replacement: string): string {
  let done = 0;
  let result = '';
  for (const match of text.matchAll(expression)) {
    result = checkedText(result + text.slice(done, match.index) + javaReplacement(match, replacement));
    done = match.index + match[0].length;
  }
  return result + text.slice(done);
}

/** Flags stand before a pattern in Java: `(?i)yes`. */
function javaExpression(pattern: string): RegExp {
  const [, flags = '', rest = ''] = /^(?:\(\?([ims]+)\))?([\s\S]*)$/.exec(pattern)!;
  try {
    return new RegExp(rest, `g${[...new Set(flags)].join('')}`);
  } catch {
    throw new Error(`Argument 2 is no regular expression: ${pattern.slice(0, 60)}`);
  }
}

/** `$1` and `${name}` are groups, `\$` is a dollar. */
function javaReplacement(match: RegExpExecArray, replacement: string): string {
  return replacement.replace(
    /\\([\s\S])|\$(?:(\d)|\{(\w+)\})/g,
    (_, escaped?: string, group?: string, name?: string) => {
      if (escaped !== undefined) return escaped;
      return (group !== undefined ? match[Number(group)] : match.groups?.[name!]) ?? '';
    },
  );
}
