import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, buildFailure } from './build.ts';
import { type Call, type Data, invalid, notFound, on, Refusal, type Route } from './call.ts';
import { applyMask } from './mask.ts';
import { pause } from './operations.ts';
import { addRevision, defaultCpu, newService, serviceName, stopRevision } from './run-service.ts';
import { computeAccount, takeOne, type World } from './world.ts';

/** cloudfunctions.googleapis.com, v2: functions that are really built and really run. */

const HOST = 'cloudfunctions.googleapis.com';
const PARENT = /\/v2\/(projects\/[^/]+\/locations\/[^/]+)/;
const RUNTIMES = ['nodejs20', 'nodejs22', 'nodejs24'];

/** Server-side limits (docs, "Quotas": 2nd gen, HTTP functions). Seconds. */
const MAX_TIMEOUT = 3600;

export function cloudFunctions(world: World): Route[] {
  const path = (more: string) => new RegExp(PARENT.source + more);
  return [
    on('GET', HOST, path('/runtimes'), () => ({
      runtimes: RUNTIMES.map((name) => ({ name, environment: 'GEN_2', stage: 'GA', displayName: name })),
    })),
    on('POST', HOST, path('/functions:generateUploadUrl'), () => generateUploadUrl(world)),
    on('GET', HOST, path('/functions'), (_call, parent) => list(world, parent!)),
    on('POST', HOST, path('/functions'), (call, parent) => create(world, call, parent!)),
    on('GET', HOST, path('/functions/([^/:]+)'), (_call, parent, id) => find(world, parent!, id!)),
    on('PATCH', HOST, path('/functions/([^/:]+)'), (call, parent, id) => update(world, call, parent!, id!)),
    on('DELETE', HOST, path('/functions/([^/:]+)'), (_call, parent, id) => remove(world, parent!, id!)),
    on('GET', HOST, path('/operations/([^/]+)'), (_call, parent, id) => {
      const operation = world.operations.all.get(`${parent}/operations/${id}`);
      if (!operation) throw notFound(`${parent}/operations/${id}`);
      return operation.answer();
    }),
    on('GET', HOST, path('/operations'), () => ({
      operations: [...world.operations.all.values()].map((operation) => operation.answer()),
    })),
    {
      ...on('PUT', 'storage.googleapis.com', /\/(gcf-v2-uploads[^/]+)\/([^/]+)/, (call, _bucket, object) => {
        if (call.headers['content-type'] !== 'application/zip') throw new Refusal(403, 'SignatureDoesNotMatch');
        const archive = join(world.folder, object!);
        writeFileSync(archive, call.raw);
        world.uploads.set(object!, archive);
        return {};
      }),
      open: true, // the URL is signed
    },
  ];
}

function generateUploadUrl({ number, region }: World): Data {
  const bucket = `gcf-v2-uploads-${number}.${region}.cloudfunctions.appspot.com`;
  const object = `${randomUUID()}.zip`;
  const signature = 'GoogleAccessId=service&Expires=4102444800&Signature=fake';
  return {
    uploadUrl: `https://storage.googleapis.com/${bucket}/${object}?${signature}`,
    storageSource: { bucket, object },
  };
}

/** Of one region, or of all where that is `-`. */
function list({ functions }: World, parent: string): Data {
  const prefix = parent.endsWith('/-') ? parent.slice(0, -1) : `${parent}/`;
  return { functions: [...functions.values()].filter(({ name }) => name.startsWith(prefix)) };
}

function find({ functions }: World, parent: string, id: string): Data {
  const found = functions.get(id);
  if (found?.name !== `${parent}/functions/${id}`) throw notFound(`${parent}/functions/${id}`);
  return found;
}

function create(world: World, { query, body }: Call, parent: string): Data {
  const id = query.get('functionId') ?? '';
  const name = `${parent}/functions/${id}`;
  if (!/^[a-z]([a-z0-9_-]{0,61}[a-z0-9])?$/i.test(id)) throw invalid(`Invalid function id ${id}`);
  refuseWhileBusy(world, name);
  if (world.functions.has(id)) {
    throw new Refusal(409, `Could not create Cloud Function ${id}. A function with this name already exists`, {
      status: 'ALREADY_EXISTS',
    });
  }
  const created = complete(world, { ...body, name, createTime: new Date().toISOString() }, id);
  check(world, created);
  world.functions.set(id, { ...created, state: 'DEPLOYING' });
  return start(world, parent, id, 'CREATE_FUNCTION', created);
}

function update(world: World, { query, body }: Call, parent: string, id: string): Data {
  const existing = find(world, parent, id);
  refuseWhileBusy(world, existing.name);
  const mask = query.get('updateMask');
  const changed = complete(world, mask ? applyMask(existing, body, mask) : { ...existing, ...body }, id);
  check(world, changed);
  world.functions.set(id, { ...existing, state: 'DEPLOYING' });
  return start(world, parent, id, 'UPDATE_FUNCTION', changed, existing);
}

function remove(world: World, parent: string, id: string): Data {
  const existing = find(world, parent, id);
  refuseWhileBusy(world, existing.name);
  world.functions.set(id, { ...existing, state: 'DELETING' });
  const operation = world.operations.start(parent, 'DELETE_FUNCTION', existing.name, async () => {
    await pause((world.moods.operationOf.get(id) ?? world.moods.operation) / 2, world.closing);
    const service = world.services.get(serviceName(id));
    world.services.delete(serviceName(id));
    world.functions.delete(id);
    world.policies.delete(runResource(world, serviceName(id)));
    await Promise.all((service?.revisions ?? []).map(stopRevision));
    return { '@type': 'type.googleapis.com/google.protobuf.Empty' };
  });
  return operation.answer();
}

