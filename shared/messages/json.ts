import { kindOf } from '../request/read.ts';

/**
 * What is wrong with a value, and where. `path` grows from the inside out (`within`), so that a value without a problem
 * costs no string.
 */
export interface Problem {
  path: string;
  readonly sentence: string;
}

export type Check = (value: unknown) => Problem | undefined;

export function problem(sentence: string): Problem {
  return { path: '', sentence };
}

/** The same problem, seen from the object or list that has the member `key`. */
export function within(key: string | number, found: Problem): Problem {
  found.path = `${segment(key)}${found.path}`;
  return found;
}

const NAME = /^[A-Za-z_$][\w$-]*$/;

function segment(key: string | number): string {
  if (typeof key === 'number') return `[${key}]`;
  return NAME.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/**
 * The deepest JSON that an answer may carry, in objects and lists within each other. Protobuf stops reading at 100 nested
 * messages (`CodedInputStream`, default recursion limit), and an object within an object takes three of them: `Value`,
 * `Struct` and the map entry. Five are above the deepest JSON of an answer (`liveAgentHandoff.metadata`): 95 / 3, rounded
 * down to a number that one remembers. A value that contains itself ends here too.
 */
export const MAX_JSON_DEPTH = 30;

/**
 * What keeps a value from being JSON, or nothing. Members that are `undefined` count as absent, as `JSON.stringify` has it;
 * all that `JSON.stringify` would silently turn into something else (a `Date`, a `Map`, `NaN`, a hole in a list) is a
 * problem. Members are only read, never copied, so that a key `__proto__` is a key like any other.
 */
export function findJsonProblem(value: unknown, depth = 0): Problem | undefined {
  switch (typeof value) {
    case 'boolean':
      return undefined;
    case 'string':
      return value.isWellFormed() ? undefined : problem(HALF_CHARACTER);
    case 'number':
      return Number.isFinite(value) ? undefined : problem(`${value} is not a JSON number; use null or leave it out.`);
    case 'object':
      if (value === null) return undefined;
      if (depth === MAX_JSON_DEPTH) {
        return problem(`JSON goes ${MAX_JSON_DEPTH} levels deep at most; this goes deeper or contains itself.`);
      }
      return Array.isArray(value) ? inList(value, depth + 1) : inObject(value, depth + 1);
    default:
      return problem(`expected JSON, got ${kindOf(value)}.`);
  }
}

/** Protobuf strings are UTF-8, which cannot say half of a surrogate pair: what `slice` makes of an emoji. */
export const HALF_CHARACTER = 'the text has half of a character (a lone surrogate); cut texts at whole code points.';

function inList(list: readonly unknown[], depth: number): Problem | undefined {
  for (let i = 0; i < list.length; i++) {
    const found = findJsonProblem(list[i], depth);
    if (found) return within(i, found);
  }
  return undefined;
}

function inObject(object: object, depth: number): Problem | undefined {
  if (!isPlainObject(object)) {
    return problem(
      `a ${className(object)} is not a plain object; turn it into text, numbers, lists and plain objects.`,
    );
  }
  for (const key of Object.keys(object)) {
    const member = object[key];
    if (member === undefined) continue;
    const found = key.isWellFormed() ? findJsonProblem(member, depth) : problem(HALF_CHARACTER);
    if (found) return within(key, found);
  }
  return undefined;
}

/**
 * True for `{}` and `Object.create(null)`, false for lists and instances of classes. It asks whether the prototype is the
 * root of its chain, not whether it is this realm's `Object.prototype`: what `fetch` parses inside a vm comes from another.
 */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}

function className(object: object): string {
  const name: unknown = Object.getPrototypeOf(object)?.constructor?.name;
  return typeof name === 'string' && name !== '' ? name : 'class instance';
}
