import { expect, test } from '@jest/globals';
import { storeError, troubleOf } from '../../../shared/store/errors.ts';

test.each([
  ['a deadlock', { code: '40P01' }, 'conflict'],
  ['a busy file', { code: 'ERR_SQLITE_ERROR', errcode: 5 }, 'conflict'],
  ['a busy file, told exactly', { code: 'ERR_SQLITE_ERROR', errcode: 517 }, 'conflict'],
  ['a server that refuses', { code: 'ECONNREFUSED' }, 'unavailable'],
  ['a wrong password', { code: '28P01' }, 'unavailable'],
  ['an old primary after a failover', { code: '25006' }, 'unavailable'],
  ['a transaction that took too long', { code: '25P03' }, 'unavailable'],
  ['no privilege', { code: '42501' }, 'unavailable'],
  ['a lock that was waited for', { code: '55P03' }, 'unavailable'],
  ['a full disk', { code: 'ERR_SQLITE_ERROR', errcode: 13 }, 'unavailable'],
  ['a connection that ended', { message: 'Connection terminated unexpectedly' }, 'unavailable'],
  ['a broken rule of the schema', { code: '23514' }, 'other'],
  ['a mistake in SQL', { code: '42601' }, 'other'],
  ['no error of a database', new TypeError('x is not a function'), 'other'],
  ['nothing', undefined, 'other'],
])('%s', (_, error, trouble) => {
  expect(troubleOf(error)).toBe(trouble);
});

test('what is unavailable is told by its code alone, and every other error stays what it is', () => {
  const refused = { code: 'ECONNREFUSED', address: '10.0.0.3', message: 'connect ECONNREFUSED 10.0.0.3:5432' };
  expect(storeError(refused)).toMatchObject({
    code: 'store-unavailable',
    message: 'The database does not answer (ECONNREFUSED).',
  });
  const mistake = new TypeError('x is not a function');
  expect(storeError(mistake)).toBe(mistake);
});
