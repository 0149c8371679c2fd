import { createRequire } from 'node:module';
import type * as chrono from 'chrono-node';
import type nlp from 'compromise';

const require = createRequire(import.meta.url);

/** Loaded at the first text that needs them, not with the file: they take half a second, and a replay seldom needs them. */
export const compromise = (): typeof nlp => require('compromise');
export const chronoNode = (): typeof chrono => require('chrono-node');
