import { optional, pipe, transform, unknown } from 'valibot';
import { withPlainDigits } from '../values/digits.ts';

/** Schemas for what proves who a student is, in the forms in which people and CX send it. */

/** A letter and digits, as the college gives them out. */
const STUDENT_NUMBER = /^S?(\d{4})$/;
const PIN = /^(\d{4})$/;
const DIGITS = 4;

/** What people put between digits. */
const SEPARATORS = /[\s.,\-‐‑–—_#/]/g;

/** The value in its one form; null where it cannot be read; undefined where there is none. */
export type Given = string | null | undefined;

/**
 * A student number: `S1024`, also from `s 1024`, `S-1024`, `1024`, and the number 1024.
 *
 * It never fails, and neither does `pin`: of two parameters of which one fails the handler would see neither, and a PIN would
 * stay in the session.
 */
export const studentNumber = () => normalised((text) => STUDENT_NUMBER.exec(text.toUpperCase()), 'S');

/** A PIN: `4821`, also from `4 8 2 1` and the number 4821; a number has lost its leading zeros, 42 is `0042`. */
export const pin = () => normalised((text) => PIN.exec(text), '');

function normalised(read: (text: string) => RegExpExecArray | null, prefix: string) {
  const normalise = (value: unknown): Given => {
    const text = textOf(value);
    if (text === '') return undefined;
    const digits = text && read(text)?.[1];
    return digits ? prefix + digits : null;
  };
  return optional(pipe(unknown(), transform(normalise)));
}

/** Without separators, with the digits of ASCII. */
function textOf(value: unknown): string | null {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value).padStart(DIGITS, '0') : null;
  if (typeof value !== 'string') return null;
  return withPlainDigits(value).replace(SEPARATORS, '');
}
