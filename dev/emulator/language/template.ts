import { LRUCache } from 'lru-cache';
import type { Json } from '../agent.ts';
import type { LanguageError } from './error.ts';
import { partsText, partsValue } from './evaluate.ts';
import { splitText } from './parser.ts';
import type { Scope } from './scope.ts';
import type { Part } from './syntax.ts';

interface Template {
  readonly parts: readonly Part[];
  readonly problems: readonly LanguageError[];
}

const parsed = new LRUCache<string, Template>({ max: 10_000 });

/** A text with references and calls in it, in its parts. The same text is parsed once. */
function parseTemplate(text: string): Template {
  let template = parsed.get(text);
  if (!template) {
    template = splitText(text);
    parsed.set(text, template);
  }
  return template;
}

/** What cannot be read in a text: CX says it as it is written. */
export function problemsOf(text: string): readonly LanguageError[] {
  return parseTemplate(text).problems;
}

/**
 * A text as it is said: references and calls replaced, unknown ones left as they are written.
 *
 * @throws {LanguageError} for a text that grows beyond all measure (`limits.ts`)
 * @example
 * render('Table for $session.params.guests.', scope) // 'Table for 2.'
 */
export function render(text: string, scope: Scope): string {
  if (!text.includes('$')) return text;
  return partsText(parseTemplate(text).parts, { scope, reads: [], problems: [] });
}

/** A text that is one reference or call has its value, `undefined` where there is none; any other is rendered. */
export function renderValue(text: string, scope: Scope): Json | undefined {
  if (!text.includes('$')) return text;
  return partsValue(parseTemplate(text).parts, { scope, reads: [], problems: [] });
}
