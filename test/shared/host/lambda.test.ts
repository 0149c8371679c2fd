import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { string } from 'valibot';
import { createLambdaHandler, type LambdaEvent, type LambdaHandler } from '../../../shared/host/lambda.ts';
import { defineFlexible, defineWebhook } from '../../../shared/webhook.ts';
import { request } from '../../helpers/requests.ts';
import { rejected } from '../../helpers/thrown.ts';
import {
  AUDIENCE,
  CALLER,
  type CertificateServer,
  createKey,
  mint,
  openCertificateServer,
} from '../../helpers/tokens.ts';

const key = createKey('lambda-key');
const token = mint({ key });
const silent = () => {};
let certificates: CertificateServer;
let env: { [name: string]: string };
let handler: LambdaHandler;

beforeAll(async () => {
  certificates = await openCertificateServer(key);
  env = { WEBHOOK_AUDIENCES: AUDIENCE, WEBHOOK_CALLERS: CALLER, GOOGLE_CERTS_URL: certificates.url };
  const echo = defineWebhook({}, ({ turn }) => ({ say: turn.query?.value ?? '' }));
  handler = await createLambdaHandler('echo', echo, env, silent);
});
afterAll(() => certificates.close());

/** After the example in the Lambda developer guide, "Invoking Lambda function URLs". */
function functionUrlEvent(changes: Partial<LambdaEvent> = {}, method = 'POST') {
  const { headers, ...rest } = changes;
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: '/',
    rawQueryString: '',
    headers: {
      'content-type': 'application/json',
      'x-amzn-tls-version': 'TLSv1.3',
      'x-amzn-trace-id': 'Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e',
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
      host: 'abcdefg.lambda-url.us-east-1.on.aws',
      'user-agent': 'Google-Dialogflow',
      ...headers,
    },
    requestContext: {
      accountId: 'anonymous',
      apiId: 'abcdefg',
      domainName: 'abcdefg.lambda-url.us-east-1.on.aws',
      domainPrefix: 'abcdefg',
      http: { method, path: '/', protocol: 'HTTP/1.1', sourceIp: '203.0.113.7', userAgent: 'Google-Dialogflow' },
      requestId: 'e1506fd5-9e7b-434f-bd42-4f8fa224b599',
      routeKey: '$default',
      stage: '$default',
      time: '12/Mar/2026:19:03:58 +0000',
      timeEpoch: 1773342238000,
    },
    isBase64Encoded: false,
    ...rest,
  };
}

/** After the example in the API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP APIs". */
function apiGatewayEvent(changes: Partial<LambdaEvent> = {}) {
  const { headers, ...rest } = changes;
  return {
    version: '2.0',
    routeKey: 'POST /cx',
    rawPath: '/live/cx',
    rawQueryString: 'parameter1=value1&parameter1=value2&parameter2=value',
    cookies: ['cookie1', 'cookie2'],
    headers: { 'content-type': 'application/json', header2: 'value1,value2', ...headers },
    queryStringParameters: { parameter1: 'value1,value2', parameter2: 'value' },
    requestContext: {
      accountId: '123456789012',
      apiId: 'api-id',
      domainName: 'id.execute-api.us-east-1.amazonaws.com',
      domainPrefix: 'id',
      http: { method: 'POST', path: '/live/cx', protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'agent' },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey: 'POST /cx',
      stage: 'live',
      time: '12/Mar/2026:19:03:58 +0000',
      timeEpoch: 1773342238000,
    },
    body: '{}',
    pathParameters: { parameter1: 'value1' },
    isBase64Encoded: false,
    stageVariables: { stageVariable1: 'value1' },
    ...rest,
  };
}

const signed = { authorization: `Bearer ${token}` };
const turn = (text: string) => JSON.stringify(request('echo', {}, { text }));
const says = (text: string) => JSON.stringify({ fulfillmentResponse: { messages: [{ text: { text: [text] } }] } });

test('a signed call through a function URL is answered, whole and as Lambda wants it', async () => {
  expect(await handler(functionUrlEvent({ headers: signed, body: turn('hello') }))).toEqual({
    statusCode: 200,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: says('hello'),
  });
});

test('a signed call through API Gateway is answered', async () => {
  expect(await handler(apiGatewayEvent({ headers: signed, body: turn('hello') }))).toMatchObject({
    statusCode: 200,
    body: says('hello'),
  });
});

