import { expect, test } from '@jest/globals';
import type { Webhook } from '../../../../dev/emulator/agent.ts';
import { loadExport } from '../../../helpers/agent-export.ts';

const load = (json: object) => loadExport({ webhooks: { shop: { name: 'w', ...json } } });
const webhook = (json: object): Webhook => load(json).webhooks.get('shop')!;
const uri = 'https://shop.invalid/';
const PLAIN = {
  id: 'w',
  displayName: 'shop',
  timeoutMs: 5_000,
  disabled: false,
  serviceDirectory: null,
  uri,
  username: null,
  password: null,
  requestHeaders: {},
  serviceAgentAuth: 'ID_TOKEN',
  oauth: null,
  flexible: null,
};

test('a webhook of nothing but an address has the defaults of the proto', () => {
  expect(webhook({ genericWebService: { uri } })).toEqual(PLAIN);
});

test('a webhook that is off, and one of Service Directory', () => {
  const service = 'projects/p/locations/l/namespaces/n/services/s';
  expect(webhook({ disabled: true, serviceDirectory: { service, genericWebService: { uri } } })).toEqual({
    ...PLAIN,
    disabled: true,
    serviceDirectory: service,
  });
});

test.each([
  ['2.5s', 2_500],
  [{ seconds: 3, nanos: 250_000_000 }, 3_250],
  [{ seconds: '7' }, 7_000],
  [{}, 5_000],
])('a timeout of %j is %d ms', (timeout, ms) => {
  expect(webhook({ genericWebService: { uri }, timeout }).timeoutMs).toBe(ms);
});

test('nobody waits longer than CX does', () => {
  const { webhooks, findings } = load({ genericWebService: { uri }, timeout: '31s' });
  expect(webhooks.get('shop')!.timeoutMs).toBe(30_000);
  expect(findings).toEqual([
    {
      kind: 'invalid',
      construct: 'timeout',
      where: 'webhooks/shop.json',
      message: 'It waits for 31 s; CX waits for 30 s at most, and so does this.',
    },
  ]);
});

test('who calls: basic, headers in both forms of a map, OAuth, a token of the service agent or none', () => {
  const oauthConfig = { clientId: 'c', clientSecret: 's', tokenEndpoint: 'https://t.invalid/', scopes: ['a'] };
  const requestHeaders = [{ key: 'x-a', value: '1' }];
  const who = { username: 'u', password: 'p', requestHeaders, oauthConfig, serviceAgentAuth: 'NONE' };
  expect(webhook({ genericWebService: { uri, ...who } })).toEqual({
    ...PLAIN,
    username: 'u',
    password: 'p',
    requestHeaders: { 'x-a': '1' },
    serviceAgentAuth: 'NONE',
    oauth: oauthConfig,
  });
  expect(webhook({ genericWebService: { uri, requestHeaders: { 'x-b': '2' } } }).requestHeaders).toEqual({
    'x-b': '2',
  });
  expect(webhook({ genericWebService: { uri, oauthConfig: {} } }).oauth).toBeNull();
});

test('a flexible webhook has its method, its body and its mapping', () => {
  const flexible = { webhookType: 'FLEXIBLE', requestBody: '{}', parameterMapping: [{ key: 'n', value: '$.n' }] };
  expect(webhook({ genericWebService: { uri, ...flexible } }).flexible).toEqual({
    httpMethod: 'POST',
    requestBody: '{}',
    parameterMapping: { n: '$.n' },
  });
  const get = { ...flexible, httpMethod: 'GET', parameterMapping: { n: '$.n' } };
  expect(webhook({ genericWebService: { uri, ...get } }).flexible).toEqual({
    httpMethod: 'GET',
    requestBody: '{}',
    parameterMapping: { n: '$.n' },
  });
  expect(webhook({ genericWebService: { uri, ...get, webhookType: 'STANDARD' } }).flexible).toBeNull();
});

test('what lies in Google Cloud alone is a finding', () => {
  const { findings } = load({
    genericWebService: {
      secretVersionForUsernamePassword: 'projects/p/secrets/s/versions/1',
      oauthConfig: { clientId: 'c', secretVersionForClientSecret: 'projects/p/secrets/s/versions/1' },
    },
  });
  expect(findings.map(({ kind, construct, where }) => [kind, construct, where])).toEqual([
    ['invalid', 'webhook', 'webhooks/shop.json, genericWebService'],
    ['unsupported', 'secretVersionForUsernamePassword', 'webhooks/shop.json, genericWebService'],
    ['unsupported', 'secretVersionForClientSecret', 'webhooks/shop.json, genericWebService.oauthConfig'],
  ]);
});
