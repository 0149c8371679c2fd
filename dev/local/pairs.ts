import type { Json, JsonObject } from '../../shared/wire.ts';
import { WrongUsage } from './problem.ts';

/**
 * Reads `key=value` from the command line. A value that is JSON is taken as that, anything else as text; a text that would
 * be JSON is put in quotes of its own.
 *
 * @example readPairs(['city=Pune', 'visits=3', 'pin="0042"', 'topics=["fees"]'], '--param');
 * // { city: 'Pune', visits: 3, pin: '0042', topics: ['fees'] }
 */
export function readPairs(pairs: readonly string[], option: string): JsonObject {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new WrongUsage(`Write ${option} key=value, not ${option} ${pair}.`);
      return [pair.slice(0, at), readValue(pair.slice(at + 1))];
    }),
  );
}

function readValue(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
