import { scrypt, timingSafeEqual } from 'node:crypto';

/**
 * What a PIN is compared with where nobody has the given number: random bytes that no PIN gives. Made at the cost of
 * `dev/seed/hash-pins.ts`: where real hashes cost more or less, time tells which numbers exist.
 */
export const NOBODYS_HASH = 'scrypt$16384$8$1$UbkGBfxWAQaPk2gkZTLTSA$lW3A9zZ6O2gxa6pyp6T0J_4BZlxRONDYAx8DcdE-fdo';

/** `scrypt$N$r$p$salt$hash`; the salt of 16 bytes or more, the hash of 32 to 64, in base64url. */
const STORED = /^scrypt\$(\d{1,5})\$(\d)\$(\d)\$([\w-]{22,86})\$([\w-]{43,86})$/;
/** A hash that asks for more is a mistake: 64 MiB, 4 times 60 ms. */
const MAX_COST = { N: 65_536, r: 8, p: 1 };
/**
 * At the same time in one process. Each keeps one of libuv's 4 threads busy for some 60 ms, and name lookups and files need
 * them too: whoever tries numbers by the thousand keeps others who try waiting, and nobody else.
 */
const MAX_AT_ONCE = 2;
/** Behind so many one waits some 0.9 s; all are in time for CX (4.5 s) where an attempt takes 300 ms, on a slow machine. */
const MAX_WAITING = 30;

/**
 * Whether the PIN is the one that was hashed. Never quick: 16 MiB of memory and some 60 ms of another thread. So only for
 * who is `inTurn`.
 */
export async function fitsPin(pin: string, stored: string): Promise<boolean> {
  const { salt, hash, cost } = parse(stored);
  return timingSafeEqual(await derive(pin, salt, hash.length, cost), hash);
}

let running = 0;
const waiting = new Set<() => void>();

/**
 * Does the work when it is its turn, first come, first served; undefined, at once, where too many are waiting. Who is still
 * waiting when the signal aborts leaves the queue: the work is then not done, and the signal's reason thrown.
 */
export async function inTurn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | undefined> {
  signal.throwIfAborted();
  // Who is done hands its place to the next: `running` then stays as it is.
  if (running < MAX_AT_ONCE) running++;
  else if (waiting.size < MAX_WAITING) await place(signal);
  else return undefined;
  try {
    return await work();
  } finally {
    const [next] = waiting;
    if (next) next();
    else running--;
  }
}

function place(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      waiting.delete(enter);
      reject(signal.reason);
    };
    const enter = () => {
      waiting.delete(enter);
      signal.removeEventListener('abort', leave);
      resolve();
    };
    waiting.add(enter);
    signal.addEventListener('abort', leave, { once: true });
  });
}

function parse(stored: string) {
  const [, N, r, p, salt, hash] = STORED.exec(stored) ?? [];
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const isBearable = cost.N <= MAX_COST.N && cost.r <= MAX_COST.r && cost.p <= MAX_COST.p;
  if (!salt || !hash || !isBearable) throw new Error('The hash of a PIN in the store is not one that can be checked.');
  return { salt: Buffer.from(salt, 'base64url'), hash: Buffer.from(hash, 'base64url'), cost };
}

function derive(pin: string, salt: Buffer, length: number, cost: typeof MAX_COST): Promise<Buffer> {
  // scrypt needs 128 * N * r bytes and a little more; Node's own limit is 32 MiB.
  const options = { ...cost, maxmem: 2 * 128 * cost.N * cost.r };
  return new Promise((resolve, reject) => {
    scrypt(pin, salt, length, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
