import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ConfigError } from '../../shared/errors.ts';
import { Problem, WrongUsage } from '../local/problem.ts';
import { flagsOf } from './flags.ts';
import {
  differences,
  type Found,
  foundOf,
  invokersOf,
  lastOf,
  type RawFunction,
  type RawPolicy,
  serviceOf,
} from './found.ts';
import { callerOf, dialogflowHost, readOptions } from './options.ts';
import { changePolicy, goneSteps, isRelease, planTable, type State, type Step, stepFor } from './plan.ts';
import { codeOf, previousRevision, type RawRevision, type RawService, servingRevision } from './revisions.ts';
import { judgeAnswer, smokeCall } from './smoke.ts';
import { chooseManifests, LABELS, readManifests, secretsOf, type Wanted, wantedOf } from './wanted.ts';
import {
  type FoundWebhook,
  findEnvironment,
  keepWebhook,
  mergeOverrides,
  type RawEnvironment,
  type RawWebhook,
  type Request,
  webhookRequest,
} from './webhook.ts';

/**
 * What `deploy.sh` calls where it needs a data structure: `node dev/deploy/main.ts COMMAND [NAME]`. It reads options from
 * `DEPLOY_...`, the state from files that `deploy.sh` has fetched into `DEPLOY_WORK`, and prints; it sends no request.
 */

const env = process.env;
const work = (...names: string[]) => join(env.DEPLOY_WORK ?? '.', ...names);
const options = () => readOptions(env);
const load = <T>(path: string, otherwise: T): T =>
  existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as T) : otherwise;
const save = (path: string, value: unknown) => writeFileSync(path, JSON.stringify(value));
const input = async <T>() => JSON.parse(await text(process.stdin)) as T;
const print = (...lines: readonly string[]) => lines.length > 0 && process.stdout.write(`${lines.join('\n')}\n`);

const manifests = () => readManifests(env.DEPLOY_BUNDLES ?? 'dist');

/** What was found before the plan, and what was looked up of a function since. */
function functions(): readonly Found[] {
  return load<RawFunction[]>(work('functions.json'), []).map(foundOf);
}

function foundNow(name: string): Found | undefined {
  const now = load<RawFunction | null>(work('now', `${name}.json`), null);
  return now ? foundOf(now) : functions().find((each) => each.name === name);
}

async function wantedFor(name: string): Promise<Wanted> {
  const manifest = (await manifests()).find((each) => each.name === name);
  if (!manifest) throw new Problem(`There is no function called ${name}.`);
  return wantedOf(manifest, options(), foundNow(name)?.url ?? undefined);
}

async function allWanted(): Promise<readonly Wanted[]> {
  const { only } = options();
  return chooseManifests(await manifests(), only).map((manifest) =>
    wantedOf(manifest, options(), foundNow(manifest.name)?.url ?? undefined),
  );
}

/** The steps as lines for `read`: name, action, service, deploy, grant, revoke, webhook, override; `-` for none. */
function lineOf({ name, action, deploy, grant, revoke, webhook, override }: Step): string {
  const service = foundNow(name)?.service ?? serviceOf(name);
  const all = [
    name,
    action,
    service,
    deploy ?? '',
    grant.join(','),
    revoke.join(','),
    webhook ?? '',
    override ? 'yes' : '',
  ];
  return all.map((field) => field || '-').join(' ');
}

/** The members in a field of such a line. */
const membersOf = (field = '-') => (field === '-' ? [] : field.split(','));

/** Method, path and body of a request, each on lines of its own. */
function printRequest({ method, path, body }: Request): void {
  print(method, path, ...(body ? [JSON.stringify(body)] : []));
}

