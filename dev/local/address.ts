import { WrongUsage } from './problem.ts';

/** Where functions are found on this machine, and what a token for one of them has to say. */

export const DEFAULT_PORT = 8080;

/** The names that this machine has for itself; the first is the one for people. */
const HOSTS = ['localhost', '127.0.0.1', '[::1]'] as const;

/** The URL of a function, for example `http://localhost:8080/weather`. */
export function urlOf(name: string, port: number): string {
  return `http://${HOSTS[0]}:${port}/${name}`;
}

/** What a function accepts as `aud`: its own URL in each form, and nobody else's. */
export function audiencesOf(name: string, port: number): readonly string[] {
  return HOSTS.map((host) => `http://${host}:${port}/${name}`);
}

/** What a function that has its port for itself accepts: it answers at every path, so the address alone names it too. */
export function audiencesAlone(name: string, port: number): readonly string[] {
  return [...audiencesOf(name, port), ...HOSTS.map((host) => `http://${host}:${port}`)];
}

/**
 * The audience of a token for a URL: the URL without query, fragment and closing slash.
 *
 * @example audienceOf(new URL('http://localhost:8080/fee-quote/?credits=12')); // 'http://localhost:8080/fee-quote'
 */
export function audienceOf({ origin, pathname }: URL): string {
  return origin + pathname.replace(/\/+$/, '');
}

/** Is this URL one of this machine? */
export function isLocal({ hostname }: URL): boolean {
  return (HOSTS as readonly string[]).includes(hostname);
}

/** An http or https URL; anything else is a `WrongUsage`. */
export function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new WrongUsage(`Write a whole URL such as ${urlOf('weather', DEFAULT_PORT)}, not ${text}.`);
}
