import type { Agent, Json, JsonObject, UserInput } from '../../dev/emulator/agent.ts';
import type { WebhookAnswer, WebhookCall, WebhookErrorEvent, WebhookOutcome } from '../../dev/emulator/call/effect.ts';
import type { Understanding } from '../../dev/emulator/match.ts';
import { beginSession, type SessionState } from '../../dev/emulator/state.ts';
import { type Turn, type TurnResult, takeTurn } from '../../dev/emulator/step.ts';
import { type AgentExport, loadExport } from './agent-export.ts';

/** What came of a turn: the result, and what tests compare most. */
export interface Said extends TurnResult {
  /** Of the text messages. */
  readonly texts: readonly string[];
  readonly parameters: JsonObject;
  readonly calls: readonly WebhookCall[];
}

export interface Talk {
  readonly agent: Agent;
  readonly state: SessionState;
  /** Says what nobody understands. */
  says(text?: string): Said;
  /** Says something that is understood as the intent, with these parameters. */
  means(intent: string, parameters?: JsonObject): Said;
  /** Says something that gives form parameters these values. */
  fills(values: JsonObject): Said;
  /** Raises the event. */
  raises(event: string): Said;
  takes(turn: Partial<Turn>): Said;
}

export interface TalkOptions {
  /** Answers webhook calls; without it each call is skipped. */
  readonly webhook?: (call: WebhookCall) => WebhookOutcome;
  /** Of every turn. */
  readonly turn?: Partial<Turn>;
  readonly state?: SessionState;
}

const NOTHING: Understanding = { intent: null, form: {} };

/** A conversation with a small agent: no text is matched here, a test says what is understood. */
export function talk(agent: Agent | AgentExport, { webhook, turn = {}, state }: TalkOptions = {}): Talk {
  const loaded = isLoaded(agent) ? agent : loadExport(agent);
  let current = state ?? beginSession(loaded.startFlow);
  const takes = (given: Partial<Turn>): Said => {
    const calls: WebhookCall[] = [];
    const step = takeTurn(loaded, current, { ...TURN, ...turn, ...given });
    let next = step.next();
    while (!next.done) {
      calls.push(next.value);
      next = step.next(webhook?.(next.value) ?? { kind: 'skipped', reason: 'off' });
    }
    const result = next.value;
    current = result.state;
    const texts = result.messages.flatMap(({ kind, content }) => (kind === 'text' ? (content.text as string[]) : []));
    return { ...result, texts, parameters: current.parameters, calls };
  };
  const text = (words: string): UserInput => ({ kind: 'text', text: words });
  return {
    agent: loaded,
    get state() {
      return current;
    },
    takes,
    says: (words = 'hm') => takes({ input: text(words) }),
    means: (displayName, parameters = {}) =>
      takes({
        input: text(displayName),
        understanding: { intent: { displayName, confidence: 1, parameters: valuesOf(parameters) }, form: {} },
      }),
    fills: (values) => takes({ input: text('a value'), understanding: { intent: null, form: valuesOf(values) } }),
    raises: (event) => takes({ input: { kind: 'event', event } }),
  };
}

/** What a webhook answers; what is left out it does not say. */
export function answers(answer: Partial<WebhookAnswer> = {}): WebhookOutcome {
  const nothing: WebhookAnswer = {
    messages: [],
    mergeBehavior: 'APPEND',
    parameters: {},
    flowParameters: {},
    form: [],
    payload: null,
    targetPage: null,
    targetFlow: null,
  };
  return { kind: 'answered', httpStatus: 200, answer: { ...nothing, ...answer }, exchange: EXCHANGE };
}

/** A text message of a webhook. */
export function answerText(text: string): WebhookAnswer['messages'][number] {
  return { kind: 'text', content: { text: [text] }, channel: null, languageCode: null, responseType: null };
}

export function fails(event: WebhookErrorEvent, httpStatus: number | null = null): WebhookOutcome {
  return { kind: 'failed', httpStatus, event, status: { code: 14, message: event }, problem: event, exchange: null };
}

/** A resource name in an emulated agent. */
export function nameOf(path: string): string {
  return `${TURN.agentName}/${path}`;
}

const EXCHANGE = {
  url: 'https://backend.invalid/',
  method: 'POST',
  requestHeaders: {},
  requestBody: '{}',
  responseBody: '{}',
  attempts: [],
};

const TURN: Turn = {
  input: { kind: 'text', text: '' },
  understanding: NOTHING,
  responseId: 'response',
  agentName: 'projects/p/locations/l/agents/a',
  sessionId: 'session',
  environment: null,
  languageCode: 'en',
  channel: null,
  payload: null,
  sentiment: null,
  injectedParameters: {},
  now: Date.UTC(2026, 0, 31),
  random: () => 0,
};

function valuesOf(values: JsonObject): Understanding['form'] {
  return Object.fromEntries(
    Object.entries(values).map(([name, resolved]: [string, Json]) => [name, { original: `said ${name}`, resolved }]),
  );
}

function isLoaded(agent: Agent | AgentExport): agent is Agent {
  return agent.flows instanceof Map || 'findings' in agent;
}