const COMMANDS: { readonly [command: string]: (...args: string[]) => unknown } = {
  /** The parts of the options that the script needs: the agent's host and project, both accounts, who calls. */
  facts: () => {
    const { agent, agentNumber, serviceAccount, smokeAccount } = options();
    print(
      dialogflowHost(agent),
      agent.project,
      agent.location,
      serviceAccount,
      smokeAccount ?? '-',
      callerOf(agentNumber),
    );
  },

  secrets: async () => print(...secretsOf(await allWanted())),

  /** Keeps a page of functions, and prints the token of the next page. */
  'keep-functions': async () => {
    const page = await input<{ functions?: (RawFunction & { environment?: string })[]; nextPageToken?: string }>();
    const second = (page.functions ?? []).filter(({ environment }) => environment !== 'GEN_1');
    save(work('functions.json'), [...load<RawFunction[]>(work('functions.json'), []), ...second]);
    print(page.nextPageToken ?? '');
  },

  /** Functions of the list that an operation is still changing. */
  pending: () => {
    const moving = functions().filter(({ state }) => ['DEPLOYING', 'DELETING'].includes(state));
    print(...moving.map(({ name }) => name));
  },

  /** Name, service and revision of each function that is there and meant. */
  services: async () => {
    const names = (await allWanted()).map(({ name }) => name);
    print(
      ...functions()
        .filter(({ name }) => names.includes(name))
        .map(({ name, service, revision }) => `${name} ${service} ${revision ? lastOf(revision) : '-'}`),
    );
  },

  /** Keeps what is compared of a page of webhooks in a file, and prints the token of the next page. */
  'keep-webhooks': async (file) => {
    const page = await input<{ webhooks?: RawWebhook[]; nextPageToken?: string }>();
    const kept = load<FoundWebhook[]>(work(file!), []);
    save(work(file!), [...kept, ...(page.webhooks ?? []).map(keepWebhook)]);
    print(page.nextPageToken ?? '');
  },

  /** Keeps the overrides of the environment that is meant, and prints its name. */
  'keep-environment': async () => {
    const { environments = [] } = await input<{ environments?: RawEnvironment[] }>();
    const found = findEnvironment(environments, options().environment!);
    if (!found) {
      const names = environments.map(({ displayName }) => displayName).join(', ') || 'none';
      throw new Problem(`The agent has no environment called ${options().environment}; it has ${names}.`);
    }
    save(work('overrides.json'), (found.webhookConfig?.webhookOverrides ?? []).map(keepWebhook));
    print(found.name);
  },

  /** Makes the plan of what was fetched, keeps it and prints its table. */
  plan: async () => {
    const { only, agent, environment } = options();
    const all = await allWanted();
    const state: State = {
      functions: functions(),
      invokers: Object.fromEntries(
        all.map(({ name }) => [name, invokersOf(load<RawPolicy>(work('policy', `${name}.json`), {}))]),
      ),
      code: Object.fromEntries(
        all.flatMap(({ name }) => {
          const revision = load<RawRevision | null>(work('revision', `${name}.json`), null);
          return revision ? [[name, codeOf(revision)]] : [];
        }),
      ),
      webhooks: load(work('webhooks.json'), []),
      overrides: environment ? load(work('overrides.json'), []) : null,
    };
    const steps = all.map((wanted) => stepFor(wanted, state, env.DEPLOY_FORCE === 'yes'));
    const known = (await manifests()).map(({ name }) => name);
    const gone = only.length > 0 ? [] : goneSteps(known, state, agent.id.toLowerCase());
    save(work('plan.json'), [...steps, ...gone]);
    print(planTable([...steps, ...gone]));
  },

  steps: () => print(...load<Step[]>(work('plan.json'), []).map(lineOf)),

  /** The arguments for `gcloud functions deploy`, each ended by a zero byte. */
  flags: async (name, kind, before) => {
    const { project, region, release } = options();
    const source = join(env.DEPLOY_BUNDLES ?? 'dist', name!);
    const flags = flagsOf(await wantedFor(name!), { project, region, source, release, before }, kind === 'create');
    process.stdout.write(flags.map((flag) => `${flag}\0`).join(''));
  },

  /** Fails unless this release of the function is there, in a revision that was not there before. */
  arrived: async (name) => {
    const before = functions().find((each) => each.name === name);
    const now = foundNow(name!);
    const there =
      now?.state === 'ACTIVE' && now.revision !== before?.revision && isRelease(await wantedFor(name!), now);
    process.exitCode = there ? 0 : 1;
  },

  /** Prints what is not as wanted although it was just deployed: its URL is not the one that was foretold. */
  unlike: async (name) => print(...differences((await wantedFor(name!)).settings, foundNow(name!)!.settings)),

  /** Reads the IAM policy of a service, and prints it with these members among the invokers, and without those. */
  policy: async (grant, revoke) =>
    print(JSON.stringify({ policy: changePolicy(await input<RawPolicy>(), membersOf(grant), membersOf(revoke)) })),

  'webhook-request': async (name) => {
    const wanted = await wantedFor(name!);
    const found = load<FoundWebhook[]>(work('webhooks.json'), []).find(({ displayName }) => displayName === name);
    if (wanted.webhook) printRequest(webhookRequest(name!, wanted.webhook, options().agent.name, found));
  },

  /** Reads the environment as it is now, and prints the request that adds the overrides of these functions. */
  'override-request': async (...names) => {
    const environment = await input<RawEnvironment>();
    const webhooks = load<FoundWebhook[]>(work('webhooks.json'), []);
    const ours = await Promise.all(
      names.map(async (name) => ({
        webhook: webhooks.find(({ displayName }) => displayName === name)!,
        wanted: (await wantedFor(name)).webhook!,
      })),
    );
    printRequest(
      mergeOverrides(
        environment,
        ours.filter(({ webhook }) => webhook),
      ),
    );
  },

  /** Webhooks that point at a function that is to go. */
  'webhooks-of': (name) => {
    const urls = foundNow(name!)?.urls ?? [];
    const theirs = load<FoundWebhook[]>(work('webhooks.json'), []).filter(({ service }) =>
      urls.includes(service.uri ?? ''),
    );
    print(...theirs.map((webhook) => webhook.name));
  },

  /** Where, how and with what a function is called after its deployment. */
  'smoke-call': async (name) => {
    const wanted = await wantedFor(name!);
    const { method, body } = smokeCall(wanted, options().agent);
    print(wanted.url, method, body);
  },

  /** Reads an answer; prints what is wrong with it, and fails then. */
  judge: async (name, status) => {
    const { webhook } = await wantedFor(name!);
    const wrong = judgeAnswer(Number(status), await text(process.stdin), webhook?.webhookType === 'FLEXIBLE');
    if (wrong) print(wrong);
    process.exitCode = wrong ? 1 : 0;
  },

  serving: async () => print(servingRevision(await input<RawService>()) ?? ''),

  previous: async (serving) => print(previousRevision(serving!, await input<RawRevision[]>()) ?? ''),

  /** Functions of the last release that serve it, or those that are named: name and service of each. */
  'rollback-names': () => {
    const only = (env.DEPLOY_ONLY ?? '').split(',').filter(Boolean);
    const ours = functions().filter(({ labels }) => labels[LABELS.code] !== undefined);
    const missing = only.find((name) => !ours.some((each) => each.name === name));
    if (missing) throw new Problem(`There is no function called ${missing} that was deployed from here.`);
    const last = ours
      .map(({ labels }) => labels[LABELS.release] ?? '')
      .sort()
      .at(-1);
    const meant = ours.filter(({ name, labels, trafficOnLatest }) =>
      only.length > 0 ? only.includes(name) : labels[LABELS.release] === last && trafficOnLatest,
    );
    print(...meant.map(({ name, service }) => `${name} ${service}`));
  },

  /** Reads an error of a Google API and prints what it says. */
  message: async () => {
    const body = await text(process.stdin);
    try {
      const { error } = JSON.parse(body) as { error?: { message?: string; status?: string } };
      print(error?.message ?? error?.status ?? 'no reason given');
    } catch {
      print('no reason given');
    }
  },
};

/** Runs one command; a foreseen failure is a sentence on standard error. */
export async function run([command = '', ...args]: readonly string[]): Promise<void> {
  try {
    await COMMANDS[command]!(...args);
  } catch (error) {
    if (!(error instanceof Problem || error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error instanceof WrongUsage ? 2 : 1;
  }
}
