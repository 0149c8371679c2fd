import { bytesOf } from '../bundle/memory.ts';
import { BEFORE_VARIABLE, type Settings } from './wanted.ts';

/** What there is in the cloud, read from gcloud's and CX's JSON. Only what is compared is kept. */

/** A function of the 2nd generation, as `gcloud functions describe --format=json` prints it. */
export interface RawFunction {
  readonly name: string;
  readonly state?: string;
  readonly url?: string;
  readonly labels?: { readonly [label: string]: string };
  readonly buildConfig?: { readonly runtime?: string; readonly entryPoint?: string };
  readonly serviceConfig?: {
    readonly uri?: string;
    readonly revision?: string;
    readonly service?: string;
    readonly allTrafficOnLatestRevision?: boolean;
    readonly availableMemory?: string;
    readonly availableCpu?: string;
    readonly maxInstanceRequestConcurrency?: number;
    readonly timeoutSeconds?: number;
    readonly minInstanceCount?: number;
    readonly maxInstanceCount?: number;
    readonly serviceAccountEmail?: string;
    readonly ingressSettings?: string;
    readonly environmentVariables?: { readonly [name: string]: string };
    readonly secretEnvironmentVariables?: readonly RawSecret[];
  };
}

interface RawSecret {
  readonly key: string;
  readonly secret: string;
  readonly version?: string;
}

export interface Found {
  readonly name: string;
  readonly state: string;
  /** The deterministic one where it has it, else the one of Cloud Run. */
  readonly url: string | null;
  readonly urls: readonly string[];
  /** Of Cloud Run. */
  readonly service: string;
  readonly revision: string | null;
  readonly trafficOnLatest: boolean;
  readonly labels: { readonly [label: string]: string };
  readonly settings: Settings;
}

export function foundOf(raw: RawFunction): Found {
  const config = raw.serviceConfig ?? {};
  const name = lastOf(raw.name);
  const urls = [raw.url, config.uri].filter((url) => url !== undefined);
  return {
    name,
    state: raw.state ?? 'UNKNOWN',
    url: urls[0] ?? null,
    urls,
    service: config.service ? lastOf(config.service) : serviceOf(name),
    revision: config.revision ?? null,
    trafficOnLatest: config.allTrafficOnLatestRevision ?? true,
    labels: raw.labels ?? {},
    settings: {
      runtime: raw.buildConfig?.runtime ?? '',
      entryPoint: raw.buildConfig?.entryPoint ?? '',
      memory: config.availableMemory ?? '',
      cpu: config.availableCpu ?? '',
      concurrency: config.maxInstanceRequestConcurrency ?? 1,
      timeoutSeconds: config.timeoutSeconds ?? 60, // Google's default
      minInstances: config.minInstanceCount ?? 0,
      maxInstances: config.maxInstanceCount ?? 0,
      serviceAccount: config.serviceAccountEmail ?? '',
      ingress: INGRESS[config.ingressSettings ?? 'ALLOW_ALL'] ?? 'other',
      env: comparable(config.environmentVariables ?? {}),
      secrets: Object.fromEntries(
        (config.secretEnvironmentVariables ?? []).map(({ key, secret, version }) => [
          key,
          `${lastOf(secret)}:${version ?? 'latest'}`,
        ]),
      ),
    },
  };
}

const INGRESS: { readonly [value: string]: string } = {
  ALLOW_ALL: 'all',
  ALLOW_INTERNAL_ONLY: 'internal-only',
  ALLOW_INTERNAL_AND_GCLB: 'internal-and-gclb',
};

/** Without what Google Cloud adds, and what differs from release to release. */
function comparable(env: { readonly [name: string]: string }) {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !['LOG_EXECUTION_ID', BEFORE_VARIABLE].includes(name)),
  );
}

/** Cloud Run's name for a function's service. */
export function serviceOf(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

export function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** An IAM policy of a service. */
export interface RawPolicy {
  readonly bindings?: readonly { readonly role: string; readonly members?: readonly string[] }[];
}

export function invokersOf(policy: RawPolicy): readonly string[] {
  const granting = (policy.bindings ?? []).filter(({ role }) => role === 'roles/run.invoker');
  return [...new Set(granting.flatMap(({ members }) => members ?? []))];
}

/** The settings that differ, in words: names of variables, never their values, since somebody may have put a secret there. */
export function differences(wanted: Settings, found: Settings): readonly string[] {
  const plain = (['runtime', 'entryPoint', 'serviceAccount', 'ingress'] as const).filter(
    (key) => wanted[key] !== found[key],
  );
  const numbers = (['concurrency', 'timeoutSeconds', 'minInstances', 'maxInstances'] as const).filter(
    (key) => wanted[key] !== found[key],
  );
  return [
    ...[...plain, ...numbers].map((key) => `${WORDS[key]} ${found[key] || 'none'} -> ${wanted[key]}`),
    ...(bytesOf(wanted.memory) === bytesOf(found.memory)
      ? []
      : [`memory ${found.memory || 'none'} -> ${wanted.memory}`]),
    ...(Number(wanted.cpu) === Number(found.cpu) ? [] : [`cpu ${found.cpu || 'none'} -> ${wanted.cpu}`]),
    ...changedKeys(wanted.env, found.env).map((name) => `variable ${name}`),
    ...changedKeys(wanted.secrets, found.secrets).map((name) => `secret ${name}`),
  ];
}

const WORDS = {
  runtime: 'runtime',
  entryPoint: 'entry point',
  serviceAccount: 'service account',
  ingress: 'ingress',
  concurrency: 'concurrency',
  timeoutSeconds: 'timeout',
  minInstances: 'min instances',
  maxInstances: 'max instances',
} as const;

type Texts = { readonly [name: string]: string };

function changedKeys(a: Texts, b: Texts): readonly string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)].sort())].filter((key) => a[key] !== b[key]);
}
