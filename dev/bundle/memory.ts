/**
 * Memory of a function: as a person writes it for `gcloud functions deploy --gen2 --memory`, and as the API has it. The two
 * differ in a bare number, which gcloud takes for M and the API for bytes.
 */

/** Bytes of each unit that gcloud takes; those of Kubernetes (its `resource.Quantity`), as the API has them. */
const UNITS: ReadonlyMap<string, number> = new Map(
  ['k', 'M', 'G', 'T', 'P'].flatMap((unit, i) => [
    [unit, 1000 ** (i + 1)] as const,
    [unit === 'k' ? 'Ki' : `${unit}i`, 1024 ** (i + 1)] as const,
  ]),
);

/** For a person who is told what to write. */
export const MEMORY_UNITS = [...UNITS.keys()].join(', ');

const BY_UPPER_CASE = new Map([...UNITS.keys()].map((unit) => [unit.toUpperCase(), unit]));

/**
 * What gcloud makes of `--memory`, in the API's words: `512Mi` of `512mib`, `512M` of `512MB` and of `512`. Null where it
 * refuses: a fraction, a space, an unknown unit, bytes. The rules are those of gcloud 528 (`_ParseMemoryStrToK8sMemory` in
 * its functions/v2/deploy/command.py), which says so only after it has uploaded the code.
 */
export function parseMemory(text: string): string | null {
  const [, amount, unit = 'M'] = /^(\d+)(?:([ac-z]+)b?)?$/i.exec(text) ?? [];
  const known = BY_UPPER_CASE.get(unit.toUpperCase());
  return amount !== undefined && known !== undefined ? amount + known : null;
}

/**
 * Bytes of a memory as the API has it, where a bare number is in bytes (`ServiceConfig.available_memory` of
 * google/cloud/functions/v2/functions.proto); NaN where it has none.
 */
export function bytesOf(memory: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(memory) ?? [];
  return Number(amount) * (unit === '' ? 1 : (UNITS.get(unit ?? '') ?? Number.NaN));
}
