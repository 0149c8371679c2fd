import { JSONPathEnvironment, type JSONValue } from 'json-p3';
import type { Json } from '../agent.ts';
import { withinTime } from '../time-limit.ts';
import { LanguageError } from './error.ts';
import { LIMITS } from './limits.ts';
import { newRoom, take } from './size.ts';

/** json-p3 counts the value itself and what is in its deepest list, too, and stops before its last level. */
const environment = new JSONPathEnvironment({ maxRecursionDepth: LIMITS.levels + 2 });

/**
 * All that a JSONPath (RFC 9535) finds; `isSingular`: it can find one value at most. Searches of texts and steps such as `..*`
 * that multiply are stopped.
 *
 * @throws JSONPathError for a path that is none
 * @throws {LanguageError} for one that finds too much
 * @throws TimeLimitError for one that takes too long
 */
export function findByPath(
  path: string,
  value: Json,
): { readonly values: readonly Json[]; readonly isSingular: boolean } {
  const query = environment.compile(path);
  const values = withinTime(() => {
    const found: Json[] = [];
    // json-p3 asks for mutable JSON and changes nothing.
    for (const node of query.lazyQuery(value as JSONValue)) {
      if (found.length >= LIMITS.list) {
        throw new LanguageError(`A path finds at most ${LIMITS.list} values.`, path, [0, path.length]);
      }
      found.push(node.value as Json);
    }
    return found;
  });
  const room = newRoom();
  for (const each of values) take(room, each, 0, path);
  return { values, isSingular: query.singularQuery() };
}
