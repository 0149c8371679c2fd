import type { IncomingMessage } from 'node:http';
import { viewAgent } from './agent-view.ts';
import { type Answer, json, NOTHING, readJson } from './http.ts';
import { mapFlow } from './map.ts';
import { Refusal } from './problem.ts';
import { readFault, readNewSession, readNewTurn, readTurns } from './read.ts';
import type { Sessions } from './sessions.ts';
import type { Stage } from './take.ts';
import { toTestCase } from './test-case.ts';

interface Call {
  /** Of the session, where the path has one. */
  readonly id: string;
  readonly query: URLSearchParams;
  /** The body, a JSON object. */
  body(): Promise<object>;
}

type Handler = (call: Call) => Answer | Promise<Answer>;
type Routes = { readonly [path: string]: { readonly [method: string]: Handler } };

/** The requests of `api.ts`, but for the events: answers one, or throws a `Refusal`. */
export function createApi(
  stage: () => Stage,
  sessions: Sessions,
): (request: IncomingMessage, url: URL) => Promise<Answer> {
  const routes: Routes = {
    agent: { GET: () => json(viewAgent(stage().agent, stage().answerers.functions())) },
    map: {
      GET: ({ query }) => json(mapFlow(stage().agent, query.get('flow') ?? '', stage().answerers.functions())),
    },
    sessions: {
      GET: () => json(sessions.list()),
      POST: async ({ body }) => json(sessions.create(readNewSession(await body())).view()),
    },
    'sessions/ID': {
      GET: ({ id }) => json(sessions.get(id).view()),
      DELETE: ({ id }) => {
        sessions.remove(id);
        return NOTHING;
      },
    },
    'sessions/ID/turns': {
      POST: async ({ id, body }) => {
        const session = sessions.get(id);
        const { input, injected } = readNewTurn(await body(), stage().agent);
        return json(await session.take(input, injected));
      },
    },
    'sessions/ID/back': {
      POST: async ({ id, body }) => json(await sessions.get(id).back(readTurns(await body()))),
    },
    'sessions/ID/fork': {
      POST: async ({ id, body }) => json(sessions.fork(id, readTurns(await body())).view()),
    },
    'sessions/ID/replay': {
      POST: async ({ id, body }) => {
        await body();
        return json(await sessions.get(id).replay());
      },
    },
    'sessions/ID/replay/keep': {
      POST: async ({ id, body }) => {
        await body();
        return json(await sessions.get(id).keepReplay());
      },
    },
    'sessions/ID/fault': {
      POST: async ({ id, body }) => {
        sessions.get(id).putFault(readFault(await body()));
        return NOTHING;
      },
    },
    'sessions/ID/test-case': {
      GET: ({ id, query }) => json(toTestCase(sessions.get(id).view(), readName(query))),
    },
  };

  return async (request, url) => {
    const path = url.pathname.slice('/console/api/'.length).split('/');
    const id = path[0] === 'sessions' ? (path[1] ?? '') : '';
    const pattern = id === '' ? path : [path[0], 'ID', ...path.slice(2)];
    const methods = Object.entries(routes).find(([each]) => each === pattern.join('/'))?.[1];
    if (!methods) throw new Refusal('not-found', `The console has no ${url.pathname}.`);
    const handle = Object.entries(methods).find(([each]) => each === request.method)?.[1];
    if (!handle) {
      const allow = Object.keys(methods).join(', ');
      throw new Refusal('method-not-allowed', `It takes ${allow}, not ${request.method}.`, { allow });
    }
    return handle({ id, query: url.searchParams, body: () => readJson(request) });
  };
}

/** Characters of the display name of a test case (test_case.proto: "Limit of 200 characters"). */
const MAX_NAME = 200;

function readName(query: URLSearchParams): string {
  const name = (query.get('name') ?? '').trim();
  if (name !== '' && name.length <= MAX_NAME) return name;
  throw new Refusal('bad-request', `Give the test case a name of at most ${MAX_NAME} characters.`);
}
