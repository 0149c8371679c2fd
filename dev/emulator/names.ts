/** The names of parameters are the same in any case (CX docs, Parameters). */
export function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** The name as the object has it: exactly so first, then in any case. Only its own count, not what all objects inherit. */
export function nameIn(object: { readonly [name: string]: unknown }, name: string): string | undefined {
  return Object.hasOwn(object, name) ? name : Object.keys(object).find((each) => isSameName(each, name));
}

/** What an object has under a name; `undefined`: nothing. */
export function parameterIn<Value>(object: { readonly [name: string]: Value }, name: string): Value | undefined {
  const key = nameIn(object, name);
  return key === undefined ? undefined : object[key];
}
