/**
 * What an object has under a name that people or agents have chosen, such as `constructor`; not what all objects inherit.
 * `undefined`: nothing.
 */
export function ownOf<Value>(object: { readonly [name: string]: Value }, name: string): Value | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
