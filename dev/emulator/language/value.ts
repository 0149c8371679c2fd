import type { Json } from '../agent.ts';
import { isList, isObject } from './reference.ts';
import type { Scope } from './scope.ts';
import { checkLevel, newRoom, type Room, take } from './size.ts';
import { renderValue } from './template.ts';

/**
 * A value of a parameter setting, a payload or a body, with its references replaced, in lists and objects, too. A text that is
 * one reference or call has its typed value. One that is not set gives null, which removes a parameter; in a longer text it
 * stays as it is written, as in recorded conversations (`$session.params.cart, lamp`).
 *
 * @throws {LanguageError} for a text or a value that grows beyond all measure (`limits.ts`)
 */
export function resolveValue(value: Json, scope: Scope): Json {
  return resolve(value, { scope, room: newRoom() }, 0);
}

interface Resolving {
  readonly scope: Scope;
  readonly room: Room;
}

/** @param level How many lists and objects are around the value. */
function resolve(value: Json, resolving: Resolving, level: number): Json {
  const { scope, room } = resolving;
  if (typeof value === 'string') {
    const resolved = renderValue(value, scope) ?? null;
    take(room, resolved, level, value);
    return resolved;
  }
  take(room, null, level, '');
  if (!isList(value) && !isObject(value)) return value;
  checkLevel(level + 1, isList(value) ? '[...]' : '{...}');
  if (isList(value)) return value.map((item) => resolve(item, resolving, level + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      take(room, name, level, name);
      return [name, resolve(item, resolving, level + 1)];
    }),
  );
}
