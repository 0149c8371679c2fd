import { Problem, WrongUsage } from '../local/problem.ts';

/** What one deployment was told: `deploy.sh` reads the command line and hands it on in `DEPLOY_...` variables. */
export interface Options {
  /** Of the functions. The agent may live in another one. */
  readonly project: string;
  readonly region: string;
  readonly agent: Agent;
  /** The number of the agent's project: the service agent, who calls, has it in its name. */
  readonly agentNumber: string;
  /** Display name or id of the agent's environment whose overrides are written, instead of the webhooks themselves. */
  readonly environment: string | null;
  readonly auth: 'iam' | 'id-token';
  /** The functions that are meant; none named means all. */
  readonly only: readonly string[];
  /** What webhooks are given as `uri` in place of the function's own URL, with `{function}` in it. */
  readonly address: string | null;
  /** Audiences that are accepted beside the webhook's `uri`, with `{function}` in them. */
  readonly audiences: readonly string[];
  /** Plain settings for all functions. */
  readonly env: { readonly [name: string]: string };
  /** Names in Secret Manager for variables whose secret is called otherwise. */
  readonly secrets: { readonly [variable: string]: string };
  readonly serviceAccount: string;
  /** Whose token the call after a deployment carries; null for none. */
  readonly smokeAccount: string | null;
  /** Marks what one run has deployed, so that `rollback` can find it. */
  readonly release: string;
}

export interface Agent {
  /** `projects/P/locations/L/agents/ID` */
  readonly name: string;
  readonly project: string;
  readonly location: string;
  readonly id: string;
}

type Variables = { readonly [name: string]: string | undefined };

/** Stands in commands that are printed and not run, where the number is not known yet. */
export const UNKNOWN_NUMBER = 'AGENT_PROJECT_NUMBER';

export function readOptions(env: Variables): Options {
  const project = env.DEPLOY_PROJECT ?? '';
  const auth = env.DEPLOY_AUTH || 'iam';
  if (auth !== 'iam' && auth !== 'id-token') throw new WrongUsage(`Write --auth iam or --auth id-token, not ${auth}.`);
  const account = (name: string) => `${name}@${project}.iam.gserviceaccount.com`;
  return {
    project,
    region: env.DEPLOY_REGION ?? '',
    agent: parseAgent(env.DEPLOY_AGENT ?? ''),
    agentNumber: env.DEPLOY_AGENT_NUMBER || UNKNOWN_NUMBER,
    environment: env.DEPLOY_ENVIRONMENT || null,
    auth,
    only: list(env.DEPLOY_ONLY, ','),
    address: env.DEPLOY_ADDRESS ? parseAddress('--address', env.DEPLOY_ADDRESS) : null,
    audiences: list(env.DEPLOY_AUDIENCES, '\n').map((url) => parseAddress('--audience', url)),
    env: settings(env.DEPLOY_SETTINGS),
    secrets: pairs('--secret', env.DEPLOY_SECRETS),
    serviceAccount: env.DEPLOY_SERVICE_ACCOUNT || account('cx-webhooks'),
    smokeAccount: env.DEPLOY_SMOKE === 'no' ? null : env.DEPLOY_SMOKE_ACCOUNT || account('cx-webhooks-smoke'),
    release: env.DEPLOY_RELEASE || 'none',
  };
}

export function parseAgent(name: string): Agent {
  const [, project, location, id] = /^projects\/([^/]+)\/locations\/([a-z0-9-]+)\/agents\/([\w-]+)$/.exec(name) ?? [];
  if (!project || !location || !id) {
    throw new WrongUsage(
      `Write --agent projects/PROJECT/locations/LOCATION/agents/ID, as the CX console copies it, not ${name || 'nothing'}.`,
    );
  }
  return { name, project, location, id };
}

/** Dialogflow's address for an agent's location; every location but `global` has its own. */
export function dialogflowHost({ location }: Agent): string {
  return location === 'global' ? 'dialogflow.googleapis.com' : `${location}-dialogflow.googleapis.com`;
}

/** Who calls the functions: Dialogflow's service agent of the agent's project. */
export function callerOf(agentNumber: string): string {
  return `service-${agentNumber}@gcp-sa-dialogflow.iam.gserviceaccount.com`;
}

/** The name of an address for one function. */
export function addressFor(template: string, name: string): string {
  return template.replaceAll('{function}', name);
}

function parseAddress(option: string, text: string): string {
  if (URL.canParse(text.replaceAll('{function}', 'x')) && /^https:\/\/[^,\s]+$/.test(text)) return text;
  throw new WrongUsage(`Write ${option} as an https URL such as https://hooks.example.com/{function}, not ${text}.`);
}

/** Set by the deployment or by the platform. */
const RESERVED =
  /^(WEBHOOK_|CX_WEBHOOKS_|X_GOOGLE_|K_|FUNCTION_|GOOGLE_CERTS_URL$|GOOGLE_CLOUD_PROJECT$|PORT$|DATABASE_URL$)/;

function settings(text: string | undefined): { readonly [name: string]: string } {
  const found = pairs('--set', text);
  for (const name of Object.keys(found)) {
    if (RESERVED.test(name)) throw new WrongUsage(`Leave ${name} out of --set: the deployment or a secret sets it.`);
  }
  return found;
}

function pairs(option: string, text: string | undefined): { readonly [name: string]: string } {
  return Object.fromEntries(
    list(text, '\n').map((line) => {
      const [, name, value] = /^([A-Za-z_]\w*)=(.+)$/s.exec(line) ?? [];
      // The line itself is not repeated: somebody may have put a secret there.
      if (!name || !value) throw new WrongUsage(`Write ${option} NAME=VALUE.`);
      return [name, value];
    }),
  );
}

function list(text: string | undefined, separator: string): readonly string[] {
  return (text ?? '')
    .split(separator)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** The functions that are meant, of those that there are. */
export function select<T extends { readonly name: string }>(all: readonly T[], only: readonly string[]): readonly T[] {
  for (const wanted of only) {
    if (all.some(({ name }) => name === wanted)) continue;
    throw new Problem(`There is no function called ${wanted}: choose from ${all.map(({ name }) => name).join(', ')}.`);
  }
  return only.length === 0 ? all : all.filter(({ name }) => only.includes(name));
}
