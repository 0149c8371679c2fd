/**
 * A Google Cloud on loopback, for the real gcloud and the real curl: what they deploy is built, booted, guarded and called.
 *
 *   const gcp = await startGcp({ project: 'demo', number: '123456789012', region: 'us-central1',
 *     agent: 'projects/demo/locations/us-central1/agents/6a1f0c3e-2b4d-4e5f-8a9b-0c1d2e3f4a5b' });
 *   const deploy = start('./deploy.sh', ['--project', 'demo', ...], { env: gcp.env() });   // test/helpers/process.ts
 *   await deploy.ended;
 *   gcp.functions(); gcp.policies(); gcp.webhooks(); gcp.traffic('weather');               // the state, as plain JSON
 *   await gcp.fireWebhook('weather', { params: { location: 'Pune' } });                    // as Dialogflow: { status, body }
 *   gcp.requests; gcp.mutations(); gcp.escapes;                                            // what was asked; escapes must be []
 *   gcp.fault({ method: 'PATCH', path: '/functions/weather', status: 409 });               // the next one that fits
 *   gcp.fault({ path: ':setIamPolicy', nth: 2, times: 3, status: 503 });                   // the second to fourth
 *   gcp.fault({ path: 'operations/', drop: 'before' });                                    // or 'after': done, and no answer
 *   gcp.failBuild('weather'); gcp.failHealthCheck('weather'); gcp.slow('weather', 5_000);
 *   gcp.grant('weather', 'allUsers'); gcp.revoke('weather', gcp.serviceAgent);             // somebody in the console
 *   gcp.editWebhook('weather', { timeout: '7s' }); gcp.moods.propagation = 1_000;
 *   await gcp.close();
 *
 * Needs openssl (3), unzip and, for those who drive it, gcloud and curl: see `MISSING`. `{ fresh: true }` is a project in
 * which nothing is enabled and no service agent exists, for `bootstrap`. ID tokens of a service account need the role
 * `roles/iam.serviceAccountTokenCreator` on it, for `user:${gcp.account}`, as at Google. No role is wanted for anything else.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openIssuer } from '../../../dev/issuer.ts';
import { makeAuthority } from './ca.ts';
import type { Call, Data } from './call.ts';
import { runResource } from './cloudfunctions.ts';
import { type Environment, environment, prepareConfig } from './environment.ts';
import { type Fault, faultReply, keepFaults } from './faults.ts';
import { type AskPlan, ask, type Fired, type FirePlan, fire } from './fire.ts';
import { isFunctionHost } from './front-door.ts';
import { google } from './google.ts';
import { openInternet } from './internet.ts';
import { keepOperations, pause } from './operations.ts';
import { keepPolicies, type Policy } from './policies.ts';
import { serviceName, stopRevision } from './run-service.ts';
import { computeAccount, dialogflowAgent, type Moods, type SecretVersion, type World } from './world.ts';

export interface GcpOptions {
  readonly project: string;
  readonly number: string;
  readonly region: string;
  /** Resource name of the CX agent. Where its project is another one, `agentNumber` is that project's number. */
  readonly agent: string;
  readonly agentNumber?: string;
  /** Display names of the agent's environments. Default: `production`. */
  readonly environments?: readonly string[];
  /** Custom domains that lead to functions: host to function id. */
  readonly domains?: { readonly [host: string]: string };
  /** Nothing is enabled yet, and Dialogflow has no service agent. */
  readonly fresh?: boolean;
}

/** One request, as it was sent. */
export interface Recorded {
  readonly method: string;
  readonly host: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Call['headers'];
  /** Parsed JSON, or undefined. */
  readonly body: Data;
  /** What was answered; undefined while it is not, and for a connection that was dropped. */
  status?: number;
}

