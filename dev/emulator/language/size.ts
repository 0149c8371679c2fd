import type { Json } from '../agent.ts';
import { LanguageError } from './error.ts';
import { LIMITS } from './limits.ts';

/** What is left of the size that a value may have while it is made. */
export interface Room {
  size: number;
}

export function newRoom(): Room {
  return { size: LIMITS.value };
}

/**
 * Takes the size of a value from the room: 1 for everything in it, and the characters of its texts and names. Without
 * recursion, and no further than the room: values share their parts, so that a small one may be endless when it is written.
 *
 * @param level How many lists and objects are around it.
 * @param text What is about to become the value, for the error.
 * @throws {LanguageError} if it is too large, or nested too deep
 */
export function take(room: Room, value: Json, level: number, text: string): void {
  const open = [{ value, level }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    spend(room, sizeOf(next.value), text);
    if (typeof next.value !== 'object' || next.value === null) continue;
    const inside = next.level + 1;
    checkLevel(inside, text);
    for (const inner of Array.isArray(next.value) ? next.value : Object.values(next.value))
      open.push({ value: inner, level: inside });
  }
}

/** Without the values that are in it. */
function sizeOf(value: Json): number {
  if (typeof value === 'string') return Math.max(1, value.length);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 1;
  return Object.keys(value).reduce((size, name) => size + name.length, 1);
}

function spend(room: Room, size: number, text: string): void {
  room.size -= size;
  if (room.size < 0) refuse(`A value has at most ${LIMITS.value} characters and elements.`, text);
}

/** @throws {LanguageError} */
export function checkLevel(level: number, text: string): void {
  if (level > LIMITS.levels) refuse(`A value is nested at most ${LIMITS.levels} levels deep.`, text);
}

function refuse(message: string, text: string): never {
  throw new LanguageError(message, text.slice(0, 100), [0, 1]);
}

/** @throws {LanguageError} if the value is too large, or nested too deep */
export function checkedValue(value: Json, text: string): Json {
  take(newRoom(), value, 0, text);
  return value;
}
