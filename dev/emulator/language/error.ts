/** An expression that cannot be read, or a function that cannot give a result. The message is one sentence. */
export class LanguageError extends Error {
  override readonly name = 'LanguageError';
  /** The whole expression. */
  readonly text: string;
  /** Where in `text`, in UTF-16 units: the first, and the one after the last. */
  readonly range: readonly [start: number, end: number];

  constructor(message: string, text: string, range: readonly [start: number, end: number]) {
    super(message);
    this.text = text;
    this.range = range;
  }

  /**
   * The message, the line that it is about, and carets under the place.
   *
   * @example
   * // I expected a value here.
   * //   $flow.a = 1 AND && AND $flow.b = 2
   * //                   ^^
   */
  explain(): string {
    const [start, end] = this.range;
    // `lastIndexOf` takes -1 for 0, where a first line feed may be.
    const lineStart = start === 0 ? 0 : this.text.lastIndexOf('\n', start - 1) + 1;
    const lineEnd = this.text.indexOf('\n', lineStart);
    const line = this.text.slice(lineStart, lineEnd < 0 ? undefined : lineEnd);
    // A long line is shown around the place: 40 characters before it and 60 from it on.
    const from = Math.max(0, start - lineStart - 40);
    const shown = line.slice(from, from + 100);
    const carets = '^'.repeat(Math.max(1, Math.min(end - start, shown.length - (start - lineStart - from))));
    return `${this.message}\n  ${shown}\n  ${' '.repeat(start - lineStart - from)}${carets}`;
  }
}
