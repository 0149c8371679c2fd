import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { type ContainerLimits, type ContainerServer, createContainerServer } from '../../../shared/host/container.ts';
import type { Service } from '../../../shared/serve.ts';

/** The service is the shortest one: what is behind it, other tests see. */
const answer = { status: 200, headers: { 'content-type': 'text/plain' }, body: 'done' };

/** Milliseconds. A call takes longer than that. */
const SHORT = { quietTime: 20 };

let container: ContainerServer;
afterEach(() => {
  container.server.closeAllConnections();
  container.server.close();
});

async function open(serve: Service, limits: Partial<ContainerLimits> = {}): Promise<number> {
  container = createContainerServer(serve, limits);
  await once(container.server.listen(0, '127.0.0.1'), 'listening');
  return (container.server.address() as AddressInfo).port;
}

/** Writes these bytes and no more, and returns what comes back until the other side hangs up. */
async function exchange(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
  return Buffer.concat(await socket.toArray()).toString();
}

test.each([
  ['its head', 'POST / HTTP/1.1\r\nHost: x\r\nX-Slow'],
  ['its body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{'],
])('a sender that does not end %s is hung up on', async (_what, bytes) => {
  const body = async ({ body: read }: { body: unknown }) => {
    await (read as () => unknown)();
    return answer;
  };
  const limits = { headersTimeout: 50, requestTimeout: 50, connectionsCheckingInterval: 10 };
  const port = await open((call) => body(call).catch(() => answer), limits);
  expect(await exchange(port, bytes)).toMatch(/^(HTTP\/1\.1 408 .*\r\n[\s\S]*)?$/);
});

test('drain lets a call under way end, takes no other, and leaves no connection open', async () => {
  let finish = () => {};
  const called = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let arrived = () => {};
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const port = await open(async () => {
    arrived();
    await called;
    return answer;
  }, SHORT);
  const first = exchange(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await arrival;
  const drained = container.drain();
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
  await sleep(5 * SHORT.quietTime);
  finish();
  expect(await first).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*connection: close[\s\S]*done$/);
  expect(await drained).toBe(0);
});

test('drain does not wait for a connection on which nothing comes, but for a call that is just arriving', async () => {
  const port = await open(() => answer, SHORT);
  const silent = connect(port, '127.0.0.1');
  const late = connect(port, '127.0.0.1', () => late.write('GET / HTTP/1.1\r\n'));
  while ((await connections()) < 2) await sleep(1);
  const start = Date.now();
  const drained = container.drain();
  late.write('Host: x\r\n\r\n');
  expect(Buffer.concat(await late.toArray()).toString()).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*connection: close/i);
  expect(await drained).toBe(0);
  expect(Date.now() - start).toBeLessThan(5_000);
  await once(silent.resume(), 'close');
});

const connections = () =>
  new Promise<number>((resolve, reject) => {
    container.server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });

test('drain cuts off, and counts, the calls that do not end in time', async () => {
  let arrived = () => {};
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const never: Service = () => {
    arrived();
    return new Promise(() => {});
  };
  const port = await open(never, { drainTimeout: 20 });
  const cut = exchange(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n').catch(() => '');
  await arrival;
  expect(await container.drain()).toBe(1);
  expect(await cut).toBe('');
});
