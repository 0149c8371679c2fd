import { SYMBOLIC_TARGETS, type SymbolicTarget, type Target } from '../agent.ts';
import type { Node } from './node.ts';
import type { ByName } from './resources.ts';

/** All that an export's resources may refer to, by display name. */
export interface Names {
  readonly flows: ByName;
  readonly intents: ByName;
  readonly entityTypes: ByName;
  readonly webhooks: ByName;
  /** Route groups of the agent. */
  readonly routeGroups: ByName;
}

/** What is in sight where a handler stands: the agent's resources and those of its flow. */
export interface Scope {
  readonly names: Names;
  readonly pages: ByName;
  readonly routeGroups: ByName;
}

/** A name that stands in a field, as a display name. Null where the field is empty; a name of nothing is a finding and stays. */
export function referenceOf(node: Node, field: string, construct: string, ...among: readonly ByName[]): string | null {
  const text = node.optional(field);
  return text === null ? null : resolve(node, field, text, construct, among);
}

/** Likewise of a list of names. */
export function referencesOf(
  node: Node,
  field: string,
  construct: string,
  ...among: readonly ByName[]
): readonly string[] {
  return node.texts(field).map((text, index) => resolve(node, `${field}[${index}]`, text, construct, among));
}

/** The entity type in a field, with its `@`. */
export function entityTypeOf(node: Node, { entityTypes }: Names): string {
  const text = node.text('entityType');
  if (text === '') {
    node.note('invalid', 'entity type', 'It has no entityType.');
    return '';
  }
  const name = text.startsWith('@') ? text.slice(1) : displayNameOf(text, [entityTypes]);
  checkEntityType(node, 'entityType', name, entityTypes);
  return `@${name}`;
}

/** Notes a name, without its `@`, that is neither a type of the export nor one of CX's. */
export function checkEntityType(node: Node, field: string, name: string, entityTypes: ByName): void {
  if (!name.startsWith('sys.') && !entityTypes.has(name)) missing(node, field, 'entity type', name);
}

/** Where a handler goes. A page of the flow wins over CX's page of the same name. */
export function targetOf(node: Node, { names, pages }: Scope): Target | null {
  const given = ['targetPage', 'targetFlow', 'targetPlaybook'].filter((field) => node.optional(field) !== null);
  if (given.length > 1) {
    node.note('invalid', 'target', `It has ${given.join(' and ')}, of which there can be one; ${given[0]} is used.`);
  }
  const page = node.optional('targetPage');
  if (page !== null) {
    const name = displayNameOf(page, [pages]);
    const symbolic = pages.has(name) ? undefined : symbolOf(name);
    if (symbolic) return { kind: 'symbolic', symbolic };
    if (!pages.has(name)) missing(node, 'targetPage', 'page', name);
    return { kind: 'page', page: name };
  }
  const flow = referenceOf(node, 'targetFlow', 'flow', names.flows);
  if (flow !== null) return { kind: 'flow', flow };
  const playbook = node.optional('targetPlaybook');
  if (playbook === null) return null;
  node.note('unsupported', 'playbook', `It goes to the playbook "${playbook}": playbooks are not run here.`);
  return { kind: 'playbook', playbook };
}

/** The display name behind a reference: exports have that, the API's JSON a resource name; an id comes through in both. */
export function displayNameOf(text: string, among: readonly ByName[]): string {
  if (among.some((names) => names.has(text))) return text;
  const id = /^projects\/.*\/([^/]+)$/.exec(text)?.[1] ?? text;
  for (const names of among) {
    for (const resource of names.values()) if (resource.id === id) return resource.displayName;
  }
  return id;
}

/** `End Flow`, `END_FLOW_WITH_FAILURE`: exports write both. */
export function symbolOf(name: string): SymbolicTarget | undefined {
  const symbol = name.trim().replaceAll(/\s+/g, '_').toUpperCase();
  return SYMBOLIC_TARGETS.find((known) => known === symbol);
}

function resolve(node: Node, field: string, text: string, construct: string, among: readonly ByName[]): string {
  const name = displayNameOf(text, among);
  if (!among.some((names) => names.has(name))) missing(node, field, construct, name);
  return name;
}

function missing(node: Node, field: string, construct: string, name: string): void {
  node.note('missing', construct, `"${field}" is the ${construct} "${name}", which the export does not have.`);
}
