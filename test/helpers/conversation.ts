import { randomUUID } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import { openLocalIssuer } from '../../dev/local/tokens.ts';
import holidays from '../../dev/seed/closed-days.json' with { type: 'json' };
import type { Json, JsonObject, ParameterInfo, ResponseMessage, WebhookRequest } from '../../shared/wire.ts';
import { expectConformant } from './conformance.ts';
import { freePort, ROOT, startCx } from './process.ts';
import { AGENT } from './requests.ts';

/**
 * Whole conversations with the program that `npm start` starts, over HTTP. A conversation keeps what CX keeps between
 * two turns: the session and its parameters, and the page with its form. Pages, forms and what a matched intent resets
 * are read from `agent/`, so that a function is asked what that agent would ask.
 */

/** What happens on a turn, beside the words. Values are in the forms in which CX sends them. */
export interface Happening {
  /** The intent that the words match: its route's presets are applied and its page is entered. */
  readonly intent?: string;
  /** The intent's parameters: what was said, and what CX made of it. */
  readonly heard?: { readonly [name: string]: Json };
  /** The page that the agent is on by now. */
  readonly page?: string;
  /** Parameters of the page's form that the words fill. */
  readonly form?: JsonObject;
  /** Parameters that a route of the agent sets before it calls; null deletes one. */
  readonly sets?: JsonObject;
  /** Default: the function's name. */
  readonly tag?: string;
}

export interface ConversationOptions {
  /** BCP-47. */
  readonly language?: string;
  /** The telephone number of the person who calls, E.164. */
  readonly callerId?: string;
}

/** An answer as it came. */
// biome-ignore lint/suspicious/noExplicitAny: the tests' subject is the JSON itself
export type Answer = any;

export interface Conversation {
  /** The parameters of the session, as they are now. */
  readonly parameters: JsonObject;
  /**
   * One turn: calls the function, checks the answer against Google's descriptors, and applies it. Words in capitals
   * are an event. CX may send any call twice, and a router is another way to the same function: so each turn is sent
   * once more, and once through `/router`, and the answers are the same.
   */
  turn(name: string, words: string, happening?: Happening): Promise<Answer>;
  /** The last turn again, to this function; changes nothing in the conversation. */
  repeat(name?: string): Promise<Answer>;
}

export interface Campus {
  conversation(options?: ConversationOptions): Conversation;
  /** Calls a flexible webhook. */
  flexible(method: 'GET' | 'POST', name: string, params: JsonObject): Promise<{ status: number; body: Json }>;
}

