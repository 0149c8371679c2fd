import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A line to a database that can be held: connections stay, and nothing comes through. */
export async function openLine(databaseUrl: string) {
  const url = new URL(databaseUrl);
  const { hostname } = url;
  const port = Number(url.port);
  const sockets = new Set<Socket>();
  let held = false;
  const server = createServer((client) => {
    const database = connect(port, hostname);
    for (const socket of [client, database]) {
      sockets.add(socket.on('error', () => {}));
    }
    client.on('data', (data) => database.write(data)).on('close', () => database.destroy());
    database.on('data', (data) => client.write(data)).on('close', () => client.destroy());
    if (held) for (const socket of [client, database]) socket.pause();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    hold(hold: boolean) {
      held = hold;
      for (const socket of sockets) hold ? socket.pause() : socket.resume();
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
