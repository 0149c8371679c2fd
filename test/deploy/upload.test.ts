import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { canDeploy, openStage, PATIENCE, type Stage } from '../helpers/gcp/stage.ts';
import { ROOT, start } from '../helpers/process.ts';

/** The whole repository as `gcloud functions deploy --source=.` takes it, for those who deploy without bundles. */

const OWN = 'https://us-central1-upload.cloudfunctions.net/fallback';

/** What is there beside the repository's own files. */
const PRIVATE = [
  '.env',
  '.env.local',
  'key.json',
  'sa-key.json',
  '.local/issuer.pem',
  'dist/index.cjs',
  'coverage/a.json',
];
const INSTALLED = ['node_modules/left/index.js', '.git/config', 'functions/.env'];

(canDeploy('test/deploy/upload.test.ts') ? describe : describe.skip)('gcloud functions deploy --source=.', () => {
  let stage: Stage;
  const checkout = mkdtempSync(join(tmpdir(), 'checkout-'));

  beforeAll(async () => {
    stage = await openStage({ project: 'upload', secrets: {} });
    const left = ['node_modules', '.git', '.local', 'dist', 'coverage'];
    cpSync(ROOT, checkout, { recursive: true, filter: (path) => !left.includes(relative(ROOT, path)) });
    for (const name of [...PRIVATE, ...INSTALLED]) {
      mkdirSync(join(checkout, name, '..'), { recursive: true });
      writeFileSync(join(checkout, name), 'PASSWORD=hunter2\n');
    }
  }, PATIENCE);

  afterAll(async () => {
    rmSync(checkout, { recursive: true });
    const escapes = stage?.gcp.escapes;
    await stage?.close();
    expect(escapes).toEqual([]);
  }, PATIENCE);

  test(
    'takes the code and what is installed for it, and it serves',
    async () => {
      const { gcp } = stage;
      const settings = `WEBHOOK_AUTH=iam,WEBHOOK_AUDIENCES=${OWN},WEBHOOK_CALLERS=${gcp.serviceAgent}`;
      const flags = `--gen2 --project=upload --region=us-central1 --runtime=nodejs24 --trigger-http --source=. -q --memory=256Mi`;
      const command = `gcloud functions deploy fallback ${flags} --entry-point=fallback --no-allow-unauthenticated --set-env-vars='^|^${settings.replaceAll(/,(?=WEBHOOK_)/g, '|')}'`;
      const { ended, printed } = start('bash', ['-c', command], { env: gcp.env(), cwd: checkout });
      expect([await ended, printed.stderr.match(/ERROR[\s\S]*/)?.[0]]).toEqual([0, undefined]);

      const [files] = gcp.uploads();
      const top = new Set(files!.map((path) => path.replace(/\/.*/, '/')));
      expect([...top].sort()).toEqual(['functions/', 'package-lock.json', 'package.json', 'shared/']);
      expect(files).toEqual(expect.arrayContaining(['functions/index.js', 'functions/fallback.ts', 'shared/serve.ts']));
      expect(files!.filter((path) => /(^|\/)(\.|test|dev|node_modules)|key\.json$|\.pem$/.test(path))).toEqual([]);

      gcp.grant('fallback', gcp.serviceAgent);
      const headers = { authorization: `Bearer ${gcp.idToken(OWN)}`, 'content-type': 'application/json' };
      const text = JSON.stringify({
        fulfillmentInfo: { tag: 'fallback' },
        sessionInfo: { session: `${stage.agent}/sessions/1` },
      });
      const answer = await gcp.ask('POST', OWN, { headers, text });
      expect([answer.status, answer.body.fulfillmentResponse.messages.length > 0]).toEqual([200, true]);
      expect((await gcp.ask('POST', OWN, { text })).status).toBe(403);
    },
    PATIENCE,
  );
});
