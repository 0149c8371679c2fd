import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Agent } from '../../../../dev/emulator/agent.ts';
import { loadAgent } from '../../../../dev/emulator/load.ts';
import { withExport, zipFolder } from '../../../helpers/agent-export.ts';

const OWN = new URL('../../../../agent', import.meta.url).pathname;
const CORPUS = join(
  process.env.CX_CORPUS ?? new URL('../../../../../shared/cx-corpus', import.meta.url).pathname,
  'agents',
);
const hasCorpus = existsSync(CORPUS);
if (!hasCorpus)
  console.warn(`No agents at ${CORPUS}: they are skipped. Set CX_CORPUS to the folder that has "agents".`);
const folders = [OWN, ...(hasCorpus ? readdirSync(CORPUS).map((name) => join(CORPUS, name)) : [])];
const exports = folders.map((folder) => [basename(folder), folder] as const);

/** How often a field stands anywhere in some files of an export: of a list its items, of the rest each that is not empty. */
function tally(folder: string, files: RegExp, fields: readonly string[]): { [field: string]: number } {
  const counts = Object.fromEntries(fields.map((field) => [field, 0]));
  const visit = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return;
    for (const [field, part] of Object.entries(value)) {
      if (fields.includes(field)) counts[field]! += Array.isArray(part) ? part.length : part === '' ? 0 : 1;
      if (field !== 'payload') visit(part); // anything may stand in there
    }
  };
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => files.test(path));
  for (const path of paths) visit(JSON.parse(readFileSync(join(folder, path), 'utf8')));
  return { files: paths.length, ...counts };
}

const sum = (numbers: Iterable<number>) => [...numbers].reduce((total, number) => total + number, 0);
/** All objects anywhere in a part of the model. */
function* objectsIn(value: unknown): Generator<{ readonly [field: string]: unknown }> {
  if (typeof value !== 'object' || value === null) return;
  const isPlain = !(value instanceof Map) && !Array.isArray(value);
  if (isPlain) yield value as { readonly [field: string]: unknown };
  for (const part of value instanceof Map ? value.values() : Object.values(value)) yield* objectsIn(part);
}
const lengthsIn = (value: unknown, field: string) =>
  sum([...objectsIn(value)].map((object) => (Array.isArray(object[field]) ? object[field].length : 0)));
const textsIn = (value: unknown, field: string) =>
  [...objectsIn(value)].filter((object) => typeof object[field] === 'string' && object[field] !== '').length;
const kindsIn = (value: unknown, kinds: readonly string[]) =>
  [...objectsIn(value)].filter(({ target }) => kinds.includes((target as { kind: string } | null)?.kind ?? '')).length;

test.each(exports)('%s loads whole', (_, folder) => {
  const agent = loadAgent(folder);
  const lists = [
    'transitionRoutes',
    'eventHandlers',
    'repromptEventHandlers',
    'transitionRouteGroups',
    'setParameterActions',
    'conditionalCases',
    'messages',
  ];
  const texts = ['intent', 'condition', 'webhook', 'tag', 'event'];
  const flows = [...agent.flows.values()];
  const all = [flows, agent.routeGroups];
  const objects = [...objectsIn(all)];
  const said = objects.filter(({ kind }) => kind === 'text');
  expect({
    files: sum(flows.map((flow) => 1 + flow.pages.size + flow.routeGroups.size)) + agent.routeGroups.size,
    ...Object.fromEntries(lists.map((field) => [field, lengthsIn(all, field)])),
    ...Object.fromEntries(texts.map((field) => [field, textsIn(all, field)])),
    cases: objects.filter((object) => 'condition' in object && Array.isArray(object.content)).length,
    message: objects.filter((object) => object.message).length,
    // The field stands in each message twice: around its variants, and as the list of them.
    text: said.length + sum(said.map(({ content }) => (content as { text: string[] }).text.length)),
    targetPage: kindsIn(all, ['page', 'symbolic']),
    targetFlow: kindsIn(all, ['flow']),
    entityType: lengthsIn(all, 'form'),
  }).toEqual(
    tally(folder, /^(flows|agentTransitionRouteGroups)\/.*\.json$/, [
      ...lists,
      ...texts,
      'cases',
      'message',
      'text',
      'targetPage',
      'targetFlow',
      'entityType',
    ]),
  );
});

test.each(exports)('%s has its words and its test cases', (_, folder) => {
  const agent: Agent = loadAgent(folder);
  const phrases = [...agent.intents.values()].flatMap((intent) => [...intent.trainingPhrases.values()].flat());
  expect({
    files: sum([...agent.intents.values()].map((intent) => intent.trainingPhrases.size)),
    trainingPhrases: phrases.length,
    parts: phrases.flat().length,
    parameterId: phrases.flat().filter((part) => part.parameterId).length,
  }).toEqual(tally(folder, /^intents\/.*\/trainingPhrases\//, ['trainingPhrases', 'parts', 'parameterId']));
  expect({
    files: agent.intents.size,
    id: sum([...agent.intents.values()].map((intent) => intent.parameters.length)),
  }).toEqual(tally(folder, /^intents\/[^/]+\/[^/]+\.json$/, ['id']));
  const entities = [...agent.entityTypes.values()].flatMap((type) => [...type.entities.values()]);
  expect({
    files: entities.length,
    entities: entities.flat().length,
    synonyms: sum(entities.flat().map((entity) => entity.synonyms.length)),
  }).toEqual(tally(folder, /^entityTypes\/.*\/entities\//, ['entities', 'synonyms']));
  expect(agent.entityTypes.size).toBe(tally(folder, /^entityTypes\/[^/]+\/[^/]+\.json$/, []).files);
  expect(agent.webhooks.size).toBe(tally(folder, /^webhooks\//, []).files);
  const turns = agent.testCases.flatMap((testCase) => testCase.turns);
  expect({
    files: agent.testCases.length,
    testCaseConversationTurns: turns.length,
    textResponses: sum(turns.map((turn) => turn.expected.texts.length)),
    currentFlow: turns.filter((turn) => turn.expected.flow !== null).length,
    currentPage: turns.filter((turn) => turn.expected.page !== null).length,
    triggeredIntent: turns.filter((turn) => turn.expected.intent !== null).length,
    event: 2 * turns.filter((turn) => turn.input.kind === 'event').length,
  }).toEqual(
    tally(folder, /^testCases\//, [
      'testCaseConversationTurns',
      'textResponses',
      'currentFlow',
      'currentPage',
      'triggeredIntent',
      'event',
    ]),
  );
});

test.each(exports)('%s is the same as an archive', (name, folder) => {
  withExport({}, (written) => {
    const path = join(written.folder, `${name}.zip`);
    writeFileSync(path, zipFolder(folder));
    expect(loadAgent(path)).toEqual(loadAgent(folder));
  });
});

test('our own agent has no finding', () => {
  expect(loadAgent(OWN).findings).toEqual([]);
});
