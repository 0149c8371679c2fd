import { randomUUID } from 'node:crypto';
import type { JsonObject, UserInput } from '../emulator/agent.ts';
import type { Fault } from '../emulator/call/faults.ts';
import { beginSession, type SessionState } from '../emulator/state.ts';
import type { NewSession, Replay, SessionSummary, SessionView, TurnView } from './api.ts';
import { differencesOf } from './differences.ts';
import { Refusal } from './problem.ts';
import type { KeptTurn, Stage } from './take.ts';
import { createFaultBox } from './webhooks.ts';

/** Conversations that are kept, in memory; the oldest gives way. */
const MOST_SESSIONS = 100;

/** Loaded once somebody talks: what understands people is big. */
const loadTake = () => import('./take.ts');

/** Milliseconds after the beginning of a conversation: the page is there by then, and the person still types. */
const WARM_UP = 100;

/** The conversations of the console. */
export interface Sessions {
  list(): readonly SessionSummary[];
  create(wanted: NewSession): Session;
  /** @throws Refusal where there is none of this id. */
  get(id: string): Session;
  remove(id: string): void;
  /** Another one with the same first turns. */
  fork(id: string, turns: number): Session;
  close(): void;
}

/** @param stage The agent and the functions as they are now; asked before each turn. */
export function createSessions(stage: () => Stage): Sessions {
  const sessions = new Map<string, Session>();
  let warming: NodeJS.Timeout | undefined;

  function add(wanted: NewSession, turns: readonly KeptTurn[] = []): Session {
    const session = createSession(stage, wanted, turns);
    sessions.set(session.id, session);
    for (const id of [...sessions.keys()].slice(0, -MOST_SESSIONS)) sessions.delete(id);
    return session;
  }

  /** Of an agent with which it fails, the first turn fails too, and tells why. */
  async function warm(): Promise<void> {
    try {
      (await loadTake()).warmUp(stage().agent);
    } catch {
      // Nobody waits for it.
    }
  }

  function get(id: string): Session {
    const session = sessions.get(id);
    if (!session)
      throw new Refusal('not-found', 'There is no such conversation: it was removed, or the server started anew.');
    return session;
  }

  return {
    list: () => [...sessions.values()].map((session) => session.summary()),
    create(wanted) {
      warming ??= setTimeout(warm, WARM_UP).unref();
      return add(wanted);
    },
    get,
    remove: (id) => void sessions.delete(get(id).id),
    fork: (id, turns) => {
      const { wanted, kept } = get(id);
      return add(wanted, firstOf(kept(), turns));
    },
    close: () => clearTimeout(warming),
  };
}

/** A conversation. What changes it waits for what is under way: one turn at a time. */
export interface Session {
  readonly id: string;
  readonly wanted: NewSession;
  kept(): readonly KeptTurn[];
  summary(): SessionSummary;
  view(): SessionView;
  take(input: UserInput, injected: JsonObject): Promise<TurnView>;
  /** Keeps so many turns. */
  back(turns: number): Promise<SessionView>;
  putFault(fault: Fault | null): void;
  replay(): Promise<Replay>;
  /** Takes the turns of the last replay in place of the old ones. */
  keepReplay(): Promise<SessionView>;
}

function createSession(stage: () => Stage, wanted: NewSession, begun: readonly KeptTurn[]): Session {
  const id = randomUUID();
  const faults = createFaultBox();
  const { channel = null } = wanted;
  let turns = begun;
  let replayed: readonly KeptTurn[] | null = null;
  let last: Promise<unknown> = Promise.resolve();

  /** After what is under way, whether that went well or not. */
  function inTurn<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    const result = last.then(work, work);
    last = result;
    result.catch(() => {}); // told to whoever asked
    return result;
  }

  const language = () => wanted.languageCode ?? stage().agent.defaultLanguageCode;

  async function takeOne(from: SessionState, input: UserInput, injected: JsonObject, seed?: number): Promise<KeptTurn> {
    const { take } = await loadTake();
    const takeFault = seed === undefined ? faults.take : () => null;
    const more = seed === undefined ? {} : { seed };
    const wish = { input, injected, sessionId: id, languageCode: language(), channel, takeFault, ...more };
    return take(stage(), from, wish);
  }

  const begin = () => beginSession(stage().agent.startFlow);

  function view(): SessionView {
    const { flow, page, session } = turns.at(-1)?.view ?? {
      flow: stage().agent.startFlow,
      page: 'Start Page',
      session: {},
    };
    const views = turns.map((turn) => turn.view);
    return { id, languageCode: language(), channel, flow, page, parameters: session, turns: views };
  }

  return {
    id,
    wanted,
    kept: () => turns,
    summary: () => ({ id, turns: turns.length, title: titleOf(turns) }),
    view,
    putFault: faults.put,
    take: (input, injected) =>
      inTurn(async () => {
        const turn = await takeOne(turns.at(-1)?.after ?? begin(), input, injected);
        turns = [...turns, turn];
        replayed = null;
        return turn.view;
      }),
    back: (count) =>
      inTurn(() => {
        turns = firstOf(turns, count);
        replayed = null;
        return view();
      }),
    replay: () =>
      inTurn(async () => {
        const again: KeptTurn[] = [];
        for (const { view: before, seed } of turns) {
          again.push(await takeOne(again.at(-1)?.after ?? begin(), before.input, before.injected, seed));
        }
        replayed = again;
        return {
          turns: turns.map(({ view: before }, at) => {
            const after = again[at]!.view;
            return { before, after, differences: differencesOf(before, after) };
          }),
        };
      }),
    keepReplay: () =>
      inTurn(() => {
        if (!replayed)
          throw new Refusal('conflict', 'Replay the conversation first: it has changed, or was not replayed.');
        turns = replayed;
        replayed = null;
        return view();
      }),
  };
}

function firstOf(turns: readonly KeptTurn[], count: number): readonly KeptTurn[] {
  if (count <= turns.length) return turns.slice(0, count);
  throw new Refusal('bad-request', `The conversation has ${turns.length} turns: ${count} of them cannot be kept.`);
}

/** The first words that were said. */
function titleOf(turns: readonly KeptTurn[]): string {
  for (const { view } of turns) if (view.input.kind === 'text' && view.input.text.trim() !== '') return view.input.text;
  return '';
}
