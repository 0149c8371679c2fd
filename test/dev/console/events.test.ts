import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { createEvents } from '../../../dev/console/events.ts';
import { close } from '../../../dev/local/listen.ts';
import { listenTo } from './open.ts';

test('Every listener hears each event, and between them that the connection is there', async () => {
  const events = createEvents(10);
  const server = createServer((_, response) => events.listen(response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const listeners = [await listenTo(url), await listenTo(url)];
    const told = { kind: 'restart', file: 'a\nb' } as const;
    events.tell(told);
    for (const listener of listeners) expect(await listener.until(() => true)).toEqual(told);
    while (!listeners.every((listener) => listener.text().includes(': here\n\n'))) await wait(10);
  } finally {
    events.close();
    await close(server);
  }
});
