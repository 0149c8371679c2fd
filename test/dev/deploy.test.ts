import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bytesOf, parseMemory } from '../../dev/bundle/memory.ts';
import { flagsOf } from '../../dev/deploy/flags.ts';
import { foundOf, type RawFunction } from '../../dev/deploy/found.ts';
import { parseAgent, readOptions } from '../../dev/deploy/options.ts';
import { goneSteps, planTable, type State, stepFor } from '../../dev/deploy/plan.ts';
import { previousRevision, servingRevision } from '../../dev/deploy/revisions.ts';
import { judgeAnswer } from '../../dev/deploy/smoke.ts';
import { type Described, readManifests, wantedOf } from '../../dev/deploy/wanted.ts';
import { keepWebhook, mergeOverrides, webhookRequest } from '../../dev/deploy/webhook.ts';
import { thrown } from '../helpers/thrown.ts';

const AGENT = 'projects/agents/locations/europe-west1/agents/6A1F0C3E-0000-4000-8000-000000000000';
const CALLER = 'service-42@gcp-sa-dialogflow.iam.gserviceaccount.com';
const SMOKE = 'cx-webhooks-smoke@demo.iam.gserviceaccount.com';
const VARIABLES = {
  DEPLOY_PROJECT: 'demo',
  DEPLOY_REGION: 'europe-west1',
  DEPLOY_AGENT: AGENT,
  DEPLOY_AGENT_NUMBER: '42',
};
const options = readOptions(VARIABLES);

const MANIFEST: Described = {
  name: 'weather',
  function: 'weather',
  kind: 'standard',
  tags: ['weather'],
  timeout: '7.5s',
  secrets: ['WEATHER_API_KEY'],
  memory: null,
  minInstances: 0,
  store: true,
  methods: null,
  params: null,
  mapping: null,
  hash: 'ab'.repeat(32),
};
const wanted = wantedOf(MANIFEST, options);
const webhook = {
  name: `${AGENT}/webhooks/1`,
  displayName: 'weather',
  timeout: '7.500s',
  genericWebService: { uri: 'https://europe-west1-demo.cloudfunctions.net/weather' },
};

/** The function as the cloud has it once `wanted` is deployed. */
const RAW: RawFunction = {
  name: 'projects/demo/locations/europe-west1/functions/weather',
  state: 'ACTIVE',
  url: 'https://europe-west1-demo.cloudfunctions.net/weather',
  labels: { ...wanted.labels, 'cx-webhooks-release': '1' },
  buildConfig: { runtime: 'nodejs24', entryPoint: 'weather' },
  serviceConfig: {
    uri: 'https://weather-x-ew.a.run.app',
    revision: 'weather-00001-abc',
    allTrafficOnLatestRevision: true,
    availableMemory: '256Mi',
    availableCpu: '1',
    maxInstanceRequestConcurrency: 20,
    timeoutSeconds: 13,
    maxInstanceCount: 20,
    serviceAccountEmail: 'cx-webhooks@demo.iam.gserviceaccount.com',
    ingressSettings: 'ALLOW_ALL',
    environmentVariables: { ...wanted.settings.env, LOG_EXECUTION_ID: 'true' },
    secretEnvironmentVariables: [
      { key: 'DATABASE_URL', secret: 'DATABASE_URL', version: 'latest' },
      { key: 'WEATHER_API_KEY', secret: 'projects/1/secrets/WEATHER_API_KEY', version: 'latest' },
    ],
  },
};
const stateOf = (raw: RawFunction, more: Partial<State> = {}): State => ({
  functions: [foundOf(raw)],
  invokers: { weather: [`serviceAccount:${CALLER}`, `serviceAccount:${SMOKE}`] },
  webhooks: [keepWebhook(webhook)],
  overrides: null,
  ...more,
});
const plan = (state: State) => {
  const { action, deploy, reasons } = stepFor(wanted, state);
  return [action, deploy, ...reasons];
};
const withConfig = (changes: object): RawFunction => ({ ...RAW, serviceConfig: { ...RAW.serviceConfig, ...changes } });

test('what is there as it should be needs nothing', () => {
  expect(stepFor(wanted, stateOf(RAW))).toEqual({
    name: 'weather',
    action: 'same',
    reasons: [],
    deploy: null,
    grant: [],
    revoke: [],
    webhook: null,
    override: false,
  });
});

test('what is not there is created, invokers and webhook too', () => {
  expect(stepFor(wanted, { functions: [], invokers: {}, webhooks: [], overrides: null })).toEqual({
    name: 'weather',
    action: 'create',
    reasons: ['not there yet', 'no webhook'],
    deploy: 'create',
    grant: [`serviceAccount:${CALLER}`, `serviceAccount:${SMOKE}`],
    revoke: [],
    webhook: 'create',
    override: false,
  });
});

