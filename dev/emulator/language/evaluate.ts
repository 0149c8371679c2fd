import type { Json } from '../agent.ts';
import { compare, type Side } from './compare.ts';
import { LanguageError } from './error.ts';
import { FUNCTIONS } from './functions.ts';
import { LIMITS } from './limits.ts';
import { lookUp } from './reference.ts';
import type { Scope } from './scope.ts';
import { checkedValue } from './size.ts';
import type { Call, Condition, Operand, Part, Reference } from './syntax.ts';
import { textOf } from './text-of.ts';

/** Something an expression looked at. `undefined`: it is not set, or the function failed. */
export interface Read {
  readonly reference: string;
  readonly value: Json | undefined;
}

/** One evaluation: what it sees, and what it leaves behind. */
export interface Run {
  readonly scope: Scope;
  readonly reads: Read[];
  /** Functions that gave no result. */
  readonly problems: LanguageError[];
}

/** AND and OR look no further than they must (CX docs, Conditions reference). */
export function holds(condition: Condition, run: Run): boolean {
  switch (condition.kind) {
    case 'or':
      return condition.of.some((part) => holds(part, run));
    case 'and':
      return condition.of.every((part) => holds(part, run));
    case 'not':
      return !holds(condition.of, run);
    case 'constant':
      return condition.value;
    case 'comparison':
      return compare(condition.operator, side(condition.left, run), side(condition.right, run));
    case 'reference':
    case 'call':
      return isTrue(operandValue(condition, run));
  }
}

/** A literal keeps how it was written: against a text it is that text. A quoted text without references is one, too. */
function side(operand: Operand, run: Run): Side {
  const value = operandValue(operand, run);
  if (operand.kind === 'literal') return { value, written: operand.text };
  const isPlain = operand.kind === 'quoted' && operand.parts.every((part) => typeof part === 'string');
  return isPlain ? { value, written: operand.value } : { value };
}

function isTrue(value: Json | undefined): boolean {
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}

/** `undefined`: a reference to nothing, a function that failed. */
export function operandValue(operand: Operand, run: Run): Json | undefined {
  switch (operand.kind) {
    case 'literal':
      return operand.value;
    case 'list':
      return checkedValue(
        operand.items.map((item) => operandValue(item, run) ?? null),
        operand.kind,
      );
    case 'quoted':
      return partsValue(operand.parts, run);
    case 'reference':
      return referenceValue(operand, run);
    case 'call':
      return callValue(operand, run);
  }
}

function referenceValue(reference: Reference, run: Run): Json | undefined {
  const steps = reference.steps.map((step) => (typeof step === 'object' ? indexOf(step, run) : step));
  const value = lookUp(steps, run.scope);
  run.reads.push({ reference: reference.text, value });
  return value;
}

function indexOf(reference: Reference, run: Run): string | number {
  const value = referenceValue(reference, run);
  return typeof value === 'number' ? value : textOf(value ?? null);
}

/** A text that is one reference or call is its value; in other texts they are text. */
export function partsValue(parts: readonly Part[], run: Run): Json | undefined {
  const [only] = parts;
  return parts.length === 1 && typeof only === 'object' ? operandValue(only, run) : partsText(parts, run);
}

/**
 * What is not set stays as it is written, recorded so in conversations of CX agents; a function that fails, too
 * (UNCONFIRMED).
 *
 * @throws {LanguageError} for a text that grows too long
 */
export function partsText(parts: readonly Part[], run: Run): string {
  let text = '';
  for (const part of parts) {
    text += typeof part === 'string' ? part : partText(part, run);
    if (text.length > LIMITS.text) {
      throw new LanguageError(`A text has at most ${LIMITS.text} characters.`, text.slice(0, 100), [0, 1]);
    }
  }
  return text;
}

function partText(part: Reference | Call, run: Run): string {
  const value = operandValue(part, run) ?? null;
  return value === null ? part.text : textOf(value);
}

function callValue(call: Call, run: Run): Json | undefined {
  const value = call.name === 'IF' ? chosen(call, run) : result(call, run);
  run.reads.push({ reference: call.text, value });
  return value;
}

/** IF looks only at the argument that it chooses. */
function chosen({ args }: Call, run: Run): Json | undefined {
  const [first, then, otherwise] = args as [Operand, Operand, Operand];
  const isMet =
    first.kind === 'quoted' && first.condition ? holds(first.condition, run) : isTrue(operandValue(first, run));
  return operandValue(isMet ? then : otherwise, run) ?? null;
}

/** A call in a call that failed fails, too, and is told once. */
function result(call: Call, run: Run): Json | undefined {
  try {
    const args: Json[] = [];
    for (const arg of call.args) {
      const value = operandValue(arg, run);
      if (value === undefined && arg.kind === 'call') return undefined;
      args.push(value ?? null);
    }
    return checkedValue(FUNCTIONS[call.name]!.run(args, run.scope), call.text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    run.problems.push(new LanguageError(`${call.name}: ${why}`, call.text, [0, call.text.length]));
    return undefined;
  }
}
