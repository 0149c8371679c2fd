import { expect, test } from '@jest/globals';
import { checkAsync, number, object, optional, pipe, pipeAsync, string, transform } from 'valibot';
import { spokenName, validateParams } from '../../../shared/serve/params.ts';

test('declared parameters are validated, transformed and typed; others are not passed on', async () => {
  const schemas = {
    city: pipe(
      string(),
      transform((text) => text.length),
    ),
    count: number(),
    note: optional(string()),
  };
  const { params } = await validateParams(schemas, { city: 'Pune', count: 2, other: true });
  expect(params).toEqual({ city: 4, count: 2, note: undefined });
  const typed: { readonly city: number; readonly count: number; readonly note: string | undefined } | undefined =
    params;
  // @ts-expect-error the schema made a number of it
  const wrong: string | undefined = params?.city;
  expect(typed?.city).toBe(wrong);
});

test('what is missing, null or not valid is named in declared order', async () => {
  const schemas = { a: string(), b: number(), c: object({}), d: string() };
  expect(await validateParams(schemas, { a: null, b: 'two', d: 'ok' })).toEqual({ failed: ['a', 'b', 'c'] });
});

test('names meet without regard to case, the exact one first', async () => {
  expect(await validateParams({ orderId: string() }, { ORDERID: 'a' })).toEqual({ params: { orderId: 'a' } });
  expect(await validateParams({ orderId: string() }, { ORDERID: 'a', orderId: 'b' })).toEqual({
    params: { orderId: 'b' },
  });
});

test('a parameter that the prototype has is still missing', async () => {
  expect(await validateParams({ constructor: optional(string()) }, {})).toEqual({ params: { constructor: undefined } });
});

test('a schema may take its time', async () => {
  const slow = {
    a: pipeAsync(
      string(),
      checkAsync(async (text) => text === 'yes'),
    ),
  };
  expect(await validateParams(slow, { a: 'yes' })).toEqual({ params: { a: 'yes' } });
  expect(await validateParams(slow, { a: 'no' })).toEqual({ failed: ['a'] });
});

test.each([
  ['orderId', 'order id'],
  ['order-id', 'order id'],
  ['phone_number', 'phone number'],
  ['sys.date', 'sys date'],
  ['name', 'name'],
])('%s is spoken "%s"', (name, spoken) => {
  expect(spokenName(name)).toBe(spoken);
});
