import type { Json, JsonObject } from '../agent.ts';

/** The answer of a webhook cannot be taken: a sentence for whoever wrote it. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
}

/** What a message of proto3 is made of, by the names that its JSON has. */
export interface MessageType {
  /** In full, as in errors. */
  readonly name: string;
  readonly fields: { readonly [name: string]: FieldType };
  /** Of the names in one list at most one may be set. */
  readonly oneofs?: readonly (readonly string[])[];
}

export type FieldType =
  | 'string'
  | 'bool'
  /** `google.protobuf.Struct`: any object. */
  | 'struct'
  /** `google.protobuf.Value`: any JSON; null is a value. */
  | 'value'
  | { readonly values: readonly string[] }
  | { readonly message: () => MessageType }
  | { readonly list: FieldType }
  | { readonly map: FieldType }
  /** Output only, and refused with this sentence. */
  | { readonly refused: string };

/** `refuse` is what Dialogflow ES does; whether CX does is on no page. */
export type UnknownFields = 'refuse' | 'ignore';

/**
 * Reads proto3 JSON (protobuf.dev, "ProtoJSON Format"): names in lowerCamelCase or as in the proto, null for a field means
 * that it is not set, enums by name or number. What comes back has the names of `type`, and only fields that are set.
 *
 * A bool may be a text, too: the samples of CX's own documentation answer `"required": "true"`.
 *
 * @throws AnswerError
 */
export function readMessage(type: MessageType, json: unknown, unknownFields: UnknownFields): JsonObject {
  return message(type, json, '');

  function message(type: MessageType, json: unknown, path: string): JsonObject {
    // The words of Google's own parser, as ES reports them.
    if (!isObject(json)) throw new AnswerError(`Expect message object but got: ${show(json)}${at(path)}.`);
    const read: { [name: string]: Json } = {};
    for (const [written, value] of Object.entries(json)) {
      const name = Object.hasOwn(type.fields, written) ? written : camelCase(written, type);
      if (name === undefined) {
        if (unknownFields === 'ignore') continue;
        throw new AnswerError(`Cannot find field: ${written} in message ${type.name}${at(path)}.`);
      }
      const field = type.fields[name]!;
      if (value === null && field !== 'value') continue;
      if (Object.hasOwn(read, name)) throw new AnswerError(`Field ${name} is there twice${at(path)}.`);
      read[name] = member(field, value, path ? `${path}.${name}` : name);
    }
    for (const oneof of type.oneofs ?? []) {
      const set = oneof.filter((name) => Object.hasOwn(read, name));
      if (set.length > 1) throw new AnswerError(`Only one of ${set.join(' and ')} may be there${at(path)}.`);
    }
    return read;
  }

  function member(field: FieldType, value: unknown, path: string): Json {
    if (typeof field === 'string') return scalar(field, value, path);
    if ('message' in field) return message(field.message(), value, path);
    if ('values' in field) return enumName(field.values, value, path);
    if ('refused' in field) throw new AnswerError(`${path}: ${field.refused}`);
    if ('list' in field) {
      if (!Array.isArray(value)) throw wrong(path, 'a list', value);
      return value.map((item: unknown, index) => member(field.list, item, `${path}[${index}]`));
    }
    if (!isObject(value)) throw wrong(path, 'an object', value);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, member(field.map, item, path)]));
  }
}

function scalar(type: 'string' | 'bool' | 'struct' | 'value', value: unknown, path: string): Json {
  switch (type) {
    case 'string':
      if (typeof value !== 'string') throw wrong(path, 'a text', value);
      return value;
    case 'bool':
      if (value === true || value === 'true') return true;
      if (value === false || value === 'false') return false;
      throw wrong(path, 'true or false', value);
    case 'struct':
      if (!isObject(value)) throw wrong(path, 'an object', value);
      return value as JsonObject;
    case 'value':
      return value as Json;
  }
}

/** An open enum: a number that nobody knows is read, and is none of the names. */
function enumName(names: readonly string[], value: unknown, path: string): string {
  if (Number.isInteger(value)) return names[value as number] ?? names[0]!;
  if (typeof value === 'string' && names.includes(value)) return value;
  throw wrong(path, `one of ${names.join(', ')}`, value);
}

/** `session_info` is `sessionInfo`; `undefined`: no field has this name. */
function camelCase(written: string, { fields }: MessageType): string | undefined {
  const name = written.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return Object.hasOwn(fields, name) ? name : undefined;
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(path: string, wanted: string, value: unknown): AnswerError {
  return new AnswerError(`${path} has to be ${wanted}, not ${show(value)}.`);
}

function at(path: string): string {
  return path === '' ? '' : ` (at ${path})`;
}

/** Characters of a wrong value that an error shows. */
const SHOWN = 60;

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;
}
