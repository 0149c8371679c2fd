import { type Call, type Data, invalid, notFound, on, Refusal, type Route } from './call.ts';
import { runResource } from './cloudfunctions.ts';
import { latestReady, type Revision, type RunService, sleepWithoutTraffic, type Target } from './run-service.ts';
import type { World } from './world.ts';

/** run.googleapis.com, v1: services and revisions in Knative's form, and who may invoke. Only traffic can be changed. */

/** gcloud asks the regional host for resources and the global one for policies. */
const HOSTS = ['run.googleapis.com', '*-run.googleapis.com'];
const KNATIVE = '/apis/serving\\.knative\\.dev/v1/namespaces/[^/]+';
const GLOBAL = '/v1/projects/[^/]+/locations/[^/]+';

export function run(world: World): Route[] {
  return HOSTS.flatMap((host) =>
    [KNATIVE, GLOBAL].flatMap((prefix) => {
      const path = (more: string) => new RegExp(prefix + more);
      return [
        on('GET', host, path('/services'), () => ({
          apiVersion: 'serving.knative.dev/v1',
          kind: 'ServiceList',
          metadata: {},
          items: [...world.services.values()].map((service) => describe(world, service)),
        })),
        on('GET', host, path('/services/([^/:]+)'), (_call, name) => describe(world, find(world, name!))),
        on('PUT', host, path('/services/([^/:]+)'), (call, name) => replace(world, find(world, name!), call)),
        on('GET', host, path('/revisions'), ({ query }) => {
          const wanted = /serving\.knative\.dev\/service\s*(?:=|in)\s*\(?([^,)\s]+)/.exec(
            query.get('labelSelector') ?? '',
          )?.[1];
          const services = [...world.services.values()].filter(({ name }) => wanted === undefined || name === wanted);
          return {
            apiVersion: 'serving.knative.dev/v1',
            kind: 'RevisionList',
            metadata: {},
            items: services.flatMap((service) =>
              service.revisions.map((revision) => describeRevision(world, service, revision)).reverse(),
            ),
          };
        }),
        on('GET', host, path('/revisions/([^/:]+)'), (_call, name) => {
          for (const service of world.services.values()) {
            const revision = service.revisions.find((each) => each.name === name);
            if (revision) return describeRevision(world, service, revision);
          }
          throw notFound(name!);
        }),
        on('GET', host, path('/services/([^/:]+):getIamPolicy'), (_call, name) =>
          world.policies.get(runResource(world, find(world, name!).name)),
        ),
        on('POST', host, path('/services/([^/:]+):setIamPolicy'), ({ body }, name) =>
          world.policies.set(runResource(world, find(world, name!).name), body.policy ?? {}),
        ),
      ];
    }),
  );
}

function find(world: World, name: string): RunService {
  const service = world.services.get(name);
  if (!service) throw notFound(runResource(world, name));
  return service;
}

async function replace(world: World, service: RunService, { body }: Call): Promise<Data> {
  const { metadata, spec } = body;
  if (metadata.resourceVersion && metadata.resourceVersion !== versionOf(service)) {
    throw new Refusal(
      409,
      `Conflict for resource '${service.name}': version '${metadata.resourceVersion}' was specified.`,
    );
  }
  const targets: Target[] = spec.traffic ?? [];
  for (const { revisionName } of targets) {
    const revision = service.revisions.find(({ name }) => name === revisionName);
    if (revisionName && !revision) throw invalid(`Revision '${revisionName}' not found`, 'FAILED_PRECONDITION');
    if (revision && !revision.ready) throw invalid(`Revision '${revisionName}' is not ready`, 'FAILED_PRECONDITION');
  }
  if (targets.reduce((sum, { percent = 0 }) => sum + percent, 0) !== 100) {
    throw invalid('spec.traffic: the percentages must add up to 100');
  }
  service.traffic = targets;
  service.generation += 1;
  service.annotations = metadata.annotations ?? {};
  // Cloud Functions sees that traffic no longer follows what it deploys.
  const deployed = world.functions.get(service.functionId);
  const follows = targets.length === 1 && targets[0]!.latestRevision === true;
  world.functions.set(service.functionId, {
    ...deployed,
    serviceConfig: { ...deployed.serviceConfig, allTrafficOnLatestRevision: follows },
  });
  await sleepWithoutTraffic(service);
  return describe(world, service);
}

function versionOf({ generation }: RunService): string {
  return Buffer.from(`version ${generation}`).toString('base64');
}

const READY = (type: string) => ({ type, status: 'True', lastTransitionTime: new Date().toISOString() });

function describe(world: World, service: RunService): Data {
  const { name, hosts, generation, traffic, annotations, createTime, uid } = service;
  const url = `https://${hosts[0]}`;
  const latest = service.revisions.at(-1);
  const ready = latestReady(service)?.name;
  const status = latest?.ready
    ? READY('Ready')
    : {
        type: 'Ready',
        status: 'False',
        reason: 'HealthCheckContainerError',
        message: 'The container failed to start.',
      };
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: {
      name,
      namespace: world.number,
      selfLink: `/apis/serving.knative.dev/v1/namespaces/${world.number}/services/${name}`,
      uid,
      resourceVersion: versionOf(service),
      generation,
      creationTimestamp: createTime,
      labels: {
        'goog-managed-by': 'cloudfunctions',
        'cloud.googleapis.com/location': world.region,
        ...world.functions.get(service.functionId)?.labels,
      },
      annotations: {
        'run.googleapis.com/ingress': 'all',
        'run.googleapis.com/ingress-status': 'all',
        'run.googleapis.com/urls': JSON.stringify(hosts.map((host) => `https://${host}`)),
        ...annotations,
      },
    },
    spec: {
      template: latest && { metadata: { annotations: {} }, spec: specOf(world, latest) },
      traffic,
    },
    status: {
      observedGeneration: generation,
      conditions: [status, READY('ConfigurationsReady'), READY('RoutesReady')],
      latestCreatedRevisionName: latest?.name,
      latestReadyRevisionName: ready,
      traffic: traffic.map((target) => ({ ...target, ...(target.latestRevision && { revisionName: ready }) })),
      url,
      address: { url },
    },
  };
}

function specOf(world: World, { deployed }: Revision): Data {
  const { serviceConfig } = deployed;
  const plain = Object.entries<string>(serviceConfig.environmentVariables ?? {});
  return {
    containerConcurrency: serviceConfig.maxInstanceRequestConcurrency,
    timeoutSeconds: serviceConfig.timeoutSeconds,
    serviceAccountName: serviceConfig.serviceAccountEmail,
    containers: [
      {
        image: `${world.region}-docker.pkg.dev/${world.project}/gcf-artifacts/fake`,
        ports: [{ name: 'http1', containerPort: 8080 }],
        env: plain.map(([name, value]) => ({ name, value })),
        resources: { limits: { cpu: serviceConfig.availableCpu, memory: serviceConfig.availableMemory } },
      },
    ],
  };
}

function describeRevision(world: World, service: RunService, revision: Revision): Data {
  const state = revision.ready
    ? READY('Ready')
    : { type: 'Ready', status: 'False', reason: 'HealthCheckContainerError' };
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Revision',
    metadata: {
      name: revision.name,
      namespace: world.number,
      creationTimestamp: revision.createTime,
      generation: 1,
      labels: { 'serving.knative.dev/service': service.name, 'serving.knative.dev/configuration': service.name },
      annotations: {},
    },
    spec: specOf(world, revision),
    status: { observedGeneration: 1, conditions: [state, READY('Active')], serviceName: service.name },
  };
}