test('a new release is a change; the same release with other settings has drifted', () => {
  const old = { ...RAW, labels: { ...RAW.labels, 'cx-webhooks-hash': 'cd' } };
  expect(plan(stateOf(old))).toEqual(['change', 'update', 'code']);
  expect(plan(stateOf(withConfig({ availableMemory: '1Gi', minInstanceCount: 3 })))).toEqual([
    'drift',
    'update',
    'min instances 3 -> 0',
    'memory 1Gi -> 256Mi',
  ]);
  expect(plan(stateOf(withConfig({ environmentVariables: { WEBHOOK_AUTH: 'secret', PASSWORD: 'hunter2' } })))).toEqual([
    'drift',
    'update',
    ...[
      'CX_WEBHOOKS_HASH',
      'GOOGLE_CLOUD_PROJECT',
      'PASSWORD',
      'WEBHOOK_AUDIENCES',
      'WEBHOOK_AUTH',
      'WEBHOOK_CALLERS',
    ].map((name) => `variable ${name}`),
  ]);
  expect(plan(stateOf({ ...RAW, state: 'FAILED' }))).toEqual(['change', 'update', 'its state is FAILED']);
});

test('a label without its revision is a deployment that failed', () => {
  expect(plan(stateOf(RAW, { code: { weather: 'cd' } }))).toEqual([
    'change',
    'update',
    'code: the last deployment failed',
  ]);
  expect(plan(stateOf(RAW, { code: { weather: 'ab'.repeat(20) } }))).toEqual(['same', null]);
});

test('calls that go to an earlier revision are seen', () => {
  expect(plan(stateOf(withConfig({ allTrafficOnLatestRevision: false })))).toEqual([
    'drift',
    'update',
    'traffic is on an earlier revision',
  ]);
});

test('who may call is put right without a deployment', () => {
  const step = stepFor(wanted, stateOf(RAW, { invokers: { weather: ['allUsers', `serviceAccount:${SMOKE}`] } }));
  expect(step).toMatchObject({
    action: 'drift',
    deploy: null,
    grant: [`serviceAccount:${CALLER}`],
    revoke: ['allUsers'],
  });
});

test('a webhook that sends another credential, or is disabled, has drifted; one by Service Directory is left alone', () => {
  const edited = { ...webhook, disabled: true, genericWebService: { ...webhook.genericWebService, username: 'a' } };
  expect(plan(stateOf(RAW, { webhooks: [keepWebhook(edited)] }))).toEqual([
    'drift',
    null,
    'webhook is disabled',
    'webhook sends another credential',
  ]);
  expect(JSON.stringify(keepWebhook({ ...edited, genericWebService: { password: 'hunter2' } }))).not.toContain(
    'hunter2',
  );
  const directory = { name: webhook.name, displayName: 'weather', serviceDirectory: {} };
  expect(plan(stateOf(RAW, { webhooks: [keepWebhook(directory)] }))).toEqual(['same', null]);
  // In an environment: the webhook that has no override, and the override itself.
  const inEnvironment = (found: typeof directory | typeof webhook, overrides: (typeof directory)[]) =>
    stepFor(wanted, stateOf(RAW, { webhooks: [keepWebhook(found)], overrides: overrides.map(keepWebhook) })).override;
  expect([inEnvironment(directory, []), inEnvironment(webhook, [directory])]).toEqual([false, false]);
  expect(inEnvironment(webhook, [])).toBe(true);
});

test('a changed webhook is sent with a mask, so that headers and certificates of others stay', () => {
  expect(webhookRequest('weather', wanted.webhook!, AGENT, keepWebhook(webhook))).toEqual({
    method: 'PATCH',
    path: `${webhook.name}?updateMask=timeout,disabled,genericWebService.uri,genericWebService.serviceAgentAuth,genericWebService.webhookType`,
    body: {
      displayName: 'weather',
      timeout: '7.5s',
      genericWebService: {
        uri: 'https://europe-west1-demo.cloudfunctions.net/weather',
        serviceAgentAuth: 'ID_TOKEN',
      },
    },
  });
});

test("an environment's other overrides stay among ours", () => {
  const other = { name: `${AGENT}/webhooks/9`, displayName: 'other', genericWebService: { uri: 'https://o.example' } };
  const environment = {
    name: `${AGENT}/environments/e`,
    displayName: 'e',
    webhookConfig: { webhookOverrides: [other, webhook] },
  };
  expect(mergeOverrides(environment, [{ webhook: keepWebhook(webhook), wanted: wanted.webhook! }])).toEqual({
    method: 'PATCH',
    path: `${AGENT}/environments/e?updateMask=webhookConfig`,
    body: {
      name: `${AGENT}/environments/e`,
      webhookConfig: {
        webhookOverrides: [
          other,
          {
            name: webhook.name,
            displayName: 'weather',
            genericWebService: { uri: wanted.url, serviceAgentAuth: 'ID_TOKEN' },
          },
        ],
      },
    },
  });
});

