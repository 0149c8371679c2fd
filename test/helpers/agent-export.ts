import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { zipSync } from 'fflate';
import type { Agent } from '../../dev/emulator/agent.ts';
import { loadAgent } from '../../dev/emulator/load.ts';

/** An agent in few words. What is not said below is JSON as an export has it; names come from the keys. */
export interface AgentExport {
  /** Fields of `agent.json`; English, `Etc/UTC` and `Default Start Flow` where it says nothing else. */
  readonly agent?: JsonObject;
  readonly flows?: Named<FlowExport>;
  /** Route groups of the agent: their routes. */
  readonly routeGroups?: Named<readonly JsonObject[]>;
  readonly intents?: Named<IntentExport>;
  readonly entityTypes?: Named<EntityTypeExport>;
  /** A text is the address of a standard webhook. */
  readonly webhooks?: Named<string | JsonObject>;
  readonly testCases?: Named<JsonObject>;
  /** Whatever else, by path: an object becomes JSON, a text stays as it is. */
  readonly files?: Named<string | JsonObject>;
}

export interface FlowExport extends JsonObject {
  readonly pages?: Named<JsonObject>;
  readonly routeGroups?: Named<readonly JsonObject[]>;
}

/** Phrases by language; a list is English. A parameter stands as in Markdown: `a ticket to [Pune](city)`. */
export interface IntentExport extends JsonObject {
  readonly phrases?: readonly string[] | Named<readonly string[]>;
}

/** Values with their synonyms, in English or by language; without a `kind` a map. */
export interface EntityTypeExport extends JsonObject {
  readonly values?: Named<readonly string[]>;
  readonly valuesIn?: Named<Named<readonly string[]>>;
  readonly excluded?: readonly string[];
}

export interface WrittenExport {
  /** For `loadAgent`. */
  readonly folder: string;
  /** The same as an archive beside the folder; `root`: a folder in it that holds everything. */
  readonly zip: (root?: string) => string;
  /** Removes both. */
  readonly remove: () => void;
}

// biome-ignore lint/suspicious/noExplicitAny: parts of exports, right ones and wrong ones
type Json = any;
interface JsonObject {
  readonly [field: string]: Json;
}
interface Named<Value> {
  readonly [name: string]: Value;
}

/** A fulfillment that says this: one text message for each, with the variants where it is a list. */
export function says(...texts: readonly (string | readonly string[])[]): JsonObject {
  return { messages: texts.map((text) => ({ text: { text: [text].flat() }, languageCode: 'en' })) };
}

/** A form parameter, required, with its question. */
export function asks(displayName: string, entityType: string, question: string, more: JsonObject = {}): JsonObject {
  const fillBehavior = { initialPromptFulfillment: says(question) };
  return { displayName, entityType, required: true, fillBehavior, ...more };
}

