import { LanguageError } from './error.ts';
import { FUNCTIONS } from './functions.ts';
import { LIMITS } from './limits.ts';
import { NUMBER } from './number.ts';
import { Reader } from './reader.ts';
import type { Call, Condition, List, Literal, Operand, Operator, Part, Quoted, Reference } from './syntax.ts';

/**
 * Conditions, references and calls of Dialogflow CX, by recursive descent; each function is headed by its rule. The grammar is
 * that of CX docs, Conditions reference and System functions reference, widened to what exported agents contain: AND and OR
 * without parentheses (AND binds tighter, as everywhere), a literal on the left, TRUE and NULL in any case, escapes.
 */

// Condition ::= Or end
export function readCondition(text: string, depth = 0): Condition {
  if (text.length > LIMITS.condition) {
    throw new LanguageError(`A condition has at most ${LIMITS.condition} characters.`, text, [0, 1]);
  }
  const reader = new Reader(text, 0, depth);
  const condition = or(reader);
  reader.skipBlanks();
  if (!reader.atEnd) reader.fail('I expected AND, OR or the end here. A text with blanks needs quotes.');
  return condition;
}

// Or ::= And ('OR' And)*
function or(reader: Reader): Condition {
  return chain(reader, 'or', /OR(?![\w-])/y, and);
}

// And ::= Not ('AND' Not)*
function and(reader: Reader): Condition {
  return chain(reader, 'and', /AND(?![\w-])/y, not);
}

function chain(reader: Reader, kind: 'or' | 'and', word: RegExp, operand: (reader: Reader) => Condition): Condition {
  reader.skipBlanks();
  const start = reader.at;
  const first = operand(reader);
  const of = [first];
  while (accepts(reader, word)) of.push(operand(reader));
  return of.length === 1 ? first : { kind, range: [start, reader.at], of };
}

function accepts(reader: Reader, word: RegExp): boolean {
  reader.skipBlanks();
  return reader.take(word) !== null;
}

// Not ::= 'NOT' Not | '(' Or ')' | Comparison
function not(reader: Reader): Condition {
  reader.skipBlanks();
  const start = reader.at;
  if (accepts(reader, /NOT(?![\w-])/y)) {
    return { kind: 'not', of: reader.nested(() => not(reader)), range: [start, reader.at] };
  }
  if (!reader.accept('(')) return comparison(reader);
  const inside = reader.nested(() => or(reader));
  reader.expect(')', 'I expected ) here.');
  return inside;
}

// Comparison ::= Operand (('=' | '!=' | '<' | '<=' | '>' | '>=' | ':') Operand)?
function comparison(reader: Reader): Condition {
  const left = operand(reader, 'condition');
  reader.skipBlanks();
  const operator = reader.take(/!=|<=|>=|[=<>:]/y) as Operator | null;
  if (operator === null) return alone(reader, left);
  if (reader.text[reader.at] === '=') reader.fail('There is no such operator. Equal is one =.', reader.at - 1);
  const right = operand(reader, 'condition');
  return { kind: 'comparison', operator, left, right, range: [left.range[0], reader.at] };
}

/** A condition may be `true`, and it may be a reference or a call whose value is. */
function alone(reader: Reader, left: Operand): Condition {
  if (left.kind === 'reference' || left.kind === 'call') return left;
  if (left.kind === 'literal' && typeof left.value === 'boolean') {
    return { kind: 'constant', value: left.value, range: left.range };
  }
  throw new LanguageError(
    'This is compared with nothing. I expected = or another operator after it.',
    reader.text,
    left.range,
  );
}

// Operand ::= Call | Reference | Quoted | List | Literal
function operand(reader: Reader, place: Place): Operand {
  reader.skipBlanks();
  switch (reader.text[reader.at]) {
    case '$':
      return reader.text.startsWith('$sys.func.', reader.at) ? call(reader) : reference(reader);
    case '"':
    case "'":
      return quoted(reader, place);
    case '[':
      return list(reader);
    default:
      return literal(reader, place);
  }
}

