import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import { resetDatabase } from '../../../dev/local/database.ts';
import { createLenientStoreDoor, createStoreDoor, NO_STORE } from '../../../shared/store/door.ts';
import type { Tables } from '../../../shared/store/tables.ts';
import { openStore, type Store } from '../../../shared/store.ts';
import { defineWebhook } from '../../../shared/webhook.ts';
import { openLine } from '../../helpers/line.ts';
import { NO_POSTGRES, POSTGRES_BINARIES, type PostgresServer, startPostgres } from '../../helpers/postgres.ts';
import { freePort } from '../../helpers/process.ts';
import { request } from '../../helpers/requests.ts';
import { openService } from '../../helpers/service.ts';
import { openTestStore, SEEDED_AT } from '../../helpers/store.ts';
import { thrown } from '../../helpers/thrown.ts';

/** What callers see while the database is away: an answer in time, and a sentence for the operator that holds no secret. */

const counts = defineWebhook(
  {},
  async ({ store }) => {
    const { count } = await store.db
      .selectFrom('books')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    return { say: `There are ${count} books.` };
  },
  { store: true },
);

const APOLOGY = {
  status: 200,
  body: {
    fulfillmentResponse: {
      messages: [{ text: { text: ['Sorry, something went wrong on our side. Please try again.'] } }],
    },
    sessionInfo: { parameters: { 'webhook-error': 'store-unavailable' } },
  },
};

async function refusal(env: { readonly DATABASE_URL: string }) {
  const started = Date.now();
  const error = await openStore(env).catch((reason: unknown) => reason);
  return { error, milliseconds: Date.now() - started };
}

describe('A SQLite file', () => {
  test('that is no database is named by its code, and left as it is', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'away-')), 'notes.txt');
    writeFileSync(file, 'Not a database, but somebody wants to keep it. '.repeat(100));
    const { error } = await refusal({ DATABASE_URL: `file:${file}` });
    expect(error).toMatchObject({ code: 'store-unavailable', message: 'The database does not answer (SQLite 26).' });
  });

  test('in a place that cannot be written is named by its code', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'away-')), 'notes.txt');
    writeFileSync(file, 'A file is no folder.');
    const { error } = await refusal({ DATABASE_URL: `file:${file}/campus/campus.db` });
    expect(error).toMatchObject({ code: 'store-unavailable', message: 'The database does not answer (ENOTDIR).' });
  });

  test('that another process writes to is waited for without standing still, and then an apology goes out in time', async () => {
    const store = await openTestStore();
    const other = new DatabaseSync(new URL(store.env.DATABASE_URL));
    other.exec('begin immediate');
    const saves = defineWebhook({}, async ({ once }) => ({ say: await once('x', async () => 'saved') }), {
      store: true,
    });
    const service = openService(saves, { store });
    const started = Date.now();
    let ticks = 0;
    const timer = setInterval(() => ticks++, 10);
    const waiting = service.post(request('test', {}, { detectIntentResponseId: 'held' }));
    expect(await waiting).toMatchObject(APOLOGY);
    clearInterval(timer);
    expect(Date.now() - started).toBeLessThan(4500);
    expect(ticks).toBeGreaterThan(30);
    other.exec('commit');
    other.close();
    expect((await service.post(request('test', {}, { detectIntentResponseId: 'free' }))).body).toMatchObject({
      fulfillmentResponse: { messages: [{ text: { text: ['saved'] } }] },
    });
    await store.close();
  });
});

if (!POSTGRES_BINARIES) console.warn(`A PostgreSQL server that goes away is ${NO_POSTGRES}`);

