import { randomBytes } from 'node:crypto';

/** 32 signs that are not mistaken for each other: without 0 and O, 1 and I. Of 32 a random byte is a multiple. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
/** 32^8 is about 10^12: short enough to be read out, too many to be guessed. */
const LENGTH = 8;

/** A new confirmation number, for example `B7K2M9QX`. */
export function mintBookingId(): string {
  return Array.from(randomBytes(LENGTH), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}
