import { createContext, Script } from 'node:vm';
import { LIMITS } from '../limits.ts';

/**
 * `text.replaceAll(pattern, replacement)` as Java has it, because CX's patterns are Java's (UNCONFIRMED, but `$1` in replacements
 * is seen in agents). A pattern that runs wild, such as `(a+)+b`, is stopped: only a script of `node:vm` has a time limit.
 */
export function replaceAll(text: string, pattern: string, replacement: string): string {
  const expression = javaExpression(pattern);
  const matches = isPlain(pattern) ? [...text.matchAll(expression)] : matchesWithin(text, expression);
  let done = 0;
  let result = '';
  for (const match of matches) {
    result += text.slice(done, match.index) + javaReplacement(match, replacement);
    done = match.index + match[0].length;
  }
  return result + text.slice(done);
}

/** Without repetitions and alternatives a pattern is tried once at every character. */
function isPlain(pattern: string): boolean {
  return !/[*+?{(|]/.test(pattern);
}

type Match = Pick<RegExpExecArray, 'index' | 'groups'> & readonly (string | undefined)[] & { readonly 0: string };

const context: { text: string; expression: RegExp | null } = { text: '', expression: null };
createContext(context);
const matchAll = new Script('[...text.matchAll(expression)]');

function matchesWithin(text: string, expression: RegExp): Match[] {
  Object.assign(context, { text, expression });
  try {
    return matchAll.runInContext(context, { timeout: LIMITS.pattern }) as Match[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new Error(`The pattern ${expression} takes longer than ${LIMITS.pattern} ms on this text.`);
  }
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
function javaReplacement(match: Match, replacement: string): string {
  return replacement.replace(
    /\\([\s\S])|\$(?:(\d)|\{(\w+)\})/g,
    (_, escaped?: string, group?: string, name?: string) => {
      if (escaped !== undefined) return escaped;
      return (group !== undefined ? match[Number(group)] : match.groups?.[name!]) ?? '';
    },
  );
}
