import { numberAt, wholeAt } from './arguments.ts';
import type { Functions } from './definition.ts';

/** The digits after the point where DIVIDE is not told (CX docs, System functions reference). */
const DEFAULT_SCALE = 3;
/** More digits than a number has. */
const MAX_SCALE = 15;

export const NUMBER_FUNCTIONS: Functions = {
  ADD: { takes: [1, Infinity], run: (args) => exact(args.reduce<number>((sum, _, i) => sum + numberAt(args, i), 0)) },
  MINUS: { takes: [2, 2], run: (args) => exact(numberAt(args, 0) - numberAt(args, 1)) },
  MULTIPLY: {
    takes: [1, Infinity],
    run: (args) => exact(args.reduce<number>((product, _, i) => product * numberAt(args, i), 1)),
  },
  DIVIDE: {
    takes: [2, 3],
    run(args) {
      const divisor = numberAt(args, 1);
      if (divisor === 0) throw new Error('A number cannot be divided by 0.');
      return rounded(numberAt(args, 0) / divisor, args.length > 2 ? wholeAt(args, 2) : DEFAULT_SCALE);
    },
  },
  ROUND: { takes: [1, 2], run: (args) => rounded(numberAt(args, 0), args.length > 1 ? wholeAt(args, 1) : 0) },
  RAND: { takes: [0, 0], run: (_, { random }) => random() },
};

/** 0.1 + 0.2 is 0.3 for people, as with decimal arithmetic. */
function exact(value: number): number {
  if (!Number.isFinite(value)) throw new Error('The result is too large.');
  return Number(value.toPrecision(MAX_SCALE));
}

/** Halves away from zero. UNCONFIRMED. */
function rounded(value: number, digits: number): number {
  if (digits < 0 || digits > MAX_SCALE)
    throw new Error(`The number of digits must be from 0 to ${MAX_SCALE}, it is ${digits}.`);
  // By its decimal digits: 1.005 * 100 is 100.49999999999999.
  const [mantissa, exponent = '0'] = String(Math.abs(exact(value))).split('e');
  const shifted = Math.round(Number(`${mantissa}e${Number(exponent) + digits}`));
  return exact(Math.sign(value) * Number(`${shifted}e${-digits}`)) || 0;
}
