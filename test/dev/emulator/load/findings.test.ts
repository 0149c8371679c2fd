import { expect, test } from '@jest/globals';
import { type AgentExport, asks, loadExport } from '../../../helpers/agent-export.ts';

const START = 'Default Start Flow';
const FILE = `flows/${START}/${START}.json`;
const findings = (agent: AgentExport) =>
  loadExport(agent).findings.map(
    ({ kind, construct, where, message }) => `${kind} ${construct} | ${where} | ${message}`,
  );

test('whatever an agent refers to and does not have is named, with where it stands', () => {
  const found = findings({
    flows: {
      [START]: {
        transitionRouteGroups: ['no group'],
        transitionRoutes: [
          { intent: 'no intent', triggerFulfillment: { webhook: 'no webhook', tag: 't' }, targetPage: 'no page' },
        ],
        pages: {
          A: {
            form: { parameters: [asks('p', '@no-type', '?')] },
            eventHandlers: [{ event: 'e', targetFlow: 'no flow' }],
          },
        },
      },
    },
    intents: { i: { parameters: [{ id: 'p', entityType: '@none' }] } },
    entityTypes: { l: { kind: 'KIND_LIST', values: { '@sys.number:a @nothing:b': [] } } },
    agent: { startFlow: 'Nowhere' },
  });
  expect(found).toEqual([
    `missing flow | agent.json | "startFlow" is the flow "Nowhere", which the export does not have; "${START}" is used.`,
    `missing intent | ${FILE}, transitionRoutes[0] | "intent" is the intent "no intent", which the export does not have.`,
    `missing webhook | ${FILE}, transitionRoutes[0].triggerFulfillment | "webhook" is the webhook "no webhook", which the export does not have.`,
    `missing page | ${FILE}, transitionRoutes[0] | "targetPage" is the page "no page", which the export does not have.`,
    `missing route group | ${FILE} | "transitionRouteGroups[0]" is the route group "no group", which the export does not have.`,
    `missing entity type | flows/${START}/pages/A.json, form.parameters[0] | "entityType" is the entity type "no-type", which the export does not have.`,
    `missing flow | flows/${START}/pages/A.json, eventHandlers[0] | "targetFlow" is the flow "no flow", which the export does not have.`,
    `missing entity type | intents/i/i.json, parameters[0] | "entityType" is the entity type "none", which the export does not have.`,
    `missing entity type | entityTypes/l/entities/en.json, entities[0] | "value" is the entity type "nothing", which the export does not have.`,
  ]);
});

test('what CX runs and the emulator does not is named, and the rest of the agent loads', () => {
  const agent: AgentExport = {
    agent: { startPlaybook: 'Sell' },
    flows: {
      [START]: {
        multiLanguageSettings: { enableMultiLanguageDetection: true },
        knowledgeConnectorSettings: { enabled: true },
        transitionRoutes: [
          {
            condition: 'true',
            triggerFulfillment: {
              generators: [{ generator: 'g' }],
              sendCallCompanionSms: true,
              messages: [{ hologram: {} }],
            },
          },
        ],
        eventHandlers: [
          { event: 'e', triggerFulfillment: { enableGenerativeFallback: true }, targetPlaybook: 'Sell' },
          { event: 'f', triggerFulfillment: { enableGenerativeFallback: false, generators: [] } },
        ],
        pages: { A: { knowledgeConnectorSettings: { mainLlmConfig: {} } } },
      },
    },
    intents: { i: { dtmfPattern: '1+' } },
    entityTypes: { t: { autoExpansionMode: 'AUTO_EXPANSION_MODE_DEFAULT' } },
    files: {
      'playbooks/Sell/Sell.json': { displayName: 'Sell' },
      'generators/g/g.json': { displayName: 'g' },
      'generators/g/phrases/en.json': { promptTexts: [] },
      'tools/t/t.json': { displayName: 't' },
      'generativeSettings/en.json': { languageCode: 'en' },
    },
  };
  expect(findings(agent)).toEqual([
    'unsupported playbook | playbooks/Sell/Sell.json | The playbook "Sell" is not run here.',
    'unsupported generator | generators/g/g.json | The generator "g" is not run here.',
    'unsupported tool | tools/t/t.json | The tool "t" is not run here.',
    'unsupported generativeSettings | generativeSettings/en.json | No model is asked here, in en or otherwise.',
    'unsupported playbook | agent.json | The agent begins with a playbook: here it begins with a flow.',
    `unsupported data store | ${FILE}, knowledgeConnectorSettings | Data stores are not asked here.`,
    `unsupported multiLanguageSettings | ${FILE} | No language is detected here: the one of the session stays.`,
    `unsupported generators | ${FILE}, transitionRoutes[0].triggerFulfillment | Generators write nothing here, and set no parameter.`,
    `unsupported sendCallCompanionSms | ${FILE}, transitionRoutes[0].triggerFulfillment | No SMS is sent here.`,
    `unsupported hologram | ${FILE}, transitionRoutes[0].triggerFulfillment.messages[0] | A message of the kind "hologram" is not known here and is left out.`,
    `unsupported enableGenerativeFallback | ${FILE}, eventHandlers[0].triggerFulfillment | No model is asked here: the messages of the handler are said.`,
    `unsupported playbook | ${FILE}, eventHandlers[0] | It goes to the playbook "Sell": playbooks are not run here.`,
    'unsupported dtmfPattern | intents/i/i.json | An intent is not matched by the digits of a keypad here.',
    'unsupported autoExpansionMode | entityTypes/t/t.json | Only the values that it lists are recognised here.',
  ]);
  const { fulfillment } = loadExport(agent).flows.get(START)!.transitionRoutes[0]!;
  expect(fulfillment.unsupported).toEqual(['generators', 'sendCallCompanionSms']);
});

