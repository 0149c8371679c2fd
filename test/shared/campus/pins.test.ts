import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import pinHashes from '../../../dev/seed/pin-hashes.json' with { type: 'json' };
import { fitsPin, inTurn, NOBODYS_HASH } from '../../../shared/campus/pins.ts';

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

const { signal } = new AbortController();

test('a flood of PINs does not keep others from the threads: a file is read meanwhile', async () => {
  let checked = 0;
  const flood = Array.from({ length: 12 }, () => inTurn(signal, () => fitsPin('0000', ASHA)).then(() => checked++));
  await readFile(new URL(import.meta.url));
  // With 4 threads busy, each of the file's steps would wait for all 12.
  expect(checked).toBeLessThan(6);
  await Promise.all(flood);
  expect(checked).toBe(12);
});

/** So many come at once; each is at work until it is told to end. */
function crowd(length: number, signalOf: (i: number) => AbortSignal = () => signal) {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const turns = Array.from({ length }, (_, i) =>
    inTurn(signalOf(i), () => {
      begun.push(i);
      return new Promise<string>((resolve) => ends.push(() => resolve(`done ${i}`)));
    }),
  );
  /** Ends the work of whoever is first, until all are done. */
  async function end(): Promise<void> {
    while (ends.length > 0) {
      ends.shift()!();
      await new Promise(setImmediate);
    }
  }
  return { begun, turns, end };
}

test('two work at a time, first come, first served; a work that fails gives its place to the next', async () => {
  const { begun, turns, end } = crowd(5);
  const broken = inTurn(signal, () => fitsPin('4821', `${name}$16383$8$1$${salt}$${hash}`));
  const last = inTurn(signal, async () => 'last');
  expect(begun).toEqual([0, 1]);
  await Promise.all([end(), expect(broken).rejects.toThrow()]);
  expect([await Promise.all(turns), begun]).toEqual([[0, 1, 2, 3, 4].map((i) => `done ${i}`), [0, 1, 2, 3, 4]]);
  expect(await last).toBe('last');
});

test('behind thirty nobody waits: who comes then is told at once, and let in when there is room again', async () => {
  const { begun, turns, end } = crowd(400);
  expect(await Promise.all(turns.slice(32))).toEqual(Array(368).fill(undefined));
  expect(begun).toEqual([0, 1]);
  await end();
  expect(await Promise.all(turns.slice(0, 32))).not.toContain(undefined);
  expect(await inTurn(signal, async () => 'in')).toBe('in');
});

test('who gives up leaves the queue, its work is never done, and the next is not late', async () => {
  const caller = new AbortController();
  const { begun, turns, end } = crowd(32, (i) => (i < 2 ? signal : caller.signal));
  const given = Promise.allSettled(turns.slice(2));
  caller.abort(new Error('late'));
  expect(await given).toEqual(Array(30).fill({ status: 'rejected', reason: new Error('late') }));
  const student = inTurn(signal, async () => 'her turn');
  await end();
  expect([await student, begun]).toEqual(['her turn', [0, 1]]);
  await expect(inTurn(caller.signal, async () => 'too late')).rejects.toThrow('late');
  expect(await inTurn(signal, async () => 'in')).toBe('in');
});
