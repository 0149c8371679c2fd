import type { JsonObject, Message, MessageKind } from '../agent.ts';
import type { QueuedMessage } from '../call/request.ts';
import type { TraceEvent } from '../trace.ts';
import type { Draft } from './draft.ts';

export type ResponseType = QueuedMessage['responseType'];
/** The type that a webhook has given it wins over that of the fulfillment. */
type Sayable = Pick<Message, 'kind' | 'channel' | 'content'> & { readonly responseType?: ResponseType | null };

/** More are not sent (fulfillment.proto, `return_partial_responses`: "only the first 3 partial responses will be returned"). */
const MAX_PARTIAL_RESPONSES = 3;

/** What an agent cannot say (response_message.proto): CX makes the first two itself, and of the third it has nothing to show. */
const NOT_SAID: { readonly [kind in MessageKind]?: TraceEvent & { kind: 'hidden' | 'unsupported' } } = {
  endInteraction: { kind: 'hidden', message: 'CX alone says endInteraction, at the end of a session: it is left out.' },
  mixedAudio: { kind: 'hidden', message: 'CX alone makes mixedAudio: it is left out.' },
  knowledgeInfoCard: {
    kind: 'unsupported',
    construct: 'knowledgeInfoCard',
    message: 'Data stores are not asked here, and a card without an answer is left out.',
  },
};

/**
 * Puts messages of a fulfillment or a webhook into the queue: those for the turn's channel, or where there is none those for no
 * channel (session.proto, `QueryParameters.channel`). Whether CX looks at one fulfillment or at the whole turn is not documented.
 */
export function enqueue(draft: Draft, messages: readonly Sayable[], responseType: ResponseType): void {
  for (const message of forChannel(messages, draft.turn.channel)) {
    const problem = NOT_SAID[message.kind];
    if (problem) draft.trace.push(problem);
    else push(draft, message, message.responseType ?? responseType);
  }
}

/** The signal that the session is over, once, after all else ("at most one such message in each response"). */
export function enqueueEnd(draft: Draft): void {
  push(draft, { kind: 'endInteraction', channel: null, content: {} }, 'HANDLER_PROMPT');
}

/** A streaming client gets what waits by now; any other gets it with the rest. */
export function sendPart(draft: Draft): void {
  const { partialResponses, queue, sent } = draft;
  if (queue.length === sent || partialResponses.length === MAX_PARTIAL_RESPONSES) return;
  partialResponses.push(queue.slice(sent));
  draft.sent = queue.length;
}

function forChannel(messages: readonly Sayable[], channel: string | null): readonly Sayable[] {
  const own = messages.filter((message) => channel !== null && message.channel === channel);
  return own.length > 0 ? own : messages.filter((message) => message.channel === null);
}

/** Of the variants of a text CX says one. */
function push(draft: Draft, { kind, channel, content }: Sayable, responseType: ResponseType): void {
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