test('what CX would refuse is named, and has a default', () => {
  const found = findings({
    agent: { timeZone: 'Mars/Olympus' },
    flows: {
      [START]: {
        nluSettings: { classificationThreshold: 3 },
        transitionRoutes: [{ targetPage: 'A', targetFlow: START }, { intent: 7, condition: 'true' }, 'no route'],
        eventHandlers: [{ triggerFulfillment: { setParameterActions: [{ value: 1 }] } }],
        pages: {
          A: {
            form: { parameters: [asks('p', '@sys.any', '?'), asks('p', '@sys.any', '?'), { entityType: '@sys.any' }] },
            entryFulfillment: { messages: { text: 'Hi' }, webhook: null },
          },
        },
      },
    },
    files: {
      [`flows/${START}/pages/B.json`]: { displayName: 'A' },
      'intents/broken/broken.json': '{ "displayName": ',
      'intents/list/list.json': '[]',
      'flows/Headless/pages/P.json': { displayName: 'P' },
    },
  });
  expect(found.map((line) => line.replace(/(It is no JSON: ).*/, '$1...'))).toEqual([
    'invalid JSON | intents/broken/broken.json | It is no JSON: ...',
    'invalid JSON | intents/list/list.json | It is JSON, and no object.',
    'invalid flow | flows/Headless | flows/Headless/Headless.json is missing: what lies in its folder is left out.',
    'invalid timeZone | agent.json | "Mars/Olympus" is no IANA time zone; UTC is used.',
    `invalid page | flows/${START}/pages/B.json | "A" is the display name of flows/${START}/pages/A.json, too; only that one is used.`,
    `invalid transitionRoutes | ${FILE} | "transitionRoutes[2]" is not an object.`,
    `invalid transition route | ${FILE}, transitionRoutes[0] | It has neither an intent nor a condition.`,
    `invalid target | ${FILE}, transitionRoutes[0] | It has targetPage and targetFlow, of which there can be one; targetPage is used.`,
    `invalid intent | ${FILE}, transitionRoutes[1] | "intent" is not a text.`,
    `invalid event handler | ${FILE}, eventHandlers[0] | It names no event and is left out.`,
    `invalid form parameter | flows/${START}/pages/A.json, form.parameters[1] | "p" is in the form twice; the first is used.`,
    `invalid form parameter | flows/${START}/pages/A.json, form.parameters[2] | It has no displayName and is left out.`,
    `invalid messages | flows/${START}/pages/A.json, entryFulfillment | "messages" is not a list.`,
    `invalid classificationThreshold | ${FILE}, nluSettings | 3 is not from 0 to 1; 0.3 is used.`,
  ]);
});

test('cases that stand in one another without end are cut off', () => {
  const depth = 50_000;
  const cases = `${'{"cases":[{"caseContent":[{"additionalCases":'.repeat(depth)}{}${'}]}]}'.repeat(depth)}`;
  const flow = `{"displayName":"F","eventHandlers":[{"event":"e","triggerFulfillment":{"conditionalCases":[${cases}]}}]}`;
  const found = findings({ agent: { startFlow: 'F' }, flows: {}, files: { 'flows/F/F.json': flow } });
  expect(found).toEqual([
    expect.stringMatching(/^invalid conditionalCases \| .* 100 deep; what is deeper is left out\.$/),
  ]);
});
