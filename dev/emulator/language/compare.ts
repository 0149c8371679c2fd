import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../agent.ts';
import { NUMBER } from './number.ts';
import { isList, isObject } from './reference.ts';
import type { Operator } from './syntax.ts';
import { momentText, textOf } from './text-of.ts';

/** A side of a comparison. `written`: how a literal stands in the condition. */
export interface Side {
  readonly value: Json | undefined;
  readonly written?: string;
}

/**
 * CX docs, Conditions reference: the right side is cast to the type of the left one; texts are ordered by their characters,
 * also those of digits ("22222" is less than 5000: recorded in conversations); `:` finds a part of a text. What is not set is
 * null. UNCONFIRMED: null is not ordered; what cannot be cast is not equal; a list of one is compared as its element, as it
 * prints; `:` finds an element in a list on either side; a literal on the left is cast to the type of the right side.
 */
export function compare(operator: Operator, left: Side, right: Side): boolean {
  if (operator === '!=') return !compare('=', left, right);
  if (operator === ':') return has(left, right);
  if (left.written !== undefined && right.written === undefined) return compare(MIRRORED[operator], right, left);
  const value = single(left.value);
  const other = single(right.value);
  if (value === null || other === null) return operator === '=' && value === other;
  if (operator === '=') return equal(value, { ...right, value: other });
  const order = compared(value, { ...right, value: other });
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

const MIRRORED = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

function single(value: Json | undefined): Json {
  if (isList(value) && value.length === 1) return value[0]!;
  return value ?? null;
}

function has(left: Side, right: Side): boolean {
  if (isList(left.value)) return left.value.some((value) => compare('=', { value }, right));
  if (isList(right.value)) return right.value.some((value) => compare('=', { value }, left));
  if (typeof left.value !== 'string' || right.value === undefined || right.value === null)
    return compare('=', left, right);
  return left.value.includes(asText(right));
}

function equal(value: NonNullable<Json>, other: Side): boolean {
  switch (typeof value) {
    case 'number':
      return value === asNumber(other.value);
    case 'boolean':
      return value === asBoolean(other.value);
    case 'string':
      // TRUE and True are the same literal.
      return (
        value === asText(other) || (typeof other.value === 'boolean' && value.toLowerCase() === String(other.value))
      );
    case 'object':
      return typeof other.value === 'object' ? isDeepStrictEqual(value, other.value) : textOf(value) === asText(other);
  }
}

/** Negative, 0, positive, or NaN: not ordered. */
function compared(value: NonNullable<Json>, other: Side): number {
  if (typeof value === 'number') return value - (asNumber(other.value) ?? NaN);
  if (typeof value === 'boolean') return NaN;
  const [text, against] =
    typeof value === 'string' ? [value, asText(other)] : [ordered(value), ordered(other.value ?? null)];
  return text === null || against === null ? NaN : text < against ? -1 : text > against ? 1 : 0;
}

/** Dates and times as they print are ordered as they are in time. */
function ordered(value: Json): string | null {
  return typeof value === 'string' ? value : isObject(value) ? momentText(value) : null;
}

function asText({ value, written }: Side): string {
  return written ?? textOf(value ?? null);
}

function asNumber(value: Json | undefined): number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && NUMBER.test(value.trim()) ? Number(value) : null;
}

function asBoolean(value: Json | undefined): boolean | null {
  if (typeof value === 'boolean') return value;
  const small = typeof value === 'string' ? value.toLowerCase() : '';
  return small === 'true' ? true : small === 'false' ? false : null;
}
