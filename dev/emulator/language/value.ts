import type { Json } from '../agent.ts';
import { isList, isObject } from './reference.ts';
import type { Scope } from './scope.ts';
import { renderValue } from './template.ts';

/**
 * A value of a parameter setting, a payload or a body, with its references replaced, in lists and objects, too. A text that is
 * one reference or call has its typed value. One that is not set gives null, which removes a parameter; in a longer text it
 * stays as it is written, as in recorded conversations (`$session.params.cart, lamp`).
 */
export function resolveValue(value: Json, scope: Scope): Json {
  if (typeof value === 'string') return renderValue(value, scope) ?? null;
  if (isList(value)) return value.map((item) => resolveValue(item, scope));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, resolveValue(item, scope)]));
}