test('gcloud gets every managed flag, with a delimiter that no value has', () => {
  const place = {
    project: 'demo',
    region: 'europe-west1',
    source: 'dist/weather',
    release: '2',
    before: 'weather-00001-abc',
  };
  const withTwo = wantedOf(MANIFEST, { ...options, audiences: ['https://hooks.example.com/{function}'] });
  const flags = flagsOf(withTwo, place, false);
  expect(flags).toContain(
    `--set-env-vars=^|^CX_WEBHOOKS_HASH=${'ab'.repeat(20)}|GOOGLE_CLOUD_PROJECT=demo|WEBHOOK_AUDIENCES=https://europe-west1-demo.cloudfunctions.net/weather,https://hooks.example.com/weather|WEBHOOK_AUTH=iam|WEBHOOK_CALLERS=${CALLER},${SMOKE}|CX_WEBHOOKS_BEFORE=weather-00001-abc`,
  );
  expect(flags).toContain('--set-secrets=DATABASE_URL=DATABASE_URL:latest,WEATHER_API_KEY=WEATHER_API_KEY:latest');
  expect(flags).not.toContain('--no-allow-unauthenticated');
  expect(flagsOf(wantedOf({ ...MANIFEST, secrets: [], store: false }, options), place, true)).toEqual(
    expect.arrayContaining(['--clear-secrets', '--no-allow-unauthenticated', '--timeout=13s', '--min-instances=0']),
  );
});

test('--address is what the webhook calls, and an audience', () => {
  const moved = wantedOf(
    MANIFEST,
    readOptions({ ...VARIABLES, DEPLOY_ADDRESS: 'https://hooks.example.com/{function}' }),
  );
  expect([moved.webhook!.uri, moved.settings.env.WEBHOOK_AUDIENCES]).toEqual([
    'https://hooks.example.com/weather',
    'https://hooks.example.com/weather,https://europe-west1-demo.cloudfunctions.net/weather',
  ]);
});

test('only functions of this agent that we deployed can be gone', () => {
  const other = { ...RAW, name: 'x/functions/other', labels: { ...RAW.labels, 'cx-webhooks-agent': 'another' } };
  const old = { ...RAW, name: 'x/functions/old' };
  const foreign = { ...RAW, name: 'x/functions/foreign', labels: {} };
  const state = stateOf(RAW, { functions: [RAW, other, old, foreign].map(foundOf) });
  const gone = goneSteps(['weather'], state, options.agent.id.toLowerCase());
  expect(gone.map(({ name }) => name)).toEqual(['old']);
  expect(planTable([stepFor(wanted, state), ...gone])).toBe(`\
function  plan    why
weather   same
old       gone    left the code; --prune deletes it

0 changes: 1 gone, 1 same.`);
});

test('a rollback goes to the revision that served before, past releases that were never good', () => {
  const revision = (name: string, before?: string) => ({
    metadata: { name, creationTimestamp: `2026-11-21T10:00:0${name.at(-1)}Z` },
    spec: { containers: [{ env: before ? [{ name: 'CX_WEBHOOKS_BEFORE', value: before }] : [] }] },
  });
  const all = [revision('w-1'), revision('w-2', 'w-1'), revision('w-3', 'w-1'), revision('w-4')];
  expect(['w-1', 'w-2', 'w-3', 'w-4', 'w-9'].map((each) => previousRevision(each, all))).toEqual([
    undefined,
    'w-1',
    'w-1',
    'w-3',
    undefined,
  ]);
  const traffic = [
    { revisionName: 'a', percent: 10 },
    { revisionName: 'b', percent: 90 },
  ];
  expect(servingRevision({ status: { traffic } })).toBe('b');
});

test.each([
  [200, '{"fulfillmentResponse":{}}', false, null],
  [
    200,
    '{"sessionInfo":{"parameters":{"webhook-error":"store-unavailable"}}}',
    false,
    'it apologises: store-unavailable',
  ],
  [200, 'OK', false, 'its answer is no JSON object'],
  [400, '{"error":{}}', true, null],
  [400, '{"error":{}}', false, 'it answers 400'],
  [0, '', false, 'it does not answer'],
])('an answer %i %s of a release is judged', (status, body, isFlexible, wrong) => {
  expect(judgeAnswer(status, body, isFlexible)).toBe(wrong);
});

