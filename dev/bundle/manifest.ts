import { createHash } from 'node:crypto';
import type { DeploymentFacts, HttpMethod, Webhook } from '../../shared/webhook.ts';
import { Problem } from '../local/problem.ts';
import { bytesOf, MEMORY_UNITS, parseMemory } from './memory.ts';

/** What a deployment has to know of one function. */
export interface Manifest {
  readonly function: string;
  readonly kind: Webhook['kind'];
  /** The tags that it answers; none for a flexible webhook. */
  readonly tags: readonly string[];
  /** CX's timeout for one attempt. */
  readonly timeout: string;
  /** Secrets that become environment variables of the same name. */
  readonly secrets: readonly string[];
  /** In the API's words, for example `512Mi`; null for the default. */
  readonly memory: string | null;
  readonly minInstances: number;
  /** It needs `DATABASE_URL`. */
  readonly store: boolean;
  /** All three of a flexible webhook alone: its methods, the parameters that it reads, and what CX takes from its answer. */
  readonly methods: readonly HttpMethod[] | null;
  readonly params: readonly string[] | null;
  readonly mapping: { readonly [sessionParameter: string]: string } | null;
  /** SHA-256 over the names and the bytes of all other files: it changes when, and only when, a deployment is due. */
  readonly hash: string;
}

export type Files = ReadonlyMap<string, string>;

/** Seconds. CX's own (webhook.proto, `Webhook.timeout`). */
const DEFAULT_TIMEOUT = '5s';

/** `others` are the functions beside it, which a router serves too. */
export function manifestOf(
  name: string,
  webhook: Webhook,
  others: ReadonlyMap<string, Webhook>,
  files: Files,
): Manifest {
  const served = webhook.kind === 'router' ? [...others].filter(([, { kind }]) => kind === 'standard') : [];
  const facts =
    webhook.kind === 'router' ? sumOf(served.map(([each, it]) => factsOf(each, it))) : factsOf(name, webhook);
  const flexible = webhook.kind === 'flexible' ? webhook : undefined;
  return {
    function: name,
    kind: webhook.kind,
    tags: webhook.kind === 'router' ? served.flatMap(([each, it]) => tagsOf(each, it)) : tagsOf(name, webhook),
    timeout: facts.timeout ?? DEFAULT_TIMEOUT,
    secrets: facts.secrets ?? [],
    memory: facts.memory ?? null,
    minInstances: facts.minInstances ?? 0,
    store: facts.store ?? false,
    methods: flexible ? (flexible.options.methods ?? ['POST']) : null,
    params: flexible ? Object.keys(flexible.params) : null,
    mapping: flexible?.options.mapping ?? null,
    hash: hashOf(files),
  };
}

export function needsStore(webhook: Webhook): boolean {
  return webhook.kind === 'router' || webhook.options.store === true;
}

function tagsOf(name: string, webhook: Webhook): readonly string[] {
  return webhook.kind === 'standard' ? [name, ...(webhook.options.tags ?? [])] : [];
}

/** Throws a `Problem` where gcloud would refuse one of them after the upload. */
export function factsOf(name: string, webhook: Webhook): DeploymentFacts {
  const facts: DeploymentFacts = webhook.kind === 'router' ? {} : webhook.options;
  if (facts.memory === undefined) return facts;
  const memory = parseMemory(facts.memory);
  if (memory !== null) return { ...facts, memory };
  throw new Problem(
    `functions/${name}.ts wants ${facts.memory || 'nothing'} as memory, which gcloud refuses: write a whole number and one of ${MEMORY_UNITS}, such as 512Mi.`,
  );
}

/** What serves all needs what the most demanding of them does. */
function sumOf(all: readonly DeploymentFacts[]): DeploymentFacts {
  const memory = largest(
    all.flatMap((facts) => facts.memory ?? []),
    bytesOf,
  );
  return {
    timeout: largest(
      all.map((facts) => facts.timeout ?? DEFAULT_TIMEOUT),
      Number.parseFloat,
    )!,
    secrets: [...new Set(all.flatMap((facts) => facts.secrets ?? []))].sort(),
    ...(memory !== undefined && { memory }),
    minInstances: Math.max(0, ...all.map((facts) => facts.minInstances ?? 0)),
    store: all.some((facts) => facts.store),
  };
}

function largest<T>(values: readonly T[], sizeOf: (value: T) => number): T | undefined {
  return [...values].sort((a, b) => sizeOf(b) - sizeOf(a))[0];
}

function hashOf(files: Files): string {
  const hash = createHash('sha256');
  for (const [name, text] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${name}\n${Buffer.byteLength(text)}\n${text}`);
  }
  return hash.digest('hex');
}
