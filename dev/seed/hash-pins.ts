/**
 * Makes `pin-hashes.json` from the PINs in `students.json`: run `node dev/seed/hash-pins.ts` after one of them changed.
 * Hashes that still fit stay as they are. They are kept because each is slow on purpose, and seeding must not wait.
 */
import { randomBytes, scryptSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import made from './pin-hashes.json' with { type: 'json' };
import college from './students.json' with { type: 'json' };

/** 16 MiB and some 50 ms. No cost can guard four digits for long: what guards them is the limit on wrong attempts. */
const COST = { N: 16_384, r: 8, p: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;

function hashPin(pin: string, salt: Buffer): string {
  const hash = scryptSync(pin, salt, HASH_BYTES, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

const before: Record<string, string> = made;
const hashes = college.students.map(({ number, pin }) => {
  const kept = before[number];
  const salt = kept === undefined ? undefined : Buffer.from(kept.split('$')[4] ?? '', 'base64url');
  const fits = salt !== undefined && hashPin(pin, salt) === kept;
  return [number, fits ? kept : hashPin(pin, randomBytes(SALT_BYTES))];
});
const file = new URL('./pin-hashes.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(Object.fromEntries(hashes), null, 2)}\n`);
