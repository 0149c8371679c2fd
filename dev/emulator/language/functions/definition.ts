import type { Json } from '../../agent.ts';
import type { Scope } from '../scope.ts';

export interface SystemFunction {
  /** How many arguments, at least and at most. */
  readonly takes: readonly [least: number, most: number];
  /** Throws an `Error` with a sentence for arguments that it cannot use. */
  readonly run: (args: readonly Json[], scope: Scope) => Json;
}

export type Functions = { readonly [name: string]: SystemFunction };
