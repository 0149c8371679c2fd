import type { Agent } from './agent.ts';
import { AgentError } from './load/error.ts';
import { type ExportLimits, readExport } from './load/files.ts';
import { readFlow, readRouteGroups } from './load/flow.ts';
import { deepFreeze, frozenMap } from './load/frozen.ts';
import { readEntityType, readIntent } from './load/nlu.ts';
import { Findings, type Node } from './load/node.ts';
import type { Names } from './load/references.ts';
import { type ByName, openResources, type Resource, type Resources } from './load/resources.ts';
import { readTestCase } from './load/test-case.ts';
import { readWebhook } from './load/webhook.ts';

export { AgentError };

/** The flow that every agent is created with. */
const DEFAULT_START_FLOW = 'Default Start Flow';
const DEFAULT_LANGUAGE = 'en';
const DEFAULT_TIME_ZONE = 'UTC';

/** Folders of an export that hold what is not run here, and the construct's name. */
const NOT_RUN = [
  ['playbooks', 'playbook'],
  ['generators', 'generator'],
  ['tools', 'tool'],
] as const;

/**
 * Loads an agent that CX exported as a JSON package: a folder, or the `.zip`. What does not work is in its `findings`.
 * @throws AgentError where the path is no such export.
 */
export function loadAgent(path: string, limits?: ExportLimits): Agent {
  const files = readExport(path, limits);
  const findings = new Findings();
  const resources = openResources(files, findings);
  const { agent } = resources;
  if (!agent) {
    const problem = findings.list.find(({ where }) => where === 'agent.json');
    throw new AgentError(`The agent.json of ${path} cannot be read: ${problem!.message}`);
  }
  const names: Names = {
    flows: resources.ofFolders('flows', 'flow'),
    intents: resources.ofFolders('intents', 'intent'),
    entityTypes: resources.ofFolders('entityTypes', 'entity type'),
    webhooks: resources.inFolder('webhooks', 'webhook'),
    routeGroups: resources.inFolder('agentTransitionRouteGroups', 'route group'),
  };
  if (names.flows.size === 0) throw new AgentError(`${path} has no flow: an agent begins in one (flows/X/X.json).`);

  noteNotRun(resources, findings);
  const none: ByName = new Map();
  const defaultLanguageCode = agent.text('defaultLanguageCode') || DEFAULT_LANGUAGE;
  const startFlow = readStartFlow(agent, names.flows);
  const pagesOf = (name: string): ByName => {
    const flow = names.flows.get(name);
    return flow ? resources.inFolder(`${flow.folder}pages`, 'page') : none;
  };
  return deepFreeze({
    displayName: agent.text('displayName') || files.name,
    defaultLanguageCode,
    languageCodes: [...new Set([defaultLanguageCode, ...agent.texts('supportedLanguageCodes')])],
    timeZone: readTimeZone(agent),
    startFlow,
    flows: mapped(names.flows, (flow) => readFlow(flow, resources, names, agent)),
    routeGroups: readRouteGroups(names.routeGroups, { names, pages: none, routeGroups: none }),
    intents: mapped(names.intents, (intent) => readIntent(intent, resources, names)),
    entityTypes: mapped(names.entityTypes, (type) => readEntityType(type, resources, names)),
    webhooks: mapped(names.webhooks, readWebhook),
    testCases: [...resources.inFolder('testCases', 'test case').values()].map((resource) =>
      readTestCase(resource, { ...names, pagesOf }, startFlow),
    ),
    findings: findings.list,
  });
}

function mapped<Item>(resources: ByName, read: (resource: Resource) => Item): ReadonlyMap<string, Item> {
  return frozenMap([...resources].map(([name, resource]) => [name, read(resource)]));
}

/** One that there is. */
function readStartFlow(agent: Node, flows: ByName): string {
  if (agent.has('startPlaybook')) {
    agent.note('unsupported', 'playbook', 'The agent begins with a playbook: here it begins with a flow.');
  }
  const given = agent.optional('startFlow');
  if (given !== null && flows.has(given)) return given;
  const start = flows.has(DEFAULT_START_FLOW) ? DEFAULT_START_FLOW : flows.keys().next().value!;
  if (given !== null) {
    const message = `"startFlow" is the flow "${given}", which the export does not have; "${start}" is used.`;
    agent.note('missing', 'flow', message);
  }
  return start;
}

function readTimeZone(agent: Node): string {
  const timeZone = agent.text('timeZone');
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return timeZone;
  } catch {
    agent.note('invalid', 'timeZone', `"${timeZone}" is no IANA time zone; ${DEFAULT_TIME_ZONE} is used.`);
    return DEFAULT_TIME_ZONE;
  }
}

function noteNotRun(resources: Resources, findings: Findings): void {
  for (const [folder, construct] of NOT_RUN) {
    for (const [name, { node }] of resources.ofFolders(folder, construct)) {
      node.note('unsupported', construct, `The ${construct} "${name}" is not run here.`);
    }
  }
  for (const [language, node] of resources.byLanguage('generativeSettings')) {
    findings.add(
      'unsupported',
      'generativeSettings',
      node.file,
      `No model is asked here, in ${language} or otherwise.`,
    );
  }
}
