import type { AddressInfo, Server } from 'node:net';
import { Problem } from './problem.ts';

/**
 * Makes a server listen on this machine alone, and returns its port. Port 0 is any that is free. Rejects with a `Problem`
 * where the port cannot be had.
 */
export function listen(server: Server, port: number, host: string | undefined = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, port)));
    server.listen({ port, host }, () => resolve((server.address() as AddressInfo).port));
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
