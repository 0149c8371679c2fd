import type { ServerResponse } from 'node:http';
import type { ConsoleEvent } from './api.ts';
import { writeHead } from './http.ts';

/** The pages that listen to what happens here (HTML standard, "Server-sent events"). */
export interface Events {
  listen(response: ServerResponse): void;
  tell(event: ConsoleEvent): void;
  close(): void;
}

/** Milliseconds between lines that say nothing but that the connection is there. */
const HEARTBEAT = 15_000;

export function createEvents(heartbeat: number = HEARTBEAT): Events {
  const listeners = new Set<ServerResponse>();
  const timer = setInterval(() => send(': here\n\n'), heartbeat).unref();
  function send(text: string): void {
    for (const response of listeners) response.write(text);
  }
  return {
    listen(response) {
      writeHead(response, { status: 200, headers: { 'content-type': 'text/event-stream; charset=utf-8' } });
      listeners.add(response);
      response.on('close', () => listeners.delete(response));
      // The browser knows at once that it is connected; a second is how long it waits before it tries again.
      response.write('retry: 1000\n\n');
    },
    tell: (event) => send(`data: ${JSON.stringify(event)}\n\n`),
    close() {
      clearInterval(timer); // the connections end with the server
    },
  };
}
