import type { JsonObject, Message } from '../agent.ts';
import type { QueuedMessage } from '../call/request.ts';
import type { Draft } from './draft.ts';

export type ResponseType = QueuedMessage['responseType'];

/** Puts a message into the queue: of the variants of a text CX says one. */
export function enqueue(
  draft: Draft,
  { kind, channel, content }: Pick<Message, 'kind' | 'channel' | 'content'>,
  responseType: ResponseType,
): void {
  const variants = kind === 'text' ? textsOf(content) : [];
  const chosen = variants.slice(Math.floor(draft.turn.random() * variants.length)).slice(0, 1);
  const said = kind === 'text' ? { ...content, text: chosen } : content;
  const message: QueuedMessage = { kind, channel, content: said, variants, responseType, source: 'VIRTUAL_AGENT' };
  draft.queue.push(message);
  draft.trace.push({ kind: 'message', message });
}

/** The variants of a text message. */
export function textsOf({ text }: JsonObject): readonly string[] {
  return Array.isArray(text) ? text.map(String) : [];
}
