import { signal } from '@preact/signals';
import type { UserInput } from '../../../emulator/agent.ts';
import type { ConsoleEvent, NewSession, SessionView } from '../../api.ts';
import { listen } from '../listen.ts';
import { ApiError, agent, api, notice, replay, selectedTurn, session, sessions, view } from '../state.ts';
import { staged } from './staged.ts';

/** What a person can do with conversations. Each says in `notice` why it did not work. */

/** What the server is being asked for at the moment: nothing else can be begun. */
export const busy = signal<{ readonly doing: string; readonly since: number } | null>(null);

/** What was just said and has no answer yet. */
export const waiting = signal<UserInput | null>(null);

/** What will go wrong with the next webhook call; empty: nothing. */
export const fault = signal('');

/** Starts the page: the agent, the conversation of the address or a new one, and what the server tells. */
export async function begin(): Promise<void> {
  listen({
    event: hear,
    lost: () => tell('problem', 'The connection to the console is lost. It comes back by itself once it runs again.'),
    open: (wasLost) => void (wasLost ? reconnect() : refresh()),
  });
  addEventListener('hashchange', () => void attempt('opening', async () => void (await follow())));
  await attempt('loading', async () => {
    [agent.value, sessions.value] = await Promise.all([api.agent(), api.sessions()]);
    document.title = `${agent.value.displayName} · Console`;
    if (!(await follow())) {
      const newest = sessions.value.at(-1);
      show(await (newest ? api.session(newest.id) : api.newSession({})));
      sessions.value = await api.sessions();
    }
  });
}

/** After a loss of the connection: perhaps it is another process, which knows none of the old conversations. */
async function reconnect(): Promise<void> {
  try {
    [agent.value, sessions.value] = await Promise.all([api.agent(), api.sessions()]);
  } catch {
    return; // gone again, and told
  }
  if (sessions.value.some(({ id }) => id === session.value?.id)) tell('news', 'The console is back.');
  else tell('problem', 'The console was started anew and does not know this conversation any more: start over.');
}

/** Says or does something, with the parameters that are staged. */
export function send(input: UserInput): Promise<boolean> {
  return attempt('waiting for the agent', async () => {
    const before = session.value;
    if (!before)
      throw new ApiError('no-session', 'There is no conversation yet: start the console, and load this page anew.');
    waiting.value = input;
    const isStaged = Object.keys(staged.value).length > 0;
    const turn = await api.turn(before.id, isStaged ? { input, parameters: staged.value } : { input });
    staged.value = {};
    if (turn.webhooks.some(({ outcome }) => outcome !== 'skipped')) fault.value = '';
    if (session.value?.id !== before.id) return;
    const { flow, page, session: parameters } = turn;
    session.value = { ...before, flow, page, parameters, turns: [...before.turns, turn] };
    selectedTurn.value = null;
    writeAddress();
    sessions.value = await api.sessions();
  });
}

/** Begins a conversation beside the others. */
export function startNew(wanted: NewSession): Promise<boolean> {
  return attempt('starting', async () => {
    show(await api.newSession(wanted));
    sessions.value = await api.sessions();
  });
}

/** A new conversation in the language and on the channel of this one, which is kept. */
export function startOver(): Promise<boolean> {
  const { languageCode, channel } = session.value ?? {};
  return startNew({ ...(languageCode && { languageCode }), ...(channel && { channel }) });
}

export function switchTo(id: string): Promise<boolean> {
  return attempt('opening', () => open(id));
}

/** Deletes a conversation; of the one that is shown another takes the place. */
export function remove(id: string): Promise<boolean> {
  return attempt('deleting', async () => {
    await api.removeSession(id);
    sessions.value = await api.sessions();
    if (session.value?.id !== id) return;
    const other = sessions.value.at(-1);
    if (other) await open(other.id);
    else show(await api.newSession({}));
    sessions.value = await api.sessions();
  });
}

/** Forgets all turns after the first so many. */
export function goBack(turns: number): Promise<boolean> {
  return attempt('going back', async () => {
    if (session.value) show(await api.back(session.value.id, turns));
    sessions.value = await api.sessions();
  });
}

/** A new conversation with the first so many turns of this one. */
export function fork(turns: number): Promise<boolean> {
  return attempt('copying', async () => {
    if (session.value) show(await api.fork(session.value.id, turns));
    sessions.value = await api.sessions();
    tell('news', 'This is a copy: the conversation it comes from is kept.');
  });
}

