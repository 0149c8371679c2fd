import { afterEach, expect, test } from '@jest/globals';
import type { Webhook } from '../../../../dev/emulator/agent.ts';
import { type CallerOptions, createCaller } from '../../../../dev/emulator/call/caller.ts';
import { HeaderError } from '../../../../dev/emulator/call/headers.ts';
import { createVerifier } from '../../../../shared/auth.ts';
import { CALLER, createKey, MARKER, mint, patch, settingsFor } from '../../../helpers/tokens.ts';
import { answering, type Behaviour, callOf, closeAll, openWebhook, webhookOf } from './webhook.ts';

afterEach(closeAll);

const key = createKey('key-1');
const sign = (audience: string) => mint({ key, claims: { aud: audience } });
/** A token's claims say what it is for. */
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString());

/** Calls a server of its own; the headers that it has got. */
async function headersOf(
  webhook: Partial<Webhook>,
  options: Partial<CallerOptions> = {},
  parameters: { [name: string]: string } = {},
) {
  const server = await openWebhook();
  const what = callOf(webhookOf({ uri: `${server.url}/hook?key=k-123&city=Pune&access_token=t-123`, ...webhook }), {
    parameters,
  });
  const outcome = await createCaller({ addressOf: () => null, sign, ...options })(what);
  if (outcome.kind !== 'answered') throw new Error(`It was not answered: ${JSON.stringify(outcome)}`);
  return { url: server.url, headers: server.seen[0]!.headers, exchange: outcome.exchange };
}

test('no credential', async () => {
  const { headers } = await headersOf({ serviceAgentAuth: 'NONE' });
  expect(headers.authorization).toBeUndefined();
});

test('an ID token is for the URL without its query', async () => {
  const { url, headers } = await headersOf({ serviceAgentAuth: 'ID_TOKEN' });
  const [scheme, token] = headers.authorization!.split(' ');
  expect(scheme).toBe('Bearer');
  expect(claimsOf(token!).aud).toBe(`${url}/hook`);
});

test('an ID token is for the address that is really called', async () => {
  const server = await openWebhook();
  const caller = createCaller({ addressOf: () => `${server.url}/local?x=1`, sign });
  await caller(callOf(webhookOf({ serviceAgentAuth: 'ID_TOKEN' })));
  expect(claimsOf(server.seen[0]!.headers.authorization!).aud).toBe(`${server.url}/local`);
});

test('nobody signs: no ID token', async () => {
  expect((await headersOf({ serviceAgentAuth: 'ID_TOKEN' }, { sign: null })).headers.authorization).toBeUndefined();
});

test('an access token is one that only Google can read', async () => {
  const { headers } = await headersOf({ serviceAgentAuth: 'ACCESS_TOKEN' });
  expect(headers.authorization).toMatch(/^Bearer ya29\.[\w-]{100,}$/);
});

test('basic credentials win over an ID token, an authorization header over both', async () => {
  const basic = { serviceAgentAuth: 'ID_TOKEN', username: 'usér', password: 'p:w' } as const;
  const expected = `Basic ${Buffer.from('usér:p:w').toString('base64')}`;
  expect((await headersOf(basic)).headers.authorization).toBe(expected);
  const own = { ...basic, requestHeaders: { Authorization: 'Key 1' } };
  expect((await headersOf(own)).headers.authorization).toBe('Key 1');
});

test('static headers have the values of their references', async () => {
  const requestHeaders = { 'X-Key': 'k-1', 'X-Who': 'to $session.params.name, $sys.func.UPPER($session.params.name)' };
  const { headers } = await headersOf({ requestHeaders }, {}, { name: 'asha' });
  expect([headers['x-key'], headers['x-who']]).toEqual(['k-1', 'to asha, ASHA']);
});

test('a value that would break the headers is not sent', async () => {
  const server = await openWebhook();
  const what = callOf(webhookOf({ uri: server.url, requestHeaders: { 'X-Who': '$session.params.name' } }), {
    parameters: { name: 'a\r\nX-Role: admin' },
  });
  expect(await createCaller({ addressOf: () => null, sign })(what)).toMatchObject({
    kind: 'failed',
    event: 'webhook.error',
    problem: 'The header x-who has characters that HTTP does not allow.',
    exchange: null,
  });
  expect(server.seen).toEqual([]);
});

test('a value that grows without bounds is not sent', async () => {
  const what = callOf(
    webhookOf({ uri: 'http://127.0.0.1:1/', requestHeaders: { 'X-Who': 'a $session.params.name' } }),
    {
      parameters: { name: 'x'.repeat(2_000_000) },
    },
  );
  expect(await createCaller({ addressOf: () => null, sign })(what)).toMatchObject({
    kind: 'failed',
    event: 'webhook.error',
    problem: expect.stringMatching(/^A setting of the webhook cannot be read: A text has at most /),
  });
});

test('the headers of a turn win, in any case, credentials among them', async () => {
  const { headers } = await headersOf(
    { requestHeaders: { 'X-Key': 'k-1' }, serviceAgentAuth: 'ID_TOKEN' },
    { webhookHeaders: { 'x-KEY': 'k-2', AUTHORIZATION: 'Key 2', 'X-Literal': '$session.params.name' } },
    { name: 'asha' },
  );
  expect(headers).toMatchObject({ 'x-key': 'k-2', authorization: 'Key 2', 'x-literal': '$session.params.name' });
});

test.each(['Host', 'user-agent', 'Content-Length', 'X-Forwarded-For'])('a turn may not set %s', (name) => {
  const create = () => createCaller({ addressOf: () => null, sign, webhookHeaders: { [name]: 'x' } });
  expect(create).toThrow(new HeaderError(`webhookHeaders may not have ${name.toLowerCase()}: Google sets it.`));
});

