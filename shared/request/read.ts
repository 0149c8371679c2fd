import { WebhookError } from '../errors.ts';
import type { Json, JsonObject } from '../wire.ts';

/**
 * Readers of one JSON value each. `null` and `undefined` both mean "not sent", as in proto3 JSON; any other value of a wrong
 * type is refused with a `bad-request` that names its path and the two types, never the value.
 */

export function readObject(value: unknown, path: string): { readonly [key: string]: unknown } | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw mismatch(path, 'an object', value);
  return value as { readonly [key: string]: unknown };
}

/** An object whose members may be anything: a `google.protobuf.Struct`. What was parsed from JSON needs no closer look. */
export function readStruct(value: unknown, path: string): JsonObject | undefined {
  return readObject(value, path) as JsonObject | undefined;
}

export function readList(value: unknown, path: string): readonly unknown[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw mismatch(path, 'a list', value);
  return value;
}

export function readText(value: unknown, path: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw mismatch(path, 'a string', value);
  return value;
}

export function readNumber(value: unknown, path: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number') throw mismatch(path, 'a number', value);
  return value;
}

export function readFlag(value: unknown, path: string): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw mismatch(path, 'true or false', value);
  return value;
}

/** Any value; `null` where none was sent. */
export function readValue(value: unknown): Json {
  return value === undefined ? null : (value as Json);
}

/** Names the kind of a value for an error: `a list`, `a number`, never the value. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (value === undefined) return 'nothing';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function mismatch(path: string, wanted: string, value: unknown): WebhookError {
  return new WebhookError('bad-request', `${path}: expected ${wanted}, got ${kindOf(value)}.`);
}