(POSTGRES_BINARIES ? describe : describe.skip)('A PostgreSQL server', () => {
  let server: PostgresServer;
  let env: { DATABASE_URL: string };
  beforeAll(async () => {
    server = await startPostgres();
    env = { DATABASE_URL: await server.createDatabase() };
    await resetDatabase(env, SEEDED_AT);
  });
  afterAll(() => server.close());

  test('where none listens is told at once, without its address', async () => {
    const { error, milliseconds } = await refusal({
      DATABASE_URL: `postgres://campus:hunter2@127.0.0.1:${await freePort()}/campus`,
    });
    expect(error).toMatchObject({
      code: 'store-unavailable',
      message: 'The database does not answer (ECONNREFUSED).',
    });
    expect(milliseconds).toBeLessThan(1000);
  });

  test('that takes connections and says nothing is given up within 3 seconds', async () => {
    const silent = await openLine(env.DATABASE_URL);
    silent.hold(true);
    const { error, milliseconds } = await refusal({ DATABASE_URL: silent.url });
    silent.close();
    expect(error).toMatchObject({ code: 'store-unavailable' });
    expect(milliseconds).toBeLessThan(3000);
  });

  /** What an operator, a failover or the server's own limits do. */
  async function endSessions(): Promise<void> {
    const admin = new pg.Client(env.DATABASE_URL);
    await admin.connect();
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()');
    await admin.end();
  }

  test('that ends a session between two statements fails its transaction, and neither the process nor the next one', async () => {
    const store = await openStore(env);
    const broken = store.transact(async (tx) => {
      await tx.selectFrom('books').select('id').limit(1).execute();
      await endSessions();
      await new Promise((resolve) => setTimeout(resolve, 100));
      await tx.selectFrom('books').select('id').limit(1).execute();
    });
    await expect(broken).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(await store.transact(async () => 'well again')).toBe('well again');
    await store.close();
  });

  test('has limits for each transaction, and none as parameters of the connection, which poolers refuse', async () => {
    const store = await openStore(env);
    const show = (name: string, db: Kysely<Tables>) =>
      sql<{ [name: string]: string }>`show ${sql.raw(name)}`.execute(db);
    const [outside, inside] = [
      await show('statement_timeout', store.db),
      await store.transact((tx) => show('statement_timeout', tx)),
    ];
    expect([outside.rows, inside.rows]).toEqual([[{ statement_timeout: '0' }], [{ statement_timeout: '3s' }]]);
    await store.close();
  });

  test('that hangs, dies and comes back: apologies in time, then answers again, in the same process', async () => {
    const line = await openLine(env.DATABASE_URL);
    const store = await openStore({ DATABASE_URL: line.url });
    const service = openService(counts, { store });
    const ask = async () => {
      const started = Date.now();
      const { status, body } = await service.post(request('test'));
      expect(Date.now() - started).toBeLessThan(4600);
      return { status, body };
    };
    const answer = {
      status: 200,
      body: {
        fulfillmentResponse: { messages: [{ text: { text: [expect.stringMatching(/^There are \d+ books\.$/)] } }] },
      },
    };
    expect(await ask()).toEqual(answer);

    line.hold(true);
    expect(await ask()).toMatchObject(APOLOGY);
    line.hold(false);
    expect(await ask()).toEqual(answer);

    await server.kill();
    expect(await ask()).toMatchObject(APOLOGY);
    await server.restart();
    expect(await ask()).toEqual(answer);
    expect(service.text()).not.toMatch(/127\.0\.0\.1|select /);
    await store.close();
    line.close();
  });
});

describe('The door to the store', () => {
  test('is tried again after it failed, and opened once for all who come', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'door-')), 'campus.db');
    const env = { DATABASE_URL: `file:${file}` };
    const open = createStoreDoor(env);
    expect(existsSync(file)).toBe(false);
    await expect(open()).rejects.toMatchObject({ code: 'store-unavailable' });
    await resetDatabase(env, SEEDED_AT);
    const [first, second] = await Promise.all([open(), open()]);
    expect(first).toBe(second);
    expect(open()).toBe(first);
    await first.close();
  });

  test('takes old rows out when it opens and every hour, and no call depends on it', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'door-')), 'campus.db');
    const env = { DATABASE_URL: `file:${file}` };
    await resetDatabase(env, SEEDED_AT);
    const old = (key: string) => ({ key, result: '1', at: new Date(SEEDED_AT - 2 * 86_400_000).toISOString() });
    const add = (store: Store, key: string) => store.transact((tx) => tx.insertInto('once').values(old(key)).execute());
    const before = await openStore(env);
    await add(before, 'first');
    await before.close();

    let now = SEEDED_AT;
    const open = createStoreDoor(env, () => now);
    const store = await open();
    const keys = async () => (await store.db.selectFrom('once').select('key').execute()).map(({ key }) => key);
    const gone = async () => {
      while ((await keys()).length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    };
    await gone();
    await add(store, 'second');
    await open();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await keys()).toEqual(['second']);
    now += 3_600_000;
    await open();
    await gone();
    now += 3_600_000;
    await store.transact((tx) => tx.schema.dropTable('proofs').execute());
    expect(await open()).toBe(store);
    await store.close();
  });

  test('of a service in the cloud without a database: strict at the start, lenient where others need none', () => {
    const env = { K_SERVICE: 'router' };
    const message =
      'Set DATABASE_URL to a PostgreSQL database: this function keeps state, and a file is lost with its instance.';
    expect(thrown(() => createStoreDoor(env))).toMatchObject({ name: 'ConfigError', message });
    expect(thrown(createLenientStoreDoor(env))).toMatchObject({ code: 'store-unavailable', message });
    expect(thrown(NO_STORE)).toMatchObject({ code: 'store-unavailable' });
  });

  test('a webhook that uses the store without saying so is told what to add, in the log alone', async () => {
    const { handler, params } = counts;
    const service = openService(
      defineWebhook(params, (call) => handler(call)),
      { store: await openTestStore() },
    );
    expect((await service.post(request('test'))).body.sessionInfo.parameters).toEqual({ 'webhook-error': 'internal' });
    expect(service.lines().at(-1)?.stack_trace).toMatch('add store: true to its options');
  });
});
