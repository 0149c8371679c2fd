import { computed, effect, signal } from '@preact/signals';
import type { AgentView, FlowMap, NewSession, NewTurn, Replay, SessionSummary, SessionView, TurnView } from '../api.ts';

/** What the page knows, and its way to ask the server. Components read the signals; `chat/conversation.ts` changes them. */

/** What the server knows of the agent; `null` until it has answered. */
export const agent = signal<AgentView | null>(null);

/** The conversation that is shown. */
export const session = signal<SessionView | null>(null);

/** All conversations. */
export const sessions = signal<readonly SessionSummary[]>([]);

/** The id of the turn that a person chose; `null`: the last one, whichever that is. */
export const selectedTurn = signal<string | null>(null);

/** The turn that the X-ray shows: the chosen one, or else the last. */
export const shownTurn = computed<TurnView | null>(() => {
  const turns = session.value?.turns ?? [];
  return turns.find(({ id }) => id === selectedTurn.value) ?? turns.at(-1) ?? null;
});

/** What stands beside the chat; on a phone one of the four is all there is. */
export const view = signal<'chat' | 'xray' | 'map' | 'replay'>('chat');

/** Chat and one of the others fit side by side. */
const wide = matchMedia('(min-width: 60rem)');
export const isWide = signal(wide.matches);
wide.addEventListener('change', ({ matches }) => {
  isWide.value = matches;
});

/** With a finger, the focus in a field brings up a keyboard over half of the screen. */
export const hasMouse = (): boolean => matchMedia('(pointer: fine)').matches;

/** A replay that waits for its judgement. */
export const replay = signal<Replay | null>(null);

/** `system` follows the machine. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
export const theme = signal<Theme>(THEMES.find((name) => name === localStorage.getItem('theme')) ?? 'system');
effect(() => {
  document.documentElement.dataset.theme = theme.value;
  localStorage.setItem('theme', theme.value);
});

/** What a person is told besides the conversation. A `problem` stays until it is closed or solved. */
export interface Notice {
  readonly kind: 'news' | 'problem';
  readonly text: string;
}
export const notice = signal<Notice | null>(null);

/** The server refused: its sentence, and the code of its answer. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Of every request. */
export const ROOT = '/console/api/';

/**
 * The server's requests, as in `api.ts`. They throw an `ApiError` with a sentence for people when the server refuses or
 * cannot be reached.
 */
export const api = {
  agent: () => ask<AgentView>('GET', 'agent'),
  map: (flow: string) => ask<FlowMap>('GET', `map?flow=${encodeURIComponent(flow)}`),
  sessions: () => ask<readonly SessionSummary[]>('GET', 'sessions'),
  newSession: (wanted: NewSession) => ask<SessionView>('POST', 'sessions', wanted),
  session: (id: string) => ask<SessionView>('GET', `sessions/${encodeURIComponent(id)}`),
  removeSession: (id: string) => ask<void>('DELETE', `sessions/${encodeURIComponent(id)}`),
  turn: (id: string, turn: NewTurn) => ask<TurnView>('POST', `sessions/${encodeURIComponent(id)}/turns`, turn),
  back: (id: string, turns: number) => ask<SessionView>('POST', `sessions/${encodeURIComponent(id)}/back`, { turns }),
  fork: (id: string, turns: number) => ask<SessionView>('POST', `sessions/${encodeURIComponent(id)}/fork`, { turns }),
  replay: (id: string) => ask<Replay>('POST', `sessions/${encodeURIComponent(id)}/replay`),
  keepReplay: (id: string) => ask<SessionView>('POST', `sessions/${encodeURIComponent(id)}/replay/keep`),
  fault: (id: string, fault: string | null) => ask<void>('POST', `sessions/${encodeURIComponent(id)}/fault`, { fault }),
  testCase: (id: string, name: string) =>
    ask<object>('GET', `sessions/${encodeURIComponent(id)}/test-case?name=${encodeURIComponent(name)}`),
};

async function ask<Answer>(method: string, path: string, body?: object): Promise<Answer> {
  const request: RequestInit = { method, cache: 'no-store' };
  if (method === 'POST') {
    request.headers = { 'content-type': 'application/json' };
    request.body = JSON.stringify(body ?? {});
  }
  const response = await fetch(ROOT + path, request).catch(() => {
    throw new ApiError('unreachable', 'The console does not answer. Does "npm start" still run?');
  });
  const text = await response.text();
  if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as Answer;
  throw readError(response.status, text);
}

/** Of an answer such as `{ error: { code, message } }`. */
function readError(status: number, text: string): ApiError {
  try {
    const { error } = JSON.parse(text) as { error: { code: string; message: string } };
    return new ApiError(error.code, error.message);
  } catch {
    return new ApiError('unknown', `The console answered with the status ${status}.`);
  }
}
