import type { IncomingMessage } from 'node:http';
import { Refusal } from './problem.ts';

/**
 * Keeps every other web page from the console. It listens on loopback only, but a browser on this machine goes there for any
 * page: with a name of that page's own that leads to 127.0.0.1 (DNS rebinding; the `Host` header shows it), or from that
 * page to localhost (`Origin` and `Sec-Fetch-Site` show it; browsers set both, and no script can).
 */
export interface Guard {
  /** Of every request. */
  checkHost(request: IncomingMessage): void;
  /** Of requests for what the console knows or does. */
  checkOrigin(request: IncomingMessage): void;
}

const HOSTS = ['localhost', '127.0.0.1', '[::1]'];
/** The port that URLs leave out. */
const HTTP_PORT = 80;

export function createGuard(port: number): Guard {
  const hosts = HOSTS.flatMap((host) => [`${host}:${port}`, ...(port === HTTP_PORT ? [host] : [])]);
  return {
    checkHost({ headers: { host } }) {
      if (host === undefined || !hosts.includes(host)) {
        throw new Refusal('forbidden', `The console is at http://localhost:${port}/ and nowhere else.`);
      }
    },
    checkOrigin({ method, headers }) {
      const { origin, host } = headers;
      const site = headers['sec-fetch-site'];
      const isOwn = origin === `http://${host}`;
      // Browsers leave the origin out where a page reads from its own server; programs such as curl always do.
      const isAbsent = origin === undefined && (method === 'GET' || method === 'HEAD');
      const isSame = site === undefined || site === 'same-origin' || (site === 'none' && method === 'GET');
      if (!(isOwn || isAbsent) || !isSame) {
        throw new Refusal('forbidden', 'Only the page of the console itself may ask this.');
      }
    },
  };
}
