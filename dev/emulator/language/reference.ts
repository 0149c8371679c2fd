import type { Json, JsonObject } from '../agent.ts';
import { parameterIn } from '../names.ts';
import type { Scope } from './scope.ts';

/** What a reference stands for (CX docs, Parameters, "Parameter reference syntax"). `undefined`: nothing is there. */
export function lookUp(steps: readonly (string | number)[], scope: Scope): Json | undefined {
  const [root, ...rest] = steps;
  const path = rest[0] === 'params' ? rest.slice(1) : rest;
  switch (root) {
    case 'session':
      return rest[0] === 'params' ? sessionParameter(path, scope) : undefined;
    case 'flow':
      // `$flow.params.x` is not documented; a parameter that is called params comes first.
      return named(scope.flow, rest)?.value ?? named(scope.flow, path)?.value;
    case 'page':
      return rest[0] === 'params' ? pageParameter(path, scope) : undefined;
    case 'intent':
      return rest[0] === 'params' ? intentParameter(path, scope) : undefined;
    case 'event':
      return named(scope.event, path)?.value;
    case 'request':
      return named(scope.request, rest)?.value;
    default:
      return undefined;
  }
}

/** `.original` is what was said, unless the value has such a field itself. */
function sessionParameter(path: readonly (string | number)[], { session, originals }: Scope): Json | undefined {
  const value = named(session, path)?.value;
  if (value !== undefined || path.length < 2 || path.at(-1) !== 'original') return value;
  return named(originals, path.slice(0, -1))?.value;
}

function pageParameter(path: readonly (string | number)[], { page }: Scope): Json | undefined {
  if (path.length === 1 && path[0] === 'status') return page.status;
  const found = parameterIn(page.params, String(path[0]));
  if (!found) return undefined;
  const [, state, ...deeper] = path;
  if (state === 'status' && deeper.length === 0) return found.status;
  return step(found.value, state === 'value' ? deeper : path.slice(1));
}

function intentParameter(path: readonly (string | number)[], { intent }: Scope): Json | undefined {
  const found = parameterIn(intent, String(path[0]));
  if (!found) return undefined;
  const [, state, ...deeper] = path;
  if (state === 'original' && deeper.length === 0) return found.original;
  return step(found.resolved, state === 'resolved' ? deeper : path.slice(1));
}

/** A parameter by the first step, or by several with their dots: a name may have dots (CX docs, Parameters, naming). */
function named(from: JsonObject, path: readonly (string | number)[]): { readonly value: Json | undefined } | undefined {
  for (let length = 1; length <= path.length; length++) {
    const value = parameterIn(from, path.slice(0, length).join('.'));
    if (value !== undefined) return { value: step(value, path.slice(length)) };
    if (typeof path[length] === 'number') break;
  }
  return undefined;
}

/** Down through fields and indexes. Lists are numbered from 0. */
export function step(value: Json | undefined, path: readonly (string | number)[]): Json | undefined {
  let here = value;
  for (const key of path) {
    if (here === null || typeof here !== 'object') return undefined;
    if (isList(here)) here = typeof key === 'number' || /^\d+$/.test(key) ? here[Number(key)] : undefined;
    else here = parameterIn(here, String(key));
  }
  return here;
}

/** `Array.isArray` does not tell TypeScript about readonly lists. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
