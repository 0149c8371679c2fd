import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../../shared/log.ts';
import { openAgent } from '../local/open-agent.ts';
import { openAssets } from './assets.ts';
import { createEvents } from './events.ts';
import { createGuard } from './guard.ts';
import { type Answer, refusal, write } from './http.ts';
import { createFunctionLog } from './log.ts';
import { Refusal } from './problem.ts';
import { watchCode } from './reload.ts';
import { createApi } from './routes.ts';
import { createSessions } from './sessions.ts';
import type { Answerers } from './webhooks.ts';

export interface ConsoleOptions extends Answerers {
  /** Whom people talk to: an exported agent, a folder or a .zip. */
  readonly agentPath: string;
  /** Under which the console is reached. */
  readonly port: number;
  /** What `GET /` answers to programs: what runs here. */
  readonly list: () => Answer;
  /** Loads a function anew; says why it does not load, or null. `undefined`: a later time has taken its place. */
  readonly reload: (name: string) => Promise<string | null | undefined>;
  /** Where the functions are, and what they share; both end in a slash. */
  readonly folders: { readonly functions: URL; readonly shared: URL };
}

/** The page on which a person talks to the agent, and its server. */
export interface Console {
  /** Is this request for the console? */
  takes(request: Pick<IncomingMessage, 'method' | 'url'>): boolean;
  /** Answers it; never rejects. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Hears what functions write to their log, so that a turn can show it. */
  readonly hear: Log;
  close(): void;
}

const PREFIX = '/console/';
const API = `${PREFIX}api/`;

/**
 * Opens the console: `GET /`, and all that is under `/console/`. It is for the person at this machine; `guard.ts` keeps other
 * web pages out, and behind a tunnel it must not be opened at all.
 * @throws Problem where the path is no agent.
 */
export function createConsole({ agentPath, port, list, reload, folders, ...answerers }: ConsoleOptions): Console {
  let agent = openAgent(agentPath);
  const log = createFunctionLog();
  const stage = () => ({ agent, answerers, log });
  const guard = createGuard(port);
  const events = createEvents();
  const assets = openAssets();
  const sessions = createSessions(stage);
  const api = createApi(stage, sessions);
  assets.prepare();

  const unwatch = watchCode(
    { agent: agentPath, ...folders },
    {
      async function(name) {
        // A folder that is gone is told like a file that does not load: neither ends the server.
        const problem = await reload(name).catch(messageOf);
        if (problem !== undefined) events.tell({ kind: 'function', name, problem });
      },
      agent() {
        let problem: string | null = null;
        try {
          agent = openAgent(agentPath);
        } catch (error) {
          problem = messageOf(error);
        }
        events.tell({ kind: 'agent', problem });
      },
      restart: (file) => events.tell({ kind: 'restart', file }),
    },
  );

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<Answer | null> {
    guard.checkHost(request);
    const url = new URL(request.url ?? '/', `http://localhost:${port}`);
    if (url.pathname.startsWith(API)) {
      guard.checkOrigin(request);
      if (url.pathname !== `${API}events`) return api(request, url);
      if (request.method !== 'GET') throw onlyGet();
      events.listen(response);
      return null;
    }
    if (request.method !== 'GET') throw onlyGet();
    if (url.pathname === '/') return (request.headers.accept ?? '').includes('text/html') ? assets.html() : list();
    return assets.file(url.pathname.slice(PREFIX.length));
  }

  return {
    takes: ({ method, url = '/' }) => (method === 'GET' && /^\/(\?|$)/.test(url)) || url.startsWith(PREFIX),
    async handle(request, response) {
      try {
        const answer = await serve(request, response);
        if (answer) write(response, answer);
      } catch (error) {
        write(response, refusal(asRefusal(error)));
      }
    },
    hear: log.hear,
    close() {
      unwatch();
      sessions.close();
      events.close();
    },
  };
}

const onlyGet = () => new Refusal('method-not-allowed', 'It takes GET alone.', { allow: 'GET' });

/** What nobody foresaw is told too: whoever reads it is whoever runs it. */
function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  return new Refusal('internal', `The console failed: ${messageOf(error)}`);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