test.each([
  [{ DEPLOY_AGENT: 'my-agent' }, /^Write --agent projects\/PROJECT\/.*not my-agent\.$/],
  [{ DEPLOY_AUDIENCES: 'http://x' }, /^Write --audience as an https URL/],
  [{ DEPLOY_SETTINGS: 'WEBHOOK_AUTH=secret' }, /^Leave WEBHOOK_AUTH out of --set/],
  [{ DEPLOY_SETTINGS: 'hunter2' }, /^Write --set NAME=VALUE\.$/],
])('the options %j are refused in one sentence', async (variables, sentence) => {
  expect((await thrown(() => readOptions({ ...VARIABLES, ...variables }))).message).toMatch(sentence);
});

test('an agent is read from its resource name', () => {
  expect(parseAgent('projects/p/locations/global/agents/a-b')).toEqual({
    name: 'projects/p/locations/global/agents/a-b',
    project: 'p',
    location: 'global',
    id: 'a-b',
  });
});

test('bundles alone are enough: what CX sends to a flexible webhook is in the manifest', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
  // No such function is among the sources.
  const { name, ...quote } = {
    ...MANIFEST,
    name: 'elsewhere',
    function: 'elsewhere',
    kind: 'flexible' as const,
    tags: [],
    methods: ['GET', 'POST'] as const,
    params: ['course', 'credits'],
    mapping: { total: '$.total' },
  };
  mkdirSync(join(folder, name));
  const write = (manifest: object) => writeFileSync(join(folder, name, 'manifest.json'), JSON.stringify(manifest));
  write(quote);
  const [manifest] = readManifests(folder);
  expect(manifest).toEqual({ ...quote, name });
  expect(wantedOf(manifest!, options).webhook).toMatchObject({
    webhookType: 'FLEXIBLE',
    methods: ['POST', 'GET'],
    requestBody: JSON.stringify({ course: '$session.params.course', credits: '$session.params.credits' }, null, 2),
    parameterMapping: { total: '$.total' },
  });
  // One that was made before manifests had them would make CX send nothing.
  const { params, ...old } = quote;
  for (const wrong of [old, { ...quote, params: null }]) {
    write(wrong);
    const { message } = await thrown(() => readManifests(folder));
    expect(message).toBe(`${folder}/elsewhere/manifest.json is no manifest of a function: run "npm run bundle".`);
  }
  rmSync(folder, { recursive: true });
});

// Each pair as gcloud 528 itself makes it.
test.each([
  ['512', '512M'],
  ['512MB', '512M'],
  ['512mib', '512Mi'],
  ['1KB', '1k'],
  ['1tb', '1T'],
  ['2Gi', '2Gi'],
  ['512B', null],
  ['0.5Gi', null],
  ['512Zi', null],
  ['512 Mi', null],
  ['1Ei', null],
  ['', null],
])('gcloud makes of --memory=%s: %s', (text, made) => {
  expect(parseMemory(text)).toBe(made);
});

test.each([
  ['256M', 256_000_000],
  ['256Mi', 268_435_456],
  ['1Gi', 1_073_741_824],
  ['0.5Gi', 536_870_912],
  ['268435456', 268_435_456],
  ['', Number.NaN],
  ['256mb', Number.NaN],
])('the API means by a memory of %s: %d bytes', (memory, bytes) => {
  expect(bytesOf(memory)).toBe(bytes);
});

test('a memory keeps its size in every spelling, and more is more', () => {
  const units = ['k', 'Ki', 'M', 'Mi', 'G', 'Gi', 'T', 'Ti', 'P', 'Pi'];
  const spelled = fc.record({
    amount: fc.integer({ min: 1, max: 9999 }),
    unit: fc.constantFrom(...units),
    upper: fc.boolean(),
    end: fc.constantFrom('', 'b', 'B'),
  });
  fc.assert(
    fc.property(spelled, ({ amount, unit, upper, end }) => {
      const text = `${amount}${upper ? unit.toUpperCase() : unit.toLowerCase()}${end}`;
      expect(parseMemory(text)).toBe(`${amount}${unit}`);
      expect(parseMemory(parseMemory(text)!)).toBe(`${amount}${unit}`);
      expect(bytesOf(`${amount + 1}${unit}`)).toBeGreaterThan(bytesOf(`${amount}${unit}`));
    }),
  );
  const sizes = units.map((unit) => bytesOf(`1${unit}`));
  expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
});

test('the same memory in other words is no drift', () => {
  const asked = wantedOf({ ...MANIFEST, memory: '1024Mi' }, options);
  const found = (availableMemory: string) =>
    foundOf({ ...withConfig({ availableMemory }), labels: { ...asked.labels } });
  const reasons = (availableMemory: string) =>
    stepFor(asked, { ...stateOf(RAW), functions: [found(availableMemory)] }).reasons;
  expect(['1Gi', '1073741824', '1024M', ''].map(reasons)).toEqual([
    [],
    [],
    ['memory 1024M -> 1024Mi'],
    ['memory none -> 1024Mi'],
  ]);
});
