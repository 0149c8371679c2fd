import { useState } from 'preact/hooks';
import type { Json, JsonObject } from '../../../emulator/agent.ts';

/** Entries that are drawn at once; the rest comes when it is asked for. */
const CHUNK = 100;

/** Characters of a text that are drawn at once. */
const LONG_TEXT = 600;

/** Characters of JSON up to which a part is open from the beginning. */
const SMALL = 1200;

/** A value as a tree that opens and closes. What is closed is not in the page, so that a large one costs nothing. */
export function JsonView({ value }: { readonly value: Json }) {
  return (
    <div class="json">
      <Value value={value} level={0} />
    </div>
  );
}

/** A body as it was sent: a tree where it is JSON, else the text. */
export function BodyView({ body }: { readonly body: string }) {
  const value = parseBody(body);
  return value === undefined ? (
    <pre class="json json-raw">
      <LongText text={body} />
    </pre>
  ) : (
    <JsonView value={value} />
  );
}

/** With two spaces per level, if it is JSON. */
export function prettyBody(body: string): string {
  const value = parseBody(body);
  return value === undefined ? body : JSON.stringify(value, null, 2);
}

/** A value on one line, for tables: short ones as JSON, others as a tree. */
export function ShortValue({ value }: { readonly value: Json | undefined }) {
  if (value === undefined) return <span class="none">not set</span>;
  const text = JSON.stringify(value);
  if (text.length > 80 && typeof value === 'object') return <JsonView value={value} />;
  return (
    <code class={`value ${typeOf(value)}`}>
      <LongText text={text} />
    </code>
  );
}

function parseBody(body: string): Json | undefined {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function Value({ name, value, level }: { readonly name?: string; readonly value: Json; readonly level: number }) {
  if (value !== null && typeof value === 'object' && Object.keys(value).length > 0)
    return <Branch name={name} value={value} level={level} />;
  return (
    <div class="json-leaf">
      <Name name={name} />
      <code class={`value ${typeOf(value)}`}>
        <LongText text={JSON.stringify(value)} />
      </code>
    </div>
  );
}

interface BranchProps {
  readonly name: string | undefined;
  readonly value: JsonObject | readonly Json[];
  readonly level: number;
}

function Branch({ name, value, level }: BranchProps) {
  const isList = Array.isArray(value);
  const size = Object.keys(value).length;
  const [isOpen, setOpen] = useState(() => level === 0 || JSON.stringify(value).length <= SMALL);
  return (
    <details class="json-branch" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <Name name={name} />
        <span class="json-size">
          {isList ? '[' : '{'}
          {isOpen ? '' : ` ${size} ${isList ? (size === 1 ? 'item' : 'items') : size === 1 ? 'field' : 'fields'} `}
          {isOpen ? '' : isList ? ']' : '}'}
        </span>
      </summary>
      {isOpen && <Entries value={value} level={level} />}
    </details>
  );
}

function Entries({ value, level }: Omit<BranchProps, 'name'>) {
  const [drawn, draw] = useState(CHUNK);
  const entries = Object.entries(value);
  return (
    <div class="json-entries">
      {entries.slice(0, drawn).map(([name, each]) => (
        <Value key={name} name={name} value={each} level={level + 1} />
      ))}
      {entries.length > drawn && (
        <button type="button" class="button small quiet" onClick={() => draw(drawn + CHUNK)}>
          {Math.min(CHUNK, entries.length - drawn)} more of {entries.length}
        </button>
      )}
    </div>
  );
}

function Name({ name }: { readonly name: string | undefined }) {
  return name === undefined ? null : <span class="json-name">{name}: </span>;
}

/** The beginning of a long text, and a button for the rest. */
export function LongText({ text }: { readonly text: string }) {
  const [isWhole, showWhole] = useState(false);
  if (isWhole || text.length <= LONG_TEXT) return <>{text}</>;
  return (
    <>
      {text.slice(0, LONG_TEXT)}
      <button type="button" class="button small quiet" onClick={() => showWhole(true)}>
        {text.length - LONG_TEXT} more characters
      </button>
    </>
  );
}

const typeOf = (value: Json) => (value === null ? 'null' : typeof value);
