import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { listFunctions, loadFunction } from '../../shared/discover.ts';
import { type FlexibleWebhook, HTTP_METHODS, type HttpMethod, type Webhook } from '../../shared/webhook.ts';
import type { JsonObject } from '../../shared/wire.ts';
import { audienceOf, parseUrl, urlOf } from './address.ts';
import { describeAnswer } from './describe-answer.ts';
import { requireFunction } from './load.ts';
import { readPairs } from './pairs.ts';
import { FUNCTIONS } from './paths.ts';
import { Problem, WrongUsage } from './problem.ts';
import { buildFlexible, buildRequest } from './request.ts';
import { type Incoming, type Outgoing, send } from './send.ts';
import { openLocalIssuer } from './tokens.ts';
import { type TriggerOptions, TURN_OPTIONS } from './trigger-options.ts';

/** Calls a function as CX would, and prints what came back. Returns the exit code: 0 where the function answered 2xx. */
export async function trigger(name: string, options: TriggerOptions): Promise<number> {
  const webhook = await findWebhook(name, options);
  const url = parseUrl(options.url ?? urlOf(name, options.port));
  const isFlexible = webhook?.kind === 'flexible';
  const { method, query, body } = isFlexible ? await planFlexible(webhook, options) : await planTurn(name, options);
  const headers = headersFor(url, body, options);
  if (query) url.search = [url.search, query].filter(Boolean).join('&');
  const answer = await send({ url, method, headers, body });

  const isOk = answer.status >= 200 && answer.status < 300;
  if (options.json) process.stdout.write(`${answer.body}\n`);
  else if (isOk) process.stdout.write(`${describe(answer, isFlexible)}\n`);
  else process.stderr.write(`${describeRefusal(answer)}\n`);
  return isOk ? 0 : 1;
}

/** Undefined for a function that is elsewhere, and for one that does not load: its server says why. */
async function findWebhook(name: string, { url }: TriggerOptions): Promise<Webhook | undefined> {
  if (!url) await requireFunction(FUNCTIONS, name);
  else if (!(await listFunctions(FUNCTIONS)).includes(name)) return undefined;
  return loadFunction(FUNCTIONS, name).catch(() => undefined);
}

// What is sent

interface Plan {
  readonly method: HttpMethod;
  readonly query?: string;
  readonly body: string | undefined;
}

async function planTurn(name: string, options: TriggerOptions): Promise<Plan> {
  const { method, file, param = [], form, text, event, dtmf, tag = name, ...turn } = options;
  if (method) throw new WrongUsage(`CX always posts to ${name}, which is no flexible webhook: leave --method out.`);
  if (file) return { method: 'POST', body: await readBody(file) };
  const request = buildRequest({
    tag,
    params: readPairs(param, '--param'),
    ...(form && { form: emptyIsNull(readPairs(form, '--form')) }),
    ...(text !== undefined && { input: { text } }),
    ...(event !== undefined && { input: { triggerEvent: event } }),
    ...(dtmf !== undefined && { input: { dtmfDigits: dtmf } }),
    ...turn,
  });
  return { method: 'POST', body: JSON.stringify(request) };
}

async function planFlexible({ options: { methods } }: FlexibleWebhook, options: TriggerOptions): Promise<Plan> {
  const stranger = TURN_OPTIONS.find((option) => option in options);
  if (stranger) throw new WrongUsage(`A flexible webhook gets nothing but parameters: leave --${stranger} out.`);
  if (options.file) return { method: readMethod(options.method ?? 'POST'), body: await readBody(options.file) };
  const method = readMethod(options.method ?? methods?.[0] ?? 'POST');
  return { method, ...buildFlexible(method, readPairs(options.param ?? [], '--param')) };
}

function readMethod(text: string): HttpMethod {
  const method = HTTP_METHODS.find((known) => known === text.toUpperCase());
  if (!method) throw new WrongUsage(`Write --method as one of ${HTTP_METHODS.join(', ')}, not ${text}.`);
  return method;
}

function emptyIsNull(form: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(form).map(([name, value]) => [name, value === '' ? null : value]));
}

async function readBody(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Problem(`${file} can't be read (${code}): name a file, or - for standard input.`);
  }
}

/** As seen on calls of CX, then the person's own. A person who sends credentials of their own gets no token on top. */
function headersFor(url: URL, body: string | undefined, { token, header = [] }: TriggerOptions): Outgoing['headers'] {
  const own = Object.fromEntries(header.map(readHeader));
  const bearer = token ?? ('authorization' in own ? undefined : openLocalIssuer().token({ audience: audienceOf(url) }));
  return {
    'user-agent': 'Google-Dialogflow',
    accept: '*/*',
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    ...own,
  };
}

function readHeader(header: string): [string, string] {
  const [, name, value] = /^([^\s:]+):\s*(.*)$/.exec(header) ?? [];
  if (name === undefined) throw new WrongUsage(`Write --header "name: value", not --header ${header}.`);
  return [name.toLowerCase(), value!];
}

// What is shown

function describe({ status, milliseconds, body }: Incoming, isFlexible: boolean): string {
  const head = `${status} in ${milliseconds} ms`;
  if (body === '') return head;
  const json = parse(body);
  if (!json) throw new Problem(`The answer has status ${status} but is no JSON object: ${short(body)}`);
  return `${head}\n${isFlexible ? JSON.stringify(json, null, 2) : describeTurn(json)}`;
}

/** Somebody else's server may answer what looks like a `WebhookResponse` and is none: that is shown as it is. */
function describeTurn(json: JsonObject): string {
  try {
    return describeAnswer(json).join('\n');
  } catch {
    return JSON.stringify(json, null, 2);
  }
}

function describeRefusal({ status, body }: Incoming): string {
  const error = parse(body)?.error as { readonly code?: string; readonly message?: string } | undefined;
  return error?.message ? `${status} ${error.code}: ${error.message}` : `${status}: ${short(body)}`;
}

function parse(body: string): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(body);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

function short(body: string): string {
  const [first = ''] = body.trim().split('\n');
  return first.length > 100 ? `${first.slice(0, 100)}...` : first;
}