/** Writes an export to a temporary folder. */
export function writeExport(agent: AgentExport): WrittenExport {
  const home = mkdtempSync(join(tmpdir(), 'agent-'));
  const folder = join(home, 'agent');
  const files = exportFiles(agent);
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return {
    folder,
    zip: (root) => {
      const path = join(home, 'agent.zip');
      writeFileSync(path, zipFolder(folder, root));
      return path;
    },
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

/** The agent, loaded; nothing of it stays on disk. */
export function loadExport(agent: AgentExport): Agent {
  return withExport(agent, ({ folder }) => loadAgent(folder));
}

/** Runs, without waiting, with an export that is on disk meanwhile. */
export function withExport<Result>(agent: AgentExport, run: (written: WrittenExport) => Result): Result {
  const written = writeExport(agent);
  try {
    return run(written);
  } finally {
    written.remove();
  }
}

/** Every file of a folder in an archive, as CX makes one; `root` holds them. */
export function zipFolder(folder: string, root = ''): Uint8Array {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  return zipSync(
    Object.fromEntries(paths.map((path) => [join(root, path.slice(folder.length + 1)), readFileSync(path)])),
  );
}

/** An agent of many pages, each with a form, routes, cases and a reprompt, in flows of a hundred. */
export function largeAgent(pages: number): AgentExport {
  const count = (n: number) => Array.from({ length: n }, (_, index) => index);
  const intents = Math.ceil(pages / 6);
  const sizeOf = (flow: number) => Math.min(100, pages - flow * 100);
  const nextOf = (index: number, steps: number) => {
    const flow = Math.floor(index / 100);
    return flow * 100 + ((index + steps) % sizeOf(flow));
  };
  const page = (index: number): JsonObject => ({
    entryFulfillment: {
      ...says(`Page ${index}.`, ['Well.', 'Now.']),
      webhook: 'backend',
      tag: `tag-${index}`,
      setParameterActions: [{ parameter: 'last', value: index }],
      conditionalCases: [
        { cases: [{ condition: '$session.params.n > 1', caseContent: [{ message: says('More.').messages[0] }] }] },
      ],
    },
    form: { parameters: [asks('colour', '@colour', 'Which colour?'), asks('number', '@sys.number', 'How many?')] },
    transitionRoutes: count(8).map((route) => ({
      intent: `intent ${(index + route) % intents}`,
      condition: `$session.params.colour = "${route}"`,
      triggerFulfillment: says('Going on.'),
      targetPage: route === 0 ? 'End Flow' : `page ${nextOf(index, route)}`,
    })),
    eventHandlers: [{ event: 'sys.no-match-default', triggerFulfillment: says('Again, please.') }],
  });
  const numbers = count(Math.ceil(pages / 100));
  const flows = numbers.map((flow): [string, FlowExport] => {
    const own = count(sizeOf(flow)).map((index) => flow * 100 + index);
    return [
      flow === 0 ? 'Default Start Flow' : `flow ${flow}`,
      { pages: Object.fromEntries(own.map((index) => [`page ${index}`, page(index)])) },
    ];
  });
  const phrases = count(30).map((phrase) => `phrase number ${phrase} of [red](colour) things`);
  const intent: IntentExport = { phrases, parameters: [{ id: 'colour', entityType: '@colour' }] };
  return {
    flows: Object.fromEntries(flows),
    intents: Object.fromEntries(count(intents).map((index) => [`intent ${index}`, intent])),
    entityTypes: { colour: { values: { red: ['red', 'crimson'], blue: ['blue'] } } },
    webhooks: { backend: 'https://backend.invalid/' },
  };
}

function exportFiles(given: AgentExport): Map<string, string> {
  const files = new Map<string, string>();
  const put = (path: string, json: string | JsonObject) => {
    files.set(path, typeof json === 'string' ? json : `${JSON.stringify(json, null, 2)}\n`);
  };
  put('agent.json', {
    defaultLanguageCode: 'en',
    timeZone: 'Etc/UTC',
    startFlow: 'Default Start Flow',
    ...given.agent,
  });
  for (const [name, { pages = {}, routeGroups = {}, ...flow }] of entries(
    given.flows ?? { 'Default Start Flow': {} },
  )) {
    const folder = `flows/${encoded(name)}`;
    put(`${folder}/${encoded(name)}.json`, { displayName: name, ...flow });
    for (const [page, json] of entries(pages))
      put(`${folder}/pages/${encoded(page)}.json`, { displayName: page, ...json });
    for (const [group, transitionRoutes] of entries(routeGroups)) {
      put(`${folder}/transitionRouteGroups/${encoded(group)}.json`, { displayName: group, transitionRoutes });
    }
  }
  for (const [name, transitionRoutes] of entries(given.routeGroups)) {
    put(`agentTransitionRouteGroups/${encoded(name)}.json`, { displayName: name, transitionRoutes });
  }
  for (const [name, { phrases = [], ...intent }] of entries(given.intents)) {
    const folder = `intents/${encoded(name)}`;
    put(`${folder}/${encoded(name)}.json`, { displayName: name, ...intent });
    for (const [language, texts] of entries(isList(phrases) ? { en: phrases } : phrases)) {
      const trainingPhrases = texts.map((text) => ({ parts: partsOf(text), repeatCount: 1, languageCode: language }));
      put(`${folder}/trainingPhrases/${language}.json`, { trainingPhrases });
    }
  }
  for (const [name, { values, valuesIn, excluded, ...type }] of entries(given.entityTypes)) {
    const folder = `entityTypes/${encoded(name)}`;
    put(`${folder}/${encoded(name)}.json`, { displayName: name, kind: 'KIND_MAP', ...type });
    for (const [language, of] of entries<Named<readonly string[]>>({ ...(values && { en: values }), ...valuesIn })) {
      const entities = entries(of).map(([value, synonyms]) => ({ value, synonyms, languageCode: language }));
      put(`${folder}/entities/${language}.json`, { entities });
    }
    if (!excluded) continue;
    const excludedPhrases = excluded.map((value) => ({ value, languageCode: 'en' }));
    put(`${folder}/excludedPhrases/en.json`, { excludedPhrases });
  }
  for (const [name, webhook] of entries(given.webhooks)) {
    const json = typeof webhook === 'string' ? { genericWebService: { uri: webhook } } : webhook;
    put(`webhooks/${encoded(name)}.json`, { displayName: name, ...json });
  }
  for (const [name, json] of entries(given.testCases))
    put(`testCases/${encoded(name)}.json`, { displayName: name, ...json });
  for (const [path, json] of entries(given.files)) put(path, json);
  return files;
}

/** As CX names files: percent-encoded, in lower case, where a file system would not take it. */
function encoded(name: string): string {
  return name.replace(/[^\w .()+-]/gu, (character) => encodeURIComponent(character).replace("'", '%27').toLowerCase());
}

function partsOf(text: string): JsonObject[] {
  return text
    .split(/(\[[^\]]*\]\([^)]*\))/)
    .filter((part) => part !== '')
    .map((part) => {
      const marked = /^\[(.*)\]\((.*)\)$/.exec(part);
      return marked ? { text: marked[1], parameterId: marked[2] } : { text: part };
    });
}

function entries<Value>(named: Named<Value> = {}): [string, Value][] {
  return Object.entries(named);
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value);
}
