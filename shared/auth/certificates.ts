import { createPublicKey } from 'node:crypto';
import { WebhookError } from '../errors.ts';
import type { CertificatesAnswer } from './fetch-certificates.ts';

/** Milliseconds that an answer counts when it does not say so itself. Google's says some hours. */
const DEFAULT_MAX_AGE = 60 * 60_000;

/** The least and the most milliseconds that an answer may ask to be kept: neither a fetch per call, nor keys forever. */
const MAX_AGE_BOUNDS = [60_000, 24 * 60 * 60_000] as const;

/**
 * Milliseconds past its age that a set still counts while no newer one can be had: long enough for an outage and for an
 * instance that idled overnight, and an end to how long a key that the issuer has withdrawn can go on counting.
 */
const STALE_USE = 24 * 60 * 60_000;

/** Milliseconds without another attempt after a failed fetch: short while there is nothing, longer while old ones serve. */
const PAUSE_WHEN_COLD = 1_000;
const PAUSE_WHEN_STALE = 5_000;

/** Milliseconds since the last fetch before an unknown key is worth another: a flood of invented keys costs one a minute. */
const PAUSE_FOR_UNKNOWN_KEY = 60_000;

/**
 * Reads the readable keys out of what an issuer answers: PEMs by their names. A Map, so that a key called `constructor` is
 * one like any other. May throw where the body makes no sense.
 */
export type ParseKeys = (body: string) => ReadonlyMap<string, string>;

interface CertificateSet {
  readonly pems: ReadonlyMap<string, string>;
  readonly expiresAt: number;
}

export interface Certificates {
  /**
   * The PEM of a key, or undefined where the issuer publishes none of that id. Throws `certificates-unavailable` when that
   * cannot be known.
   */
  find(keyId: string): Promise<string | undefined>;
  /** Fetches when there are none. Never rejects: `find` reports. */
  prefetch(): Promise<void>;
}

/**
 * Keeps the issuer's certificates: all calls share one fetch, an outage of the issuer does not stop those who know its keys,
 * and a call waits for a fetch only when it cannot be answered without (RFC 5861: stale-while-revalidate, stale-if-error).
 */
export function keepCertificates(
  fetchAnswer: () => Promise<CertificatesAnswer>,
  parseKeys: ParseKeys,
  now: () => number,
): Certificates {
  let latest: CertificateSet | undefined;
  let flight: Promise<void> | undefined;
  let startedAt = Number.NEGATIVE_INFINITY;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let failure: unknown;

  function usable(): CertificateSet | undefined {
    return latest !== undefined && now() < latest.expiresAt + STALE_USE ? latest : undefined;
  }

  /** Joins the fetch under way, or starts one. There is never a second, so an older answer cannot replace a newer one. */
  async function refresh(): Promise<void> {
    if (now() < pausedUntil) return;
    flight ??= load().finally(() => {
      flight = undefined;
    });
    await flight;
  }

  async function load(): Promise<void> {
    startedAt = now();
    try {
      const { body, cacheControl } = await fetchAnswer();
      const pems = parseKeys(body);
      if (pems.size === 0) throw new Error('The certificates URL answered no readable certificate.');
      latest = { pems, expiresAt: startedAt + parseMaxAge(cacheControl) };
      failure = undefined;
    } catch (error) {
      failure = error;
      pausedUntil = now() + (usable() ? PAUSE_WHEN_STALE : PAUSE_WHEN_COLD);
    }
  }

  function unavailable(): WebhookError {
    const message = 'The certificates of the issuer cannot be fetched: try again.';
    return new WebhookError('certificates-unavailable', message, { cause: failure });
  }

  async function find(keyId: string): Promise<string | undefined> {
    if (usable() === undefined) await refresh();
    const set = usable();
    if (set === undefined) throw unavailable();
    if (now() >= set.expiresAt) void refresh();

    const pem = set.pems.get(keyId);
    if (pem !== undefined) return pem;

    // Perhaps a key that is newer than the set.
    if (now() >= startedAt + PAUSE_FOR_UNKNOWN_KEY) void refresh();
    await flight;
    const newer = usable()?.pems.get(keyId);
    if (newer === undefined && failure !== undefined) throw unavailable();
    return newer;
  }

  async function prefetch(): Promise<void> {
    if (usable() === undefined) await refresh();
  }

  return { find, prefetch };
}

/** A JSON object of key id to PEM, as Google answers. */
export function parseCertificates(body: string): ReadonlyMap<string, string> {
  return new Map(Object.entries(parseObject(body)).filter(isReadableKey));
}

export function parseObject(body: string): object {
  const value: unknown = JSON.parse(body);
  if (typeof value !== 'object' || value === null) throw new Error('The certificates URL answered no JSON object.');
  return value;
}

/** Google serves certificates; a local issuer may serve bare public keys. RS256 needs an RSA key. */
function isReadableKey(entry: [string, unknown]): entry is [string, string] {
  const pem = entry[1];
  if (typeof pem !== 'string' || !/^-----BEGIN (CERTIFICATE|PUBLIC KEY)-----/.test(pem)) return false;
  try {
    return createPublicKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}

function parseMaxAge(cacheControl = ''): number {
  const seconds = /(?:^|[\s,])max-age=(\d+)/i.exec(cacheControl)?.[1];
  const [least, most] = MAX_AGE_BOUNDS;
  return seconds === undefined ? DEFAULT_MAX_AGE : Math.min(Math.max(Number(seconds) * 1000, least), most);
}
