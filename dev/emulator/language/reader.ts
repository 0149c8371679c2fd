import { LanguageError } from './error.ts';
import { LIMITS } from './limits.ts';

/** A position in a text that only goes forwards: what every parse function reads from. */
export class Reader {
  readonly text: string;
  at: number;
  /** How many parentheses, calls and lists are open, those around this text included. */
  depth: number;

  constructor(text: string, at = 0, depth = 0) {
    this.text = text;
    this.at = at;
    this.depth = depth;
  }

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  skipBlanks(): void {
    this.take(/\s*/y);
  }

  /** What a sticky expression matches here, and goes past it. */
  take(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? null;
    if (found !== null) this.at += found.length;
    return found;
  }

  /** Is this the next character? Goes past it, and past the blanks before it. */
  accept(character: string): boolean {
    this.skipBlanks();
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  expect(character: string, why: string): void {
    if (!this.accept(character)) this.fail(why);
  }

  /** Reads something that may contain its own kind. */
  nested<Result>(read: () => Result): Result {
    if (this.depth >= LIMITS.depth) this.fail(`This is nested more than ${LIMITS.depth} levels deep.`);
    this.depth++;
    const result = read();
    this.depth--;
    return result;
  }

  /** The next word or character, for an error to point at. */
  fail(message: string, start = this.at): never {
    const length = /^(?:[\w-]+|[^\w\s]+)/.exec(this.text.slice(start, start + 100))?.[0].length ?? 1;
    throw new LanguageError(message, this.text, [start, Math.max(this.at, start + length)]);
  }
}
