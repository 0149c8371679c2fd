import type { Server as HttpServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { Problem } from './problem.ts';

/**
 * Makes a server listen, and returns its port; port 0 is any that is free. Rejects with a `Problem` where the port cannot be
 * had.
 *
 * @example const port = await listen(server, { port: 0, host: '127.0.0.1' });
 */
export function listen(server: Server, address: { readonly port: number; readonly host?: string }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, address.port)));
    server.listen(address, () => resolve((server.address() as AddressInfo).port));
  });
}

function explain(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new Problem(`Port ${port} is in use: stop what runs there, or choose another one with --port or PORT.`);
  }
  if (error.code === 'EACCES') {
    return new Problem(`Port ${port} is not for everybody: choose one from 1024 on with --port or PORT.`);
  }
  return error;
}

/** Stops a server at once: calls that are under way are dropped. One that never listened is fine too. */
export function close(server: HttpServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
