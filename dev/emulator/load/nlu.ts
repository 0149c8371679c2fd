import type { EntityType, Intent, TrainingPhrase } from '../agent.ts';
import { frozenMap } from './frozen.ts';
import type { Node } from './node.ts';
import { checkEntityType, entityTypeOf, type Names } from './references.ts';
import type { Resource, Resources } from './resources.ts';

/** `Intent.priority`: "If the supplied value is unspecified or 0, the service translates the value to 500,000". */
const NORMAL_PRIORITY = 500_000;

const EXPANSIONS = ['AUTO_EXPANSION_MODE_UNSPECIFIED', 'AUTO_EXPANSION_MODE_DEFAULT'] as const;

/** Other entity types in an entry of a list (CX docs, Entities, "Composite entities"): `@colour @size:width`. */
const REFERENCE = /(?<=^|\s)@([\w.-]+)/g;

export function readIntent({ id, displayName, node, folder }: Resource, resources: Resources, names: Names): Intent {
  if (node.has('dtmfPattern')) {
    node.note('unsupported', 'dtmfPattern', 'An intent is not matched by the digits of a keypad here.');
  }
  return {
    id,
    displayName,
    parameters: node.nodes('parameters').map((parameter) => ({
      id: parameter.text('id'),
      entityType: entityTypeOf(parameter, names),
      isList: parameter.flag('isList'),
      redact: parameter.flag('redact'),
    })),
    priority: node.number('priority') || NORMAL_PRIORITY,
    isFallback: node.flag('isFallback'),
    trainingPhrases: byLanguage(resources, `${folder}trainingPhrases`, 'trainingPhrases', readPhrase),
  };
}

export function readEntityType(resource: Resource, resources: Resources, names: Names): EntityType {
  const { id, displayName, node, folder } = resource;
  const kind = node.oneOf('kind', ['KIND_MAP', 'KIND_LIST', 'KIND_REGEXP']);
  if (node.oneOf('autoExpansionMode', EXPANSIONS) === 'AUTO_EXPANSION_MODE_DEFAULT') {
    node.note('unsupported', 'autoExpansionMode', 'Only the values that it lists are recognised here.');
  }
  const readEntity = (entity: Node) => {
    const value = entity.text('value');
    if (kind === 'KIND_LIST') {
      for (const [, name] of value.matchAll(REFERENCE)) checkEntityType(entity, 'value', name!, names.entityTypes);
    }
    return { value, synonyms: entity.texts('synonyms') };
  };
  return {
    id,
    displayName,
    kind,
    fuzzy: node.flag('enableFuzzyExtraction'),
    redact: node.flag('redact'),
    entities: byLanguage(resources, `${folder}entities`, 'entities', readEntity),
    excludedPhrases: byLanguage(resources, `${folder}excludedPhrases`, 'excludedPhrases', (phrase) =>
      phrase.text('value'),
    ),
  };
}

function readPhrase(node: Node): TrainingPhrase {
  return node.nodes('parts').map((part) => ({ text: part.text('text'), parameterId: part.optional('parameterId') }));
}

/** What a folder has for each language: in `en.json` the list of that name. */
function byLanguage<Item>(
  resources: Resources,
  folder: string,
  field: string,
  read: (node: Node) => Item,
): ReadonlyMap<string, readonly Item[]> {
  return frozenMap(resources.byLanguage(folder).map(([language, node]) => [language, node.nodes(field).map(read)]));
}
