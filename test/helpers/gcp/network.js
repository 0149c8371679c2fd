/**
 * Preloaded into every Node program of the fake: the network as the fake wants it. A connection to another machine goes to
 * the fake instead, which tells hosts apart by the names they are called by, and writes down those that it does not know.
 * The variables of proxies would not do: `https.get(url, { agent: false })` and database drivers do not look at `https_proxy`.
 *
 * Plain JavaScript, so that any Node takes it.
 */
import { Socket } from 'node:net';

const TLS_PORT = Number(process.env.FAKE_TLS_PORT);
const PLAIN_PORT = Number(process.env.FAKE_PLAIN_PORT);
const LOCAL = /^(localhost|127\.\d+\.\d+\.\d+|::1|\[::1\]|0\.0\.0\.0|::)?$/;

// A function ends with the program that runs the fake, however that ends: its standard input does.
if (process.env.FAKE_GUARD) {
  process.stdin.on('end', () => process.exit(1)).resume();
  /** @type {Socket} */ (/** @type {unknown} */ (process.stdin)).unref();
}

const { connect } = Socket.prototype;

Socket.prototype.connect = /** @type {any} */ (
  /** @this {Socket} @param {any[]} args */
  function (...args) {
    // Either what `net.connect` has normalized, `[options, callback]` in one array, or the arguments as they are.
    const options = Array.isArray(args[0]) ? args[0][0] : args[0];
    if (typeof options === 'object' && options !== null) redirect(options);
    else if (typeof options === 'number' && !LOCAL.test(String(args[1] ?? ''))) {
      const redirected = { host: args[1], port: options };
      redirect(redirected);
      return Reflect.apply(connect, this, [redirected, ...args.slice(2)]);
    }
    return Reflect.apply(connect, this, args);
  }
);

/** @param {{ host?: string, port?: number | string, path?: string | null, lookup?: unknown }} options */
function redirect(options) {
  if (options.path || LOCAL.test(options.host ?? '')) return;
  options.port = Number(options.port) === 443 ? TLS_PORT : PLAIN_PORT;
  options.host = '127.0.0.1';
}