/** Escapes and words read differently in a condition and in a call. */
type Place = 'condition' | 'call';

// Call ::= '$sys.func.' Name '(' (Operand (',' Operand)*)? ')'
export function call(reader: Reader): Call {
  const start = reader.at;
  reader.at += '$sys.func.'.length;
  const written = reader.take(/\w*/y)!;
  // The legacy spelling (CX docs, System functions reference).
  const name = written === 'rand' ? 'RAND' : written;
  const definition = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (!definition) reader.fail(`There is no system function ${written || 'without a name'}.`, start);
  reader.expect('(', `I expected ( after ${written} here.`);
  const args = reader.nested(() =>
    items(reader, ')', (index) => (name === 'IF' && index === 0 ? ifCondition(reader) : operand(reader, 'call'))),
  );
  const [least, most] = definition.takes;
  if (args.length < least || args.length > most) {
    const count = least === most ? `${least}` : most === Infinity ? `at least ${least}` : `${least} to ${most}`;
    reader.fail(`${name} takes ${count} argument${count === '1' ? '' : 's'}, not ${args.length}.`, start);
  }
  return { kind: 'call', name, args, range: [start, reader.at], text: reader.text.slice(start, reader.at) };
}

/** The first argument of IF is a condition in quotes; some agents write a call or a reference instead. */
function ifCondition(reader: Reader): Operand {
  const first = reader.text[reader.at];
  if (first !== '"' && first !== "'") return operand(reader, 'call');
  const start = reader.at;
  const value = quotedText(reader, 'call');
  const range = [start, reader.at] as const;
  const condition = within(reader, range, () => readCondition(value, reader.depth));
  return { kind: 'quoted', value, parts: [], condition, range };
}

/** What is wrong inside quotes is told about the text around them: escapes move the places inside. */
function within<Result>(reader: Reader, range: readonly [number, number], read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof LanguageError)) throw error;
    throw new LanguageError(`In this text: ${error.message}`, reader.text, range);
  }
}

// List ::= '[' (Operand (',' Operand)*)? ']'
function list(reader: Reader): List {
  const start = reader.at;
  reader.at++;
  const all = reader.nested(() => items(reader, ']', () => operand(reader, 'call')));
  return { kind: 'list', items: all, range: [start, reader.at] };
}

function items(reader: Reader, end: string, item: (index: number) => Operand): Operand[] {
  const all: Operand[] = [];
  if (reader.accept(end)) return all;
  do {
    reader.skipBlanks();
    all.push(item(all.length));
  } while (reader.accept(','));
  reader.expect(end, `I expected , or ${end} here.`);
  return all;
}

/** A name has letters, digits, `_` and `-` (CX docs, Parameters, naming); the dots between names are steps. */
const NAME = /[\p{L}\p{N}_-]+/uy;

// Reference ::= '$' Name ('.' Name | '[' (Number | Quoted | Reference) ']')*
export function reference(reader: Reader): Reference {
  const start = reader.at;
  reader.at++;
  const root = reader.take(NAME);
  if (root === null) reader.fail('I expected the name of a parameter after the $.', start);
  const steps: (string | number | Reference)[] = [root];
  for (;;) {
    const step = field(reader) ?? index(reader);
    if (step === null) break;
    steps.push(step);
  }
  return { kind: 'reference', steps, range: [start, reader.at], text: reader.text.slice(start, reader.at) };
}

/** A dot that no name follows ends a sentence. */
function field(reader: Reader): string | null {
  return reader.take(/\.[\p{L}\p{N}_-]+/uy)?.slice(1) ?? null;
}

