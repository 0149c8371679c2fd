import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from '@jest/globals';

/**
 * Requests that live agents sent, kept outside of the repository: `../shared/cx-corpus`, or the folder that `CX_CORPUS`
 * names. It is read where it lies; without it its tests say so and are skipped.
 */
const ROOT = process.env.CX_CORPUS ?? new URL('../../../shared/cx-corpus', import.meta.url).pathname;

export const hasCorpus = existsSync(`${ROOT}/payloads`);

/** `test`, or where the corpus is absent a skipped test that says what it misses. */
export const corpusTest: typeof test.skip = hasCorpus ? test : test.skip;

export interface CorpusFile {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: the tests' subject is what unknown JSON becomes
  readonly json: any;
}

/** The JSON files of a folder of the corpus whose names end so; none where the corpus is absent. */
export function corpusFiles(folder: string, ending: string): CorpusFile[] {
  if (!hasCorpus) {
    console.warn(`No corpus at ${ROOT}: its tests are skipped. Set CX_CORPUS to the folder that has it.`);
    return [];
  }
  return readdirSync(`${ROOT}/${folder}`)
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => ({ name, json: JSON.parse(readFileSync(`${ROOT}/${folder}/${name}`, 'utf8')) }));
}
