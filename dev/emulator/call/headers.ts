import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { Webhook } from '../agent.ts';
import type { Scope } from '../language/scope.ts';
import { render } from '../language/template.ts';
import type { Credentials } from './credentials.ts';

export interface HeaderOptions {
  readonly credentials: Credentials;
  /** `QueryParameters.webhookHeaders`, with names in lower case. */
  readonly webhookHeaders: { readonly [name: string]: string };
  /** Which header has the token: a service behind Cloud Run's IAM takes it from either. */
  readonly tokenHeader: TokenHeader;
  /** The platform in front of the webhook checks the token, and passes it on without its signature. */
  readonly behindIam: boolean;
}

export type TokenHeader = 'authorization' | 'x-serverless-authorization';

/** A header that cannot be sent: a sentence. */
export class HeaderError extends Error {
  override readonly name = 'HeaderError';
}

/** What a webhook gets of Google itself; captured of Dialogflow ES, and of CX not known to differ. */
const OF_GOOGLE = {
  'accept-encoding': 'gzip,deflate,br',
  'user-agent': 'Google-Dialogflow',
};

/** Those that `QueryParameters.webhook_headers` may not have (session.proto). */
const RESERVED: readonly string[] = [
  'host',
  'content-length',
  'connection',
  'from',
  'user-agent',
  'accept-encoding',
  'if-modified-since',
  'if-none-match',
  'x-forwarded-for',
];

/** @throws HeaderError where a header is Google's own. */
export function readWebhookHeaders(headers: { readonly [name: string]: string }): { [name: string]: string } {
  const own = lowerCase(headers);
  const reserved = Object.keys(own).find((name) => RESERVED.includes(name));
  if (reserved !== undefined) throw new HeaderError(`webhookHeaders may not have ${reserved}: Google sets it.`);
  return own;
}

/**
 * The headers of a call, with names in lower case: the agent's, with the values of their references; over them the turn's
 * `webhookHeaders`; and a credential, unless these have one ("If you configure ... an authorization header, the token is not
 * sent", as the page on ES says).
 */
export async function headersOf(
  webhook: Webhook,
  { url, body, scope }: { readonly url: string; readonly body: string | undefined; readonly scope: Scope },
  { credentials, webhookHeaders, tokenHeader, behindIam }: HeaderOptions,
): Promise<{ [name: string]: string }> {
  const headers = { ...staticHeaders(webhook, scope), ...webhookHeaders };
  if (webhook.username !== null || webhook.password !== null) {
    const pair = `${webhook.username ?? ''}:${webhook.password ?? ''}`;
    headers.authorization ??= `Basic ${Buffer.from(pair).toString('base64')}`;
  }
  const isTaken = headers[tokenHeader] !== undefined;
  const token = isTaken ? null : await credentials.tokenFor(webhook, url);
  if (token !== null) headers[tokenHeader] = `Bearer ${token}`;
  if (behindIam) removeSignature(headers);
  if (body !== undefined) {
    headers['content-type'] ??= 'application/json';
    headers['content-length'] = String(Buffer.byteLength(body));
  }
  check(headers);
  return { accept: '*/*', ...headers, ...OF_GOOGLE };
}

/** Without those that Google sets. */
function staticHeaders({ requestHeaders }: Webhook, scope: Scope): { [name: string]: string } {
  const own = Object.entries(lowerCase(requestHeaders)).filter(([name]) => !RESERVED.includes(name));
  return Object.fromEntries(own.map(([name, value]) => [name, render(value, scope)]));
}

/** A value may come from what a person has said. */
function check(headers: { readonly [name: string]: string }): void {
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      throw new HeaderError(`The header ${name} has characters that HTTP does not allow.`);
    }
  }
}

/**
 * What Cloud Run passes on of a caller's token that it has checked. With both headers it checks `X-Serverless-Authorization`
 * alone, and the other goes through as it came (Cloud Run docs, Authenticating service-to-service).
 */
function removeSignature(headers: { [name: string]: string }): void {
  const name = headers['x-serverless-authorization'] === undefined ? 'authorization' : 'x-serverless-authorization';
  const signed = /^(Bearer [\w-]+\.[\w-]+)\.[\w-]+$/i.exec(headers[name] ?? '');
  if (signed) headers[name] = `${signed[1]}.SIGNATURE_REMOVED_BY_GOOGLE`;
}

function lowerCase(headers: { readonly [name: string]: string }): { [name: string]: string } {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
