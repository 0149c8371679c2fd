import type { Webhook } from '../agent.ts';
import type { Node } from './node.ts';
import type { Resource } from './resources.ts';

/** `Webhook.timeout`: "Defaults to 5 seconds, maximum allowed timeout is 30 seconds." */
const DEFAULT_TIMEOUT_MS = 5_000;
const MAX_TIMEOUT_MS = 30_000;

/** What a call does without here, and why. */
const UNSUPPORTED = {
  secretVersionForUsernamePassword: 'The name and the password are in Secret Manager, not in an export.',
  secretVersionsForRequestHeaders: "The headers' values are in Secret Manager, not in an export.",
  serviceAccountAuthConfig: 'No token of a service account is made here.',
  allowedCaCerts: 'The certificates of this machine are trusted, not those of the webhook.',
};

export function readWebhook({ id, displayName, node }: Resource): Webhook {
  const directory = node.has('serviceDirectory') ? node.node('serviceDirectory') : null;
  const service = (directory ?? node).node('genericWebService');
  const uri = service.text('uri');
  if (uri === '') service.note('invalid', 'webhook', 'It has no uri.');
  for (const [field, message] of Object.entries(UNSUPPORTED)) {
    if (service.has(field)) service.note('unsupported', field, message);
  }
  return {
    id,
    displayName,
    timeoutMs: readTimeout(node),
    disabled: node.flag('disabled'),
    serviceDirectory: directory?.optional('service') ?? null,
    uri,
    username: service.optional('username'),
    password: service.optional('password'),
    requestHeaders: service.textMap('requestHeaders'),
    // The proto: "Service agent auth type unspecified. Default to ID_TOKEN."
    serviceAgentAuth: service.oneOf('serviceAgentAuth', ['ID_TOKEN', 'ACCESS_TOKEN', 'NONE']),
    oauth: readOauth(service),
    flexible: readFlexible(service),
  };
}

function readTimeout(node: Node): number {
  const timeout = node.duration('timeout') || DEFAULT_TIMEOUT_MS;
  if (timeout <= MAX_TIMEOUT_MS) return timeout;
  node.note('invalid', 'timeout', `It waits for ${timeout / 1000} s; CX waits for 30 s at most, and so does this.`);
  return MAX_TIMEOUT_MS;
}

function readOauth(service: Node): Webhook['oauth'] {
  if (!service.has('oauthConfig')) return null;
  const config = service.node('oauthConfig');
  // An export writes empty settings, too.
  if (Object.keys(config.json).length === 0) return null;
  if (config.has('secretVersionForClientSecret')) {
    config.note('unsupported', 'secretVersionForClientSecret', 'The secret is in Secret Manager, not in an export.');
  }
  return {
    clientId: config.text('clientId'),
    clientSecret: config.text('clientSecret'),
    tokenEndpoint: config.text('tokenEndpoint'),
    scopes: config.texts('scopes'),
  };
}

function readFlexible(service: Node): Webhook['flexible'] {
  if (service.oneOf('webhookType', ['STANDARD', 'FLEXIBLE']) === 'STANDARD') return null;
  return {
    httpMethod: service.oneOf('httpMethod', ['POST', 'GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']),
    requestBody: service.text('requestBody'),
    parameterMapping: service.textMap('parameterMapping'),
  };
}
