import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { type Data, Refusal } from './call.ts';
import { type Instance, startInstance } from './instance.ts';
import { computeAccount, takeOne, type World } from './world.ts';

/** Cloud Run's side of a function: a service with its revisions, of which those with traffic run. */

export interface RunService {
  readonly name: string;
  /** Id of the function that it belongs to. */
  readonly functionId: string;
  /** Every host that leads to it; the first is in `uri`. */
  readonly hosts: readonly string[];
  readonly createTime: string;
  readonly uid: string;
  generation: number;
  readonly revisions: Revision[];
  /** Like `Service.spec.traffic` of Knative. */
  traffic: readonly Target[];
  annotations: { [name: string]: string };
  /** Everything that its instances have printed. */
  log: string;
}

export interface Target {
  readonly revisionName?: string;
  readonly latestRevision?: boolean;
  readonly percent?: number;
  readonly tag?: string;
}

export interface Revision {
  readonly name: string;
  readonly createTime: string;
  readonly folder: string;
  /** The function as it was deployed. */
  readonly deployed: Data;
  ready: boolean;
  instance: Promise<Instance> | undefined;
}

const NETWORK = fileURLToPath(new URL('network.js', import.meta.url));

export function serviceName(functionId: string): string {
  return functionId.toLowerCase().replaceAll('_', '-');
}

export function newService({ project, number, region, services }: World, functionId: string): RunService {
  const name = serviceName(functionId);
  // Real hashes have 10 letters, the same for all services of a project and region.
  const hash = [...`${project}${region}`].reduce((sum, each) => (sum * 31 + each.charCodeAt(0)) % 36 ** 10, 7);
  const service: RunService = {
    name,
    functionId,
    hosts: [
      `${name}-${hash.toString(36).padStart(10, 'x')}-${shortRegion(region)}.a.run.app`,
      `${name}-${number}.${region}.run.app`,
    ],
    createTime: new Date().toISOString(),
    uid: randomUUID(),
    generation: 0,
    revisions: [],
    traffic: [{ latestRevision: true, percent: 100 }],
    annotations: {},
    log: '',
  };
  services.set(name, service);
  return service;
}

/** `us-central1` is `uc`, `europe-west1` is `ew`: what is seen in real addresses. */
function shortRegion(region: string): string {
  const [area = '', rest = ''] = region.split('-');
  return area.charAt(0) + rest.charAt(0);
}

/** Starts a new revision; it is the latest once its port has answered. */
export async function addRevision(
  world: World,
  service: RunService,
  deployed: Data,
  folder: string,
): Promise<Revision> {
  const count = String(service.revisions.length + 1).padStart(5, '0');
  const suffix = randomUUID()
    .replaceAll(/[^a-f]/g, '')
    .padEnd(3, 'x')
    .slice(0, 3);
  const createTime = new Date().toISOString();
  const name = `${service.name}-${count}-${suffix}`;
  const revision: Revision = { name, createTime, folder, deployed, ready: false, instance: undefined };
  service.revisions.push(revision);
  service.generation += 1;
  checkResources(service, deployed.serviceConfig);
  try {
    if (takeOne(world.moods.healthChecks, service.functionId)) throw new Error('It was told to.');
    await instanceOf(world, service, revision);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw healthCheckFailure(service, revision, world);
  }
  revision.ready = true;
  await sleepWithoutTraffic(service);
  return revision;
}

/** The one instance of a revision: started when it is needed, and again after it has died. */
export async function instanceOf(world: World, service: RunService, revision: Revision): Promise<Instance> {
  const instance = await revision.instance?.catch(() => undefined);
  if (instance?.running) return instance;
  revision.instance = startInstance({
    folder: revision.folder,
    env: environmentOf(world, service, revision),
    log: (text) => {
      service.log += text;
    },
    startupTimeout: world.moods.startupTimeout,
  });
  return revision.instance;
}

/** Ends the instances of revisions that get no traffic, as Cloud Run scales them to zero. */
export async function sleepWithoutTraffic(service: RunService): Promise<void> {
  const serving = new Set(trafficOf(service).map(({ revision }) => revision));
  await Promise.all(service.revisions.filter((each) => !serving.has(each)).map(stopRevision));
}

export async function stopRevision(revision: Revision): Promise<void> {
  const instance = await revision.instance?.catch(() => undefined);
  revision.instance = undefined;
  await instance?.stop();
}

export function latestReady({ revisions }: RunService): Revision | undefined {
  return revisions.findLast(({ ready }) => ready);
}

