import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { resetDatabase } from '../../../dev/local/database.ts';
import firstPage from '../../../functions/first-page.ts';
import welcome from '../../../functions/welcome.ts';
import { forgetPerson, nameOf, savePerson } from '../../../shared/campus/people.ts';
import { parseRequest, type Turn } from '../../../shared/request.ts';
import { openStore, type Store } from '../../../shared/store.ts';
import { NO_POSTGRES, POSTGRES_BINARIES, type PostgresServer, startPostgres } from '../../helpers/postgres.ts';
import { AGENT, request } from '../../helpers/requests.ts';
import { openService } from '../../helpers/service.ts';
import { openTestStore, SEEDED_AT } from '../../helpers/store.ts';

/** What is remembered of people is the same on both engines. */

const turnOf = (session: string, caller = '+912025501234'): Turn =>
  parseRequest(
    request(
      'welcome',
      {},
      {
        sessionInfo: { session: `${AGENT}/sessions/${session}` },
        payload: { telephony: { caller_id: caller } },
      },
    ),
  );

let server: PostgresServer | undefined;
afterAll(() => server?.close());

const ENGINES: { [engine: string]: () => Promise<Store> } = {
  SQLite: openTestStore,
  async PostgreSQL() {
    server = await startPostgres();
    const env = { DATABASE_URL: await server.createDatabase() };
    await resetDatabase(env, SEEDED_AT);
    return openStore(env);
  },
};

describe.each(Object.entries(ENGINES))('On %s', (engine, open) => {
  if (engine === 'PostgreSQL' && !POSTGRES_BINARIES) {
    test.skip(NO_POSTGRES, () => {});
    return;
  }
  let store: Store;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.close());
  const save = (turn: Turn, details = {}) => store.transact((tx) => savePerson(tx, turn, SEEDED_AT, details));

  test('what was not said stays as it was', async () => {
    await save(turnOf('one'), { name: 'Asha', email: 'asha@example.com' });
    await save(turnOf('one'), { phone: '+912025501234' });
    const rows = await store.db
      .selectFrom('people')
      .select(['name', 'email', 'phone', 'visits', 'last_seen'])
      .execute();
    expect(rows).toEqual([
      {
        name: 'Asha',
        email: 'asha@example.com',
        phone: '+912025501234',
        visits: 1,
        last_seen: '2026-11-23T04:00:00.000Z',
      },
    ]);
    expect(await nameOf(store, turnOf('two'))).toBe('Asha');
    expect(await nameOf(store, turnOf('two', '+911111111'))).toBeUndefined();
  });

  test('twenty sessions at once are twenty visits', async () => {
    const caller = '+912025502222';
    const visits = await Promise.all(Array.from({ length: 20 }, (_, i) => save(turnOf(`session ${i}`, caller))));
    expect(visits.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });

  test('forgetting says whether there was anything', async () => {
    const turn = turnOf('one', '+912025503333');
    const forget = () => store.transact((tx) => forgetPerson(tx, turn));
    await save(turn);
    expect([await forget(), await forget()]).toEqual([true, false]);
  });

  test('a name with characters that no database keeps is saved without them', async () => {
    const turn = turnOf('one', '+912025504444');
    await save(turn, { name: 'A\0sha' });
    expect(await nameOf(store, turn)).toBe('Asha');
  });

  test('a profile is saved by one function, greeted with by another, and forgotten', async () => {
    const turn = (tag: string, session: string, parameters = {}) =>
      request(
        tag,
        {},
        {
          detectIntentResponseId: `${tag} ${session}`,
          sessionInfo: { session: `${AGENT}/sessions/${session}`, parameters },
          payload: { userId: 'asha' },
        },
      );
    const { post } = openService(welcome, { name: 'welcome', store });
    const profile = { name: 'Asha', email: 'asha@example.com', phone: '+912025501234' };
    await openService(firstPage, { name: 'first-page', store }).post(turn('first-page', 'one', profile));
    const hello = async (body: unknown) => (await post(body)).body.fulfillmentResponse.messages[0].text.text[0];
    expect(await hello(turn('welcome', 'one'))).toBe('Hello Asha, I am the Campus assistant.');
    expect(await hello(turn('welcome', 'two'))).toBe('Welcome back, Asha.');
    expect(await hello(turn('welcome', 'three', { forget: true }))).toMatch(/^I have forgotten/);
    expect(await hello(turn('welcome', 'four'))).toBe('Hello, I am the Campus assistant.');
  });

  if (engine === 'PostgreSQL') {
    test('with the database gone, welcome still greets', async () => {
      await server!.kill();
      const { post } = openService(welcome, { name: 'welcome', store });
      const { body } = await post(request('welcome', { name: 'Asha' }));
      expect(body.fulfillmentResponse.messages[0]).toEqual({
        text: { text: ['Hello Asha, I am the Campus assistant.'] },
      });
    });
  }
});
