import { connect } from 'node:net';

/** What came of a load. */
export interface LoadResult {
  readonly answers: number;
  readonly milliseconds: number;
}

/**
 * Keeps this many connections busy for a while, each with one call after the other. It reads no more of an answer than it
 * must: on two cores whatever the client takes, the server lacks (autocannon ends at 13,000 calls a second, this at twice that).
 * Rejects at the first answer that is not a 200: a server that refuses is fast.
 */
export function load(port: number, request: Buffer, connections: number, duration: number): Promise<LoadResult> {
  const started = performance.now();
  let answers = 0;
  let open = connections;
  return new Promise((resolve, reject) => {
    for (let i = 0; i < connections; i++) {
      const socket = call(port, request, (status) => {
        if (status !== 200) {
          reject(new Error(`The server answered ${status}.`));
          return false;
        }
        answers += 1;
        return performance.now() - started < duration;
      });
      socket.on('error', reject).on('close', () => {
        open -= 1;
        if (open === 0) resolve({ answers, milliseconds: performance.now() - started });
      });
    }
  });
}

/** The status of one call; 0 where nobody answers. */
export function post(port: number, request: Buffer): Promise<number> {
  return new Promise((resolve) => {
    const answered = (status: number) => {
      resolve(status);
      return false;
    };
    call(port, request, answered)
      .on('error', () => resolve(0))
      .on('close', () => resolve(0));
  });
}

/** Calls over one connection for as long as `onAnswer` says so. */
function call(port: number, request: Buffer, onAnswer: (status: number) => boolean) {
  let text = '';
  const socket = connect(port, '127.0.0.1', () => socket.write(request)).setNoDelay();
  return socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    const end = text.indexOf('\r\n\r\n');
    if (end < 0 || text.length < end + 4 + lengthOf(text)) return;
    const status = Number(text.slice(9, 12));
    text = '';
    if (onAnswer(status)) socket.write(request);
    else socket.destroy();
  });
}

function lengthOf(head: string): number {
  return Number(/content-length: *(\d+)/i.exec(head)?.[1]);
}
