import type { Turn } from '../request.ts';
import type { Json } from '../wire.ts';

/** Texts shorter than this are left alone: "1" or "no" would blacken half of every stack trace. */
const SHORTEST_SECRET = 3;

/** Takes out of a text whatever the turn carries of a person: parameters, words, payload. */
export function redact(text: string, turn: Turn | null): string {
  if (!turn) return text;
  const values = new Set<string>();
  collect(turn.params, values);
  collect(turn.payload, values);
  if (turn.query) collect(turn.query.value, values);
  // The longest first, so that no part of a value survives the removal of a shorter one inside it.
  const secrets = [...values].filter((value) => value.length >= SHORTEST_SECRET).sort((a, b) => b.length - a.length);
  return secrets.reduce((redacted, secret) => redacted.replaceAll(secret, '[redacted]'), text);
}

function collect(value: Json | undefined, into: Set<string>): void {
  if (value === null || value === undefined || typeof value === 'boolean') return;
  if (typeof value === 'object') for (const member of Object.values(value)) collect(member, into);
  else into.add(String(value));
}
