import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { listFunctions } from '../../shared/discover.ts';
import { canDeploy, lastLine, openStage, PATIENCE, type Stage } from '../helpers/gcp/stage.ts';
import { POSTGRES_BINARIES, type PostgresServer, startPostgres } from '../helpers/postgres.ts';
import { cx, ROOT } from '../helpers/process.ts';

/** Every function of the repository, the router too, in a project that has none. */

/** `deploy.sh` deploys so many at a time. */
const JOBS = 4;

const skipped = POSTGRES_BINARIES ? [] : ['PostgreSQL'];
const run = canDeploy('test/deploy/whole.test.ts') && canDeploy('test/deploy/whole.test.ts', skipped);

(run ? describe : describe.skip)('a whole project', () => {
  let stage: Stage;
  let postgres: PostgresServer;
  let names: readonly string[];

  beforeAll(async () => {
    names = await listFunctions(new URL(`file://${ROOT}functions/`));
    postgres = await startPostgres();
    const DATABASE_URL = await postgres.createDatabase();
    expect(await cx(['db', 'seed'], { env: { DATABASE_URL } })).toMatchObject({ code: 0, stderr: '' });
    stage = await openStage({ project: 'whole', functions: names, secrets: { DATABASE_URL } });
  }, PATIENCE);

  afterAll(async () => {
    const escapes = stage?.gcp.escapes;
    await stage?.close();
    await postgres?.close();
    expect(escapes).toEqual([]);
  }, PATIENCE);

  test(
    'is deployed in one run, four at a time, and answers as Dialogflow calls it',
    async () => {
      const { gcp } = stage;
      gcp.moods.operation = 3_000;
      const { code, stdout, stderr } = await stage.deploy('--only', names.join(','));
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain(`\n${names.length} changes: ${names.length} create.\n`);
      expect(gcp.peak()).toBeLessThanOrEqual(JOBS);
      expect(gcp.peak()).toBeGreaterThan(1);
      expect(stage.deployments()).toHaveLength(names.length);

      const states = gcp.functions().map(({ name, state }) => [name.split('/').at(-1), state]);
      expect(Object.fromEntries(states)).toEqual(Object.fromEntries(names.map((name) => [name, 'ACTIVE'])));
      const webhooks = names.filter((name) => name !== 'router');
      expect(
        gcp
          .webhooks()
          .map(({ displayName }) => displayName)
          .sort(),
      ).toEqual(webhooks);
      for (const name of webhooks) {
        const { status, body } = await gcp.fireWebhook(name, { params: PARAMS[name] ?? {} });
        expect([name, status, typeof body]).toEqual([name, 200, 'object']);
        expect([name, body.sessionInfo?.parameters?.['webhook-error']]).toEqual([name, undefined]);
      }
      // The state is the database's: what the college has in it is found.
      const faculty = await gcp.fireWebhook('faculty', { params: { faculty_query: 'Computer Science' } });
      expect(JSON.stringify(faculty.body.fulfillmentResponse)).toMatch(/Computer/i);
      const proved = await gcp.fireWebhook('account', { params: { student_number: 'S1024', pin: '4821' } });
      expect(proved.body.sessionInfo.parameters).toMatchObject({ student_verified: true, account_balance: 1240.5 });
    },
    PATIENCE,
  );

  test(
    'is left alone by the next run, and has no secret, token or path of this machine in its logs',
    async () => {
      const { gcp } = stage;
      const { code, stdout, stderr } = await stage.deploy('--only', names.join(','));
      const last = `0 changes: ${names.length} same.`;
      expect({ code, stderr, last: lastLine(stdout) }).toEqual({ code: 0, stderr: '', last });
      expect(gcp.mutations()).toEqual([]);
      const all = stage.printed() + names.map((name) => gcp.log(name)).join('');
      const found = ['postgres://', 'ya29.', 'eyJhbGci', '4821', ROOT, stage.bundles].filter((word) =>
        all.includes(word),
      );
      expect(found).toEqual([]);
    },
    PATIENCE,
  );
});

/** Of a flexible webhook: what its body has to have. */
const PARAMS: { readonly [name: string]: { readonly [param: string]: string | number } } = {
  'fee-quote': { programme: 'Bachelor of Arts', credits: 3 },
};
