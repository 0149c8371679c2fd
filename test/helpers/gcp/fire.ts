import { once } from 'node:events';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:https';
import { buildRequest } from '../../../dev/local/request.ts';
import type { JsonObject } from '../../../shared/wire.ts';
import type { Data } from './call.ts';
import { dialogflowAgent, type World } from './world.ts';

/** Calls a webhook as Dialogflow does: what its resource says, and nothing that the deploying side knows otherwise. */

export interface FirePlan {
  /** Display name or id of an environment, whose override counts where it has one. */
  readonly environment?: string;
  /** Default: the webhook's display name. */
  readonly tag?: string;
  readonly params?: JsonObject;
  /** Another body than the one made from the above. */
  readonly body?: unknown;
}

export interface Fired {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** Parsed where it is JSON. */
  readonly body: Data;
}

export async function fire(world: World, proxyPort: number, displayName: string, plan: FirePlan = {}): Promise<Fired> {
  const webhook = findWebhook(world, displayName);
  if (webhook.disabled) throw new Error(`The webhook ${displayName} is disabled.`);
  const service = findOverride(world, webhook, plan.environment)?.genericWebService ?? webhook.genericWebService;
  if (!service) throw new Error('The fake has no private networks: a Service Directory webhook cannot be called.');
  const { tag = displayName, params = {} } = plan;
  const session = `${world.agent}/sessions/${Date.now()}`;
  const flexible = service.webhookType === 'FLEXIBLE';
  const body = plan.body ?? (flexible ? fill(service.requestBody, params) : buildRequest({ tag, params, session }));
  const text = body === undefined ? '' : JSON.stringify(body);
  const method = flexible ? (service.httpMethod ?? 'POST') : 'POST';
  const uri = new URL(flexible ? fillText(service.uri, params) : service.uri);
  const headers = headersFor(world, service, text);

  // Seconds of the resource; Dialogflow gives up then, and tries once more, which is not done here.
  const timeout = Number.parseFloat(webhook.timeout) * 1000;
  return ask(world, proxyPort, method, uri.href, { headers, text, timeout });
}

export interface AskPlan {
  readonly headers?: OutgoingHttpHeaders;
  readonly text?: string;
  /** Milliseconds. Default: 10 seconds. */
  readonly timeout?: number;
}

/** Any request, through the proxy, over TLS. */
export async function ask(
  world: World,
  proxyPort: number,
  method: string,
  url: string,
  { headers = {}, text = '', timeout = 10_000 }: AskPlan = {},
): Promise<Fired> {
  const agent = new Agent({ proxyEnv: { HTTPS_PROXY: `http://127.0.0.1:${proxyPort}` }, ca: world.authority.ca });
  try {
    const sent = request(url, { agent, method, headers, signal: AbortSignal.timeout(timeout) });
    sent.end(text);
    const [response]: IncomingMessage[] = await once(sent, 'response');
    const chunks: Buffer[] = [];
    for await (const chunk of response!) chunks.push(chunk);
    return { status: response!.statusCode!, headers: response!.headers, body: read(Buffer.concat(chunks).toString()) };
  } finally {
    agent.destroy();
  }
}

function findWebhook({ webhooks }: World, displayName: string): Data {
  const found = [...webhooks.values()].find((each) => each.displayName === displayName);
  if (!found) throw new Error(`The agent has no webhook ${displayName}.`);
  return found;
}

function findOverride({ environments }: World, webhook: Data, wanted: string | undefined): Data {
  if (wanted === undefined) return undefined;
  const found = [...environments.values()].find(
    (each) => each.displayName === wanted || each.name.endsWith(`/${wanted}`),
  );
  if (!found) throw new Error(`The agent has no environment ${wanted}.`);
  const overrides: Data[] = found.webhookConfig?.webhookOverrides ?? [];
  return overrides.find(({ name, displayName }) => name === webhook.name || displayName === webhook.displayName);
}

/** Observed on Dialogflow ES; CX is thought to be the same. */
const USER_AGENT = 'Google-Dialogflow';

function headersFor(world: World, service: Data, text: string): OutgoingHttpHeaders {
  const { uri, username, password, secretVersionForUsernamePassword, serviceAgentAuth = 'ID_TOKEN' } = service;
  const headers: OutgoingHttpHeaders = {
    'user-agent': USER_AGENT,
    accept: '*/*',
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  };
  const basic = secretVersionForUsernamePassword
    ? readSecret(world, secretVersionForUsernamePassword)
    : username && `${username}:${password}`;
  if (basic) headers.authorization = `Basic ${Buffer.from(basic).toString('base64')}`;
  else if (['ID_TOKEN', 'SERVICE_AGENT_AUTH_UNSPECIFIED'].includes(serviceAgentAuth)) {
    const audience = uri.replace(/[?#].*/, '');
    headers.authorization = `Bearer ${world.issuer.token({ audience, email: dialogflowAgent(world.agentNumber) })}`;
  } else if (serviceAgentAuth === 'ACCESS_TOKEN') headers.authorization = 'Bearer ya29.of-the-service-agent';
  // Configured headers win.
  for (const [name, value] of Object.entries<string>(service.requestHeaders ?? {})) headers[name.toLowerCase()] = value;
  for (const [name, { secretVersion }] of Object.entries<Data>(service.secretVersionsForRequestHeaders ?? {})) {
    headers[name.toLowerCase()] = readSecret(world, secretVersion);
  }
  return headers;
}

function readSecret({ secrets }: World, name: string): string {
  const [, id = '', version] = /\/secrets\/([^/]+)\/versions\/([^/]+)$/.exec(name) ?? [];
  const versions = secrets.get(id)?.versions ?? [];
  const found = version === 'latest' ? versions.at(-1) : versions[Number(version) - 1];
  if (found?.state !== 'ENABLED') throw new Error(`There is no secret ${name}.`);
  return found.data.toString();
}

/** References to session parameters in the body of a flexible webhook. */
function fill(body: string | undefined, params: JsonObject): unknown {
  return body === undefined ? undefined : JSON.parse(fillText(body, params));
}

function fillText(text: string, params: JsonObject): string {
  return text.replaceAll(/\$session\.params\.([\w-]+)/g, (_all, name) => String(params[name] ?? ''));
}

function read(text: string): Data {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
