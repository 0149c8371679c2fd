/** A text with the digits of ASCII: keyboards of India also write full-width ones (NFKC) and those of Devanagari. */
export function withPlainDigits(text: string): string {
  return text.normalize('NFKC').replace(/[०-९]/g, (digit) => String(digit.charCodeAt(0) - '०'.charCodeAt(0)));
}
