import { expect, test } from '@jest/globals';
import { array, number, optional, pipe, string, transform, union } from 'valibot';
import { defineFlexible } from '../../shared/webhook.ts';
import type { JsonObject } from '../../shared/wire.ts';
import { openService } from '../helpers/service.ts';

const credits = pipe(union([number(), pipe(string(), transform(Number))]), number());
const quote = defineFlexible(
  { credits, names: optional(array(string()), []) },
  ({ params, method }) => ({ total: params.credits * 2, names: params.names, method }),
  { methods: ['GET', 'POST'] },
);

test('parameters come from the query and the body, and the body wins', async () => {
  const { post } = openService(quote);
  expect((await post(undefined, { method: 'GET', url: '/quote?credits=12' })).body).toEqual({
    total: 24,
    names: [],
    method: 'GET',
  });
  expect((await post('{"credits":3,"names":["a"]}', { url: '/quote?credits=12' })).body).toEqual({
    total: 6,
    names: ['a'],
    method: 'POST',
  });
});

test('a method that it does not answer is refused, and GET is a call where it is one of its methods', async () => {
  const { post, send } = openService(quote);
  expect((await post({}, { method: 'DELETE' })).body.error.message).toBe('This webhook answers GET, POST, not DELETE.');
  expect((await send({ method: 'GET' })).status).toBe(401);
  const posting = openService(defineFlexible({}, () => ({})));
  expect(await posting.send({ method: 'GET' })).toMatchObject({ status: 200, body: 'OK' });
});

test('a parameter that is missing or not valid is 400 and named', async () => {
  const { post, lines } = openService(quote);
  const answer = await post({ credits: 'many', names: [1] });
  expect([answer.status, answer.body]).toEqual([
    400,
    { error: { code: 'bad-request', message: 'Parameter credits, names: missing or not valid.' } },
  ]);
  expect(lines()).toMatchObject([{ outcome: 'bad-request', severity: 'WARNING', function: 'test' }]);
});

test.each<[string, () => JsonObject | Promise<JsonObject>, number, string]>([
  [
    'throws',
    () => {
      throw new Error('secret');
    },
    500,
    'The webhook failed.',
  ],
  ['returns what is not JSON', () => ({ a: Number.NaN }), 500, 'answer.a: NaN is not a JSON number'],
  ['returns too much', () => ({ a: 'x'.repeat(70_000) }), 500, 'The answer is over 64 KiB.'],
  ['never ends', () => new Promise(() => {}), 503, 'The webhook was not done in time.'],
])('a handler that %s is an HTTP error', async (_title, handler, status, message) => {
  const { post } = openService(defineFlexible({}, handler, { timeout: '0.32s' }));
  const answer = await post({});
  expect(answer.status).toBe(status);
  expect(answer.body.error.message).toContain(message);
});
