import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { listFunctions, loadFunction } from '../shared/discover.ts';
import { messageType } from './helpers/conformance.ts';
import { corpusTest, hasCorpus } from './helpers/corpus.ts';
import { openService } from './helpers/service.ts';
import { openTestStore } from './helpers/store.ts';

// biome-ignore lint/suspicious/noExplicitAny: the tests' subject is JSON that people and CX write
type Json = any;
interface File {
  readonly path: string;
  readonly json: Json;
}
interface Flow {
  readonly json: Json;
  readonly pages: Map<string, Json>;
  readonly groups: Map<string, Json>;
}

const FUNCTIONS = new URL('../functions/', import.meta.url);
const START_FLOW = 'Default Start Flow';
/** How an export writes the pages that every flow has. */
const SYMBOLIC = new Set(['Start Page', 'End Flow', 'End Session', 'Current Page', 'Previous Page']);
const MIN_PHRASES = 12;

const files = readAgent(new URL('../agent/', import.meta.url).pathname);
const at = (pattern: RegExp) => files.filter(({ path }) => pattern.test(path));
const named = (pattern: RegExp) => new Map<string, Json>(at(pattern).map(({ json }) => [json.displayName, json]));
const intents = named(/^intents\/[^/]+\/[^/]+\.json$/);
const entityTypes = named(/^entityTypes\/[^/]+\/[^/]+\.json$/);
const webhooks = named(/^webhooks\//);
const cases = named(/^testCases\//);
const flows = new Map<string, Flow>(
  at(/^flows\/[^/]+\/[^/]+\.json$/).map(({ path, json }) => {
    const inFolder = (folder: string) =>
      new Map<string, Json>(
        files
          .filter((file) => file.path.startsWith(`${path.slice(0, path.lastIndexOf('/'))}/${folder}/`))
          .map((file) => [file.json.displayName, file.json]),
      );
    return [json.displayName, { json, pages: inFolder('pages'), groups: inFolder('transitionRouteGroups') }];
  }),
);

/** A route or an event handler, and where it stands; `page` null where the whole flow has it. */
interface Handler {
  readonly json: Json;
  readonly flow: string;
  readonly page: string | null;
}
const parametersOf = (page: Json): Json[] => page.form.parameters ?? [];
const handlers: Handler[] = [...flows].flatMap(([flow, { json, pages, groups }]) => [
  ...[...json.transitionRoutes, ...json.eventHandlers, ...[...groups.values()].flatMap((g) => g.transitionRoutes)].map(
    (handler) => ({ json: handler, flow, page: null }),
  ),
  ...[...pages].flatMap(([page, { transitionRoutes = [], eventHandlers = [], ...rest }]) =>
    [
      ...transitionRoutes,
      ...eventHandlers,
      ...parametersOf(rest).flatMap((p) => p.fillBehavior.repromptEventHandlers ?? []),
    ].map((handler) => ({ json: handler, flow, page })),
  ),
]);
const fulfillments: { json: Json; flow: string; page: string | null }[] = [
  ...handlers.map(({ json, ...place }) => ({ json: json.triggerFulfillment, ...place })),
  ...[...flows].flatMap(([flow, { pages }]) =>
    [...pages].flatMap(([name, page]) =>
      [page.entryFulfillment, ...parametersOf(page).map((p) => p.fillBehavior.initialPromptFulfillment)].map(
        (json) => ({ json, flow, page: name }),
      ),
    ),
  ),
];
const presets = fulfillments.flatMap(({ json }) => (json.setParameterActions ?? []) as Json[]);
const phrasesOf = (intent: string, language: string): string[] =>
  at(new RegExp(`^intents/${intent}/trainingPhrases/${language}\\.json$`)).flatMap(({ json }) =>
    json.trainingPhrases.map((phrase: Json) => phrase.parts.map((part: Json) => part.text).join('')),
  );

test('every file of the agent is named after what it holds, and every language file after its language', () => {
  const misnamed = files.filter(({ path, json }) => {
    const name = decodeURIComponent(path.slice(path.lastIndexOf('/') + 1, -'.json'.length));
    if (path === 'agent.json') return false;
    if (json.displayName !== undefined) return json.displayName !== name;
    return [...(json.trainingPhrases ?? []), ...(json.entities ?? [])].some((item) => item.languageCode !== name);
  });
  expect(misnamed.map(({ path }) => path)).toEqual([]);
  expect(flows.get(START_FLOW)).toBeDefined();
});

test('every display name is taken once, and so is every id', () => {
  const pages = [...flows.values()].flatMap(({ pages }) => [...pages.keys()]);
  expect(repeated(pages)).toEqual([]);
  for (const folder of ['intents', 'entityTypes', 'webhooks', 'testCases', 'flows']) {
    const one = new RegExp(`^${folder}/([^/]+/)?[^/]+\\.json$`);
    expect([folder, repeated(at(one).map(({ json }) => json.displayName))]).toEqual([folder, []]);
  }
  const ids = [
    ...files.flatMap(({ path, json }) => (json.name && !path.startsWith('intents/') ? [json.name] : [])),
    ...handlers.map(({ json }) => json.name),
  ];
  expect(repeated(ids)).toEqual([]);
  expect(ids.filter((id) => !/^[\da-f]{8}-[\da-f]{4}-[04][\da-f]{3}-[089ab][\da-f]{3}-[\da-f]{12}$/.test(id))).toEqual(
    [],
  );
});

test('whatever a flow, page, intent or parameter refers to is there', () => {
  const missing: string[] = [];
  const need = (is: boolean, what: string) => is || missing.push(what);
  for (const { json, flow, page } of handlers) {
    const { intent, targetFlow, targetPage } = json;
    const where = `${flow} / ${page}`;
    if (intent) need(intents.has(intent), `${where}: intent ${intent}`);
    if (targetFlow) need(flows.has(targetFlow), `${where}: flow ${targetFlow}`);
    if (targetPage)
      need(SYMBOLIC.has(targetPage) || flows.get(flow)!.pages.has(targetPage), `${where}: page ${targetPage}`);
    need(!(targetFlow && targetPage), `${where}: one target only`);
  }
  for (const { json, flow } of fulfillments) {
    if (json.webhook) need(webhooks.has(json.webhook), `${flow}: webhook ${json.webhook}`);
    need(Boolean(json.webhook) === Boolean(json.tag), `${flow}: a webhook and its tag`);
  }
  for (const [flow, { json, groups, pages }] of flows) {
    for (const owner of [json, ...pages.values()])
      for (const group of owner.transitionRouteGroups ?? []) need(groups.has(group), `${flow}: group ${group}`);
    for (const page of pages.values())
      for (const { entityType } of parametersOf(page)) need(isEntityType(entityType), `${flow}: ${entityType}`);
  }
  for (const [name, { parameters = [] }] of intents)
    for (const { entityType } of parameters) need(isEntityType(entityType), `${name}: ${entityType}`);
  expect(missing).toEqual([]);
});

test('every page can be reached from the start', () => {
  const reached = new Set<string>();
  const visit = (flow: string, page: string | null) => {
    const key = JSON.stringify([flow, page]);
    if (reached.has(key)) return;
    reached.add(key);
    for (const handler of handlers.filter((h) => h.flow === flow && h.page === page)) {
      const { targetFlow, targetPage } = handler.json;
      if (targetFlow) visit(targetFlow, null);
      else if (targetPage && !SYMBOLIC.has(targetPage)) visit(flow, targetPage);
    }
  };
  visit(START_FLOW, null);
  const all = [...flows].flatMap(([flow, { pages }]) => [null, ...pages.keys()].map((p) => JSON.stringify([flow, p])));
  expect(all.filter((key) => !reached.has(key))).toEqual([]);
});

test('from every page every topic can be reached', () => {
  const entries = [...new Set(handlers.filter((h) => h.page === null).flatMap(({ json }) => json.intent ?? []))].sort();
  for (const flow of flows.keys()) {
    const here = handlers.filter((h) => h.flow === flow && h.page === null).flatMap(({ json }) => json.intent ?? []);
    expect([flow, [...new Set(here)].sort()]).toEqual([flow, entries]);
  }
});

test('an intent leads to the flow that answers it, and that flow does not send it on', () => {
  for (const [, { groups }] of flows) {
    for (const { intent, targetFlow } of [...groups.values()].flatMap((group) => group.transitionRoutes)) {
      const answers = flows.get(targetFlow)!.json.transitionRoutes.filter((route: Json) => route.intent === intent);
      expect([intent, answers.length > 0, answers.some((route: Json) => route.targetFlow)]).toEqual([
        intent,
        true,
        false,
      ]);
    }
  }
});

test('every function has one webhook in the agent, which calls it with a tag that it answers and waits as long as it says', async () => {
  const names = await listFunctions(FUNCTIONS);
  const used = new Set<string>();
  for (const { json, flow, page } of fulfillments.filter((f) => f.json.webhook)) {
    const webhook = await loadFunction(FUNCTIONS, json.webhook);
    const tags = [json.webhook, ...(webhook.kind === 'standard' ? (webhook.options.tags ?? []) : [])];
    expect([flow, page, tags]).toEqual([flow, page, expect.arrayContaining([json.tag])]);
    used.add(json.webhook);
  }
  const answering: string[] = [];
  for (const name of names) {
    const webhook = await loadFunction(FUNCTIONS, name);
    if (webhook.kind === 'router') continue; // answers for the others
    answering.push(name);
    const { timeout, genericWebService } = webhooks.get(name) ?? {};
    expect([name, `${timeout?.seconds}s`]).toEqual([name, webhook.options.timeout ?? '5s']);
    expect(genericWebService).toMatchObject({ uri: `https://${name}.webhooks.invalid/`, serviceAgentAuth: 'ID_TOKEN' });
    if (webhook.kind !== 'flexible') continue;
    const mapping = Object.fromEntries(genericWebService.parameterMapping.map(({ key, value }: Json) => [key, value]));
    expect([name, mapping]).toEqual([name, webhook.options.mapping]);
    expect(webhook.options.methods).toContain(genericWebService.httpMethod);
    expect(new Set(Object.keys(JSON.parse(genericWebService.requestBody)))).toEqual(
      new Set(Object.keys(webhook.params)),
    );
  }
  expect([...used].sort()).toEqual(answering);
  expect([...webhooks.keys()].sort()).toEqual(answering);
});

/** What no form, intent or preset gives: the function itself leaves it in the session for its next call. */
const OWN = new Set(['results_shown']);

test('every parameter that a function reads is collected, heard or preset somewhere', async () => {
  const given = new Set<string>([
    ...[...flows.values()].flatMap(({ pages }) => [...pages.values()].flatMap(parametersOf)).map((p) => p.displayName),
    ...[...intents.values()].flatMap(({ parameters = [] }) => parameters.map((p: Json) => p.id)),
    ...presets.flatMap(({ parameter, value }) => (value === null ? [] : [parameter])),
  ]);
  const lacking: string[] = [];
  for (const name of webhooks.keys()) {
    const webhook = await loadFunction(FUNCTIONS, name);
    if (webhook.kind === 'router') continue;
    lacking.push(...Object.keys(webhook.params).filter((key) => !given.has(key) && !OWN.has(key)));
  }
  expect(lacking).toEqual([]);
});

test('a route or handler that calls a webhook goes nowhere by itself, so that a failure is heard', () => {
  const silent = handlers.filter(({ json }) => json.triggerFulfillment.webhook && (json.targetPage || json.targetFlow));
  expect(silent.map(({ json, flow }) => [flow, json.name])).toEqual([]);
});

test('where a webhook is called, its failures are heard in words, by a handler that calls none', () => {
  for (const flow of new Set(fulfillments.filter((f) => f.json.webhook).map((f) => f.flow))) {
    for (const event of ['webhook.error', 'webhook.error.timeout', 'webhook.error.unavailable']) {
      const heard = flows.get(flow)!.json.eventHandlers.filter((handler: Json) => handler.event === event);
      expect([flow, event, heard.length, textsOf(heard[0]?.triggerFulfillment ?? {}).length > 0]).toEqual([
        flow,
        event,
        1,
        true,
      ]);
    }
  }
  const calling = handlers.filter(({ json }) => json.event?.startsWith('webhook.') && json.triggerFulfillment.webhook);
  expect(calling).toEqual([]);
});

test('every page that calls a standard webhook leaves where the function says that it failed', async () => {
  for (const { flow, page, json } of fulfillments.filter((f) => f.page && f.json.webhook)) {
    if ((await loadFunction(FUNCTIONS, json.webhook)).kind === 'flexible') continue; // says nothing but its mapping
    const leaves = handlers.filter((h) => h.flow === flow && h.page === page && h.json.targetPage);
    const conditions = leaves.map((h) => h.json.condition ?? '');
    expect([flow, page, conditions.some((c) => c.includes('$session.params.webhook-error != null'))]).toEqual([
      flow,
      page,
      true,
    ]);
  }
});

test('every parameter of a form is asked for, and asked again in words after silence and after what does not fit', () => {
  for (const [flow, { pages }] of flows) {
    for (const [page, json] of pages) {
      for (const { displayName, required, fillBehavior } of parametersOf(json)) {
        const { initialPromptFulfillment: prompt, repromptEventHandlers = [] } = fillBehavior;
        const words = repromptEventHandlers
          .filter((handler: Json) => textsOf(handler.triggerFulfillment).length > 0)
          .map((handler: Json) => handler.event);
        expect([flow, page, displayName, Boolean(textsOf(prompt).length > 0 || prompt.webhook), words]).toEqual([
          flow,
          page,
          displayName,
          required ?? false,
          [
            ...['sys.no-match-1', 'sys.no-match-2', 'sys.no-match-default'],
            ...['sys.no-input-1', 'sys.no-input-2', 'sys.no-input-default'],
          ],
        ]);
      }
    }
  }
});

test('a topic that is entered anew has forgotten what was asked before, unless it was said again', () => {
  const remembered: string[] = [];
  for (const [flow, { json, pages }] of flows) {
    const entries = json.transitionRoutes.filter((route: Json) => route.intent && route.targetPage);
    for (const { intent, targetPage } of entries) {
      const heard = (intents.get(intent).parameters ?? []).map((p: Json) => p.id);
      for (const { displayName } of parametersOf(pages.get(targetPage) ?? { form: {} })) {
        if (!heard.includes(displayName) || ['name', 'booking_id'].includes(displayName)) continue; // known on purpose
        const forgets = entries.some(
          (route: Json) =>
            route.intent === intent &&
            route.condition === `$intent.params.${displayName}.resolved = null` &&
            route.triggerFulfillment.setParameterActions.some(({ parameter }: Json) => parameter === displayName),
        );
        if (!forgets) remembered.push(`${flow}: ${intent} ${displayName}`);
      }
    }
  }
  expect([...new Set(remembered)]).toEqual([]);
});

test('numbers and PINs of students, and what people say of themselves, are redacted wherever they are collected', () => {
  const personal = ['student_number', 'pin', 'name', 'email', 'phone'];
  const collected = [
    ...[...flows.values()].flatMap(({ pages }) => [...pages.values()].flatMap(parametersOf)),
    ...[...intents.values()].flatMap(({ parameters = [] }) => parameters),
  ].filter((p) => personal.includes(p.displayName ?? p.id));
  expect(new Set(collected.map((p) => p.displayName ?? p.id))).toEqual(new Set(personal));
  expect(collected.filter((p) => p.redact !== true)).toEqual([]);
  for (const name of ['student_number', 'pin']) expect(entityTypes.get(name).redact).toBe(true);
});

test(`every intent has ${MIN_PHRASES} phrases or more, and no phrase means two things`, () => {
  const seen = new Map<string, string>();
  const twice: string[] = [];
  for (const [name, { numTrainingPhrases, parameters = [] }] of intents) {
    const all = ['en', 'hi'].map((language) => phrasesOf(name, language));
    for (const phrase of all.flat()) {
      const key = phrase
        .toLowerCase()
        .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
        .trim();
      if (seen.has(key)) twice.push(`${phrase}: ${seen.get(key)} and ${name}`);
      seen.set(key, name);
    }
    expect([name, all[0]!.length >= MIN_PHRASES, all[1]!.length === 0 || all[1]!.length >= MIN_PHRASES]).toEqual([
      name,
      true,
      true,
    ]);
    expect([name, numTrainingPhrases]).toEqual([name, all.flat().length]);
    const marked = at(new RegExp(`^intents/${name}/trainingPhrases/`)).flatMap(({ json }) =>
      json.trainingPhrases.flatMap((p: Json) => p.parts.flatMap((part: Json) => part.parameterId ?? [])),
    );
    expect([name, [...new Set(marked)].sort()]).toEqual([name, parameters.map((p: Json) => p.id).sort()]);
  }
  expect(twice).toEqual([]);
});

test('what the assistant offers to tap, it understands', async () => {
  const store = await openTestStore();
  const phrases = new Set([...intents.keys()].flatMap((name) => phrasesOf(name, 'en')).map((p) => p.toLowerCase()));
  for (const name of ['welcome', 'fallback']) {
    const service = openService(await loadFunction(FUNCTIONS, name), { name, store });
    const { body } = await service.post({ fulfillmentInfo: { tag: name }, languageCode: 'en' });
    const cards = body.fulfillmentResponse.messages.flatMap((m: Json) => m.payload?.richContent ?? []).flat();
    const offered = cards.flatMap((card: Json) => (card.options ?? []).map((option: Json) => option.text));
    expect([name, offered.length > 0]).toEqual([name, true]);
    expect([name, offered.filter((text: string) => !phrases.has(text.toLowerCase()))]).toEqual([name, []]);
  }
});

test('who speaks Hindi is welcomed, helped and booked for in Hindi', () => {
  for (const flow of [START_FLOW, 'Booking']) {
    for (const { json, page } of fulfillments.filter((f) => f.flow === flow && f.json.messages)) {
      const count = (code: string) => json.messages.filter((m: Json) => m.languageCode === code).length;
      expect([flow, page, json.messages[0], count('hi')]).toEqual([flow, page, json.messages[0], count('en')]);
    }
    for (const intent of new Set(flows.get(flow)!.json.transitionRoutes.flatMap((route: Json) => route.intent ?? [])))
      expect([intent, phrasesOf(String(intent), 'hi').length >= MIN_PHRASES]).toEqual([intent, true]);
  }
  const entities = (name: string, language: string) =>
    at(new RegExp(`^entityTypes/${name}/entities/${language}\\.json$`))[0]!.json.entities.map((e: Json) => e.value);
  expect(entities('service', 'hi')).toEqual(entities('service', 'en'));
});

test('every condition is one that CX can read', () => {
  const conditions = handlers.flatMap(({ json }) => json.condition ?? []);
  expect(conditions.length).toBeGreaterThan(50);
  expect(conditions.flatMap((condition) => problemOf(condition) ?? [])).toEqual([]);
  for (const broken of ['$session.params.a == 1', '$session.params.a = 1 AND', '($session.params.a = 1', 'a = 1'])
    expect([broken, problemOf(broken)]).toEqual([broken, expect.any(String)]);
  expect(problemOf('$session.params.a = 1 AND $session.params.b = 1 OR $session.params.c = 1')).toEqual(
    expect.any(String),
  );
});

test('every test case names flows, pages and intents of the agent; there is one for every topic, and failures', () => {
  expect(cases.size).toBeGreaterThanOrEqual(12);
  const wrong: string[] = [];
  for (const [name, { testCaseConversationTurns: turns }] of cases) {
    for (const { virtualAgentOutput: output } of turns) {
      const { currentPage, currentFlow, triggeredIntent } = output;
      const isPage = SYMBOLIC.has(currentPage.name) || flows.get(currentPage.flow)?.pages.has(currentPage.name);
      if (!isPage || currentFlow.name !== currentPage.flow) wrong.push(`${name}: ${currentPage.name}`);
      if (triggeredIntent && !intents.has(triggeredIntent.name)) wrong.push(`${name}: ${triggeredIntent.name}`);
    }
  }
  expect(wrong).toEqual([]);
  const turns = [...cases.values()].flatMap((one) => one.testCaseConversationTurns);
  expect(new Set(turns.map((turn) => turn.virtualAgentOutput.currentFlow.name))).toEqual(new Set(flows.keys()));
  expect(turns.filter((turn) => !turn.userInput.isWebhookEnabled).length).toBeGreaterThan(2);
});

/** Keys that no agent of the corpus has, and the message of Google's API that has them. */
const BEYOND_CORPUS: { readonly [key: string]: readonly [message: string, field: string] } = {
  'agent.displayName': ['Agent', 'displayName'],
  'agent.supportedLanguageCodes[]': ['Agent', 'supportedLanguageCodes'],
  'entityType.redact': ['EntityType', 'redact'],
  'intent.parameters[].redact': ['Intent.Parameter', 'redact'],
  'flow.transitionRouteGroups[]': ['Flow', 'transitionRouteGroups'],
  'page.form.parameters[].redact': ['Form.Parameter', 'redact'],
  'fulfillment.messages[].liveAgentHandoff.metadata.queue': ['ResponseMessage', 'liveAgentHandoff'],
  'webhook.genericWebService.serviceAgentAuth': ['Webhook.GenericWebService', 'serviceAgentAuth'],
};

if (!hasCorpus) console.warn('No corpus: which keys an export may have is not checked. Set CX_CORPUS to its folder.');

corpusTest('every key stands where an agent that CX exported has it too, or where Google says that it may', () => {
  const ROOT = process.env.CX_CORPUS ?? new URL('../../shared/cx-corpus', import.meta.url).pathname;
  const known = new Set<string>();
  for (const agent of readdirSync(`${ROOT}/agents`))
    for (const file of readAgent(`${ROOT}/agents/${agent}/`)) for (const key of keysOf(file)) known.add(key);
  const unknown = new Set(files.flatMap((file) => [...keysOf(file)]).filter((key) => !known.has(key)));
  expect(unknown).toEqual(new Set(Object.keys(BEYOND_CORPUS)));
  for (const [message, field] of Object.values(BEYOND_CORPUS)) expect(messageType(message).fields[field]).toBeDefined();
});

function readAgent(folder: string): File[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .sort()
    .map((path) => ({ path, json: JSON.parse(readFileSync(`${folder}/${path}`, 'utf8')) }));
}

function isEntityType(reference: string): boolean {
  return reference.startsWith('@sys.') || entityTypes.has(reference.slice(1));
}

function textsOf({ messages = [] }: Json): string[] {
  return messages.flatMap((message: Json) => message.text?.text ?? []);
}

function repeated(names: readonly string[]): string[] {
  return names.filter((name, i) => names.indexOf(name) !== i);
}

/** Kinds of files that have the same form. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^flows\/[^/]+\/pages\//, 'page'],
  [/^flows\/[^/]+\/transitionRouteGroups\//, 'group'],
  [/^flows\//, 'flow'],
  [/\/trainingPhrases\//, 'phrases'],
  [/^intents\//, 'intent'],
  [/\/entities\//, 'entities'],
  [/^entityTypes\//, 'entityType'],
  [/^webhooks\//, 'webhook'],
  [/^testCases\//, 'testCase'],
  [/^agent\.json$/, 'agent'],
];
/** The same message of CX's, wherever it stands. */
const SAME: { readonly [member: string]: string } = {
  entryFulfillment: 'fulfillment',
  triggerFulfillment: 'fulfillment',
  initialPromptFulfillment: 'fulfillment',
  eventHandlers: 'handler',
  repromptEventHandlers: 'handler',
  transitionRoutes: 'route',
};
/** Below these stands what an agent's authors call as they like. */
const FREE = /\.(sessionParameters|injectedParameters|value)$/;

/** The paths of all values, for example `page.form.parameters[].required`. */
function keysOf({ path, json }: File): Set<string> {
  const kind = KINDS.find(([pattern]) => pattern.test(path))?.[1];
  const keys = new Set<string>();
  const walk = (value: Json, key: string): void => {
    if (FREE.test(key)) keys.add(key);
    else if (Array.isArray(value)) for (const item of value) walk(item, `${key}[]`);
    else if (value !== null && typeof value === 'object')
      for (const [name, member] of Object.entries(value)) walk(member, SAME[name] ?? `${key}.${name}`);
    else keys.add(key);
  };
  if (kind) walk(json, kind);
  return keys;
}

/** docs.cloud.google.com/dialogflow/cx/docs/reference/condition; null where the condition can be read. */
function problemOf(condition: string): string | null {
  const TOKEN =
    /\s*(\$sys\.func\.[A-Z_]+\(\)|\$(?:session|intent|page)\.params(?:\.[\w-]+)+|"[^"]*"|-?\d+(?:\.\d+)?|!=|<=|>=|[=<>:()]|[A-Za-z]+)/y;
  const tokens: string[] = [];
  while (TOKEN.lastIndex < condition.length) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(condition);
    if (!match) return `${condition}: what is “${condition.slice(from)}”?`;
    tokens.push(match[1]!);
  }
  let next = 0;
  const fail = (what: string): never => {
    throw new Error(`${condition}: ${what} at “${tokens.slice(next).join(' ')}”`);
  };
  const take = (pattern: RegExp, what: string) => (pattern.test(tokens[next] ?? '') ? tokens[next++]! : fail(what));
  const unary = (): void => {
    if (tokens[next] === 'true' || tokens[next] === 'false') next++;
    else if (tokens[next] === 'NOT') [next++, unary()];
    else if (tokens[next] === '(') [next++, expression(), take(/^\)$/, 'no end of a parenthesis')];
    else [take(/^\$/, 'no reference'), take(/^(=|!=|<|<=|>|>=|:)$/, 'no operator'), take(/^[\w"$-]/, 'no value')];
  };
  const expression = (): void => {
    unary();
    const joint = tokens[next];
    while (joint !== undefined && joint !== ')' && tokens[next] === joint)
      [take(/^(AND|OR)$/, 'neither AND nor OR'), unary()];
  };
  try {
    expression();
    return next === tokens.length ? null : fail('AND and OR without parentheses, or something left');
  } catch (error) {
    return (error as Error).message;
  }
}