/** Programs without which a test has to be skipped: those that are missing here. */
export const MISSING: readonly string[] = ['gcloud', 'openssl', 'unzip', 'curl', 'jq'].filter((program) => {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`]);
    return false;
  } catch {
    return true;
  }
});

/** APIs that a project has in which somebody has deployed functions before. */
const ENABLED = [
  'cloudfunctions',
  'run',
  'cloudbuild',
  'artifactregistry',
  'iam',
  'iamcredentials',
  'secretmanager',
  'dialogflow',
];

export type Gcp = Awaited<ReturnType<typeof startGcp>>;

export async function startGcp(options: GcpOptions) {
  const { project, number, region, agent, agentNumber = number, fresh = false, domains = {} } = options;
  const folder = mkdtempSync(join(tmpdir(), 'gcp-'));
  const closing = new AbortController();
  const moods: Moods = {
    operation: 200,
    operationOf: new Map(),
    builds: new Map(),
    healthChecks: new Map(),
    failedUpdateKeepsNew: false,
    unlisted: new Map(),
    propagation: 0,
    startupTimeout: 10_000,
  };
  const accounts = new Map<string, Data>();
  const world: World = {
    project,
    number,
    region,
    agent,
    agentNumber,
    account: 'deployer@example.com',
    token: 'ya29.the-token-of-the-deployer',
    folder,
    authority: await makeAuthority(folder, [
      '*.googleapis.com',
      '*.a.run.app',
      `*.${region}.run.app`,
      '*.cloudfunctions.net',
      ...Object.keys(domains),
    ]),
    issuer: openIssuer(folder),
    closing: closing.signal,
    projects: new Map([
      [project, number],
      [agent.split('/')[1]!, agentNumber],
    ]),
    enabled: new Set(fresh ? [] : ENABLED.map((name) => `${name}.googleapis.com`)),
    accounts,
    impersonated: new Map(),
    policies: keepPolicies(
      (email) => accounts.has(email),
      () => moods.propagation,
    ),
    operations: keepOperations(),
    functions: new Map(),
    services: new Map(),
    secrets: new Map(),
    webhooks: new Map(),
    environments: new Map(),
    uploads: new Map(),
    moods,
    domains: new Map(Object.entries(domains)),
    ports: { tls: 0, plain: 0 },
  };
  accounts.set(computeAccount(number), undefined);
  if (!fresh) accounts.set(dialogflowAgent(agentNumber), undefined);
  for (const [index, displayName] of (options.environments ?? ['production']).entries()) {
    const name = `${agent}/environments/0e0e0e0e-0000-4000-8000-${String(index + 1).padStart(12, '0')}`;
    world.environments.set(name, { name, displayName, versionConfigs: [], updateTime: new Date().toISOString() });
  }

  const requests: Recorded[] = [];
  const escapes: string[] = [];
  const faults = keepFaults();
  const answerAsGoogle = google(world);
  const internet = await openInternet({
    authority: world.authority,
    knows: (host) => host.endsWith('.googleapis.com') || isFunctionHost(host) || host in domains,
    escaped: (where) => escapes.push(where),
    async answer(call) {
      const { method, host, path, query, headers, body } = call;
      const recorded: Recorded = { method, host, path: query.size > 0 ? `${path}?${query}` : path, headers, body };
      requests.push(recorded);
      const fault = faults.take(call);
      if (fault?.delay) await pause(fault.delay, closing.signal);
      if (fault?.drop === 'before') return undefined;
      const reply = fault?.status === undefined ? await answerAsGoogle(call) : faultReply(fault, call);
      if (fault?.drop === 'after') return undefined;
      recorded.status = reply.status;
      return reply;
    },
  });
  world.ports = { tls: internet.tlsPort, plain: internet.plainPort };
  const env = environment(world, internet.proxyPort, prepareConfig(world));

  const list = (all: ReadonlyMap<string, Data>): Data[] => structuredClone([...all.values()]);
  const invoker = (functionId: string) => [runResource(world, serviceName(functionId)), 'roles/run.invoker'] as const;
  const qualified = (member: string) => (/^all|:/.test(member) ? member : `serviceAccount:${member}`);

  return {
    account: world.account,
    /** The address that Dialogflow calls from. */
    serviceAgent: dialogflowAgent(agentNumber),
    moods,
    /** Over the environment of whoever runs gcloud, curl and Node; undefined removes a variable. */
    env: (): Environment => ({ ...env }),
    requests,
    /** Whatever wanted to leave this machine. */
    escapes,
    /** Requests that change something, as `METHOD host/path` without the query. */
    mutations: (): string[] =>
      requests.filter(isMutation).map(({ method, host, path }) => `${method} ${host}${path.replace(/\?.*/, '')}`),
    /** Forgets the requests so far. */
    forget: () => {
      requests.length = 0;
    },
    fault: (fault: Fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    /** The next build, or the next so many, fail. */
    failBuild: (functionId: string, times = 1) => moods.builds.set(functionId, times),
    failHealthCheck: (functionId: string, times = 1) => moods.healthChecks.set(functionId, times),
    /** Milliseconds that operations of this function take from now on. */
    slow: (functionId: string, milliseconds: number) => moods.operationOf.set(functionId, milliseconds),
    functions: () => list(world.functions),
    webhooks: () => list(world.webhooks),
    environments: () => list(world.environments),
    secrets: () => [...world.secrets.keys()],
    serviceAccounts: () => [...world.accounts.keys()],
    enabled: () => [...world.enabled].sort(),
    /** By hand: switches an API off, such as `run.googleapis.com`. */
    disable: (name: string) => world.enabled.delete(name),
    enable: (name: string) => world.enabled.add(name),
    /** By hand: a secret of one version, or of none where there is no value. */
    putSecret(id: string, value?: string, state: SecretVersion['state'] = 'ENABLED'): void {
      const name = `projects/${number}/secrets/${id}`;
      const createTime = new Date().toISOString();
      const versions = value === undefined ? [] : [{ state, data: Buffer.from(value), createTime }];
      world.secrets.set(id, { resource: { name, createTime }, versions });
    },
    /** By hand: a service account of the project. */
    putAccount(id: string): void {
      const email = `${id}@${project}.iam.gserviceaccount.com`;
      world.accounts.set(email, { name: `projects/${project}/serviceAccounts/${email}`, projectId: project, email });
    },
    /** The most operations that were ever under way at a time. */
    peak: () => world.operations.peak,
    /** Policies by resource: `projects/P/locations/R/services/NAME`, `projects/P`, ... */
    policies: (): { [resource: string]: Policy } => Object.fromEntries(world.policies.all),
    /** Who may invoke a function. */
    invokers: (functionId: string): string[] => {
      const [resource, role] = invoker(functionId);
      const bindings = world.policies.get(resource).bindings ?? [];
      return bindings.filter((each) => each.role === role).flatMap(({ members }) => members);
    },
    /** Revision to percent of a function; the revisions in the order of their making. */
    traffic: (functionId: string): { [revision: string]: number } => {
      const service = world.services.get(serviceName(functionId));
      const latest = service?.revisions.findLast(({ ready }) => ready)?.name;
      const shares = (service?.traffic ?? []).map((each) => [
        each.latestRevision ? latest : each.revisionName,
        each.percent,
      ]);
      return Object.fromEntries(shares);
    },
    revisions: (functionId: string): string[] =>
      (world.services.get(serviceName(functionId))?.revisions ?? []).map(({ name }) => name),
    /** Names of the files in the archives that were uploaded, oldest first. */
    uploads: (): string[][] =>
      [...world.uploads.values()].map((path) =>
        execFileSync('unzip', ['-Z1', path], { encoding: 'utf8' }).trim().split('\n').sort(),
      ),
    /** Paths of the archives that were uploaded, oldest first. */
    archives: (): string[] => [...world.uploads.values()],
    /** All that a function's instances have printed. */
    log: (functionId: string): string => world.services.get(serviceName(functionId))?.log ?? '',
    fireWebhook: (displayName: string, plan?: FirePlan): Promise<Fired> =>
      fire(world, internet.proxyPort, displayName, plan),
    /** An ID token that Google's keys have signed. */
    idToken: (audience: string, email = dialogflowAgent(agentNumber)): string =>
      world.issuer.token({ audience, email }),
    /** By hand: Cloud Run takes tokens for these audiences, too, as after `gcloud run services update --add-custom-audiences`. */
    addAudiences(functionId: string, audiences: readonly string[]): void {
      const service = world.services.get(serviceName(functionId))!;
      service.annotations['run.googleapis.com/custom-audiences'] = JSON.stringify(audiences);
    },
    /** Any request, through the proxy, over TLS: what somebody on the Internet sends to a function. */
    ask: (method: string, url: string, plan?: AskPlan): Promise<Fired> =>
      ask(world, internet.proxyPort, method, url, plan),
    /** By hand in the console: may invoke a function. A member is `allUsers`, `user:...` or a service account's address. */
    grant: (functionId: string, member: string) => world.policies.grant(...invoker(functionId), qualified(member)),
    revoke: (functionId: string, member: string) => world.policies.revoke(...invoker(functionId), qualified(member)),
    /** By hand: a role on any resource that has a policy. */
    grantOn: (resource: string, role: string, member: string) =>
      world.policies.grant(resource, role, qualified(member)),
    /** By hand: these fields of a webhook, or of its web service. */
    editWebhook(displayName: string, changes: Data): void {
      const webhook = [...world.webhooks.values()].find((each) => each.displayName === displayName);
      if (!webhook) throw new Error(`The agent has no webhook ${displayName}.`);
      const { genericWebService, ...rest } = changes;
      Object.assign(webhook, rest);
      Object.assign(webhook.genericWebService, genericWebService);
    },
    /** A webhook that is missing in so many lists from now on: it is made after they were read. */
    hideWebhook: (displayName: string, lists: number) => moods.unlisted.set(displayName, lists),
    /** Ends every process that was started, by its id, and removes every file. */
    async close(): Promise<void> {
      closing.abort();
      await internet.close();
      // What is under way ends first: it could start another process.
      while ([...world.operations.all.values()].some(({ done }) => !done))
        await new Promise((next) => setTimeout(next, 10));
      const revisions = [...world.services.values()].flatMap((service) => service.revisions);
      await Promise.all(revisions.map(stopRevision));
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Requests with a body that only ask for something. */
const QUESTIONS = /:(getIamPolicy|testIamPermissions|generateIdToken|generateAccessToken|generateUploadUrl)(\?|$)/;

function isMutation({ method, host, path }: Recorded): boolean {
  return !['GET', 'HEAD'].includes(method) && host.endsWith('.googleapis.com') && !QUESTIONS.test(path);
}
