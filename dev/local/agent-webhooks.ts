import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Webhook } from '../emulator/agent.ts';
import { createCaller } from '../emulator/call/caller.ts';
import type { Faults } from '../emulator/call/faults.ts';
import type { Caller } from '../emulator/emulator.ts';
import { urlOf } from './address.ts';
import type { LocalFunction } from './load.ts';
import { openLocalIssuer } from './tokens.ts';

/** Who answers the webhooks of an emulated agent. */
export interface AgentWebhooks {
  readonly call: Caller;
  close(): Promise<void>;
}

export interface AgentWebhooksOptions {
  /** `local`: the functions of this project; `off`: nobody; else a URL, with `{webhook}` and `{tag}` for their names. */
  readonly webhooks: string;
  readonly faults?: Faults;
  /** Where the functions are; ends in a slash. Default: those of this project. */
  readonly folder?: URL;
}

/** Makes the functions, or a URL, answer the webhooks of an agent: called and signed as CX does. */
export async function openAgentWebhooks({
  webhooks,
  faults = [],
  folder,
}: AgentWebhooksOptions): Promise<AgentWebhooks> {
  if (webhooks === 'off') return { call: async () => ({ kind: 'skipped', reason: 'off' }), close: async () => {} };
  if (webhooks === 'local') return openLocalWebhooks(faults, folder);
  const issuer = openLocalIssuer();
  const call = createCaller({
    addressOf: ({ displayName }, tag) =>
      webhooks.replaceAll('{webhook}', encodeURIComponent(displayName)).replaceAll('{tag}', encodeURIComponent(tag)),
    sign: (audience) => issuer.token({ audience }),
    faults,
  });
  return { call, close: async () => {} };
}

/**
 * Serves the functions on a free port, with a store of their own that is thrown away, so that a test changes nothing that
 * was there. A webhook that none of them answers is not called.
 */
async function openLocalWebhooks(faults: Faults, folder?: URL): Promise<AgentWebhooks> {
  const { startLocal } = await import('./server.ts');
  const scratch = mkdtempSync(join(tmpdir(), 'cx-agent-'));
  const { DATABASE_URL } = process.env;
  if (!DATABASE_URL) process.env.DATABASE_URL = `file:${join(scratch, 'store.db')}`;
  const local = await startLocal({ port: 0, log: { write() {} }, ...(folder && { folder }) });
  const issuer = openLocalIssuer();
  const call = createCaller({
    addressOf: (webhook, tag) => {
      const name = functionFor(local.functions, webhook, tag);
      return name === null ? null : urlOf(name, local.port);
    },
    sign: (audience) => issuer.token({ audience }),
    faults,
  });
  return {
    call: async (each) =>
      functionFor(local.functions, each.webhook, each.tag) === null
        ? { kind: 'skipped', reason: 'nobody' }
        : call(each),
    async close() {
      await local.close();
      if (DATABASE_URL === undefined) delete process.env.DATABASE_URL;
      else process.env.DATABASE_URL = DATABASE_URL;
      rmSync(scratch, { recursive: true });
    },
  };
}

/** The function that the webhook's address names, as its host or its path; else the one that answers the tag; else its name. */
export function functionFor(
  functions: readonly LocalFunction[],
  { uri, displayName }: Webhook,
  tag: string,
): string | null {
  const url = URL.parse(uri);
  const named = [url?.hostname.split('.')[0], url?.pathname.split('/').filter(Boolean).at(-1)];
  const loaded = functions.flatMap(({ name, webhook }) => (webhook ? [{ name, webhook }] : []));
  const found =
    loaded.find(({ name }) => named.includes(name)) ??
    loaded.find(
      ({ name, webhook }) => webhook.kind === 'standard' && [name, ...(webhook.options.tags ?? [])].includes(tag),
    ) ??
    loaded.find(({ name }) => name === displayName);
  return found?.name ?? null;
}
