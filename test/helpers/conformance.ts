import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fromProto3JSON, type JSONValue } from 'proto3-json-serializer';
import protobuf from 'protobufjs';

/**
 * Is this JSON what Google's own descriptors say? The descriptors come with `@google-cloud/dialogflow-cx`, so this judge
 * shares no line with the code that it judges.
 *
 * `fromProto3JSON`, which comes along too, is too kind to be the judge: it drops unknown fields and wrong enum names, makes
 * `"5"` of 5 and takes both arms of a oneof (test/conformance.test.ts counts what it lets pass). So a strict walk comes
 * first, and `fromProto3JSON` is asked only where that found nothing.
 */

export type Version = 'v3' | 'v3beta1';

const descriptors = createRequire(import.meta.url).resolve('@google-cloud/dialogflow-cx/build/protos/protos.json');
const root = protobuf.Root.fromJSON(JSON.parse(readFileSync(descriptors, 'utf8'))).resolveAll();

/** The descriptor of a CX message, for example `WebhookResponse` or `ResponseMessage.Text`. */
export function messageType(name: string, version: Version = 'v3'): protobuf.Type {
  return root.lookupType(`google.cloud.dialogflow.cx.${version}.${name}`);
}

/**
 * All that is wrong, each as `path: sentence`; empty where the JSON conforms. Stricter than proto3 JSON on purpose: no
 * snake_case names, no enum numbers, no `null` or `undefined` for a field. What CX asks on top of the types is checked as
 * well: required fields are there, output-only ones are not, no text is empty, and all fits 64 KiB (concept/webhook).
 * That is meant for answers; CX itself may send output-only fields.
 */
export function problems(json: unknown, messageName = 'WebhookResponse', version: Version = 'v3'): string[] {
  const type = messageType(messageName, version);
  const found = inMessage(type, json, '');
  if (found.length > 0) return found;

  try {
    fromProto3JSON(type, json as JSONValue);
  } catch (error) {
    found.push(`${messageName}: proto3-json-serializer says "${(error as Error).message}".`);
  }
  const bytes = Buffer.byteLength(JSON.stringify(json));
  if (bytes > 65_536) found.push(`${messageName}: takes ${bytes} bytes, CX reads 65536.`);
  return found;
}

/** Throws an error that lists the problems, if there are any. */
export function expectConformant(json: unknown, messageName?: string, version?: Version): void {
  const found = problems(json, messageName, version);
  if (found.length > 0) throw new Error(`Not what Google's descriptors say:\n  ${found.join('\n  ')}`);
}

function inMessage(type: protobuf.Type, value: unknown, path: string): string[] {
  if (type.fullName.startsWith('.google.protobuf.')) return inWellKnown(type.name, value, path);
  if (!isObject(value)) return [`${path || type.name}: ${type.name} is an object, not ${show(value)}.`];
  const missing = type.fieldsArray.filter((field) => behaves(field, 'REQUIRED') && isEmpty(value[field.name]));
  return [
    ...Object.entries(value).flatMap(([name, member]) => inMember(type, name, member, path ? `${path}.${name}` : name)),
    ...type.oneofsArray.flatMap((oneof) => inOneof(oneof, value, path)),
    ...missing.map((field) => `${path || type.name}: ${type.name} needs ${field.name}.`),
  ];
}

function inOneof(oneof: protobuf.OneOf, value: object, path: string): string[] {
  const set = oneof.fieldsArray.map((field) => field.name).filter((name) => Object.hasOwn(value, name));
  const at = path || oneof.parent?.name;
  if (set.length > 1) return [`${at}: oneof ${oneof.name} has ${set.join(' and ')}.`];
  const isRequired = oneof.fullName.endsWith('.ResponseMessage.message'); // only its comment says so, oneofs have no behavior
  return set.length === 0 && isRequired ? [`${at}: oneof ${oneof.name} has nothing.`] : [];
}