/** Every turn again, on the code as it is now; nothing changes until it is kept. */
export function startReplay(): Promise<boolean> {
  return attempt('replaying', async () => {
    if (!session.value) return;
    replay.value = await api.replay(session.value.id);
    view.value = 'replay';
  });
}

export function keepReplay(): Promise<boolean> {
  return attempt('keeping the replay', async () => {
    if (!session.value) return;
    show(await api.keepReplay(session.value.id));
    tell('news', 'The replayed turns have taken the place of the old ones.');
  });
}

export function closeReplay(): void {
  replay.value = null;
  if (view.value === 'replay') view.value = 'chat';
}

/** As `timeout`, `503`, `slow=2000`, `duplicate` or `drop`; empty takes it back. */
export function setFault(wanted: string): Promise<boolean> {
  return attempt('setting the fault', async () => {
    if (!session.value) return;
    await api.fault(session.value.id, wanted === '' ? null : wanted);
    fault.value = wanted;
  });
}

/** Hands the conversation to the browser as a file of `testCases/` in an export. */
export function saveTestCase(name: string): Promise<boolean> {
  return attempt('saving', async () => {
    if (!session.value) return;
    const testCase = await api.testCase(session.value.id, name);
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([JSON.stringify(testCase, null, 2)], { type: 'application/json' }));
    link.download = `${name.replace(/[^\p{L}\p{N} ._-]+/gu, '-')}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
    tell('news', `"${name}" is saved: it belongs into testCases/ of the export.`);
  });
}

/** Chooses the turn that the X-ray shows. */
export function select(id: string): void {
  selectedTurn.value = id;
  writeAddress();
}

/** Goes where the address says, `#/SESSION/TURN`. `false`: it says nothing, or names what there is not. */
async function follow(): Promise<boolean> {
  const [id, turn] = location.hash.replace(/^#\/?/, '').split('/').map(decode);
  if (!id) return false;
  if (session.value?.id !== id) {
    try {
      await open(id, turn);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code === 'unreachable') throw error;
      tell('problem', 'The conversation of this address is gone: conversations end with the console.');
      return false;
    }
  }
  selectedTurn.value = turn ?? null;
  return true;
}

async function open(id: string, turn?: string): Promise<void> {
  show(await api.session(id), turn);
}

/** Puts another state of a conversation, or another conversation, on the page. */
function show(next: SessionView, turn?: string): void {
  const before = session.value;
  if (before && before.id !== next.id) {
    staged.value = {};
    // What is not seen must not go wrong later. A conversation that is deleted has no fault any more.
    if (fault.value !== '') api.fault(before.id, null).catch(() => {});
    fault.value = '';
  }
  closeReplay();
  session.value = next;
  selectedTurn.value = turn ?? null;
  writeAddress();
}

/** The address of what is shown; other places of the history are conversations, not turns. */
function writeAddress(): void {
  if (!session.value) return;
  const { id } = session.value;
  const path = [id, ...(selectedTurn.value ? [selectedTurn.value] : [])].map(encodeURIComponent).join('/');
  const isOther = !location.hash.startsWith(`#/${encodeURIComponent(id)}`);
  if (location.hash === `#/${path}`) return;
  history[isOther && location.hash !== '' ? 'pushState' : 'replaceState'](null, '', `#/${path}`);
}

function hear(event: ConsoleEvent): void {
  if (event.kind === 'restart') {
    tell('problem', `${event.file} was saved. Start the console again to take it in.`);
    return;
  }
  const what = event.kind === 'agent' ? 'The agent' : event.name;
  if (event.problem === null) tell('news', `${what} was loaded anew. The conversation goes on with it.`);
  else tell('problem', `${what} does not load: ${event.problem}`);
  void refresh();
}

/** The agent and the functions may be others than those that the page knows. */
async function refresh(): Promise<void> {
  try {
    agent.value = await api.agent();
  } catch {
    // The connection is lost, which is told.
  }
}

export function tell(kind: 'news' | 'problem', text: string): void {
  notice.value = { kind, text };
}

/** One thing at a time. `false`: it did not work, and the notice says why, or another one is under way. */
async function attempt(doing: string, action: () => Promise<void>): Promise<boolean> {
  if (busy.value) return false;
  busy.value = { doing, since: performance.now() };
  try {
    await action();
    return true;
  } catch (error) {
    tell('problem', error instanceof Error ? error.message : String(error));
    return false;
  } finally {
    waiting.value = null;
    busy.value = null;
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
