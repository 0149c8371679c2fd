import { randomUUID } from 'node:crypto';
import { type Call, type Data, invalid, notFound, on, Refusal, type Route } from './call.ts';
import { applyMask } from './mask.ts';
import { takeOne, type World } from './world.ts';

/** dialogflow.googleapis.com, v3: the agent, its webhooks and its environments. */

const AGENTS = '/v3/(projects/[^/]+/locations/[^/]+/agents/[^/]+)';

/** Fields of `Webhook` and of its `GenericWebService` (webhook.proto); any other name is refused. */
const WEBHOOK = ['name', 'displayName', 'genericWebService', 'serviceDirectory', 'timeout', 'disabled'];
const WEB_SERVICE = [
  ...['uri', 'username', 'password', 'secretVersionForUsernamePassword', 'requestHeaders'],
  ...[
    'secretVersionsForRequestHeaders',
    'allowedCaCerts',
    'oauthConfig',
    'serviceAgentAuth',
    'serviceAccountAuthConfig',
  ],
  ...['webhookType', 'httpMethod', 'requestBody', 'parameterMapping'],
];
const AUTHS = ['SERVICE_AGENT_AUTH_UNSPECIFIED', 'NONE', 'ID_TOKEN', 'ACCESS_TOKEN'];

/** Seconds (webhook.proto, `Webhook.timeout`). */
const DEFAULT_TIMEOUT = '5s';
const MAX_TIMEOUT = 30;

/** Webhooks on a page, and the most that may be asked for. */
const PAGE = 100;
const MAX_PAGE = 1000;

export function dialogflow(world: World): Route[] {
  return ['dialogflow.googleapis.com', '*-dialogflow.googleapis.com'].flatMap((host) => {
    const route = (method: string, more: string, handle: (call: Call, agent: string, id: string) => unknown) =>
      on(method, host, new RegExp(AGENTS + more), (call, agent, id) => {
        checkCaller(world, call, agent!);
        return handle(call, agent!, id ?? '');
      });
    const webhook = '/webhooks/([^/:]+)';
    return [
      route('GET', '', () => ({
        name: world.agent,
        displayName: 'Campus assistant',
        defaultLanguageCode: 'en',
        timeZone: 'Asia/Kolkata',
        startFlow: `${world.agent}/flows/00000000-0000-0000-0000-000000000000`,
      })),
      route('GET', '/webhooks', ({ query }) =>
        list(
          [...world.webhooks.values()].filter(({ displayName }) => !takeOne(world.moods.unlisted, displayName)),
          query,
        ),
      ),
      route('POST', '/webhooks', ({ body }, agent) =>
        save(world, { ...body, name: `${agent}/webhooks/${randomUUID()}` }),
      ),
      route('GET', webhook, (_call, agent, id) => find(world.webhooks, `${agent}/webhooks/${id}`)),
      route('PATCH', webhook, ({ query, body }, agent, id) => {
        const existing = find(world.webhooks, `${agent}/webhooks/${id}`);
        const mask = query.get('updateMask');
        checkMask(mask);
        checkNames(body);
        return save(world, { ...(mask ? applyMask(existing, body, mask) : body), name: existing.name });
      }),
      route('DELETE', webhook, (_call, agent, id) => {
        const { name } = find(world.webhooks, `${agent}/webhooks/${id}`);
        world.webhooks.delete(name);
        return {};
      }),
      route('GET', '/environments', ({ query }) => list([...world.environments.values()], query, 'environments')),
      route('GET', '/environments/([^/:]+)', (_call, agent, id) =>
        find(world.environments, `${agent}/environments/${id}`),
      ),
      route('PATCH', '/environments/([^/:]+)', ({ query, body }, agent, id) => {
        const existing = find(world.environments, `${agent}/environments/${id}`);
        const mask = query.get('updateMask');
        if (!mask) throw invalid('update_mask is required');
        const environment = {
          ...applyMask(existing, body, mask),
          name: existing.name,
          updateTime: new Date().toISOString(),
        };
        for (const override of environment.webhookConfig?.webhookOverrides ?? []) checkOverride(world, override);
        world.environments.set(existing.name, environment);
        const { name } = world.operations.start(
          agent.replace(/\/agents\/.*/, ''),
          'UPDATE_ENVIRONMENT',
          existing.name,
          async () => environment,
        );
        return { name, done: true, response: environment };
      }),
      on('GET', host, /\/v3\/(projects\/[^/]+\/locations\/[^/]+\/operations\/[^/]+)/, (_call, name) => {
        const operation = world.operations.all.get(name!);
        if (!operation) throw notFound(name!);
        const { done, response } = operation.answer();
        return { name, done, response };
      }),
    ];
  });
}

