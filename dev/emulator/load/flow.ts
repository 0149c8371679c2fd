import type { EventHandler, Flow, FormParameter, Page, Route, RouteGroup } from '../agent.ts';
import { frozenMap } from './frozen.ts';
import { readFulfillment } from './fulfillment.ts';
import type { Node } from './node.ts';
import { entityTypeOf, type Names, referenceOf, referencesOf, type Scope, targetOf } from './references.ts';
import { type ByName, idOf, type Resource, type Resources } from './resources.ts';

/** `NluSettings.classification_threshold`: "If set to 0.0, the default of 0.3 is used." */
const DEFAULT_THRESHOLD = 0.3;

/** Reads a flow with its pages and route groups. `agent` is agent.json. */
export function readFlow(
  { id, displayName, node, folder }: Resource,
  resources: Resources,
  names: Names,
  agent: Node,
): Flow {
  const pages = resources.inFolder(`${folder}pages`, 'page');
  const routeGroups = resources.inFolder(`${folder}transitionRouteGroups`, 'route group');
  const scope: Scope = { names, pages, routeGroups };
  noteKnowledge(node);
  if (node.node('multiLanguageSettings').flag('enableMultiLanguageDetection')) {
    node.note('unsupported', 'multiLanguageSettings', 'No language is detected here: the one of the session stays.');
  }
  return {
    id,
    displayName,
    transitionRoutes: readRoutes(node, scope),
    transitionRouteGroups: readGroupNames(node, scope),
    eventHandlers: readEventHandlers(node, 'eventHandlers', scope),
    routeGroups: readRouteGroups(routeGroups, scope),
    pages: frozenMap([...pages].map(([name, page]) => [name, readPage(page, scope, [node, agent])])),
    classificationThreshold: readThreshold(node, agent.text('defaultLanguageCode')),
  };
}

/** Route groups of a flow, or of the agent, whose scope has no pages. */
export function readRouteGroups(groups: ByName, scope: Scope): ReadonlyMap<string, RouteGroup> {
  return frozenMap(
    [...groups].map(([name, { id, displayName, node }]) => [
      name,
      { id, displayName, transitionRoutes: readRoutes(node, scope) },
    ]),
  );
}

/** @param above the flow and the agent, whose settings hold where a page and a parameter have none. */
function readPage({ id, displayName, node }: Resource, scope: Scope, above: readonly Node[]): Page {
  noteKnowledge(node);
  const form: FormParameter[] = [];
  for (const item of node.node('form').nodes('parameters')) {
    const parameter = readParameter(item, scope, [node, ...above]);
    if (parameter.displayName === '') item.note('invalid', 'form parameter', 'It has no displayName and is left out.');
    else if (form.some((other) => other.displayName === parameter.displayName)) {
      item.note('invalid', 'form parameter', `"${parameter.displayName}" is in the form twice; the first is used.`);
    } else form.push(parameter);
  }
  return {
    id,
    displayName,
    entryFulfillment: readFulfillment(node.node('entryFulfillment'), scope.names),
    form,
    transitionRoutes: readRoutes(node, scope),
    transitionRouteGroups: readGroupNames(node, scope),
    eventHandlers: readEventHandlers(node, 'eventHandlers', scope),
  };
}

function readParameter(node: Node, scope: Scope, above: readonly Node[]): FormParameter {
  const fill = node.node('fillBehavior');
  return {
    displayName: node.text('displayName'),
    entityType: entityTypeOf(node, scope.names),
    required: node.flag('required'),
    isList: node.flag('isList'),
    redact: node.flag('redact'),
    defaultValue: node.has('defaultValue') ? node.value('defaultValue') : undefined,
    dtmf: readDtmf([node, ...above]),
    initialPrompt: readFulfillment(fill.node('initialPromptFulfillment'), scope.names),
    repromptEventHandlers: readEventHandlers(fill, 'repromptEventHandlers', scope),
  };
}

/** `AdvancedSettings.dtmf_settings` of the nearest level that has them on: parameter, page, flow, agent. */
function readDtmf(levels: readonly Node[]): FormParameter['dtmf'] {
  for (const level of levels) {
    const settings = level.node('advancedSettings').node('dtmfSettings');
    if (!settings.flag('enabled')) continue;
    return { maxDigits: settings.number('maxDigits') || null, finishDigit: settings.optional('finishDigit') };
  }
  return null;
}

function readRoutes(node: Node, scope: Scope): readonly Route[] {
  return node.nodes('transitionRoutes').map((route) => {
    const intent = referenceOf(route, 'intent', 'intent', scope.names.intents);
    const condition = route.optional('condition');
    if (intent === null && condition === null) {
      route.note('invalid', 'transition route', 'It has neither an intent nor a condition.');
    }
    return { id: idOf(route), intent, condition, ...readReaction(route, scope) };
  });
}

function readEventHandlers(node: Node, field: string, scope: Scope): readonly EventHandler[] {
  return node.nodes(field).flatMap((handler) => {
    const event = handler.text('event');
    if (event === '') {
      handler.note('invalid', 'event handler', 'It names no event and is left out.');
      return [];
    }
    return [{ id: idOf(handler), event, ...readReaction(handler, scope) }];
  });
}

function readReaction(node: Node, scope: Scope): Pick<Route, 'fulfillment' | 'target'> {
  return {
    fulfillment: readFulfillment(node.node('triggerFulfillment'), scope.names),
    target: targetOf(node, scope),
  };
}

function readGroupNames(node: Node, { names, routeGroups }: Scope): readonly string[] {
  return referencesOf(node, 'transitionRouteGroups', 'route group', routeGroups, names.routeGroups);
}

/** `nluSettings`, or one for each language. */
function readThreshold(node: Node, languageCode: string): number {
  const settings = node.nodes('nluSettingsList');
  const own = settings.find((item) => item.text('languageCode') === languageCode) ?? node.node('nluSettings');
  // A float: 0.3 stands as 0.30000001 in an export.
  const threshold = Math.round(own.number('classificationThreshold') * 1e6) / 1e6;
  if (threshold >= 0 && threshold <= 1) return threshold || DEFAULT_THRESHOLD;
  own.note('invalid', 'classificationThreshold', `${threshold} is not from 0 to 1; ${DEFAULT_THRESHOLD} is used.`);
  return DEFAULT_THRESHOLD;
}

function noteKnowledge(node: Node): void {
  const settings = node.node('knowledgeConnectorSettings');
  if (!settings.flag('enabled') && settings.nodes('dataStoreConnections').length === 0) return;
  settings.note('unsupported', 'data store', 'Data stores are not asked here.');
}
