import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../bundle/manifest.ts';
import { Problem } from '../local/problem.ts';
import { addressFor, callerOf, type Options, select } from './options.ts';

/** What there should be in the cloud: made from the bundles and the options, without asking anybody. */

/** All that gcloud is told of one function besides its code. A flag that is left out would stay as it was: so all are given. */
export interface Settings {
  readonly runtime: string;
  readonly entryPoint: string;
  readonly memory: string;
  readonly cpu: string;
  readonly concurrency: number;
  readonly timeoutSeconds: number;
  readonly minInstances: number;
  readonly maxInstances: number;
  readonly serviceAccount: string;
  readonly ingress: string;
  readonly env: { readonly [name: string]: string };
  /** Variable to `secret:version`. */
  readonly secrets: { readonly [name: string]: string };
}

/** The webhook of a function, in the words of CX's REST API. */
export interface WantedWebhook {
  readonly uri: string;
  readonly timeout: string;
  readonly serviceAgentAuth: 'ID_TOKEN';
  readonly webhookType: 'STANDARD' | 'FLEXIBLE';
  /** Of a flexible one: the methods that the function answers, the one to choose first. */
  readonly methods: readonly string[];
  readonly requestBody: string | null;
  readonly parameterMapping: { readonly [parameter: string]: string } | null;
}

export interface Wanted {
  readonly name: string;
  readonly kind: Manifest['kind'];
  /** Its own URL, whatever the webhook is given. */
  readonly url: string;
  readonly settings: Settings;
  readonly labels: { readonly [label: string]: string };
  readonly invokers: readonly string[];
  /** Who must not be among the invokers. */
  readonly strangers: readonly string[];
  /** Null for the router, which no webhook needs once every tag has its own. */
  readonly webhook: WantedWebhook | null;
}

/** The labels by which a deployment is known again. */
export const LABELS = {
  code: 'cx-webhooks-hash',
  settings: 'cx-webhooks-settings',
  agent: 'cx-webhooks-agent',
  release: 'cx-webhooks-release',
} as const;

/** Has the same value as the label of the code, and says it of each revision: a deployment that failed may leave its label. */
export const CODE_VARIABLE = 'CX_WEBHOOKS_HASH';

/** The revision that served when this one was deployed: where a rollback goes, past releases that were never good. */
export const BEFORE_VARIABLE = 'CX_WEBHOOKS_BEFORE';

export const EVERYBODY = ['allUsers', 'allAuthenticatedUsers'] as const;

/** The same Node as here: the devDependency `node` of package.json. */
const RUNTIME = 'nodejs24';
/** A function on functions-framework has 80 MB resident; gcloud's own default for the 2nd generation is 256 MB. */
const MEMORY = '256Mi';
/** A whole CPU: the sixth of one that comes with 256 MiB takes seconds to start, and CX waits five; it may serve only one call. */
const CPU = '1';
/** Calls of one instance at a time: they mostly wait for the network. Each has a deadline of seconds. */
const CONCURRENCY = 20;
/** Against a bill without an end, and a database without connections. */
const MAX_INSTANCES = 20;
/** Seconds beyond CX's timeout: our own late reply goes out before CX gives up, and the platform cuts only what hangs. */
const SPARE = 5;
/** The name of the secret that has the database's URL, password and all. */
const DATABASE = 'DATABASE_URL';

/** A manifest, with the name of its folder. */
export interface Described extends Manifest {
  readonly name: string;
}

/** The manifests in a folder of bundles, by name. Nothing else is read: the sources may be elsewhere. */
export function readManifests(folder: string): readonly Described[] {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  if (names.length === 0) throw new Problem(`${folder} has no functions: run "npm run bundle".`);
  return names.sort().map((name) => ({ ...readManifest(join(folder, name, 'manifest.json')), name }));
}

function readManifest(path: string): Manifest {
  try {
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
    // An older one does not say what CX has to send.
    if (manifest.kind !== 'flexible' || manifest.params) return manifest;
  } catch {}
  throw new Problem(`${path} is no manifest of a function: run "npm run bundle".`);
}

/** The router is deployed where it is named, and not otherwise: each tag has its own function. */
export function chooseManifests(all: readonly Described[], only: readonly string[]): readonly Described[] {
  return select(all, only).filter(({ kind, name }) => kind !== 'router' || only.includes(name));
}