/** Which revisions serve, and how much. */
export function trafficOf(service: RunService): { readonly revision: Revision; readonly percent: number }[] {
  return service.traffic.flatMap(({ revisionName, latestRevision, percent = 0 }) => {
    const named = service.revisions.find(({ name }) => name === revisionName);
    const revision = latestRevision ? latestReady(service) : named;
    return revision && percent > 0 ? [{ revision, percent }] : [];
  });
}

/** What Cloud Run and the buildpack give a container (docs, "Container runtime contract" and "Runtime environment variables"). */
function environmentOf(world: World, service: RunService, { name, deployed }: Revision): { [name: string]: string } {
  const { serviceConfig, buildConfig } = deployed;
  return {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/root',
    LOG_EXECUTION_ID: 'true',
    ...serviceConfig.environmentVariables,
    ...secretsOf(world, deployed),
    FUNCTION_TARGET: buildConfig.entryPoint,
    FUNCTION_SIGNATURE_TYPE: 'http',
    K_SERVICE: service.name,
    K_REVISION: name,
    K_CONFIGURATION: service.name,
    // The fake's network. A function's own NODE_OPTIONS count as well.
    NODE_OPTIONS: `--import=${NETWORK} ${serviceConfig.environmentVariables?.NODE_OPTIONS ?? ''}`.trim(),
    NODE_EXTRA_CA_CERTS: world.authority.caPath,
    FAKE_GUARD: 'yes',
    FAKE_TLS_PORT: String(world.ports.tls),
    FAKE_PLAIN_PORT: String(world.ports.plain),
  };
}

function secretsOf(world: World, { serviceConfig }: Data): { [name: string]: string } {
  const account = serviceConfig.serviceAccountEmail ?? computeAccount(world.number);
  const values: { [name: string]: string } = {};
  for (const { key, projectId, secret, version } of serviceConfig.secretEnvironmentVariables ?? []) {
    const resource = `projects/${world.number}/secrets/${secret}`;
    const name = `projects/${projectId}/secrets/${secret}/versions/${version}`;
    const versions = world.secrets.get(secret)?.versions ?? [];
    const found = version === 'latest' ? versions.at(-1) : versions[Number(version) - 1];
    if (found?.state !== 'ENABLED') throw new Refusal(400, `${key}: Secret ${name} was not found`);
    const allowed = [resource, `projects/${world.project}`].some((each) =>
      world.policies.allows(each, ['roles/secretmanager.secretAccessor'], [`serviceAccount:${account}`]),
    );
    if (!allowed) {
      throw new Refusal(
        400,
        `Permission denied on secret: ${name} for Revision service account ${account}. The service account used must be ` +
          "granted the 'Secret Manager Secret Accessor' role (roles/secretmanager.secretAccessor) at the secret, project or higher level.",
      );
    }
    values[key] = found.data.toString('utf8');
  }
  return values;
}

/** Default CPUs by memory of 2nd-gen functions (docs, "Memory limits"), in MiB. */
const CPUS = [
  [128, 0.083],
  [256, 0.1666],
  [512, 0.3333],
  [1024, 0.5833],
  [2048, 1],
] as const;

export function defaultCpu(memory: string): string {
  const [, amount = '256', unit] = /^(\d+)(\w*)$/.exec(memory) ?? [];
  const size = Number(amount) * (unit?.startsWith('G') ? 1024 : 1);
  return String(CPUS.find(([limit]) => size <= limit)?.[1] ?? 2);
}

function checkResources({ name }: RunService, { availableCpu, maxInstanceRequestConcurrency }: Data): void {
  const cpu = String(availableCpu).endsWith('m') ? Number.parseInt(availableCpu, 10) / 1000 : Number(availableCpu);
  if (cpu < 1 && maxInstanceRequestConcurrency > 1) {
    throw new Refusal(
      400,
      `Could not create or update Cloud Run service ${name}, spec.template.spec.containers.resources.limits.cpu: ` +
        'Invalid value specified for cpu. Total cpu < 1 is not supported with concurrency > 1.',
    );
  }
}

function healthCheckFailure({ name }: RunService, revision: Revision, { project, region }: World): Refusal {
  return new Refusal(
    400,
    `Could not create or update Cloud Run service ${name}, Container Healthcheck failed. Revision '${revision.name}' is not ` +
      'ready and cannot serve traffic. The user-provided container failed to start and listen on the port defined provided ' +
      'by the PORT=8080 environment variable within the allocated timeout. This can happen when the container port is ' +
      'misconfigured or if the timeout is too short. The health check timeout can be extended. Logs for this revision might ' +
      `contain more information.\n\nLogs URL: https://console.cloud.google.com/logs/viewer?project=${project}&resource=` +
      `cloud_run_revision/service_name/${name}/location/${region}\nFor more troubleshooting guidance, see ` +
      'https://cloud.google.com/run/docs/troubleshooting#container-failed-to-start',
  );
}
