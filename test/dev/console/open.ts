import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Replay, SessionView, TurnView } from '../../../dev/console/api.ts';
import type { UserInput } from '../../../dev/emulator/agent.ts';
import { startLocal } from '../../../dev/local/server.ts';
import { startNode } from '../../helpers/process.ts';

/** A console on a free port, and a page's way to it. */
export interface OpenedConsole {
  readonly url: string;
  readonly port: number;
  /** Status, headers and the body, of JSON or else text. What is sent says so itself, as a page of the console does. */
  ask(method: string, path: string, body?: unknown, init?: RequestInit): Promise<Asked>;
  /** The body of an answer that has to be a good one. */
  get<Answer>(path: string): Promise<Answer>;
  post<Answer>(path: string, body?: unknown): Promise<Answer>;
  begin(wanted?: object): Promise<Talk>;
  close(): Promise<void>;
}

export interface Asked {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect
  readonly json: any;
}

export interface Talk {
  readonly id: string;
  says(text: string, parameters?: object): Promise<TurnView>;
  takes(input: UserInput, parameters?: object): Promise<TurnView>;
  view(): Promise<SessionView>;
  back(turns: number): Promise<SessionView>;
  replay(): Promise<Replay>;
}

/** Every body that a console has answered in this process: no token may be in one. */
export const ANSWERED: string[] = [];

export interface OpenOptions {
  /** An exported agent. */
  readonly agent: string;
  /** Of the functions; default: those of the project. */
  readonly folder?: URL;
}

/** The same in a process of its own: jest keeps the text of a module that it has read, and loads no file anew. */
export async function openConsoleApart({ agent, folder }: Required<OpenOptions>): Promise<OpenedConsole> {
  const process = startNode(['test/dev/console/serve.ts', agent, folder.href]);
  const [url] = await process.until(/^http.*$/m);
  return consoleAt(url, () => process.stop());
}

export async function openConsole({ agent, folder }: OpenOptions): Promise<OpenedConsole> {
  const scratch = mkdtempSync(join(tmpdir(), 'console-'));
  process.env.DATABASE_URL = `file:${join(scratch, 'store.db')}`;
  const local = await startLocal({ port: 0, agent, log: { write: () => {} }, ...(folder && { folder }) });
  return consoleAt(local.url, async () => {
    await local.close();
    delete process.env.DATABASE_URL;
    rmSync(scratch, { recursive: true });
  });
}

function consoleAt(url: string, close: () => Promise<unknown>): OpenedConsole {
  async function ask(method: string, path: string, body?: unknown, init: RequestInit = {}): Promise<Asked> {
    const { headers, ...more } = init;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(method !== 'GET' && { origin: url }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...more,
    });
    const text = await response.text();
    ANSWERED.push(text);
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
  }

  async function good(method: string, path: string, body?: unknown) {
    const { status, text, json } = await ask(method, `/console/api/${path}`, body);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
    return json;
  }

  const get = (path: string) => good('GET', path);
  const post = (path: string, body: unknown = {}) => good('POST', path, body);

  async function begin(wanted: object = {}): Promise<Talk> {
    const { id } = (await post('sessions', wanted)) as SessionView;
    const takes = (input: UserInput, parameters?: object): Promise<TurnView> =>
      post(`sessions/${id}/turns`, { input, ...(parameters && { parameters }) });
    return {
      id,
      takes,
      says: (text, parameters) => takes({ kind: 'text', text }, parameters),
      view: () => get(`sessions/${id}`),
      back: (turns) => post(`sessions/${id}/back`, { turns }),
      replay: () => post(`sessions/${id}/replay`),
    };
  }

  const port = Number(new URL(url).port);
  return {
    ...{ url, port, ask, get, post, begin },
    async close() {
      await close();
    },
  };
}

/** The texts that were said. */
export function textsOf({ messages }: TurnView): readonly unknown[] {
  return messages.flatMap(({ kind, content }) => (kind === 'text' ? (content.text as readonly string[]) : []));
}

/** A folder of functions, each written as its code. */
export interface WrittenFunctions {
  readonly folder: URL;
  write(name: string, code: string): void;
  read(name: string): string;
  remove(name: string): void;
  removeAll(): void;
}

export function writeFunctions(functions: { readonly [file: string]: string }): WrittenFunctions {
  const path = mkdtempSync(join(tmpdir(), 'functions-'));
  const write = (name: string, code: string) => writeFileSync(join(path, name), code);
  write('package.json', '{"type":"module"}');
  for (const [name, code] of Object.entries(functions)) write(name, code);
  return {
    folder: pathToFileURL(`${path}/`),
    write,
    read: (name) => readFileSync(join(path, name), 'utf8'),
    remove: (name) => rmSync(join(path, name)),
    removeAll: () => rmSync(path, { recursive: true }),
  };
}

/** The code of a function that answers every call of its tags with this reply. */
export function replying(reply: object, options: object = {}): string {
  return `export default { kind: 'standard', params: {}, handler: () => (${JSON.stringify(reply)}), options: ${JSON.stringify(options)} };\n`;
}

/** What `GET events` tells, as it comes. */
export interface Listening {
  /** The next event that this is true of; those before it are passed over. */
  until<Event>(isWanted: (event: Event) => boolean): Promise<Event>;
  /** All that came, comments too. */
  readonly text: () => string;
  /** Resolves when the server has ended it. */
  readonly ended: Promise<void>;
}

export async function listenTo(url: string): Promise<Listening> {
  const response = await fetch(`${url}/console/api/events`);
  if (response.headers.get('content-type') !== 'text/event-stream; charset=utf-8') throw new Error('No events.');
  let text = '';
  let seen = 0;
  let wake = () => {};
  const ended = (async () => {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body!) {
        text += decoder.decode(chunk as Uint8Array, { stream: true });
        wake();
      }
    } catch {
      // The server has closed the connection.
    }
    wake();
  })();
  let isOver = false;
  void ended.then(() => {
    isOver = true;
    wake();
  });
  return {
    ended,
    text: () => text,
    async until<Event>(isWanted: (event: Event) => boolean): Promise<Event> {
      for (;;) {
        const all = [...text.matchAll(/^data: (.*)\n\n/gm)].map(([, json]) => JSON.parse(json!) as Event);
        while (seen < all.length) {
          const event = all[seen++]!;
          if (isWanted(event)) return event;
        }
        if (isOver) throw new Error(`The events ended: ${text}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
