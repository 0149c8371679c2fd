import { createVerifier } from '../../shared/auth.ts';
import type { HttpAnswer, HttpCall } from '../../shared/http.ts';
import { createLog } from '../../shared/log.ts';
import { createService } from '../../shared/serve.ts';
import type { Store } from '../../shared/store.ts';
import type { Webhook } from '../../shared/webhook.ts';
import { expectConformant } from './conformance.ts';
import { AUDIENCE, createKey, mint, published, settingsFor } from './tokens.ts';

export { AUDIENCE };

/** The key of this process's own issuer: making one takes 50 ms. */
const key = createKey('test-key');

/** A token that every service of this helper takes. */
export const token = mint({ key });

/** One line of the log, parsed. */
export type LogLine = { readonly [key: string]: unknown };

/** What came back: the body parsed where it is JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: HttpAnswer['headers'];
  // biome-ignore lint/suspicious/noExplicitAny: a test compares it with what it expects, whatever it is
  readonly body: any;
}

/**
 * A webhook behind the whole pipeline, as a host sees it: the real verifier with a key of ours, the real log into a list.
 * The handler's clock is `now`; the verifier's is the real one, since the tokens are. Every answer with status 200 of a
 * standard webhook passes the strict check of `conformance.ts`, whatever the test is about.
 */
export function openService(
  webhook: Webhook,
  { name = 'test', now = Date.now, store }: { name?: string; now?: () => number; store?: Store } = {},
) {
  const raw: string[] = [];
  const verifier = createVerifier(settingsFor('https://certificates.invalid/'), {
    fetchCertificates: async () => ({ body: JSON.stringify(published(key)) }),
  });
  const service = createService({
    name,
    webhook,
    verify: verifier.verify,
    log: createLog('project-1', { write: (line) => raw.push(line) }),
    now,
    ...(store && { openStore: () => store }),
  });

  /** Sends exactly this call. */
  async function send(call: Partial<HttpCall>): Promise<Answer> {
    const { status, headers, body } = await service({
      method: 'POST',
      url: '/',
      headers: {},
      body: undefined,
      ...call,
    });
    const parsed = headers['content-type']?.startsWith('application/json') ? JSON.parse(body) : body;
    if (status === 200 && typeof parsed === 'object' && webhook.kind !== 'flexible') expectConformant(parsed);
    return { status, headers, body: parsed };
  }

  return {
    send,
    /** Posts this body with a good token. */
    post: (body: unknown, call: Partial<HttpCall> = {}) =>
      send({ body, ...call, headers: { authorization: `Bearer ${token}`, ...call.headers } }),
    /** The lines so far, without the library's own first one. */
    lines: (): LogLine[] =>
      raw.map((line) => JSON.parse(line)).filter((line) => !('logging.googleapis.com/diagnostic' in line)),
    /** All that was written, as it was. */
    text: () => raw.join(''),
  };
}
