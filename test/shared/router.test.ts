import { expect, test } from '@jest/globals';
import { listFunctions, loadFunction } from '../../shared/discover.ts';
import { defineRouter } from '../../shared/router.ts';
import { request } from '../helpers/requests.ts';
import { openService } from '../helpers/service.ts';
import { rejected } from '../helpers/thrown.ts';

const FOLDER = new URL('../fixtures/functions/', import.meta.url);

test('the functions of a folder are its TypeScript files', async () => {
  expect(await listFunctions(FOLDER)).toEqual(['alpha', 'beta', 'broken', 'empty', 'flexible']);
});

test('one function is loaded without the others', async () => {
  expect(await loadFunction(FOLDER, 'beta')).toMatchObject({
    kind: 'standard',
    options: { tags: ['second', 'shared-tag'] },
  });
});

test('a function that is not there, or is none, is named in one sentence', async () => {
  expect(await rejected(loadFunction(FOLDER, '../router'))).toMatchObject({
    name: 'ConfigError',
    message: 'There is no function called ../router; there are alpha, beta, broken, empty, flexible.',
  });
  expect(await rejected(loadFunction(FOLDER, 'empty'))).toMatchObject({
    name: 'ConfigError',
    message: 'functions/empty.ts must export default defineWebhook(...), defineFlexible(...) or defineRouter(...).',
  });
});

test.each([
  ['alpha', 'alpha'],
  ['beta', 'beta'],
  ['first', 'alpha'],
  ['second', 'beta'],
  ['shared-tag', 'alpha'],
  ['unheard-of', 'No handler for the tag: unheard-of'],
  ['flexible', 'No handler for the tag: flexible'],
  ['__proto__', 'No handler for the tag: __proto__'],
])('the router answers the tag %s: %s', async (tag, said) => {
  const { post } = openService(defineRouter(FOLDER), { name: 'router' });
  const { status, body } = await post(request(tag));
  expect([status, body]).toEqual([200, { fulfillmentResponse: { messages: [{ text: { text: [said] } }] } }]);
});

test('a function that fails to load takes only its own tag down', async () => {
  const { post, lines } = openService(defineRouter(FOLDER), { name: 'router' });
  expect((await post(request('broken'))).status).toBe(500);
  expect((await post(request('second'))).status).toBe(200);
  expect(lines().map(({ outcome, tag }) => [outcome, tag])).toEqual([
    ['internal', 'broken'],
    ['ok', 'second'],
  ]);
});
