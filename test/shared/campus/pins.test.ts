import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import pinHashes from '../../../dev/seed/pin-hashes.json' with { type: 'json' };
import { fitsPin, NOBODYS_HASH } from '../../../shared/campus/pins.ts';

const ASHA = pinHashes.S1024;

test('a PIN fits its hash, and no other PIN does', async () => {
  expect(await Promise.all(['4821', '4820', '', '482'].map((pin) => fitsPin(pin, ASHA)))).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

const [name, , , , salt, hash] = ASHA.split('$');

test.each([
  '',
  '4821',
  `${name}$16384$8$1$${salt}$`, // an empty hash would fit every PIN
  `${name}$16384$8$1$$${hash}`,
  `${name}$16384$8$1$${salt!.slice(0, 10)}$${hash}`,
  `${name}$16384$8$1$${salt}$${hash!.slice(0, 20)}`,
  `${name}$65537$8$1$${salt}$${hash}`, // beyond the memory that one check may take
  `${name}$16384$9$1$${salt}$${hash}`,
  `${name}$16384$8$9$${salt}$${hash}`,
  `${name}$16383$8$1$${salt}$${hash}`, // not a power of two
])('the hash %j is an error, whatever the PIN', async (stored) => {
  await expect(fitsPin('4821', stored)).rejects.toThrow();
});

test("nobody's hash costs what every student's costs, so that time does not tell which numbers exist", () => {
  const costOf = (stored: string) => stored.split('$').slice(0, 4).join('$');
  const lengthsOf = (stored: string) => stored.split('$').map((part) => part.length);
  for (const stored of Object.values(pinHashes)) {
    expect(costOf(stored)).toBe(costOf(NOBODYS_HASH));
    expect(lengthsOf(stored)).toEqual(lengthsOf(NOBODYS_HASH));
  }
});

test('a flood of PINs does not keep others from the threads: a file is read meanwhile', async () => {
  let checked = 0;
  const flood = Array.from({ length: 12 }, () => fitsPin('0000', ASHA).then(() => checked++));
  await readFile(new URL(import.meta.url));
  // With 4 threads busy, each of the file's steps would wait for all 12.
  expect(checked).toBeLessThan(6);
  await Promise.all(flood);
  expect(checked).toBe(12);
});

test('a check that fails gives its place to the next', async () => {
  const broken = Array.from({ length: 4 }, () => fitsPin('4821', `${name}$16383$8$1$${salt}$${hash}`));
  expect((await Promise.allSettled(broken)).map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
  expect(await fitsPin('4821', ASHA)).toBe(true);
});
