import { lastOf } from './found.ts';
import { stable, type WantedWebhook } from './wanted.ts';

/** The CX webhook of a function: what is compared, and what is sent to make it so. */

/** A webhook as CX's REST API has it. Of its credentials only that they are there is ever kept. */
export interface RawWebhook {
  readonly name: string;
  readonly displayName: string;
  readonly timeout?: string;
  readonly disabled?: boolean;
  readonly genericWebService?: RawService;
  readonly serviceDirectory?: object;
}

interface RawService {
  readonly uri?: string;
  readonly serviceAgentAuth?: string;
  readonly webhookType?: string;
  readonly httpMethod?: string;
  readonly requestBody?: string;
  readonly parameterMapping?: { readonly [parameter: string]: string };
  readonly requestHeaders?: { readonly [name: string]: string };
  readonly [other: string]: unknown;
}

export interface FoundWebhook {
  readonly name: string;
  readonly displayName: string;
  readonly timeout: string;
  readonly disabled: boolean;
  /** By Service Directory: its address is nobody's business here. */
  readonly isPrivate: boolean;
  /** It sends another credential than the ID token, which our functions would refuse. */
  readonly otherCredential: boolean;
  readonly service: Pick<
    RawService,
    'uri' | 'serviceAgentAuth' | 'webhookType' | 'httpMethod' | 'requestBody' | 'parameterMapping'
  >;
}

/** Fields by which a webhook proves itself otherwise; each wins over the ID token (protocol of webhook.proto). */
const CREDENTIALS = [
  'username',
  'password',
  'secretVersionForUsernamePassword',
  'oauthConfig',
  'serviceAccountAuthConfig',
];

/** Takes what is compared, and leaves the rest, which may be a password, where it was. */
export function keepWebhook(raw: RawWebhook): FoundWebhook {
  const { uri, serviceAgentAuth, webhookType, httpMethod, requestBody, parameterMapping, requestHeaders, ...rest } =
    raw.genericWebService ?? {};
  const headers = { ...requestHeaders, ...(rest.secretVersionsForRequestHeaders as object | undefined) };
  return {
    name: raw.name,
    displayName: raw.displayName,
    timeout: raw.timeout ?? '5s', // CX's default
    disabled: raw.disabled ?? false,
    isPrivate: raw.serviceDirectory !== undefined,
    otherCredential:
      CREDENTIALS.some((field) => field in rest) ||
      Object.keys(headers).some((name) => name.toLowerCase() === 'authorization'),
    service: compact({ uri, serviceAgentAuth, webhookType, httpMethod, requestBody, parameterMapping }),
  };
}

function compact<T extends object>(value: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as never;
}

/** Two webhooks' differences in words; none where all is as wanted. */
export function webhookDifferences(wanted: WantedWebhook, found: FoundWebhook): readonly string[] {
  if (found.isPrivate) return [];
  return [
    ...(Number.parseFloat(found.timeout) === Number.parseFloat(wanted.timeout)
      ? []
      : [`webhook timeout ${found.timeout} -> ${wanted.timeout}`]),
    ...(found.disabled ? ['webhook is disabled'] : []),
    ...serviceDifferences(wanted, found),
  ];
}

/** What an environment can override: nothing but the service. */
export function serviceDifferences(
  wanted: WantedWebhook,
  { service, otherCredential }: FoundWebhook,
): readonly string[] {
  const type = standard(service.webhookType, 'WEBHOOK_TYPE_UNSPECIFIED', 'STANDARD');
  const auth = standard(service.serviceAgentAuth, 'SERVICE_AGENT_AUTH_UNSPECIFIED', 'ID_TOKEN');
  const method = service.httpMethod ?? 'POST';
  const flexible = wanted.webhookType === 'FLEXIBLE';
  return [
    ...(service.uri === wanted.uri ? [] : [`webhook uri ${service.uri ?? 'none'}`]),
    ...(auth === wanted.serviceAgentAuth ? [] : [`webhook auth ${auth}`]),
    ...(otherCredential ? ['webhook sends another credential'] : []),
    ...(type === wanted.webhookType ? [] : [`webhook type ${type}`]),
    ...(!flexible || wanted.methods.includes(method) ? [] : [`webhook method ${method}`]),
    ...(!flexible || sameJson(service.requestBody, wanted.requestBody) ? [] : ['webhook request body']),
    ...(!flexible || stable(service.parameterMapping ?? {}) === stable(wanted.parameterMapping)
      ? []
      : ['webhook parameter mapping']),
  ];
}

function standard(value: string | undefined, unspecified: string, meaning: string): string {
  return value === undefined || value === unspecified ? meaning : value;
}

function sameJson(a: string | undefined, b: string | null): boolean {
  try {
    return stable(JSON.parse(a ?? 'null')) === stable(JSON.parse(b ?? 'null'));
  } catch {
    return a === b;
  }
}

export interface Request {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  /** Below `https://HOST/v3/`. */
  readonly path: string;
  readonly body?: object;
}

function serviceOf({ uri, serviceAgentAuth, webhookType, methods, requestBody, parameterMapping }: WantedWebhook) {
  const flexible = webhookType === 'FLEXIBLE' && { webhookType, httpMethod: methods[0], requestBody, parameterMapping };
  return { uri, serviceAgentAuth, ...flexible };
}

/** Creates the webhook, or changes of it what is ours: headers and certificates that somebody added stay. */
export function webhookRequest(
  displayName: string,
  wanted: WantedWebhook,
  agent: string,
  found?: FoundWebhook,
): Request {
  const genericWebService = serviceOf(wanted);
  const body = { displayName, timeout: wanted.timeout, genericWebService };
  if (!found) return { method: 'POST', path: `${agent}/webhooks`, body };
  const fields = ['uri', 'serviceAgentAuth', 'webhookType', ...(wanted.webhookType === 'FLEXIBLE' ? FLEXIBLE : [])];
  const cleared = found.otherCredential ? [...CREDENTIALS, 'requestHeaders', 'secretVersionsForRequestHeaders'] : [];
  const mask = ['timeout', 'disabled', ...[...fields, ...cleared].map((field) => `genericWebService.${field}`)];
  return { method: 'PATCH', path: `${found.name}?updateMask=${mask.join(',')}`, body };
}

const FLEXIBLE = ['httpMethod', 'requestBody', 'parameterMapping'];

/** An agent's environment, as far as it concerns webhooks. */
export interface RawEnvironment {
  readonly name: string;
  readonly displayName: string;
  readonly webhookConfig?: { readonly webhookOverrides?: readonly RawWebhook[] };
}

export function findEnvironment(all: readonly RawEnvironment[], wanted: string): RawEnvironment | undefined {
  return all.find(({ name, displayName }) => displayName === wanted || lastOf(name) === lastOf(wanted));
}

/** The environment's overrides with ours among them; those of other webhooks stay as they are. */
export function mergeOverrides(
  environment: RawEnvironment,
  ours: readonly { readonly webhook: FoundWebhook; readonly wanted: WantedWebhook }[],
): Request {
  const others = (environment.webhookConfig?.webhookOverrides ?? []).filter(
    ({ name }) => !ours.some(({ webhook }) => webhook.name === name),
  );
  const added = ours.map(({ webhook: { name, displayName }, wanted }) => ({
    name,
    displayName,
    genericWebService: serviceOf(wanted),
  }));
  return {
    method: 'PATCH',
    path: `${environment.name}?updateMask=webhookConfig`,
    body: { name: environment.name, webhookConfig: { webhookOverrides: [...others, ...added] } },
  };
}
