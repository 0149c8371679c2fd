import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { canDeploy, type Ended, lastLine, openStage, PATIENCE, type Stage } from '../helpers/gcp/stage.ts';
import { ROOT, start } from '../helpers/process.ts';

/** `deploy.sh` as it is, with the real gcloud and the real curl, against a Google Cloud on loopback: the life of a release. */

const SECRET = 'the-key-that-nobody-sees';
const TOKEN = 'ya29.the-token-of-the-deployer';
const SMOKE = 'cx-webhooks-smoke@release.iam.gserviceaccount.com';
const AUDIENCE = 'https://us-central1-release.cloudfunctions.net';

/** A flexible webhook without any of our code, so that a release can be a bad one. */
const FLEXIBLE = {
  kind: 'flexible',
  tags: [],
  secrets: ['QUOTE_KEY'],
  methods: ['GET', 'POST'],
  mapping: { fee: '$.total' },
  params: ['credits'],
};

(canDeploy('test/deploy/release.test.ts') ? describe : describe.skip)('deploy.sh with the real gcloud', () => {
  let stage: Stage;
  let seen: () => readonly string[];

  beforeAll(async () => {
    stage = await openStage({ project: 'release', functions: ['fallback', 'weather'], fresh: true });
    stage.write('quote', 'response.json({ total: 5 });', FLEXIBLE);
    seen = watchArguments(stage.gcp.env().CLOUDSDK_CONFIG!);
  }, PATIENCE);

  afterAll(async () => {
    seen();
    const escapes = stage?.gcp.escapes;
    await stage?.close();
    expect(escapes).toEqual([]);
  }, PATIENCE);

  test(
    '--dry-run sends nothing, and prints commands that a shell takes',
    async () => {
      const { code, stdout, stderr } = await stage.deploy('--dry-run');
      expect({ code, stderr, requests: stage.gcp.requests }).toEqual({ code: 0, stderr: '', requests: [] });
      expect(stdout).toMatch(/^gcloud functions deploy weather --gen2 --project=release .*--no-allow-unauthenticated/m);
      const { ended, printed } = start('bash', ['-n'], { input: stdout });
      expect({ code: await ended, stderr: printed.stderr }).toEqual({ code: 0, stderr: '' });
    },
    PATIENCE,
  );

  test(
    'bootstrap prepares the project, and may be run again',
    async () => {
      const { gcp } = stage;
      const first = stage.begin(['bootstrap', '--yes'], { input: `${SECRET}\n` });
      expect({ code: await first.ended, stderr: first.printed.stderr }).toEqual({ code: 0, stderr: '' });
      const state = () => ({ secrets: gcp.secrets(), accounts: gcp.serviceAccounts(), enabled: gcp.enabled() });
      const prepared = state();
      expect(prepared.secrets).toEqual(['QUOTE_KEY']);
      expect(prepared.accounts).toEqual(
        expect.arrayContaining([SMOKE, 'cx-webhooks@release.iam.gserviceaccount.com', gcp.serviceAgent]),
      );
      expect(await stage.deploy('bootstrap')).toMatchObject({ code: 0, stderr: '' });
      expect(state()).toEqual(prepared);
    },
    PATIENCE,
  );

  test(
    'A first run deploys every function so that the agent, and nobody else, can call it, and says how far it is',
    async () => {
      const { gcp } = stage;
      const run = stage.begin(['--yes']);
      await run.until(/^ {2}weather +is created$/m);
      expect(gcp.webhooks()).toEqual([]); // it is told while it happens
      expect({ code: await run.ended, stderr: run.printed.stderr }).toEqual({ code: 0, stderr: '' });
      const { stdout } = run.printed;
      expect(stdout).toMatch(/^3 changes: 3 create\.$/m);
      const [, ...steps] = stdout.matchAll(/^ *weather +(\S.*)$/gm);
      expect(steps.map(([, step]) => step)).toEqual(['is created', 'is called', 'gets its webhook', 'done', 'done']);
      expect(Object.fromEntries(gcp.functions().map(({ name, state }) => [name.split('/').at(-1), state]))).toEqual({
        fallback: 'ACTIVE',
        quote: 'ACTIVE',
        weather: 'ACTIVE',
      });
      for (const name of ['fallback', 'quote', 'weather']) {
        expect(gcp.invokers(name)).toEqual([`serviceAccount:${gcp.serviceAgent}`, `serviceAccount:${SMOKE}`]);
      }
      const byName = Object.fromEntries(gcp.webhooks().map(({ name, ...webhook }) => [webhook.displayName, webhook]));
      const standard = (displayName: string) => ({
        displayName,
        timeout: '5s',
        genericWebService: { uri: `${AUDIENCE}/${displayName}`, serviceAgentAuth: 'ID_TOKEN' },
      });
      expect(byName).toEqual({
        fallback: standard('fallback'),
        weather: standard('weather'),
        quote: {
          displayName: 'quote',
          timeout: '5s',
          genericWebService: {
            uri: `${AUDIENCE}/quote`,
            serviceAgentAuth: 'ID_TOKEN',
            webhookType: 'FLEXIBLE',
            httpMethod: 'POST',
            requestBody: '{\n  "credits": "$session.params.credits"\n}',
            parameterMapping: { fee: '$.total' },
          },
        },
      });
      expect((await gcp.fireWebhook('fallback')).status).toBe(200);
      expect((await gcp.fireWebhook('quote', { params: { credits: 3 } })).body).toEqual({ total: 5 });
    },
    PATIENCE,
  );

  test(
    'A second run changes nothing',
    async () => {
      const { code, stdout, stderr } = await stage.deploy();
      expect({ code, stderr, last: lastLine(stdout) }).toEqual({ code: 0, stderr: '', last: '0 changes: 3 same.' });
      expect(stage.gcp.mutations()).toEqual([]);
      expect(await stage.deploy('status')).toMatchObject({ code: 0, stderr: '' });
    },
    PATIENCE,
  );

  test.each([['N'], ['']])(
    'Answered with "%s", the question changes nothing',
    async (answer) => {
      stage.touch('fallback');
      stage.gcp.forget();
      const { code, stdout } = await answered(stage, answer);
      expect(code).toBe(1);
      expect(stdout).toMatch(/^1 change: 1 change, 2 same\.\r?$/m);
      expect(stdout).toMatch(/Do this\? \[y\/N\][\s\S]*Nothing was changed\./);
      expect(stage.gcp.mutations()).toEqual([]);
    },
    PATIENCE,
  );

  test(
    'One changed file is one deployment, and 409, 429 and 503 are waited out',
    async () => {
      const { gcp } = stage;
      gcp.fault({ method: 'PATCH', path: '/functions/fallback', status: 409 });
      gcp.fault({ method: 'GET', path: ':getIamPolicy', status: 429 });
      gcp.fault({ method: 'GET', path: '/webhooks', status: 503 });
      const { code, stdout, stderr } = await stage.deploy();
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/^fallback +change +code, variable CX_WEBHOOKS_HASH$/m);
      expect(stdout).toMatch(/^1 change: 1 change, 2 same\.$/m);
      expect(stage.deployments()).toHaveLength(2); // one was refused
      expect(gcp.revisions('fallback')).toHaveLength(2);
      expect((await gcp.fireWebhook('fallback')).status).toBe(200);
    },
    PATIENCE,
  );

  test(
    'What somebody changed by hand is reported by status, and put right by the next run',
    async () => {
      const { gcp } = stage;
      gcp.grant('fallback', 'allUsers');
      gcp.revoke('weather', gcp.serviceAgent);
      gcp.editWebhook('quote', { timeout: '7s', genericWebService: { serviceAgentAuth: 'NONE' } });
      const { code, stdout } = await stage.deploy('status');
      expect({ code, changes: gcp.mutations() }).toEqual({ code: 1, changes: [] });
      expect(stdout).toMatch(/^fallback +drift +allUsers may call it$/m);
      expect(stdout).toMatch(
        /^weather +drift +serviceAccount:service-123456789012@gcp-sa-dialogflow\S+ may not call it$/m,
      );
      expect(stdout).toMatch(/^quote +drift +webhook timeout 7s -> 5s, webhook auth NONE$/m);

      // Somebody changes a policy between its reading and its writing.
      gcp.fault({ method: 'POST', path: 'services/weather:setIamPolicy', delay: 1_000 });
      const repair = stage.deploy();
      while (!gcp.requests.some(({ path }) => path.endsWith('services/weather:setIamPolicy'))) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      gcp.grant('weather', 'user:someone@example.com');
      expect(await repair).toMatchObject({ code: 0, stderr: '' });
      expect(stage.deployments()).toEqual([]);
      const members = [`serviceAccount:${gcp.serviceAgent}`, `serviceAccount:${SMOKE}`].sort();
      expect(gcp.invokers('fallback').sort()).toEqual(members);
      expect(gcp.invokers('weather').sort()).toEqual([...members, 'user:someone@example.com']);
      expect((await stage.deploy('status')).code).toBe(0);
      expect((await gcp.fireWebhook('weather')).status).toBe(200);
    },
    PATIENCE,
  );

  test(
    'A release that boots but answers 500 gets no calls for long; rollback, and the release after it',
    async () => {
      const { gcp, write } = stage;
      const [good] = Object.keys(gcp.traffic('quote'));
      write('quote', 'response.status(500).end();', FLEXIBLE);
      const bad = await stage.deploy();
      expect(bad.code).toBe(1);
      expect(bad.stdout).toMatch(new RegExp(`^quote +FAILED: it answers 500; calls go to ${good} again$`, 'm'));
      expect(gcp.traffic('quote')).toEqual({ [good!]: 100 });
      expect((await gcp.fireWebhook('quote')).body).toEqual({ total: 5 });

      write('quote', 'response.json({ total: 6 });', FLEXIBLE);
      expect(await stage.deploy()).toMatchObject({ code: 0, stderr: '' });
      expect((await gcp.fireWebhook('quote')).body).toEqual({ total: 6 });

      write('quote', 'response.json({ total: 7 });', FLEXIBLE);
      expect((await stage.deploy()).code).toBe(0);
      const back = await stage.deploy('rollback');
      expect({ code: back.code, stderr: back.stderr }).toEqual({ code: 0, stderr: '' });
      expect((await gcp.fireWebhook('quote')).body).toEqual({ total: 6 });
      expect(await stage.deploy('status')).toMatchObject({
        code: 1,
        stdout: expect.stringMatching(/^quote +drift +traffic is on an earlier revision$/m),
      });
      expect((await stage.deploy()).code).toBe(0);
      expect((await gcp.fireWebhook('quote')).body).toEqual({ total: 7 });
    },
    PATIENCE,
  );

  test('What went up is the bundle, and nowhere is a secret, a token or a path of this machine', () => {
    const { gcp } = stage;
    expect(gcp.uploads().length).toBeGreaterThan(6);
    for (const files of gcp.uploads()) {
      expect(files.filter((file) => !/^(index\.cjs(\.map)?|package(-lock)?\.json|manifest\.json)$/.test(file))).toEqual(
        [],
      );
      expect(files).toContain('index.cjs');
    }
    const zips = gcp.archives().map((path) => execFileSync('unzip', ['-p', path], { maxBuffer: 2 ** 28 }).toString());
    const logs = ['fallback', 'quote', 'weather'].map((name) => gcp.log(name));
    expect(logs.join('').length).toBeGreaterThan(100); // they do log
    const paths = [ROOT, ROOT.slice(0, -1), stage.bundles, `${homedir()}/`];
    const words = {
      TOKEN,
      SECRET,
      'an ID token': 'eyJhbGci',
      ...Object.fromEntries(paths.map((each) => [each, each])),
    };
    const found = (text: string) =>
      Object.keys(words).filter((word) => text.includes(words[word as keyof typeof words]));
    expect(zips.map(found)).toEqual(zips.map(() => []));
    expect(logs.map(found)).toEqual([[], [], []]);
    // Commands of a --dry-run name the bundles.
    const printed = stage.printed().replaceAll(/--source=\S+/g, '');
    expect(found(printed)).toEqual([]);
    expect(seen()).toEqual([]);
  });
});

/** Runs it at a terminal, where this is typed. */
async function answered({ begin, project, agent, bundles, gcp }: Stage, answer: string): Promise<Ended> {
  expect(begin).toBeDefined();
  const where = `--project ${project} --region us-central1 --agent ${agent} --bundles ${bundles}`;
  const run = start('script', ['-qec', `./deploy.sh ${where}`, '/dev/null'], { env: gcp.env(), input: `${answer}\n` });
  return { code: await run.ended, ...run.printed };
}

/** Looks at the arguments of all processes of this test, where the system shows them, until it is asked which had a token or the secret. */
function watchArguments(ours: string): () => readonly string[] {
  const found = new Set<string>();
  const timer = setInterval(() => {
    const pids = existsSync('/proc') ? readdirSync('/proc') : [];
    for (const pid of pids.filter((each) => /^\d+$/.test(each))) {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        if (!line.includes(TOKEN) && !line.includes(SECRET) && !line.includes('eyJ')) continue;
        if (readFileSync(`/proc/${pid}/environ`, 'utf8').includes(ours)) found.add(line.slice(0, 100));
      } catch {
        // It has ended.
      }
    }
  }, 50);
  return () => {
    clearInterval(timer);
    return [...found];
  };
}
