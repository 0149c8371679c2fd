import type { Json, JsonObject } from '../agent.ts';
import { nameIn } from '../names.ts';
import { LanguageError } from './error.ts';
import { call } from './parser.ts';
import { Reader } from './reader.ts';
import { isObject } from './reference.ts';
import type { Call, Operand } from './syntax.ts';

/** Which parameter a setting sets, and which field of it: `path` begins with the parameter's name. */
export interface Target {
  readonly scope: 'session' | 'flow';
  readonly path: readonly [parameter: string, ...fields: string[]];
}

/**
 * What stands as the parameter of a setting in exports: `name`, `flow.name`, either with a `$`, `$session.params.name`, and
 * `$sys.func.NESTED_FIELD("$session.params.name", "field")`. A plain name may have dots (CX docs, Parameters, naming).
 *
 * @throws {LanguageError} for any other function
 */
export function parseTarget(text: string): Target {
  if (text.startsWith('$sys.func.')) return nestedField(call(new Reader(text)), text);
  const [, scope, name = ''] = /^\$?(?:(flow|session)\.(?:params\.)?)?([\s\S]*)$/.exec(text)!;
  if (name === '') throw new LanguageError('I expected the name of a parameter here.', text, [0, text.length]);
  return { scope: scope === 'flow' ? 'flow' : 'session', path: [name] };
}

function nestedField({ name, args }: Call, text: string): Target {
  const [parameter, ...fields] = args.map(written);
  if (
    name !== 'NESTED_FIELD' ||
    !parameter?.startsWith('$') ||
    parameter.startsWith('$sys.') ||
    fields.includes(null)
  ) {
    throw new LanguageError('Only NESTED_FIELD of a parameter can be set.', text, [0, text.length]);
  }
  const { scope, path } = parseTarget(parameter);
  return { scope, path: [...path, ...(fields as string[])] };
}

function written(arg: Operand): string | null {
  return arg.kind === 'quoted' ? arg.value : arg.kind === 'reference' || arg.kind === 'literal' ? arg.text : null;
}

/** The parameters with one more set: null removes it. Names are found without case, as CX finds them. */
export function assign(parameters: JsonObject, [name, ...fields]: Target['path'], value: Json): JsonObject {
  const key = nameIn(parameters, name) ?? name;
  const { [key]: before = null, ...others } = parameters;
  const [field, ...deeper] = fields;
  if (field === undefined) return value === null ? others : { ...parameters, [key]: value };
  return { ...parameters, [key]: assign(isObject(before) ? before : {}, [field, ...deeper], value) };
}
