import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Webhook } from '../emulator/agent.ts';
import { createCaller } from '../emulator/call/caller.ts';
import type { Faults } from '../emulator/call/faults.ts';
import { isLoopback } from '../emulator/call/loopback.ts';
import type { Caller } from '../emulator/emulator.ts';
import { DEFAULT_PORT, urlOf } from './address.ts';
import { functionFor } from './function-for.ts';
import { WrongUsage } from './problem.ts';
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

/**
 * Makes the functions, or a URL, answer the webhooks of an agent: called and signed as CX does.
 * @throws WrongUsage where `webhooks` is none of the three.
 */
export async function openAgentWebhooks({
  webhooks,
  faults = [],
  folder,
}: AgentWebhooksOptions): Promise<AgentWebhooks> {
  if (webhooks === 'off') return { call: async () => ({ kind: 'skipped', reason: 'off' }), close: async () => {} };
  if (webhooks === 'local') return openLocalWebhooks(faults, folder);
  const addressOf = ({ displayName }: Pick<Webhook, 'displayName'>, tag: string) =>
    webhooks.replaceAll('{webhook}', encodeURIComponent(displayName)).replaceAll('{tag}', encodeURIComponent(tag));
  checkAddress(webhooks, addressOf({ displayName: 'webhook' }, 'tag'));
  const issuer = openLocalIssuer();
  const call = createCaller({ addressOf, sign: (audience) => issuer.token({ audience }), faults });
  return { call, close: async () => {} };
}

/** Told before the first call, so that it is told once. */
function checkAddress(written: string, example: string): void {
  const url = URL.parse(example);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new WrongUsage(
      `Write --webhooks as local, off or a URL such as ${urlOf('router', DEFAULT_PORT)}, not ${written}.`,
    );
  }
  if (!isLoopback(url)) {
    throw new WrongUsage(
      `Give --webhooks a URL of this machine, not of ${url.hostname}: the emulator calls nobody else.`,
    );
  }
}

/**
 * Serves the functions on a free port, with a store of their own that is thrown away, so that nothing changes that was
 * there, whatever `DATABASE_URL` says. A webhook that none of them answers is not called.
 */
async function openLocalWebhooks(faults: Faults, folder?: URL): Promise<AgentWebhooks> {
  const { startLocal } = await import('./server.ts');
  const forget = openScratchStore();
  try {
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
      close: () => local.close().finally(forget),
    };
  } catch (error) {
    forget();
    throw error;
  }
}

/** Numbers of the signals that end a command; a shell sees 128 and the number. */
const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;

/** Makes `DATABASE_URL` a new file. What it returns takes that back; so does the end of the process, by a signal too. */
function openScratchStore(): () => void {
  const scratch = mkdtempSync(join(tmpdir(), 'cx-agent-'));
  const { DATABASE_URL } = process.env;
  process.env.DATABASE_URL = `file:${join(scratch, 'store.db')}`;
  const remove = () => rmSync(scratch, { recursive: true, force: true });
  const end = (signal: keyof typeof SIGNALS) => process.exit(128 + SIGNALS[signal]);
  process.once('exit', remove);
  for (const signal of Object.keys(SIGNALS)) process.once(signal, end);
  return () => {
    process.off('exit', remove);
    for (const signal of Object.keys(SIGNALS)) process.off(signal, end);
    if (DATABASE_URL === undefined) delete process.env.DATABASE_URL;
    else process.env.DATABASE_URL = DATABASE_URL;
    remove();
  };
}
