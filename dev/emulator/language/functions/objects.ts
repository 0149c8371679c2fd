import { JSONPathError } from 'json-p3';
import type { Json, JsonObject } from '../../agent.ts';
import { parameterIn } from '../../names.ts';
import { findByPath } from '../json-path.ts';
import { isObject, step } from '../reference.ts';
import { objectAt, textAt } from './arguments.ts';
import type { Functions } from './definition.ts';

/** Values that no other part treats as they are. */
export const OBJECT_FUNCTIONS: Functions = {
  /** Condition in quotes, value if it holds, value otherwise. The evaluator runs it: it looks at one value only. */
  IF: { takes: [3, 3], run: ([, , otherwise]) => otherwise ?? null },
  /** The value with its type. */
  IDENTITY: { takes: [1, 1], run: (args) => args[0]! },
  GET_FIELD: { takes: [2, 2], run: (args) => parameterIn(objectAt(args, 0), textAt(args, 1)) ?? null },
  /** Object, names one below the other, with an index where there is a list: `NESTED_FIELD("$session.params.a", "b", "c[0]")`. */
  NESTED_FIELD: {
    takes: [2, Infinity],
    run: (args) =>
      step(
        args[0]!,
        args.slice(1).flatMap((_, index) => pathOf(textAt(args, index + 1))),
      ) ?? null,
  },
  /** A text of JSON, which may have ' in the place of ", as agents write it. */
  TO_OBJECT: {
    takes: [1, 1],
    run(args) {
      const value = args[0] ?? null;
      return isObject(value) ? value : objectFrom(textAt(args, 0));
    },
  },
  /** Reference in quotes, JSONPath: all that it finds. Also a comparison for the elements of a list, `$.status = 'open'` (UNCONFIRMED). */
  FILTER: { takes: [2, 2], run: (args) => found(args[0]!, textAt(args, 1)) },
};

function pathOf(name: string): (string | number)[] {
  const indexes = [...name.matchAll(/\[(\d+)\]/g)];
  const field = name.replace(/(?:\[\d+\])+$/, '');
  return [...(field === '' ? [] : [field]), ...indexes.map(([, digits]) => Number(digits))];
}

function objectFrom(text: string): JsonObject {
  for (const written of [text, text.replace(/"(?:[^"\\]|\\[\s\S])*"|'((?:[^'\\]|\\[\s\S])*)'/g, requoted)]) {
    try {
      const value = JSON.parse(written) as Json;
      if (isObject(value)) return value;
    } catch {
      // The next spelling.
    }
  }
  throw new Error('Argument 1 must be a JSON object.');
}

function requoted(whole: string, inside?: string): string {
  return inside === undefined ? whole : JSON.stringify(inside.replaceAll("\\'", "'"));
}

function found(value: Json, path: string): readonly Json[] {
  if (value === null || typeof value !== 'object') throw new Error('Argument 1 must be a list or an object.');
  const comparison = /^\$((?:\.[\w-]+)+)\s*(=|!=|<=?|>=?)\s*([^=].*)$/.exec(path);
  const [, field, operator, other] = comparison ?? [];
  const expression = comparison ? `$[?@${field} ${operator === '=' ? '==' : operator} ${other}]` : path;
  try {
    return findByPath(expression, value).values;
  } catch (error) {
    if (!(error instanceof JSONPathError)) throw error;
    throw new Error(`Argument 2 is no JSONPath: ${error.message}`);
  }
}