/** The right host for the agent's location, its project's quota, an agent that exists. */
function checkCaller(world: World, { host, headers }: Call, agent: string): void {
  const location = agent.split('/')[3]!;
  const expected = location === 'global' ? 'dialogflow.googleapis.com' : `${location}-dialogflow.googleapis.com`;
  if (host !== expected) throw invalid(`Location ${location} is served at ${expected}, not at ${host}`);
  // What a person's own credentials get; a service account's bring their project along.
  if (!headers['x-goog-user-project']) {
    throw new Refusal(
      403,
      'Your application is authenticating by using local Application Default Credentials. The dialogflow.googleapis.com ' +
        'API requires a quota project, which is not set by default.',
      {
        details: [
          { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'SERVICE_DISABLED', domain: 'googleapis.com' },
        ],
      },
    );
  }
  if (!world.projects.has(String(headers['x-goog-user-project']))) {
    throw new Refusal(403, 'Caller does not have required permission to use project.');
  }
  if (agent !== world.agent) throw notFound(agent);
}

function find(all: ReadonlyMap<string, Data>, name: string): Data {
  const found = all.get(name);
  if (!found) throw notFound(name);
  return found;
}

function list(all: readonly Data[], query: URLSearchParams, field = 'webhooks'): Data {
  const size = Math.min(Number(query.get('pageSize')) || PAGE, MAX_PAGE);
  const from = Number(Buffer.from(query.get('pageToken') ?? '', 'base64').toString()) || 0;
  const more = from + size < all.length;
  return {
    ...(all.length > 0 && { [field]: all.slice(from, from + size) }),
    ...(more && { nextPageToken: Buffer.from(String(from + size)).toString('base64') }),
  };
}

function save(world: World, wanted: Data): Data {
  const webhook = { timeout: DEFAULT_TIMEOUT, ...wanted };
  checkNames(webhook);
  if (!webhook.displayName) throw invalid('display_name is required');
  const twin = [...world.webhooks.values()].find(({ displayName }) => displayName === webhook.displayName);
  if (twin && twin.name !== webhook.name) {
    // The exact status at Google is not known.
    throw invalid(`Webhook with the display name ${webhook.displayName} already exists`, 'FAILED_PRECONDITION');
  }
  const [, seconds] = /^(\d+(?:\.\d{1,9})?)s$/.exec(webhook.timeout) ?? [];
  if (seconds === undefined)
    throw invalid(`Invalid value at 'webhook.timeout', Illegal duration format: ${webhook.timeout}`);
  if (Number(seconds) <= 0 || Number(seconds) > MAX_TIMEOUT) throw invalid(`timeout must be in (0s, ${MAX_TIMEOUT}s]`);
  const { genericWebService, serviceDirectory } = webhook;
  if (Boolean(genericWebService) === Boolean(serviceDirectory))
    throw invalid('Exactly one kind of web service is required');
  checkWebService(genericWebService ?? serviceDirectory.genericWebService);
  world.webhooks.set(webhook.name, webhook);
  return webhook;
}

function checkWebService({ uri, serviceAgentAuth = AUTHS[0], webhookType, httpMethod, requestBody }: Data): void {
  if (!uri) throw invalid('generic_web_service.uri is required');
  if (!/^https:\/\/[^/]+/.test(uri)) throw invalid(`The uri must begin with https://: ${uri}`);
  if (!AUTHS.includes(serviceAgentAuth)) throw invalid(`Invalid value at 'service_agent_auth', "${serviceAgentAuth}"`);
  if (webhookType !== 'FLEXIBLE' && (httpMethod ?? requestBody) !== undefined) {
    throw invalid('http_method and request_body are of flexible webhooks only');
  }
}

function checkOverride(world: World, override: Data): void {
  checkNames(override);
  const webhook = [...world.webhooks.values()].find(
    ({ name, displayName }) => name === override.name || displayName === override.displayName,
  );
  if (!webhook) throw notFound(override.name ?? override.displayName ?? 'webhook');
  const service = override.genericWebService ?? override.serviceDirectory?.genericWebService;
  if (!service) throw invalid('A webhook override has a web service');
  checkWebService(service);
}

function checkNames(webhook: Data): void {
  for (const [message, fields] of [
    [webhook, WEBHOOK],
    [webhook.genericWebService ?? {}, WEB_SERVICE],
    [webhook.serviceDirectory?.genericWebService ?? {}, WEB_SERVICE],
  ] as const) {
    const unknown = Object.keys(message).find((name) => !fields.includes(name));
    if (unknown) throw invalid(`Invalid JSON payload received. Unknown name "${unknown}": Cannot find field.`);
  }
}

function checkMask(mask: string | null): void {
  for (const path of mask?.split(',') ?? []) {
    const [field, part] = path.split('.').map((name) => name.replaceAll(/_([a-z])/g, (_all, l) => l.toUpperCase()));
    const known =
      WEBHOOK.includes(field!) && (field !== 'genericWebService' || part === undefined || WEB_SERVICE.includes(part));
    if (!known) throw invalid(`Invalid field mask: "${path}"`);
  }
}
