const REFUSED = ['set', 'delete', 'clear'] as const;
const REFUSAL = { value: refuse };

/** A map of these entries that stays as it is. Freezing alone would not hold it: a map's entries are no properties. */
export function frozenMap<Key, Value>(entries: Iterable<readonly [Key, Value]>): ReadonlyMap<Key, Value> {
  const map = new Map(entries);
  for (const name of REFUSED) Object.defineProperty(map, name, REFUSAL);
  return Object.freeze(map);
}

/** Freezes a value and all that is in it, however deep: objects, lists, and what the maps of `frozenMap` hold. */
export function deepFreeze<Value>(value: Value): Value {
  // A stack of its own: recorded values can be nested deeper than calls.
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== 'object' || next === null) continue;
    if (next instanceof Map) waiting.push(...next.values());
    else if (Object.isFrozen(next)) continue;
    Object.freeze(next);
    for (const part of Object.values(next)) waiting.push(part);
  }
  return value;
}

function refuse(): never {
  throw new TypeError('An agent is read-only.');
}