/**
 * `url` is the function's URL as the cloud says it, where there is one already. Before that it is foretold:
 * docs/decisions/audience-before-the-url.md.
 */
export function wantedOf(manifest: Described, options: Options, url?: string): Wanted {
  const { name } = manifest;
  const own = url ?? foretell(options, name);
  const uri = options.address ? addressFor(options.address, name) : own;
  const code = manifest.hash.slice(0, 40); // a label has 63 characters at most; these are 160 bits
  const settings = settingsOf(manifest, options, code, [
    ...new Set([uri, own, ...options.audiences.map((each) => addressFor(each, name))]),
  ]);
  const { caller, smoke } = callers(options);
  return {
    name,
    kind: manifest.kind,
    url: own,
    settings,
    labels: {
      [LABELS.code]: code,
      [LABELS.settings]: digest(settings).slice(0, 40),
      [LABELS.agent]: options.agent.id.toLowerCase(),
    },
    invokers: options.auth === 'id-token' ? ['allUsers'] : [caller, ...smoke].map((email) => `serviceAccount:${email}`),
    strangers: options.auth === 'id-token' ? [] : EVERYBODY,
    webhook: manifest.kind === 'router' ? null : webhookOf(manifest, uri),
  };
}

/** The deterministic URL of a function; the platform makes it an audience of its service, too. */
export function foretell({ region, project }: Pick<Options, 'region' | 'project'>, name: string): string {
  return `https://${region}-${project}.cloudfunctions.net/${name}`;
}

function callers({ agentNumber, smokeAccount }: Options) {
  return { caller: callerOf(agentNumber), smoke: smokeAccount ? [smokeAccount] : [] };
}

function settingsOf(manifest: Described, options: Options, code: string, audiences: readonly string[]): Settings {
  const { caller, smoke } = callers(options);
  const secrets = [...new Set([...manifest.secrets, ...(manifest.store ? [DATABASE] : [])])].sort();
  return {
    runtime: RUNTIME,
    entryPoint: manifest.name,
    memory: manifest.memory ?? MEMORY,
    cpu: CPU,
    concurrency: CONCURRENCY,
    timeoutSeconds: Math.ceil(Number.parseFloat(manifest.timeout)) + SPARE,
    minInstances: manifest.minInstances,
    maxInstances: MAX_INSTANCES,
    serviceAccount: options.serviceAccount,
    ingress: 'all',
    env: {
      ...options.env,
      [CODE_VARIABLE]: code,
      GOOGLE_CLOUD_PROJECT: options.project,
      WEBHOOK_AUDIENCES: audiences.join(','),
      WEBHOOK_AUTH: options.auth,
      WEBHOOK_CALLERS: [caller, ...smoke].join(','),
    },
    secrets: Object.fromEntries(secrets.map((name) => [name, `${options.secrets[name] ?? name}:latest`])),
  };
}

/** Names in Secret Manager that these functions read. */
export function secretsOf(wanted: readonly Wanted[]): readonly string[] {
  const all = wanted.flatMap(({ settings }) => Object.values(settings.secrets).map((secret) => secret.split(':')[0]!));
  return [...new Set(all)].sort();
}

function webhookOf(manifest: Described, uri: string): WantedWebhook {
  const flexible = manifest.kind === 'flexible';
  const methods = manifest.methods ?? [];
  const body = Object.fromEntries((manifest.params ?? []).map((name) => [name, `$session.params.${name}`]));
  return {
    uri,
    timeout: manifest.timeout,
    serviceAgentAuth: 'ID_TOKEN',
    webhookType: flexible ? 'FLEXIBLE' : 'STANDARD',
    // A body needs a method that has one.
    methods: methods.includes('POST') ? ['POST', ...methods.filter((method) => method !== 'POST')] : methods,
    requestBody: flexible ? JSON.stringify(body, null, 2) : null,
    parameterMapping: flexible ? (manifest.mapping ?? {}) : null,
  };
}

/** Equal for equal content, in whatever order the keys are. */
function digest(value: unknown): string {
  return createHash('sha256').update(stable(value)).digest('hex');
}

export function stable(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
