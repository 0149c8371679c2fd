/** Lists and objects in each other: the default of protobuf's parsers (its `CodedInputStream::SetRecursionLimit`). */
export const MAX_LEVELS = 100;

/**
 * What is wrong with JSON from outside, as the end of a sentence; `null`: nothing. `JSON.parse` takes any number of levels,
 * which all that walks through them later does not, and makes Infinity, which JSON does not have, of `1e400`.
 */
export function flawOf(json: unknown): string | null {
  const open = [{ value: json, level: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, level } = next;
    if (typeof value === 'number' && !Number.isFinite(value)) return 'has a number that is too large';
    if (typeof value !== 'object' || value === null) continue;
    if (level > MAX_LEVELS) return `is nested more than ${MAX_LEVELS} levels deep`;
    for (const inner of Object.values(value)) open.push({ value: inner, level: level + 1 });
  }
  return null;
}
