import { differences, type Found, type RawPolicy } from './found.ts';
import { LABELS, type Wanted } from './wanted.ts';
import { type FoundWebhook, serviceDifferences, webhookDifferences } from './webhook.ts';

/** What has to be done to come from what there is to what is wanted. Pure: it asks nobody and changes nothing. */

/** `drift`: the same release is there, but somebody has changed something about it. `gone`: it left the code. */
export type Action = 'create' | 'change' | 'same' | 'drift' | 'gone';

export interface Step {
  readonly name: string;
  readonly action: Action;
  /** Why, in words for a person. */
  readonly reasons: readonly string[];
  readonly deploy: 'create' | 'update' | null;
  /** Members that get, and lose, the invoker role. */
  readonly grant: readonly string[];
  readonly revoke: readonly string[];
  readonly webhook: 'create' | 'update' | null;
  /** The environment's override of this webhook has to be written. */
  readonly override: boolean;
}

export interface State {
  readonly functions: readonly Found[];
  /** By function. */
  readonly invokers: { readonly [name: string]: readonly string[] };
  /** By function: the code that its newest revision says it is; absent where nobody asked. */
  readonly code?: { readonly [name: string]: string | null };
  readonly webhooks: readonly FoundWebhook[];
  /** Of the environment that is deployed to; null where the webhooks themselves are. */
  readonly overrides: readonly FoundWebhook[] | null;
}

export function stepFor(wanted: Wanted, state: State, force = false): Step {
  const found = state.functions.find(({ name }) => name === wanted.name);
  const code = found ? codeReasons(wanted, found, force, state.code?.[wanted.name]) : [];
  const invokers = state.invokers[wanted.name] ?? [];
  const grant = wanted.invokers.filter((member) => !invokers.includes(member));
  const revoke = wanted.strangers.filter((member) => invokers.includes(member));
  const { webhook, override, reasons: hook } = webhookStep(wanted, state);
  const base = { name: wanted.name, grant, revoke, webhook, override };
  if (!found) return { ...base, action: 'create', deploy: 'create', reasons: ['not there yet', ...hook] };

  const access = [
    ...grant.map((member) => `${member} may not call it`),
    ...revoke.map((member) => `${member} may call it`),
  ];
  const reasons = [...code, ...access, ...hook];
  const deploy = code.length > 0 ? 'update' : null;
  if (reasons.length === 0) return { ...base, action: 'same', deploy, reasons };
  const ours = isRelease(wanted, found) && !code.includes(FAILED);
  const action = ours && found.state === 'ACTIVE' && webhook !== 'create' && !force ? 'drift' : 'change';
  return { ...base, action, deploy, reasons };
}

/** Whether what is there was deployed from this code, with these settings. */
export function isRelease({ labels }: Wanted, found: Found): boolean {
  return Object.entries(labels).every(([label, value]) => found.labels[label] === value);
}

const FAILED = 'code: the last deployment failed';

function codeReasons(wanted: Wanted, found: Found, force: boolean, running?: string | null): readonly string[] {
  const settings = differences(wanted.settings, found.settings);
  const changed = [
    ...(found.labels[LABELS.code] === wanted.labels[LABELS.code] ? [] : ['code']),
    ...settings,
    // The label of a deployment that failed may have stayed; the revision does not lie.
    ...(found.labels[LABELS.code] !== wanted.labels[LABELS.code] ||
    running === undefined ||
    running === wanted.labels[LABELS.code]
      ? []
      : [FAILED]),
    ...(found.labels[LABELS.agent] === wanted.labels[LABELS.agent] ? [] : ['agent']),
  ];
  return [
    ...(force ? ['forced'] : []),
    ...(found.state === 'ACTIVE' ? [] : [`its state is ${found.state}`]),
    ...changed,
    // Nothing to see but a label: a setting was changed and put back.
    ...(changed.length > 0 || isRelease(wanted, found) ? [] : ['settings']),
    ...(found.trafficOnLatest ? [] : ['traffic is on an earlier revision']),
  ];
}

function webhookStep(wanted: Wanted, { webhooks, overrides }: State): Pick<Step, 'webhook' | 'override' | 'reasons'> {
  if (!wanted.webhook) return { webhook: null, override: false, reasons: [] };
  const webhook = webhooks.find(({ displayName }) => displayName === wanted.name);
  if (!webhook) {
    return { webhook: 'create', override: overrides !== null, reasons: ['no webhook'] };
  }
  if (overrides === null) {
    const reasons = webhookDifferences(wanted.webhook, webhook);
    return { webhook: reasons.length > 0 ? 'update' : null, override: false, reasons };
  }
  // The webhook itself belongs to the draft and to other environments.
  const override = overrides.find(({ name }) => name === webhook.name);
  // Through Service Directory: its address is nothing that a deployment knows.
  if ((override ?? webhook).isPrivate) return { webhook: null, override: false, reasons: [] };
  const reasons = override ? serviceDifferences(wanted.webhook, override) : ['no override'];
  return { webhook: null, override: reasons.length > 0, reasons: reasons.map((reason) => `environment: ${reason}`) };
}

/** The role of who may call a service of Cloud Run. */
const INVOKER = 'roles/run.invoker';

/** A policy with other invokers; the rest of it, its etag and bindings with a condition, as it was read. */
export function changePolicy(policy: RawPolicy, grant: readonly string[], revoke: readonly string[]): RawPolicy {
  const bindings = policy.bindings ?? [];
  const ours = bindings.filter((each) => each.role === INVOKER && !('condition' in each));
  const members = new Set([...ours.flatMap((each) => each.members ?? []), ...grant]);
  for (const member of revoke) members.delete(member);
  const invokers = members.size > 0 ? [{ role: INVOKER, members: [...members] }] : [];
  return { ...policy, bindings: [...bindings.filter((each) => !ours.includes(each)), ...invokers] };
}

/** Functions of this agent that were deployed by us and are in the code no more. */
export function goneSteps(names: readonly string[], { functions }: State, agentId: string): readonly Step[] {
  const ours = functions.filter(({ labels }) => labels[LABELS.code] !== undefined && labels[LABELS.agent] === agentId);
  return ours
    .filter(({ name }) => !names.includes(name))
    .map(({ name }) => ({
      name,
      action: 'gone',
      reasons: ['left the code; --prune deletes it'],
      deploy: null,
      grant: [],
      revoke: [],
      webhook: null,
      override: false,
    }));
}

/** The plan as a table, and a line that counts. */
export function planTable(steps: readonly Step[]): string {
  const width = Math.max(8, ...steps.map(({ name }) => name.length));
  const rows = steps.map(
    ({ name, action, reasons }) => `${name.padEnd(width)}  ${action.padEnd(6)}  ${reasons.join(', ')}`,
  );
  const count = (action: Action) => steps.filter((step) => step.action === action).length;
  const counts = (['create', 'change', 'drift', 'gone', 'same'] as const)
    .filter((action) => count(action) > 0)
    .map((action) => `${count(action)} ${action}`);
  const header = `${'function'.padEnd(width)}  ${'plan'.padEnd(6)}  why`;
  return [header, ...rows, '', `${changesOf(steps)} changes: ${counts.join(', ')}.`]
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/^1 changes/m, '1 change');
}

export function changesOf(steps: readonly Step[]): number {
  return steps.filter(({ action }) => action !== 'same' && action !== 'gone').length;
}
