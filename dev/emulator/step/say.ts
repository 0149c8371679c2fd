import type { Agent, ConditionalCases, JsonObject, Message } from '../agent.ts';
import { render } from '../language/template.ts';
import { resolveValue } from '../language/value.ts';
import { type Draft, scopeOf } from './draft.ts';
import { attempt, check } from './language.ts';
import { enqueue, type ResponseType, textsOf } from './queue.ts';

/** Puts messages of the agent into the queue, in the words of the session's language, with their references replaced. */
export function say(draft: Draft, messages: readonly Message[], responseType: ResponseType): void {
  const language = languageOfWords(draft.agent, draft.turn.languageCode);
  const understood = messages.filter(({ languageCode }) => languageCode === null || isSame(languageCode, language));
  const scope = scopeOf(draft);
  const said = understood.map((message): Message => {
    const { kind, content } = message;
    if (kind !== 'text') {
      return { ...message, content: attempt(draft, content, () => resolveValue(content, scope) as JsonObject) };
    }
    const text = textsOf(content).map((each) => attempt(draft, each, () => render(each, scope)));
    return { ...message, content: { ...content, text } };
  });
  enqueue(draft, said, responseType);
}

/** Says the first case whose condition holds; cases in it likewise. */
export function sayCase(draft: Draft, cases: ConditionalCases, responseType: ResponseType): void {
  for (const { condition, content } of cases) {
    const { holds, reads } = check(draft, condition);
    draft.trace.push({ kind: 'case', condition, holds, reads });
    if (!holds) continue;
    let messages: Message[] = [];
    for (const each of content) {
      if (each.message) {
        messages.push(each.message);
        continue;
      }
      say(draft, messages, responseType);
      messages = [];
      sayCase(draft, each.cases, responseType);
    }
    say(draft, messages, responseType);
    return;
  }
}

/** The words of `en` serve `en-GB`; those of the default language serve whoever has none. */
function languageOfWords({ languageCodes, defaultLanguageCode }: Agent, languageCode: string): string {
  const root = languageCode.split('-')[0]!;
  const found = [languageCode, root].find((wanted) => languageCodes.some((code) => isSame(code, wanted)));
  return found ?? defaultLanguageCode;
}

/** Callers write `pt-BR` and `pt-br` (captured requests). */
function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
