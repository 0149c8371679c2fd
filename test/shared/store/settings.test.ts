import { expect, test } from '@jest/globals';
import { readStoreSettings } from '../../../shared/store/settings.ts';
import { thrown } from '../../helpers/thrown.ts';

test('without DATABASE_URL the store is a file of this project', () => {
  const file = new URL('../../../.local/campus.db', import.meta.url).pathname;
  expect(readStoreSettings({})).toEqual({ engine: 'sqlite', file });
  expect(readStoreSettings({ DATABASE_URL: ' ' })).toEqual({ engine: 'sqlite', file });
});

test('DATABASE_URL names a file or a PostgreSQL database', () => {
  expect(readStoreSettings({ DATABASE_URL: 'file:/var/campus%20data/campus.db' })).toEqual({
    engine: 'sqlite',
    file: '/var/campus data/campus.db',
  });
  for (const url of [
    'postgres://campus:secret@10.0.0.3/campus',
    'postgresql:///campus?host=/cloudsql/p:r:i',
    'postgres://campus:secret@/campus?host=/cloudsql/project:asia-south1:db',
  ]) {
    expect(readStoreSettings({ DATABASE_URL: url, K_SERVICE: 'booking' })).toEqual({ engine: 'postgres', url });
  }
});

test.each(['K_SERVICE', 'AWS_LAMBDA_FUNCTION_NAME'])('where %s is set, a file will not do', (name) => {
  const sentence =
    'Set DATABASE_URL to a PostgreSQL database: this function keeps state, and a file is lost with its instance.';
  for (const DATABASE_URL of [undefined, '', 'file:/tmp/campus.db']) {
    expect(thrown(() => readStoreSettings({ [name]: 'booking', DATABASE_URL }))).toMatchObject({
      name: 'ConfigError',
      message: sentence,
    });
  }
});

test.each(['mysql://root:hunter2@db/campus', 'campus.db', 'hunter2', 'http://db/hunter2'])(
  '%s is refused with a sentence that does not repeat it',
  (DATABASE_URL) => {
    expect(thrown(() => readStoreSettings({ DATABASE_URL }))).toMatchObject({
      name: 'ConfigError',
      message: 'Set DATABASE_URL to postgres://user:password@host/database, or to file:/path/of/a/file.db.',
    });
  },
);
