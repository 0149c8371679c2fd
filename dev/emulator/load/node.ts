import type { Finding, Json, JsonObject } from '../agent.ts';

/** What is found on the way, in the order in which it is found. */
export class Findings {
  readonly list: Finding[] = [];

  add(kind: Finding['kind'], construct: string, where: string, message: string): void {
    this.list.push({ kind, construct, where, message });
  }
}

/**
 * An object of an export, read as proto3 JSON: a field that is absent or null has its default. A field of another type than its
 * proto's has it, too, and is a finding.
 */
export class Node {
  readonly json: JsonObject;
  readonly findings: Findings;
  readonly #parent: Node | null;
  readonly #step: string;

  /** @param step the file's path; of an object in another one the way to it, such as `form` or `parameters[2]`. */
  constructor(json: JsonObject, findings: Findings, step: string, parent: Node | null = null) {
    this.json = json;
    this.findings = findings;
    this.#step = step;
    this.#parent = parent;
  }

  /** The file, and the path in it: `flows/A/A.json, eventHandlers[0].triggerFulfillment`. */
  get where(): string {
    if (!this.#parent) return this.#step;
    return this.#parent.#parent ? `${this.#parent.where}.${this.#step}` : `${this.#parent.where}, ${this.#step}`;
  }

  /** The file alone. */
  get file(): string {
    return this.#parent ? this.#parent.file : this.#step;
  }

  note(kind: Finding['kind'], construct: string, message: string): void {
    this.findings.add(kind, construct, this.where, message);
  }

  has(field: string): boolean {
    return this.value(field) !== null;
  }

  /** Any value; null where there is none. */
  value(field: string): Json {
    return Object.hasOwn(this.json, field) ? this.json[field]! : null;
  }

  text(field: string): string {
    return this.#typed(field, 'a text', '', (value) => (typeof value === 'string' ? value : undefined));
  }

  /** Of a text: null where it is absent or empty. */
  optional(field: string): string | null {
    return this.text(field) || null;
  }

  flag(field: string): boolean {
    return this.#typed(field, 'true or false', false, (value) => (typeof value === 'boolean' ? value : undefined));
  }

  /** proto3 JSON writes a number as a text, too. */
  number(field: string): number {
    return this.#typed(field, 'a number', 0, (value) => {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
    });
  }

  /** One of the names of an enum; the first is the default, which `..._UNSPECIFIED` means, too. */
  oneOf<const Name extends string>(field: string, names: readonly [Name, ...Name[]]): Name {
    return this.#typed(field, `one of ${names.join(', ')}`, names[0], (value) => {
      if (typeof value === 'string' && value.endsWith('_UNSPECIFIED')) return names[0];
      return names.find((name) => name === value);
    });
  }

  texts(field: string): readonly string[] {
    return this.#typed(field, 'a list of texts', [], (value) =>
      Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined,
    );
  }

  /** An empty one where there is none. */
  node(field: string): Node {
    return new Node(this.object(field), this.findings, field, this);
  }

  object(field: string): JsonObject {
    return this.#typed(field, 'an object', {}, (value) => (isObject(value) ? value : undefined));
  }

  nodes(field: string): readonly Node[] {
    const items = this.#typed<readonly Json[]>(field, 'a list', [], (value) =>
      Array.isArray(value) ? (value as Json[]) : undefined,
    );
    return items.flatMap((item, index) => {
      const step = `${field}[${index}]`;
      if (isObject(item)) return [new Node(item, this.findings, step, this)];
      this.#refuse(step, 'an object');
      return [];
    });
  }

  /** A map or struct: `{ a: b }`, in many exports `[{ key: a, value: b }]`. */
  map(field: string): JsonObject {
    return this.#typed<JsonObject>(field, 'a map', {}, (value) => {
      if (isObject(value)) return value;
      if (!Array.isArray(value)) return undefined;
      const pairs = (value as Json[]).map((pair) => (isObject(pair) && typeof pair.key === 'string' ? pair : null));
      if (pairs.includes(null)) return undefined;
      return Object.fromEntries(pairs.map((pair) => [pair!.key as string, pair!.value ?? null]));
    });
  }

  textMap(field: string): { readonly [name: string]: string } {
    const entries = Object.entries(this.map(field));
    const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    if (texts.length < entries.length) this.#refuse(field, 'a map of texts');
    return Object.fromEntries(texts);
  }

  /** Milliseconds of a `google.protobuf.Duration`: `"5s"`, in exports `{ seconds, nanos }`. Null where there is none. */
  duration(field: string): number | null {
    return this.#typed<number | null>(field, 'a duration such as "5s"', null, (value) => {
      if (typeof value === 'string') {
        const seconds = /^(\d+(?:\.\d{1,9})?)s$/.exec(value)?.[1];
        return seconds === undefined ? undefined : Math.round(Number(seconds) * 1000);
      }
      if (!isObject(value)) return undefined;
      const { seconds = 0, nanos = 0 } = value;
      const ms = Number(seconds) * 1000 + Number(nanos) / 1e6;
      return Number.isFinite(ms) && ms >= 0 ? Math.round(ms) : undefined;
    });
  }

  /** Milliseconds since the epoch of a `google.protobuf.Timestamp`: RFC 3339, in exports `{ seconds, nanos }`. */
  instant(field: string): number | null {
    if (isObject(this.value(field) ?? undefined)) return this.duration(field);
    return this.#typed<number | null>(field, 'a time such as "2026-01-31T12:00:00Z"', null, (value) => {
      const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
      return Number.isNaN(ms) ? undefined : ms;
    });
  }

  #typed<Type>(field: string, expected: string, fallback: Type, read: (value: Json) => Type | undefined): Type {
    const value = this.value(field);
    if (value === null) return fallback;
    const typed = read(value);
    if (typed !== undefined) return typed;
    this.#refuse(field, expected);
    return fallback;
  }

  #refuse(step: string, expected: string): void {
    this.note('invalid', step.replace(/\[\d+\]$/, ''), `"${step}" is not ${expected}.`);
  }
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
