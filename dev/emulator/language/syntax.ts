/** What the parser makes of an expression. `range` is where it stands in the text that was parsed. */

export type Range = readonly [start: number, end: number];

export type Condition =
  | { readonly kind: 'or' | 'and'; readonly range: Range; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly range: Range; readonly of: Condition }
  | Comparison
  | Reference
  | Call
  | { readonly kind: 'constant'; readonly range: Range; readonly value: boolean };

export const OPERATORS = ['=', '!=', '<', '<=', '>', '>=', ':'] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Comparison {
  readonly kind: 'comparison';
  readonly range: Range;
  readonly operator: Operator;
  readonly left: Operand;
  readonly right: Operand;
}

export type Operand = Reference | Call | Quoted | Literal | List;

/** `$session.params.cart[0].price`: the steps are `session`, `params`, `cart`, 0, `price`. */
export interface Reference {
  readonly kind: 'reference';
  readonly range: Range;
  /** As written. */
  readonly text: string;
  /** A reference is an index that is looked up first: `[$flow.i]`. */
  readonly steps: readonly (string | number | Reference)[];
}

export interface Call {
  readonly kind: 'call';
  readonly range: Range;
  /** As written. */
  readonly text: string;
  readonly name: string;
  readonly args: readonly Operand[];
}

/** A text in quotes, its escapes resolved; references and calls in it are parts of their own. */
export interface Quoted {
  readonly kind: 'quoted';
  readonly range: Range;
  readonly value: string;
  readonly parts: readonly Part[];
  /** Of the first argument of IF: the text is a condition. */
  readonly condition?: Condition;
}
export type Part = string | Reference | Call;

/** Without quotes: a word, a number, `true`, `null`. */
export interface Literal {
  readonly kind: 'literal';
  readonly range: Range;
  /** As written: compared with a text, `1.0` is `1.0`. */
  readonly text: string;
  readonly value: string | number | boolean | null;
}

export interface List {
  readonly kind: 'list';
  readonly range: Range;
  readonly items: readonly Operand[];
}