/** The name of a service's IAM policy. */
export function runResource({ project, region }: World, service: string): string {
  return `projects/${project}/locations/${region}/services/${service}`;
}

function refuseWhileBusy({ operations }: World, name: string): void {
  if (operations.busy(name)) throw new Refusal(409, 'unable to queue the operation');
}

/** Builds, boots and, where it answers, serves. Each half takes at least half of the time that operations take. */
function start(world: World, parent: string, id: string, type: string, wanted: Data, before?: Data): Data {
  const { moods, closing, functions, services } = world;
  const half = () => pause((moods.operationOf.get(id) ?? moods.operation) / 2, closing);
  const operation = world.operations.start(parent, type, wanted.name, async (enter) => {
    // A failed first deployment leaves a function that does not serve; a failed update leaves the revision that does.
    const fail = (changes: Data) => {
      const kept = before && !moods.failedUpdateKeepsNew ? before : wanted;
      const serving = before?.serviceConfig?.revision && before.state === 'ACTIVE';
      const revision = before?.serviceConfig?.revision;
      const serviceConfig = { ...kept.serviceConfig, ...changes, ...(revision && { revision }) };
      functions.set(id, { ...kept, serviceConfig, state: serving ? 'ACTIVE' : 'FAILED' });
    };
    enter('BUILD');
    const folder = join(world.folder, `${id}-${randomUUID()}`);
    try {
      const told = takeOne(moods.builds, id);
      const built = build(world.uploads.get(wanted.buildConfig.source.storageSource.object)!, folder);
      await Promise.all([built, half()]);
      if (told) throw new Error('npm error code E500');
    } catch (error) {
      fail({});
      throw buildFailure((error as Error).message, world);
    }
    enter('SERVICE');
    const service = services.get(serviceName(id)) ?? newService(world, id);
    const address = { service: runResource(world, service.name), uri: `https://${service.hosts[0]}` };
    try {
      const [revision] = await Promise.all([addRevision(world, service, wanted, folder), half()]);
      if (wanted.serviceConfig.allTrafficOnLatestRevision) service.traffic = [{ latestRevision: true, percent: 100 }];
      const serviceConfig = { ...wanted.serviceConfig, ...address, revision: revision.name };
      const deployed = { ...wanted, serviceConfig, state: 'ACTIVE', updateTime: new Date().toISOString() };
      functions.set(id, deployed);
      return { '@type': 'type.googleapis.com/google.cloud.functions.v2.Function', ...deployed };
    } catch (error) {
      fail(address);
      throw error;
    }
  });
  return operation.answer();
}

/** What the server fills in. */
function complete({ project, number, region }: World, resource: Data, id: string): Data {
  const { serviceConfig = {}, buildConfig = {} } = resource;
  const memory = serviceConfig.availableMemory ?? '256M';
  return {
    ...resource,
    environment: 'GEN_2',
    url: `https://${region}-${project}.cloudfunctions.net/${id}`,
    updateTime: new Date().toISOString(),
    buildConfig: {
      ...buildConfig,
      build: `projects/${number}/locations/${region}/builds/${randomUUID()}`,
      dockerRegistry: 'ARTIFACT_REGISTRY',
      serviceAccount: buildConfig.serviceAccount ?? `projects/${project}/serviceAccounts/${computeAccount(number)}`,
    },
    serviceConfig: {
      maxInstanceCount: 100,
      maxInstanceRequestConcurrency: 1,
      timeoutSeconds: 60,
      ingressSettings: 'ALLOW_ALL',
      serviceAccountEmail: computeAccount(number),
      allTrafficOnLatestRevision: true,
      ...serviceConfig,
      availableMemory: memory,
      availableCpu: serviceConfig.availableCpu ?? defaultCpu(memory),
      environmentVariables: { ...serviceConfig.environmentVariables, LOG_EXECUTION_ID: 'true' },
    },
  };
}

function check(world: World, { buildConfig, serviceConfig, labels = {} }: Data): void {
  const { minInstanceCount = 0, maxInstanceCount, timeoutSeconds, serviceAccountEmail } = serviceConfig;
  if (!RUNTIMES.includes(buildConfig.runtime)) throw invalid(`Runtime ${buildConfig.runtime} is not supported`);
  if (!buildConfig.entryPoint) throw invalid('The entry point is missing');
  if (!world.uploads.has(buildConfig.source?.storageSource?.object)) throw invalid('Could not read the source object');
  if (timeoutSeconds > MAX_TIMEOUT) throw invalid(`Timeout must be between 1 and ${MAX_TIMEOUT} seconds`);
  if (minInstanceCount > maxInstanceCount) {
    throw invalid('Minimum number of instances cannot be greater than maximum number of instances');
  }
  if (serviceConfig.secretVolumes?.length) throw invalid('The fake mounts no secrets: use --set-secrets=NAME=...');
  for (const [key, value] of Object.entries<string>(labels)) {
    if (!/^[a-z][a-z0-9_-]{0,62}$/.test(key) || !/^[a-z0-9_-]{0,63}$/.test(value)) {
      throw invalid(`Invalid label ${key}=${value}`);
    }
  }
  if (!world.accounts.has(serviceAccountEmail)) {
    const permission = "Permission 'iam.serviceaccounts.actAs' denied on service account";
    throw new Refusal(403, `${permission} ${serviceAccountEmail} (or it may not exist).`);
  }
}
