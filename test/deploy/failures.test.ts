import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { canDeploy, lastLine, openStage, PATIENCE, type Stage, saying } from '../helpers/gcp/stage.ts';

/** Deployments that fail, are cut off or meet another one: the next run always finds its way. */

(canDeploy('test/deploy/failures.test.ts') ? describe : describe.skip)('a deployment that does not go well', () => {
  let stage: Stage;
  const functionNames = () =>
    stage.gcp
      .functions()
      .map(({ name }) => name.split('/').at(-1))
      .sort();
  const webhookNames = () =>
    stage.gcp
      .webhooks()
      .map(({ displayName }) => displayName)
      .sort();

  beforeAll(async () => {
    stage = await openStage({ project: 'failures', secrets: {} });
    for (const name of ['one', 'two', 'three']) stage.write(name, saying(name));
    expect(await stage.deploy()).toMatchObject({ code: 0, stderr: '' });
  }, PATIENCE);

  afterAll(async () => {
    const escapes = stage?.gcp.escapes;
    await stage?.close();
    expect(escapes).toEqual([]);
  }, PATIENCE);

  test(
    'A build that fails is told, stops no other, and alone is done again',
    async () => {
      stage.touch('one');
      stage.touch('two');
      stage.gcp.failBuild('two');
      const first = await stage.deploy();
      expect(first.code).toBe(1);
      expect(first.stdout).toMatch(/^two +FAILED: .*Build failed/m);
      expect(first.stdout).toMatch(/^one +done$/m);
      const second = await stage.deploy();
      expect({ code: second.code, stderr: second.stderr }).toEqual({ code: 0, stderr: '' });
      expect(second.stdout).toMatch(/^1 change: 1 change, 2 same\.$/m);
      expect(stage.deployments()).toHaveLength(1);
    },
    PATIENCE,
  );

  test(
    'A release that does not open its port leaves the one before, and no webhook points elsewhere',
    async () => {
      const { gcp } = stage;
      const before = { traffic: gcp.traffic('two'), webhooks: gcp.webhooks() };
      stage.touch('two');
      gcp.failHealthCheck('two');
      const { code, stdout } = await stage.deploy();
      expect(code).toBe(1);
      expect(stdout).toMatch(/^two +FAILED: .*Container Healthcheck failed/m);
      expect({ traffic: gcp.traffic('two'), webhooks: gcp.webhooks() }).toEqual(before);
      expect((await gcp.fireWebhook('two')).status).toBe(200);
    },
    PATIENCE,
  );

  test(
    'A failed deployment that leaves its label behind is not taken for done',
    async () => {
      stage.touch('two');
      stage.gcp.moods.failedUpdateKeepsNew = true;
      stage.gcp.failBuild('two');
      expect((await stage.deploy()).code).toBe(1);
      stage.gcp.moods.failedUpdateKeepsNew = false;
      expect((await stage.deploy()).stdout).toMatch(/^two +change +code: the last deployment failed$/m);
      expect((await stage.deploy('status')).code).toBe(0);
    },
    PATIENCE,
  );

  test(
    'After a kill in the middle the next run waits, and builds nothing twice',
    async () => {
      const built = stage.gcp.revisions('two').length;
      stage.touch('two');
      stage.gcp.slow('two', 4_000);
      stage.gcp.forget();
      const first = stage.begin(['--yes']);
      while (stage.deployments().length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
      first.process.kill('SIGKILL');
      await first.ended;
      const { code, stdout } = await stage.deploy();
      expect(code).toBe(0);
      expect(stdout).toMatch(/^0 changes: 3 same\.$/m);
      expect(stage.gcp.revisions('two')).toHaveLength(built + 1);
      stage.gcp.slow('two', 200);
    },
    PATIENCE,
  );

  test(
    'Of two deployments at once on one machine the second finds nothing left to do',
    async () => {
      stage.touch('one');
      stage.gcp.forget();
      const both = [stage.begin(['--yes']), stage.begin(['--yes'])];
      expect(await Promise.all(both.map(({ ended }) => ended))).toEqual([0, 0]);
      expect(stage.deployments()).toHaveLength(1);
      expect(both.filter(({ printed }) => printed.stdout.includes('0 changes: 3 same.'))).toHaveLength(1);
    },
    PATIENCE,
  );

  test(
    'Two deployments at once from two machines end with each function, revision and webhook once',
    async () => {
      const { gcp } = stage;
      stage.write('four', saying('four'));
      stage.touch('one');
      const built = gcp.revisions('one').length;
      for (const name of ['one', 'four']) gcp.slow(name, 4_000);
      gcp.forget();
      const machines = [stage.checkOut(), stage.checkOut()];
      const both = machines.map((root) => stage.begin(['--yes'], { root }));
      expect(await Promise.all(both.map(({ ended }) => ended))).toEqual([0, 0]);
      // Both had the same to do.
      for (const { printed } of both) expect(printed.stdout).toMatch(/^2 changes: 1 create, 1 change, 2 same\.$/m);
      expect(functionNames()).toEqual(['four', 'one', 'three', 'two']);
      expect(webhookNames()).toEqual(['four', 'one', 'three', 'two']);
      expect(gcp.revisions('one')).toHaveLength(built + 1);
      expect(gcp.revisions('four')).toHaveLength(1);
      expect(gcp.invokers('four')).toEqual([...new Set(gcp.invokers('four'))]);
      expect((await gcp.fireWebhook('four')).status).toBe(200);
      const third = await stage.deploy();
      expect([third.code, lastLine(third.stdout)]).toEqual([0, '0 changes: 4 same.']);
    },
    PATIENCE,
  );

  test(
    'A webhook that another machine has made since the plan is taken as it is, and made as it should be',
    async () => {
      const { gcp } = stage;
      const [{ name }] = gcp.webhooks().filter(({ displayName }) => displayName === 'three');
      const uri = 'https://elsewhere.example/';
      gcp.hideWebhook('three', 1); // the list of the plan does not have it yet
      gcp.editWebhook('three', { genericWebService: { uri } });
      const { code, stdout } = await stage.deploy();
      expect([code, stdout]).toEqual([0, expect.stringMatching(/^three +\w+ +no webhook$/m)]);
      expect(gcp.webhooks().filter(({ displayName }) => displayName === 'three')).toEqual([
        expect.objectContaining({
          name,
          genericWebService: expect.objectContaining({ uri: 'https://us-central1-failures.cloudfunctions.net/three' }),
        }),
      ]);
    },
    PATIENCE,
  );

  test(
    'An environment gets overrides, and the webhooks of the agent stay as they are',
    async () => {
      const { gcp } = stage;
      const before = gcp.webhooks();
      expect(await stage.deploy('--environment', 'production')).toMatchObject({ code: 0, stderr: '' });
      expect(gcp.webhooks()).toEqual(before);
      const [{ webhookConfig }] = gcp.environments();
      expect(webhookConfig.webhookOverrides.map((each: { displayName: string }) => each.displayName).sort()).toEqual(
        webhookNames(),
      );
      expect((await gcp.fireWebhook('one', { environment: 'production' })).status).toBe(200);
      expect(lastLine((await stage.deploy('--environment', 'production')).stdout)).toBe('0 changes: 4 same.');
    },
    PATIENCE,
  );

  test(
    'A function that left the code is deleted with --prune only',
    async () => {
      rmSync(join(stage.bundles, 'four'), { recursive: true });
      const kept = await stage.deploy();
      expect(kept).toMatchObject({ code: 0, stdout: expect.stringMatching(/^four +gone /m) });
      expect(stage.gcp.mutations()).toEqual([]);
      expect((await stage.deploy('--prune')).code).toBe(0);
      expect(functionNames()).toEqual(['one', 'three', 'two']);
      expect(webhookNames()).toEqual(['one', 'three', 'two']);
    },
    PATIENCE,
  );
});