test('an agent does not change what Google says of itself', async () => {
  const { url, headers } = await headersOf({
    requestHeaders: { 'User-Agent': 'me', 'Accept-Encoding': 'zstd', Host: 'x', 'Content-Length': '1', Accept: 'a/b' },
  });
  expect(headers).toMatchObject({
    'user-agent': 'Google-Dialogflow',
    'accept-encoding': 'gzip,deflate,br',
    host: new URL(url).host,
    accept: 'a/b',
  });
});

test('behind IAM the signature is gone, and our own verifier takes the rest', async () => {
  const { url, headers } = await headersOf({ serviceAgentAuth: 'ID_TOKEN' }, { behindIam: true });
  const [, token] = headers.authorization!.split(' ');
  expect(token!.split('.')[2]).toBe(MARKER);
  const verifier = createVerifier({ ...settingsFor(''), mode: 'iam', audiences: [`${url}/hook`] });
  expect(await verifier.verify(headers)).toMatchObject({ email: CALLER });
});

test('behind IAM with both headers only the one that was checked loses its signature', async () => {
  const own = mint({ key, claims: { aud: 'elsewhere' } });
  const { url, headers } = await headersOf(
    { serviceAgentAuth: 'ID_TOKEN', requestHeaders: { Authorization: `Bearer ${own}` } },
    { behindIam: true, tokenHeader: 'x-serverless-authorization' },
  );
  expect(headers.authorization).toBe(`Bearer ${own}`);
  const token = headers['x-serverless-authorization'] as string;
  expect(token).toBe(patch(token, { 2: MARKER }));
  const verifier = createVerifier({ ...settingsFor(''), mode: 'iam', audiences: [`${url}/hook`] });
  expect(await verifier.verify(headers)).toMatchObject({ email: CALLER });
});

/** A token endpoint and a webhook; what the call came to, and what both have seen. */
async function callWithOAuth(behave: Behaviour, { calls = 1, tokenEndpoint = '' } = {}) {
  const issuer = await openWebhook(behave);
  const server = await openWebhook();
  const oauth = {
    clientId: 'client/1',
    clientSecret: 's&cret',
    tokenEndpoint: tokenEndpoint || `${issuer.url}/token`,
    scopes: ['a', 'b'],
  };
  const caller = createCaller({ addressOf: () => null, sign });
  const what = callOf(webhookOf({ uri: server.url, oauth, serviceAgentAuth: 'ID_TOKEN' }));
  const outcomes = [];
  for (let i = 0; i < calls; i++) outcomes.push(await caller(what));
  return { issuer, server, outcomes };
}

const GRANTED = JSON.stringify({ access_token: 'tok-1', token_type: 'Bearer', expires_in: 3600 });

test('an OAuth client gets its token once, and again when it has expired', async () => {
  const { issuer, server } = await callWithOAuth(answering(GRANTED), { calls: 2 });
  expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer tok-1', 'Bearer tok-1']);
  expect(issuer.seen).toHaveLength(1);
  const { method, url, headers, body } = issuer.seen[0]!;
  expect({ method, url, type: headers['content-type'], authorization: headers.authorization, body }).toEqual({
    method: 'POST',
    url: '/token',
    type: 'application/x-www-form-urlencoded',
    authorization: `Basic ${Buffer.from('client%2F1:s%26cret').toString('base64')}`,
    body: 'grant_type=client_credentials&scope=a+b',
  });
  const short = await callWithOAuth(answering('{"access_token":"tok-2","expires_in":5}'), { calls: 2 });
  expect(short.issuer.seen).toHaveLength(2);
});

test.each<[string, Behaviour, string]>([
  ['refuses', answering('{"error":"invalid_client"}', 401), 'The token endpoint answered 401.'],
  ['grants nothing', answering('{}'), 'The token endpoint answered no access_token.'],
  ['talks', answering('Hello'), 'The token endpoint answered no access_token.'],
])('a token endpoint that %s fails the call', async (_, behave, problem) => {
  const { server, outcomes } = await callWithOAuth(behave);
  expect(outcomes).toEqual([
    {
      kind: 'failed',
      httpStatus: null,
      event: 'webhook.error',
      status: { code: 16, message: 'Webhook call failed. Error: UNAUTHENTICATED.' },
      problem,
      exchange: null,
    },
  ]);
  expect(server.seen).toEqual([]);
});

test('a token endpoint elsewhere is not asked', async () => {
  const { outcomes } = await callWithOAuth(answering(GRANTED), { tokenEndpoint: 'https://issuer.invalid/token' });
  expect(outcomes).toMatchObject([
    {
      problem:
        'The token endpoint is on issuer.invalid, and the emulator does not leave this machine: run one here, or allow remote calls.',
    },
  ]);
});

test('an exchange shows no credential, in a header or in the URL', async () => {
  const { url, exchange } = await headersOf({
    username: 'user-123',
    password: 'pass-123',
    requestHeaders: { 'X-Api-Key': 'header-123', Accept: 'application/json' },
  });
  const text = JSON.stringify(exchange);
  for (const secret of ['k-123', 't-123', 'user-123', 'pass-123', 'header-123', 'Basic dX']) {
    expect(text).not.toContain(secret);
  }
  expect(exchange.url).toBe(`${url}/hook?key=[hidden]&city=Pune&access_token=[hidden]`);
  expect(exchange.requestHeaders).toMatchObject({ 'x-api-key': '[hidden]', authorization: 'Basic [hidden]' });
  const signed = await headersOf({ serviceAgentAuth: 'ID_TOKEN' });
  expect(signed.exchange.requestHeaders.authorization).toBe('Bearer [hidden]');
  expect(JSON.stringify(signed.exchange)).not.toContain(signed.headers.authorization!.slice(7, 40));
});
