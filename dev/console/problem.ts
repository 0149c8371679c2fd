import { Problem } from '../local/problem.ts';

/** Why the console refuses a request: the code for programs, the status of HTTP, and a sentence for people. */
const STATUSES = {
  'bad-request': 400,
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  conflict: 409,
  'too-large': 413,
  'not-json': 415,
  internal: 500,
} as const;

export type RefusalCode = keyof typeof STATUSES;

/** A request that the console does not serve, with a sentence for the person who made it. */
export class Refusal extends Problem {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly headers: { readonly [name: string]: string };
  constructor(code: RefusalCode, message: string, headers: Refusal['headers'] = {}) {
    super(message);
    this.code = code;
    this.headers = headers;
  }

  get status(): number {
    return STATUSES[this.code];
  }
}
