import type { Json, JsonObject } from '../../agent.ts';
import { LIMITS } from '../limits.ts';
import { NUMBER } from '../number.ts';
import { isList, isObject } from '../reference.ts';
import { textOf } from '../text-of.ts';

/** Reads arguments of system functions: the value as the type that is asked for, or an error that says what it is instead. */

export function numberAt(args: readonly Json[], index: number): number {
  const value = args[index] ?? null;
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && NUMBER.test(value.trim()) && Number.isFinite(Number(value))) return Number(value);
  return refuse(value, index, 'a number');
}

export function wholeAt(args: readonly Json[], index: number): number {
  const value = numberAt(args, index);
  return Number.isSafeInteger(value) ? value : refuse(value, index, 'a whole number');
}

export function textAt(args: readonly Json[], index: number): string {
  const value = args[index] ?? null;
  return value === null || isObject(value) || isList(value) ? refuse(value, index, 'a text') : textOf(value);
}

/** Null is the empty list: agents append to a list that they set to null before. */
export function listAt(args: readonly Json[], index: number): readonly Json[] {
  const value = args[index] ?? null;
  return value === null ? [] : isList(value) ? value : refuse(value, index, 'a list');
}

export function objectAt(args: readonly Json[], index: number): JsonObject {
  const value = args[index] ?? null;
  return isObject(value) ? value : refuse(value, index, 'an object');
}

function refuse(value: Json, index: number, wanted: string): never {
  const written = JSON.stringify(value);
  const shown = written.length > 60 ? `${written.slice(0, 60)}...` : written;
  throw new Error(`Argument ${index + 1} must be ${wanted}, it is ${shown}.`);
}

export function checkedText(text: string): string {
  if (text.length > LIMITS.text) throw new Error(`The text would be longer than ${LIMITS.text} characters.`);
  return text;
}

export function checkedList(list: readonly Json[]): readonly Json[] {
  if (list.length > LIMITS.list) throw new Error(`The list would be longer than ${LIMITS.list} elements.`);
  return list;
}
