import type { FoundEntity, Reading } from './read.ts';

export interface Entity {
  /** wink's kind in lower case: `cardinal`, `date`, `duration`, `email`, `money`, `percent`, `time`, `url`, ... */
  readonly kind: string;
  /** In the person's own words. */
  readonly text: string;
}

/** More than these are a list of numbers, not something about a college. */
const MAX_ENTITIES = 20;

/** What people write before an amount; wink knows `₹500` and `500 rupees` but takes `Rs 500` for a number. */
const RUPEES = /^(?:rs\.?|inr)$/i;

/** Dates, times, amounts, addresses and so on, in the order of the text. */
export function entitiesOf({ entities }: Reading): Entity[] {
  return entities.slice(0, MAX_ENTITIES).map(({ kind, text }) => ({ kind: kind.toLowerCase(), text }));
}

/** Makes money of numbers that stand behind `Rs`. */
export function withRupees(reading: Reading): Reading {
  return { ...reading, entities: reading.entities.map((entity) => rupees(reading, entity) ?? entity) };
}

function rupees({ tokens }: Reading, { kind, text, at, length }: FoundEntity): FoundEntity | undefined {
  const sign = tokens[at - 1]?.text;
  if (kind !== 'CARDINAL' || sign === undefined || !RUPEES.test(sign)) return undefined;
  return { kind: 'MONEY', text: `${sign}${tokens[at]!.space}${text}`, at: at - 1, length: length + 1 };
}
