/** The store keeps whole paise; the agent's parameters are rupees; people read them as India writes them. */

export const CURRENCY = 'INR';

/** `rupees(124050)` is 1240.5 */
export function rupees(paise: number): number {
  return paise / 100;
}

const FORMAT = { style: 'currency', currency: CURRENCY, trailingZeroDisplay: 'stripIfInteger' } as const;
const plain = new Intl.NumberFormat('en-IN', FORMAT);
const signed = new Intl.NumberFormat('en-IN', { ...FORMAT, signDisplay: 'exceptZero' });

/** `₹1,240.50`, `₹1,00,000` */
export function inRupees(paise: number): string {
  return plain.format(rupees(paise));
}

/** `+₹500`, `-₹90` */
export function signedRupees(paise: number): string {
  return signed.format(rupees(paise));
}
