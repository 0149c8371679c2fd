import { signal } from '@preact/signals';
import type { Json, JsonObject } from '../../../emulator/agent.ts';

/** Session parameters to set before the next turn; null removes one. */
export const staged = signal<JsonObject>({});

/** Stages a parameter as it was written: JSON where it is JSON, text otherwise. */
export function stage(name: string, written: string): void {
  staged.value = { ...staged.value, [name]: readValue(written) };
}

export function stageRemoval(name: string): void {
  staged.value = { ...staged.value, [name]: null };
}

export function unstage(name: string): void {
  const { [name]: _, ...rest } = staged.value;
  staged.value = rest;
}

function readValue(written: string): Json {
  try {
    return JSON.parse(written) as Json;
  } catch {
    return written;
  }
}
