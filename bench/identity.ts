import { join } from 'node:path';
import { resetDatabase } from '../dev/local/database.ts';
import { identify } from '../shared/campus/identity.ts';
import { parseRequest } from '../shared/request.ts';
import { createOnce, effectKey } from '../shared/serve/once.ts';
import { openStore } from '../shared/store.ts';
import { figureOf, ratios, showFigure, showTable } from './figures.ts';
import type { World } from './world.ts';

/** The demo has students S1001 to S1060, and nobody from S9001 on. */
const STUDENTS = 60;
/** No student of the demo has it. */
const WRONG_PIN = '0000';

const DAY_MS = 86_400_000;

/**
 * Milliseconds of a wrong PIN, for numbers that exist and numbers that do not, in turns: whoever listens to the clock should
 * not learn which is which. Every attempt is the first of its session, and so many days after the last one of its number.
 */
export async function measureIdentity(world: World, pairs: number, say: (progress: string) => void): Promise<string> {
  const env = { DATABASE_URL: `file:${join(world.folder, 'identity.db')}` };
  await resetDatabase(env, Date.now());
  const store = await openStore(env);
  const known: number[] = [];
  const unknown: number[] = [];
  let now = Date.now();

  async function attempt(number: string, turn: string): Promise<number> {
    const parsed = parseRequest({
      detectIntentResponseId: turn,
      fulfillmentInfo: { tag: 'account' },
      sessionInfo: { session: `projects/p/locations/l/agents/a/sessions/${turn}` },
    });
    const clock = () => now;
    const once = createOnce(store, clock, effectKey(parsed, ['student_number', 'pin']));
    const params = { student_number: number, pin: WRONG_PIN };
    const { signal } = new AbortController();
    const startedAt = performance.now();
    const identity = await identify({ params, turn: parsed, store, once, now: clock, signal });
    const took = performance.now() - startedAt;
    if (!('refused' in identity) || identity.refused !== 'wrong') throw new Error('The PIN was not looked at.');
    return took;
  }

  // The first students are there for the warm-up.
  for (let pair = -10; pair < pairs; pair++) {
    if (pair % 100 === 0) say(`identity: ${pair} of ${pairs} pairs`);
    const place = (pair + 10) % STUDENTS;
    if (place === 0) now += 3 * DAY_MS;
    const both = [
      { number: `S${1001 + place}`, times: known },
      { number: `S${9001 + place}`, times: unknown },
    ];
    // Who comes second may find warmer caches: they take turns at that too.
    for (const { number, times } of pair % 2 ? both : both.reverse()) {
      const took = await attempt(number, `${number}, ${pair}`);
      if (pair >= 0) times.push(took);
    }
  }
  await store.close();
  return report(known, unknown);
}

function report(known: readonly number[], unknown: readonly number[]): string {
  const slower = known.filter((time, i) => time > unknown[i]!).length;
  // Of tosses of a coin, 19 in 20 lie within two standard deviations.
  const spread = Math.sqrt(known.length);
  const from = Math.ceil(known.length / 2 - spread);
  const to = Math.floor(known.length / 2 + spread);
  return [
    'IDENTITY  milliseconds of a wrong PIN, by turns',
    showTable([
      ['', 'ms'],
      ['a number that a student has', showFigure(figureOf(known))],
      ['a number that nobody has', showFigure(figureOf(unknown))],
      ['the one by the other, pair by pair', showFigure(figureOf(ratios(known, unknown)))],
    ]),
    `target: no difference   the student was slower in ${slower} of ${known.length} pairs; a coin: ${from} to ${to}`,
  ].join('\n');
}