function inMember(type: protobuf.Type, name: string, value: unknown, path: string): string[] {
  const field = Object.hasOwn(type.fields, name) ? type.fields[name] : undefined;
  if (!field) return [`${path}: ${type.name} has no field ${name}.`];
  if (behaves(field, 'OUTPUT_ONLY')) return [`${path}: ${name} is output only, CX makes it.`];
  if (field.map) {
    if (!isObject(value)) return [`${path}: a map is an object, not ${show(value)}.`];
    return Object.entries(value).flatMap(([key, member]) => inField(field, member, `${path}.${key}`));
  }
  if (field.repeated) {
    if (!Array.isArray(value)) return [`${path}: a repeated field is a list, not ${show(value)}.`];
    return value.flatMap((member, i) => inField(field, member, `${path}[${i}]`));
  }
  return inField(field, value, path);
}

function inField(field: protobuf.Field, value: unknown, path: string): string[] {
  const type = field.resolvedType;
  if (type instanceof protobuf.Type) return inMessage(type, value, path);
  if (type instanceof protobuf.Enum) {
    // Names only: numbers are legal proto3 JSON, but say nothing to who reads a log.
    const isName = typeof value === 'string' && Object.hasOwn(type.values, value);
    return isName ? [] : [`${path}: ${show(value)} is none of ${Object.keys(type.values).join(', ')}.`];
  }
  if (!isScalar(field.type, value)) return [`${path}: ${show(value)} is not a ${field.type}.`];
  return behaves(field, 'REQUIRED') && value === '' ? [`${path}: the text is empty.`] : [];
}

function isScalar(type: string, value: unknown): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string' && value.isWellFormed();
    case 'bytes':
      return typeof value === 'string' && /^[A-Za-z0-9+/_-]*={0,2}$/.test(value);
    case 'bool':
      return typeof value === 'boolean';
    case 'float':
    case 'double':
      return Number.isFinite(value);
    default: // the integers; 64 bits are written as strings
      return typeof value === 'string' ? /^-?\d+$/.test(value) : Number.isSafeInteger(value);
  }
}

/** The messages for which proto3 JSON has a form of its own. */
const WELL_KNOWN: { readonly [name: string]: (value: unknown, path: string) => string[] } = {
  Struct(value, path) {
    if (!isObject(value)) return [`${path}: a Struct is an object, not ${show(value)}.`];
    return Object.entries(value).flatMap(([key, member]) => inWellKnown('Value', member, `${path}.${key}`));
  },
  ListValue(value, path) {
    if (!Array.isArray(value)) return [`${path}: a ListValue is a list, not ${show(value)}.`];
    return value.flatMap((member, i) => inWellKnown('Value', member, `${path}[${i}]`));
  },
  Value(value, path) {
    if (Array.isArray(value)) return inWellKnown('ListValue', value, path);
    if (isObject(value)) return inWellKnown('Struct', value, path);
    const isJson = value === null || ['string', 'bool', 'double'].some((type) => isScalar(type, value));
    return isJson ? [] : [`${path}: ${show(value)} is not JSON.`];
  },
  Duration(value, path) {
    const isDuration = typeof value === 'string' && /^-?\d+(\.\d{1,9})?s$/.test(value);
    return isDuration ? [] : [`${path}: ${show(value)} is not a Duration.`];
  },
  Timestamp(value, path) {
    const isTime = typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value));
    return isTime ? [] : [`${path}: ${show(value)} is not a Timestamp.`];
  },
};

function inWellKnown(name: string, value: unknown, path: string): string[] {
  const check = WELL_KNOWN[name];
  if (!check) throw new Error(`The conformance check does not know google.protobuf.${name}: add it to WELL_KNOWN.`);
  return check(value, path);
}

/** `google.api.field_behavior`, as far as pbjs keeps it: a field with two behaviours has only the last. */
function behaves(field: protobuf.Field, behavior: 'REQUIRED' | 'OUTPUT_ONLY'): boolean {
  return field.options?.['(google.api.field_behavior)'] === behavior;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0);
}

/** Plain objects only: `JSON.stringify` makes `{}` of a Map and a string of a Date. */
function isObject(value: unknown): value is Record<string, unknown> {
  return Object.prototype.toString.call(value) === '[object Object]';
}

function show(value: unknown): string {
  return typeof value === 'object' || typeof value === 'string' ? JSON.stringify(value) : String(value);
}