test('a body in base64 is the same body, and text outside of ASCII arrives whole', async () => {
  for (const encoding of ['utf8', 'base64'] as const) {
    const body = Buffer.from(turn('Wetter in Köln? 🌦 पुणे')).toString(encoding);
    const event = functionUrlEvent({ headers: signed, body, isBase64Encoded: encoding === 'base64' });
    expect(await handler(event)).toMatchObject({ statusCode: 200, body: says('Wetter in Köln? 🌦 पुणे') });
  }
});

test('without a credential nobody is served, and the body is not looked at', async () => {
  const body = '{"text": "my pin is 4711';
  const answer = await handler(functionUrlEvent({ body }));
  expect(answer).toEqual({
    statusCode: 401,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'www-authenticate': 'Bearer',
    },
    body: '{"error":{"code":"unauthenticated","message":"Send a Google ID token: Authorization: Bearer <token>."}}',
  });
});

test.each([
  `Bearer ${token},Bearer ${token}`,
  `Bearer ${token}, Bearer ${token}`,
  `Bearer ${token},Bearer a.b.c`,
  `Bearer a.b.c,Bearer ${token}`,
  `Basic dTpw,Bearer ${token}`,
])('a header that came twice, which Lambda joins by a comma, is refused (%#)', async (authorization) => {
  expect(await handler(functionUrlEvent({ headers: { authorization }, body: turn('hello') }))).toMatchObject({
    statusCode: 401,
    body: expect.stringContaining('"The credential is not a Bearer ID token."'),
  });
});

test('a password that came twice is refused as well', async () => {
  const login = { WEBHOOK_AUTH: 'secret', WEBHOOK_BASIC_AUTH: 'cx:0123456789abcdef' };
  const guarded = await createLambdaHandler(
    'echo',
    defineWebhook({}, () => ({})),
    login,
    silent,
  );
  const credential = `Basic ${Buffer.from('cx:0123456789abcdef').toString('base64')}`;
  const send = async (authorization: string) =>
    (await guarded(functionUrlEvent({ headers: { authorization }, body: turn('') }))).statusCode;
  expect([await send(credential), await send(`${credential},${credential}`)]).toEqual([200, 401]);
});

test.each([
  ['text', 'x'.repeat(1024 * 1024 + 1), false],
  ['base64', Buffer.alloc(1024 * 1024 + 1).toString('base64'), true],
  ['text of few characters but many bytes', 'ü'.repeat(512 * 1024 + 1), false],
])('a body over 1 MiB is refused: %s', async (_what, body, isBase64Encoded) => {
  expect(await handler(functionUrlEvent({ headers: signed, body, isBase64Encoded }))).toMatchObject({
    statusCode: 400,
    body: '{"error":{"code":"bad-request","message":"The body is over 1 MiB."}}',
  });
});

test.each([undefined, null, ''])('a body that is %p is none', async (body) => {
  const event = functionUrlEvent({ headers: signed });
  expect(await handler({ ...event, ...(body !== undefined && { body }) })).toMatchObject({ statusCode: 400 });
});

test('a health check is answered OK', async () => {
  expect(await handler(functionUrlEvent({}, 'GET'))).toMatchObject({ statusCode: 200, body: 'OK' });
});

test('a flexible webhook gets the query as it came', async () => {
  const parameters = { parameter1: string(), parameter2: string() };
  const echo = defineFlexible(parameters, ({ params, method }) => ({ ...params, method }), { methods: ['POST'] });
  const flexible = await createLambdaHandler('echo', echo, env, silent);
  expect(JSON.parse((await flexible(apiGatewayEvent({ headers: signed }))).body)).toEqual({
    method: 'POST',
    parameter1: 'value2',
    parameter2: 'value',
  });
});

test('an event of another format is not served', async () => {
  const old = { version: '1.0', httpMethod: 'POST', path: '/', headers: signed, body: turn('hello') };
  expect(await rejected(handler(old as never))).toMatchObject({
    message: 'This handler takes events of payload format 2.0.',
  });
});

test('settings that are missing stop the start with one sentence', async () => {
  expect(
    await rejected(
      createLambdaHandler(
        'echo',
        defineWebhook({}, () => ({})),
        {},
        silent,
      ),
    ),
  ).toMatchObject({
    name: 'ConfigError',
    message: expect.stringMatching(/^Set WEBHOOK_AUDIENCES [^\n]+\.$/),
  });
});

test('before the first call the certificates are there', async () => {
  const before = certificates.requests;
  await createLambdaHandler(
    'echo',
    defineWebhook({}, () => ({})),
    env,
    silent,
  );
  expect(certificates.requests).toBe(before + 1);
});
