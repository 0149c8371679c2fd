import type { Json } from '../../agent.ts';
import { isList, isObject } from '../reference.ts';
import { checkedList, listAt, wholeAt } from './arguments.ts';
import type { Functions } from './definition.ts';

export const LIST_FUNCTIONS: Functions = {
  /** List, values; the elements of a value that is a list are appended one by one. */
  APPEND: { takes: [1, Infinity], run: (args) => checkedList([...listAt(args, 0), ...values(args.slice(1))]) },
  /** List, values or lists of values: all equal elements go. */
  REMOVE: {
    takes: [2, Infinity],
    run(args) {
      const gone = new Set(values(args.slice(1)).map(keyOf));
      return listAt(args, 0).filter((element) => !gone.has(keyOf(element)));
    },
  },
  UNIQUE: {
    takes: [1, 1],
    run: (args) => [...new Map(listAt(args, 0).map((element) => [keyOf(element), element])).values()],
  },
  COUNT: { takes: [1, 1], run: (args) => listAt(args, 0).length },
  CONTAIN: { takes: [2, 2], run: (args) => indexIn(listAt(args, 0), args[1]!) >= 0 },
  /** List, value: the index of the first such element, from 0. UNCONFIRMED: -1 where there is none. */
  MATCH: { takes: [2, 2], run: (args) => indexIn(listAt(args, 0), args[1]!) },
  /** List, index from 0. */
  GET: {
    takes: [2, 2],
    run(args) {
      const [list, index] = [listAt(args, 0), wholeAt(args, 1)];
      if (index < 0 || index >= list.length)
        throw new Error(`The list has ${list.length} elements, there is none at ${index}.`);
      return list[index]!;
    },
  },
};

function values(args: readonly Json[]): Json[] {
  return args.flatMap((value) => (isList(value) ? [...value] : [value]));
}

/** Equal by content: objects in any order of their fields. */
function indexIn(list: readonly Json[], value: Json): number {
  const key = keyOf(value);
  return list.findIndex((element) => element === value || keyOf(element) === key);
}

function keyOf(value: Json): string {
  return JSON.stringify(value, (_, inner: Json) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}
