import { readdirSync, readFileSync } from 'node:fs';
import { test } from '@jest/globals';
import { CORPUS, hasCorpus } from './corpus-agents.ts';

/** The corpus in tests: what live agents sent and did. Without it its tests say so and are skipped. */

export { hasCorpus };

if (!hasCorpus) console.warn(`No corpus at ${CORPUS}: its tests are skipped. Set CX_CORPUS to the folder that has it.`);

/** `test`, or where the corpus is absent a skipped test that says what it misses. */
export const corpusTest: typeof test.skip = hasCorpus ? test : test.skip;

export interface CorpusFile {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: the tests' subject is what unknown JSON becomes
  readonly json: any;
}

/** The JSON files of a folder of the corpus whose names end so; none where the corpus is absent. */
export function corpusFiles(folder: string, ending: string): CorpusFile[] {
  if (!hasCorpus) return [];
  return readdirSync(`${CORPUS}/${folder}`)
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => ({ name, json: JSON.parse(readFileSync(`${CORPUS}/${folder}/${name}`, 'utf8')) }));
}