/** Starts the program; `stopAll` of `process.ts` ends it. */
export async function startCampus(): Promise<Campus> {
  const port = await freePort();
  await startCx(['start', '--port', String(port)]).until(/Try one/);
  const issuer = openLocalIssuer();

  async function send(name: string, { method = 'POST', query = '', body }: Sent) {
    const url = `http://localhost:${port}/${name}`;
    const headers = { authorization: `Bearer ${issuer.token({ audience: url })}`, 'content-type': 'application/json' };
    const answer = await fetch(url + query, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    return { status: answer.status, body: (await answer.json()) as Answer };
  }

  async function post(name: string, request: WebhookRequest): Promise<Answer> {
    expectConformant(request, 'WebhookRequest');
    const { status, body } = await send(name, { body: request });
    expect([name, status]).toEqual([name, 200]);
    expectConformant(body);
    return body;
  }

  return {
    conversation: (options) => openConversation(post, options),
    flexible(method, name, params) {
      if (method === 'POST') return send(name, { body: params });
      const texts = Object.entries(params).map(([key, value]): [string, string] => [key, String(value)]);
      return send(name, { method, query: `?${new URLSearchParams(texts)}` });
    },
  };
}

interface Sent {
  readonly method?: string;
  readonly query?: string;
  readonly body?: object;
}

function openConversation(
  post: (name: string, request: WebhookRequest) => Promise<Answer>,
  { language = 'en', callerId }: ConversationOptions = {},
): Conversation {
  const session = `${AGENT}/sessions/${randomUUID()}`;
  let parameters: JsonObject = {};
  let page = START;
  let last: { readonly name: string; readonly request: WebhookRequest };

  const assign = (values: JsonObject) => {
    parameters = Object.fromEntries(Object.entries({ ...parameters, ...values }).filter(([, value]) => value !== null));
  };

  function apply(answer: Answer): void {
    assign(answer.sessionInfo?.parameters ?? {});
    for (const { displayName, state } of answer.pageInfo?.formInfo?.parameterInfo ?? []) {
      expect([displayName, state]).toEqual([expect.anything(), 'INVALID']); // no function does anything else to a form
      assign({ [displayName]: null });
    }
  }

  return {
    get parameters() {
      return parameters;
    },

    async turn(name, words, { intent, heard = {}, page: onto, form = {}, sets = {}, tag = name } = {}) {
      assign(heard);
      if (intent) {
        const route = routeOf(intent, heard);
        assign(route.presets);
        page = route.page;
      }
      if (onto) page = pageOf(onto);
      assign(form);
      assign(sets);
      const request: WebhookRequest = {
        detectIntentResponseId: randomUUID(),
        ...(intent && { intentInfo: intentInfoOf(intent, heard, words) }),
        pageInfo: {
          currentPage: page.name,
          formInfo: { parameterInfo: page.form.map((each) => parameterInfoOf(each, parameters, form)) },
          displayName: page.displayName,
        },
        sessionInfo: { session, parameters },
        fulfillmentInfo: { tag },
        ...(/^[A-Z_]+$/.test(words) ? { triggerEvent: words } : { text: words }),
        languageCode: language,
        ...(callerId && { payload: { telephony: { caller_id: callerId } } }),
      };
      last = { name, request };
      const answer = await post(name, request);
      for (const again of [name, 'router']) expect([again, await post(again, request)]).toEqual([again, answer]);
      apply(answer);
      return answer;
    },

    repeat: (name = last.name) => post(name, last.request),
  };
}

// The agent

interface FormField {
  readonly displayName: string;
  readonly required?: boolean;
}

interface Page {
  /** Resource name. */
  readonly name: string;
  readonly displayName: string;
  readonly form: readonly FormField[];
}

const START_FLOW = '00000000-0000-0000-0000-000000000000';
const START: Page = { name: `${AGENT}/flows/${START_FLOW}/pages/START_PAGE`, displayName: 'Start Page', form: [] };

const read = (path: string) => JSON.parse(readFileSync(`${ROOT}/agent/${path}`, 'utf8'));
const find = (pattern: string) => globSync(pattern, { cwd: `${ROOT}/agent` });

/** Display names of pages are unique in this agent. */
function pageOf(displayName: string): Page {
  const [path] = find(`flows/*/pages/${displayName}.json`);
  if (!path) throw new Error(`The agent has no page ${displayName}.`);
  const [, flow] = path.split('/');
  const { name, form } = read(path);
  const flowId = read(`flows/${flow}/${flow}.json`).name;
  return { name: `${AGENT}/flows/${flowId}/pages/${name}`, displayName, form: form.parameters ?? [] };
}

interface Route {
  readonly intent?: string;
  readonly condition?: string;
  readonly targetPage?: string;
  readonly triggerFulfillment?: { readonly setParameterActions?: readonly { parameter: string; value: Json }[] };
}

/** The route of an intent, of those that a flow begins with: the first whose condition holds. */
function routeOf(intent: string, heard: JsonObject): { page: Page; presets: JsonObject } {
  const flows = find('flows/*/*.json').map((path) => read(path));
  const routes: Route[] = flows.flatMap(({ transitionRoutes = [] }) => transitionRoutes);
  const route = routes.find(({ intent: of, condition = '' }) => of === intent && holds(condition, heard));
  if (!route) throw new Error(`The agent has no route for ${intent}.`);
  const actions = route.triggerFulfillment?.setParameterActions ?? [];
  return {
    page: route.targetPage ? pageOf(route.targetPage) : START,
    presets: Object.fromEntries(actions.map(({ parameter, value }) => [parameter, fillIn(value, heard)])),
  };
}

/** The conditions of such routes say only which parameters of the intent were not heard. */
function holds(condition: string, heard: JsonObject): boolean {
  return condition
    .split(' AND ')
    .filter(Boolean)
    .every((term) => {
      const [, name] = /^\$intent\.params\.(\w+)\.resolved = null$/.exec(term) ?? [];
      if (!name) throw new Error(`A condition that the tests can't judge: ${term}`);
      return heard[name] === undefined;
    });
}

/** `$session.params.department` in a preset is what was just heard. */
function fillIn(value: Json, heard: JsonObject): Json {
  const [, name] = /^\$session\.params\.(\w+)$/.exec(String(value)) ?? [];
  return name ? (heard[name] ?? null) : value;
}

function intentInfoOf(displayName: string, heard: JsonObject, words: string) {
  const { name } = read(`intents/${displayName}/${displayName}.json`);
  const parameters = Object.entries(heard).map(([parameter, resolvedValue]) => [
    parameter,
    { originalValue: words, resolvedValue },
  ]);
  return {
    lastMatchedIntent: `${AGENT}/intents/${name}`,
    displayName,
    ...(parameters.length > 0 && { parameters: Object.fromEntries(parameters) }),
    confidence: 1,
  };
}

/** A form's parameter has the value that the session has under its name. */
function parameterInfoOf(
  { displayName, required = false }: FormField,
  parameters: JsonObject,
  filled: JsonObject,
): ParameterInfo {
  const value = parameters[displayName];
  if (value === undefined) return { displayName, required, state: 'EMPTY' };
  const justCollected = displayName in filled;
  return { displayName, required, state: 'FILLED', value, ...(justCollected && { justCollected }) };
}

// What answers are made of

/** A message of words. */
export const says = (words: string): ResponseMessage => ({ text: { text: [words] } });
/** Cards for Dialogflow Messenger: each argument is one card, a list of elements. */
export const cards = (...richContent: Json[][]): ResponseMessage => ({ payload: { richContent } });
/** Suggestions to click, as a card. */
export const chips = (...texts: string[]): Json[] => [{ type: 'chips', options: texts.map((text) => ({ text })) }];
/** What is asked again. */
export const asksAgain = (...names: string[]) => ({
  formInfo: { parameterInfo: names.map((displayName) => ({ displayName, state: 'INVALID' })) },
});

// Days

/** The date in Pune so many days from today: `2026-11-24`. */
export function dayFromNow(days: number): string {
  const pune = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Kolkata', dateStyle: 'short' });
  return new Date(Date.parse(pune.format(Date.now())) + days * 86_400_000).toISOString().slice(0, 10);
}

/** A Sunday, and the Monday and Tuesday after it, none of them a holiday; some days ahead, so that midnight may come. */
export function openWeek(): { sunday: string; monday: string; tuesday: string } {
  for (let ahead = 2; ; ahead++) {
    const [sunday, monday, tuesday] = [0, 1, 2].map((more) => dayFromNow(ahead + more)) as [string, string, string];
    const isHoliday = (date: string) => holidays.some(({ day }) => date.endsWith(`-${day}`));
    if (new Date(sunday).getUTCDay() !== 0 || [sunday, monday, tuesday].some(isHoliday)) continue;
    return { sunday, monday, tuesday };
  }
}

/** `2026-11-24` is `Tuesday, 24 November` in `en-IN`. */
export function spokenDay(date: string, locale: 'en-IN' | 'hi-IN'): string {
  const format = { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(locale, format).format(Date.parse(date));
}

/** `2026-11-24` as CX sends it for `@sys.date`. */
export function sysDate(date: string): JsonObject {
  const [year, month, day] = date.split('-').map(Number) as [number, number, number];
  return { year, month, day };
}

/** A time as CX sends it for `@sys.time`. */
export const sysTime = (hours: number, minutes = 0): JsonObject => ({ hours, minutes, seconds: 0, nanos: 0 });
