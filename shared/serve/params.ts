import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Params, Schemas } from '../webhook.ts';
import { isPromise, type Soon } from './soon.ts';

/** What became of the declared parameters: all valid, or the names that are missing or not valid, in declared order. */
export type Validation<S extends Schemas> =
  | { readonly params: Params<S>; readonly failed?: never }
  | { readonly failed: readonly [string, ...string[]]; readonly params?: never };

/**
 * Validates what the schemas declare. `null` counts as missing: CX keeps it for a parameter that is not set. Names meet
 * without regard to case, as in CX, which does not promise the case it sends; the exact name wins.
 */
export function validateParams<S extends Schemas>(
  schemas: S,
  values: { readonly [name: string]: unknown },
): Soon<Validation<S>> {
  const names = Object.keys(schemas);
  const results = names.map((name) => schemas[name]!['~standard'].validate(lookUp(values, name) ?? undefined));
  return results.some(isPromise)
    ? Promise.all(results).then((all) => collect<S>(names, all))
    : collect<S>(names, results as Result[]);
}

type Result = StandardSchemaV1.Result<unknown>;

function collect<S extends Schemas>(names: readonly string[], results: readonly Result[]): Validation<S> {
  const params: [string, unknown][] = [];
  const failed: string[] = [];
  results.forEach((result, i) => {
    if (result.issues) failed.push(names[i]!);
    else params.push([names[i]!, result.value]);
  });
  const [first, ...others] = failed;
  if (first !== undefined) return { failed: [first, ...others] };
  return { params: Object.fromEntries(params) as Params<S> };
}

/** The value of a parameter, whatever the case of its name. */
export function lookUp(values: { readonly [name: string]: unknown }, name: string): unknown {
  if (Object.hasOwn(values, name)) return values[name];
  const wanted = name.toLowerCase();
  const found = Object.keys(values).find((key) => key.toLowerCase() === wanted);
  return found === undefined ? undefined : values[found];
}

/** `orderId`, `order-id` and `order_id` are "order id" to a person. */
export function spokenName(parameter: string): string {
  return parameter
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[-_.\s]+/g, ' ')
    .trim()
    .toLowerCase();
}