/** A bracket that holds no index is a bracket of the text: `$session.params.name [optional]`. */
function index(reader: Reader): string | number | Reference | null {
  const start = reader.at;
  const plain = reader
    .take(/\[\s*(?:\d{1,9}|"[^"\]\\]*"|'[^'\]\\]*')\s*\]/y)
    ?.slice(1, -1)
    .trim();
  if (plain !== undefined) return /^\d/.test(plain) ? Number(plain) : plain.slice(1, -1);
  if (reader.take(/\[\s*(?=\$[\p{L}])/uy) === null) return null;
  const inner = reader.nested(() => reference(reader));
  if (reader.accept(']')) return inner;
  reader.at = start;
  return null;
}

// Quoted ::= '"' (character | '\' character)* '"', or the same with '
function quoted(reader: Reader, place: Place): Quoted {
  const start = reader.at;
  const value = quotedText(reader, place);
  const range = [start, reader.at] as const;
  const { parts, problems } = splitText(value, reader.depth);
  if (problems[0]) throw new LanguageError(`In this text: ${problems[0].message}`, reader.text, range);
  return { kind: 'quoted', value, parts, range };
}

function quotedText(reader: Reader, place: Place): string {
  const start = reader.at;
  const written = reader.take(reader.text[start] === '"' ? /"(?:[^"\\]|\\[\s\S])*"/y : /'(?:[^'\\]|\\[\s\S])*'/y);
  if (written === null) reader.fail('This text has no closing quote.', start);
  return written.slice(1, -1).replace(/\\([\s\S])/g, (both, character: string) => {
    if (character === 'n') return '\n';
    // In a call the backslash is often a regular expression's: "\s+". The console puts one before punctuation in a condition: "a\, b".
    return place === 'condition' || /["'\\]/.test(character) ? character : both;
  });
}

const WORD = {
  // `:` may stand inside, as in 10:30; in agents blanks are always around an operator.
  condition: /[^\s()[\],"'=!<>:&|$][^\s()[\],"=!<>:&|$]*(?::[^\s()[\],"=!<>:&|$]+)*/y,
  call: /[^\s()[\],"'$][^\s()[\],"$]*/y,
};

// Literal ::= number | 'true' | 'false' | 'null' | word
function literal(reader: Reader, place: Place): Literal {
  const start = reader.at;
  const text = reader.take(WORD[place]);
  if (text === null || (place === 'condition' && /^(?:AND|OR|NOT)$/.test(text))) {
    reader.at = start;
    reader.fail('I expected a value here: a reference, a number, or a text in quotes.');
  }
  return { kind: 'literal', text, value: literalValue(text), range: [start, reader.at] };
}

function literalValue(text: string): string | number | boolean | null {
  if (NUMBER.test(text) && Number.isFinite(Number(text))) return Number(text);
  const small = text.toLowerCase();
  return small === 'null' ? null : small === 'true' ? true : small === 'false' ? false : text;
}

/** In a text, a `$` means something only with one of these after it: `$[XX]` and `$5` are prices. */
const STARTS =
  /\$(?=(?:session\.params|flow|page\.params|intent\.params|event\.params|request)\.[\p{L}\p{N}_]|sys\.func\.)/gu;

/** A text in its parts. What cannot be read stays as it is, and is told in `problems`. */
export function splitText(text: string, depth = 0): { parts: Part[]; problems: LanguageError[] } {
  const parts: Part[] = [];
  const problems: LanguageError[] = [];
  let done = 0;
  for (const { index: at } of text.length > LIMITS.template ? [] : text.matchAll(STARTS)) {
    if (at < done) continue;
    const reader = new Reader(text, at, depth);
    try {
      const part = text.startsWith('$sys.', at) ? call(reader) : reference(reader);
      parts.push(text.slice(done, at), part);
      done = reader.at;
    } catch (error) {
      if (!(error instanceof LanguageError)) throw error;
      problems.push(error);
      // Each may have looked at the whole text for a closing quote.
      if (problems.length === LIMITS.problems) break;
    }
  }
  parts.push(text.slice(done));
  return { parts: parts.filter((part) => part !== ''), problems };
}
