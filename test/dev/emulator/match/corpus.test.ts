import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { measure } from '../../../../dev/emulator/match/measure.ts';

/** Exported agents with recorded conversations, beside the checkout or where the variable says. They are not in the repository. */
const CORPUS = process.env.CX_CORPUS ?? new URL('../../../../../shared/cx-corpus', import.meta.url).pathname;
const agents = existsSync(`${CORPUS}/agents`)
  ? readdirSync(`${CORPUS}/agents`).filter((name) => existsSync(`${CORPUS}/agents/${name}/testCases`))
  : [];
const isThere = agents.length > 0;
if (!isThere) console.warn(`The matcher is not measured: no recorded conversations in ${CORPUS} (CX_CORPUS).`);
const share = ({ right, all }: { readonly right: number; readonly all: number }) => right / all;

(isThere ? describe : describe.skip)('recorded conversations', () => {
  test.each(isThere ? agents : ['none'])(
    '%s: four of five intents, nine of ten values are understood as they were',
    (name) => {
      const { intent, unlike, form, none } = measure(`${CORPUS}/agents/${name}`);
      expect(intent.all).toBeGreaterThan(50);
      expect(share(intent)).toBeGreaterThanOrEqual(0.8);
      expect(share(unlike)).toBeGreaterThanOrEqual(0.75);
      expect(share(form)).toBeGreaterThanOrEqual(0.9);
      expect(share(none)).toBeGreaterThanOrEqual(0.5);
    },
    120_000,
  );
});
