import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Webhook } from '../../../../dev/emulator/agent.ts';
import type { WebhookCall } from '../../../../dev/emulator/call/effect.ts';
import type { CallContext } from '../../../../dev/emulator/call/request.ts';
import type { Scope } from '../../../../dev/emulator/language/scope.ts';

/** A webhook as an agent has it, a call of it, and a real server that does as it is told. */

export function webhookOf(changes: Partial<Webhook> = {}): Webhook {
  return {
    id: 'w1',
    displayName: 'service',
    timeoutMs: 5_000,
    disabled: false,
    serviceDirectory: null,
    uri: 'https://webhook.invalid/service',
    username: null,
    password: null,
    requestHeaders: {},
    serviceAgentAuth: 'NONE',
    oauth: null,
    flexible: null,
    ...changes,
  };
}

export function flexibleOf(changes: Partial<NonNullable<Webhook['flexible']>> = {}): Webhook['flexible'] {
  return { httpMethod: 'POST', requestBody: '{}', parameterMapping: {}, ...changes };
}

export function contextOf(changes: Partial<CallContext> = {}): CallContext {
  return {
    agentName: 'projects/p/locations/global/agents/a',
    session: 's1',
    environment: null,
    responseId: 'turn-1',
    languageCode: 'en',
    input: { kind: 'text', text: 'hello' },
    intent: null,
    flow: { id: 'f1' },
    page: { id: 'START_PAGE', displayName: 'Start Page' },
    form: null,
    parameters: {},
    messages: [],
    tag: 'tag-1',
    payload: null,
    sentiment: null,
    ...changes,
  };
}

export function scopeOf(changes: Partial<Scope> = {}): Scope {
  return {
    session: {},
    flow: {},
    page: { status: null, params: {} },
    intent: {},
    originals: {},
    request: {},
    event: {},
    now: Date.UTC(2026, 0, 15),
    timeZone: 'UTC',
    languageCode: 'en',
    random: () => 0.5,
    ...changes,
  };
}

export function callOf(webhook: Webhook, changes: Partial<CallContext> = {}, scope: Partial<Scope> = {}): WebhookCall {
  const context = contextOf(changes);
  return { webhook, tag: context.tag, context, scope: scopeOf({ session: context.parameters, ...scope }) };
}

/** A request as the server has got it. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface WebhookServer {
  readonly url: string;
  readonly seen: Seen[];
  close(): Promise<void>;
}

export type Behaviour = (response: ServerResponse, seen: Seen, index: number) => void;

const open = new Set<WebhookServer>();

/** A server on loopback, which answers `{}` unless it is told otherwise. */
export async function openWebhook(behave: Behaviour = answering('{}')): Promise<WebhookServer> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    const each = { method, url, headers, body: Buffer.concat(chunks).toString() };
    seen.push(each);
    behave(response, each, seen.length - 1);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const self: WebhookServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        open.delete(self);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  open.add(self);
  return self;
}

export async function closeAll(): Promise<void> {
  await Promise.all([...open].map((server) => server.close()));
}

/** Answers this, whatever was asked. */
export function answering(body: string, status = 200, headers: { [name: string]: string } = {}): Behaviour {
  return (response) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
}
