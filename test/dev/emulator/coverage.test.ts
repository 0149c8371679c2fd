import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';
import { MESSAGE_KINDS, SYMBOLIC_TARGETS } from '../../../dev/emulator/agent.ts';
import { COVERAGE, summary } from '../../../dev/emulator/coverage.ts';
import { FUNCTIONS } from '../../../dev/emulator/language/functions.ts';
import { asks, loadExport, says } from '../../helpers/agent-export.ts';
import { talk } from '../../helpers/emulated.ts';

/** The matrix is true as far as a test can tell: it has all that the code and Google's protos have, and no more. */

const EMULATOR = new URL('../../../dev/emulator/', import.meta.url);
const rowsOf = (group: string) => COVERAGE.filter((each) => each.group === group);
const namesOf = (group: string) => rowsOf(group).map(({ name }) => name);
const source = (file: string) => readFileSync(new URL(file, EMULATOR), 'utf8');
const found = (pattern: RegExp, ...files: readonly string[]) => [
  ...new Set(files.flatMap((file) => [...source(file).matchAll(pattern)].map(([, name]) => name!))),
];

interface Proto {
  readonly fields?: { readonly [name: string]: unknown };
  readonly values?: { readonly [name: string]: unknown };
  readonly nested?: { readonly [name: string]: Proto };
}

/** A message or an enum of google.cloud.dialogflow.cx.v3, from the descriptors of Google's own client. */
function proto(name: string): Proto {
  const require = createRequire(import.meta.url);
  const root: Proto = require('@google-cloud/dialogflow-cx/build/protos/protos.json');
  const path = ['google', 'cloud', 'dialogflow', 'cx', 'v3', ...name.split('.')];
  return path.reduce((at, step) => at.nested![step]!, root);
}

test.each([
  'Page',
  'Flow',
  'Form.Parameter',
  'Form.Parameter.FillBehavior',
  'Fulfillment',
  'TransitionRoute',
  'EventHandler',
  'Webhook',
  'Webhook.GenericWebService',
  'WebhookRequest',
  'WebhookResponse',
  'ResponseMessage',
  'QueryInput',
  'QueryParameters',
])('every field of %s is in the matrix, and nothing that is none', (message) => {
  expect(new Set(namesOf(message))).toEqual(new Set(Object.keys(proto(message).fields!)));
});

test('every symbolic target, every kind of message and every function of the code is in the matrix, and no other', () => {
  expect(namesOf('symbolic targets')).toEqual([...SYMBOLIC_TARGETS]);
  expect(namesOf('ResponseMessage')).toEqual([...MESSAGE_KINDS, 'responseType', 'channel']);
  expect(new Set(namesOf('system functions'))).toEqual(new Set(Object.keys(FUNCTIONS)));
});

test('every kind of entity type of the proto is in the matrix, and no other', () => {
  const kinds = Object.keys(proto('EntityType.Kind').values!).filter((kind) => !kind.endsWith('_UNSPECIFIED'));
  expect(namesOf('kinds of entity types')).toEqual(kinds);
});

test('every scope that the code looks references up in is in the matrix, and no other', () => {
  expect(new Set(namesOf('reference scopes'))).toEqual(new Set(found(/case '(\w+)':/g, 'language/reference.ts')));
});

test('every event that the code raises is in the matrix, and no other', () => {
  const step = readdirSync(new URL('step/', EMULATOR)).map((file) => `step/${file}`);
  const events = /'(sys\.(?!func)[a-z-]+|webhook\.error[a-z.-]*|flow-[a-z-]+)'/g;
  const named = namesOf('built-in events').map((name) => name.replace(/^(sys\.no-\w+)-(default|\[1-6\])$/, '$1'));
  expect(new Set(found(events, 'step.ts', 'call/failure.ts', ...step))).toEqual(new Set(named));
});

test('what the matrix says is tested there: the file exists', () => {
  const files = new Set(COVERAGE.flatMap(({ testedBy }) => testedBy ?? []));
  expect(files.size).toBeGreaterThan(10);
  expect([...files].filter((file) => !existsSync(new URL(file, import.meta.url)))).toEqual([]);
});

test('all that is emulated or partly so names its test, unless it is for people alone', () => {
  const untested = COVERAGE.filter(({ status, testedBy }) => status !== 'not' && testedBy === null);
  expect(new Set(untested.map(({ note }) => note))).toEqual(new Set(['For people: no conversation depends on it.']));
});

test('an agent that uses what is not emulated is told so when it is loaded', () => {
  const service = {
    uri: 'https://backend.invalid/',
    secretVersionForUsernamePassword: 'projects/p/secrets/s/versions/1',
    secretVersionsForRequestHeaders: { a: { secretVersion: 'projects/p/secrets/s/versions/1' } },
    allowedCaCerts: ['AAAA'],
    serviceAccountAuthConfig: { serviceAccount: 'a@p.invalid' },
  };
  const { findings } = loadExport({
    flows: {
      'Default Start Flow': {
        multiLanguageSettings: { enableMultiLanguageDetection: true },
        knowledgeConnectorSettings: { enabled: true },
        eventHandlers: [{ event: 'ring', targetPlaybook: 'Sage', triggerFulfillment: { generators: [{}] } }],
        pages: {
          P: {
            knowledgeConnectorSettings: { enabled: true },
            entryFulfillment: { enableGenerativeFallback: true },
            form: { parameters: [asks('x', '@sys.any', 'X?')] },
          },
        },
      },
    },
    webhooks: { backend: { genericWebService: service } },
    files: { 'playbooks/Sage/Sage.json': {}, 'generators/G/G.json': {}, 'tools/T/T.json': {} },
  });
  const constructs = findings.filter(({ kind }) => kind === 'unsupported').map(({ construct }) => construct);
  const missing = ['playbook', 'data store', 'generator', 'tool', 'multiLanguageSettings', 'generators']
    .concat(
      'enableGenerativeFallback',
      Object.keys(service).filter((field) => field !== 'uri'),
    )
    .filter((construct) => !constructs.includes(construct));
  expect(missing).toEqual([]);
  expect(constructs.filter((construct) => construct === 'data store')).toHaveLength(2);
});

test('... and once more by the trace, when a conversation comes to it', () => {
  const triggerFulfillment = {
    messages: [...says('Hello.').messages, { knowledgeInfoCard: {} }],
    generators: [{}],
    enableGenerativeFallback: true,
  };
  const person = talk({
    flows: { 'Default Start Flow': { eventHandlers: [{ event: 'ring', targetPlaybook: 'Sage', triggerFulfillment }] } },
  });
  const constructs = person
    .raises('ring')
    .trace.flatMap((event) => (event.kind === 'unsupported' ? event.construct : []));
  expect(constructs).toEqual(['knowledgeInfoCard', 'generators', 'enableGenerativeFallback', 'playbook']);
});

test('docs/fidelity.md shows the matrix as it is', () => {
  const page = readFileSync(new URL('../../docs/fidelity.md', EMULATOR), 'utf8');
  const [, shown] = /<!-- coverage -->\n([\s\S]*?)\n<!-- \/coverage -->/.exec(page)!;
  expect(shown!.trim()).toBe(summary());
});
