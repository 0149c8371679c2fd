import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bundleFunctions } from '../dev/bundle/bundle.ts';
import { type Gcp, MISSING, startGcp } from './helpers/gcp/index.ts';
import { ROOT, start, stopAll } from './helpers/process.ts';

/** `deploy.sh` as it is, with the real gcloud and the real curl, against a Google Cloud on loopback. */

const AGENT = 'projects/demo/locations/us-central1/agents/6a1f0c3e-2b4d-4e5f-8a9b-0c1d2e3f4a5b';
const AUDIENCE = 'https://us-central1-demo.cloudfunctions.net';
const SECRET = 'the-key-that-nobody-sees';
const TOKEN = 'ya29.the-token-of-the-deployer';
const SMOKE = 'cx-webhooks-smoke@demo.iam.gserviceaccount.com';

/** Milliseconds. gcloud starts a Python each time, and functions are booted. */
const PATIENCE = 240_000;

const run = MISSING.length > 0 ? describe.skip : describe;
if (MISSING.length > 0) process.stderr.write(`deploy.test.ts is skipped: not installed here: ${MISSING.join(', ')}.\n`);

let gcp: Gcp;
const bundles = mkdtempSync(join(tmpdir(), 'bundles-'));

/** A function without any of our code, so that a release can be a bad one: `answer` is the body of its handler. */
function writeQuote(answer: string, more: object = {}): void {
  const folder = join(bundles, 'quote');
  mkdirSync(folder, { recursive: true });
  const version = JSON.parse(
    readFileSync(join(ROOT, 'node_modules/@google-cloud/functions-framework/package.json'), 'utf8'),
  ).version;
  const dependencies = { '@google-cloud/functions-framework': version };
  const code = `require('@google-cloud/functions-framework').http('quote', (request, response) => { ${answer} });\n`;
  writeFileSync(join(folder, 'index.cjs'), code);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ main: 'index.cjs', dependencies }));
  const manifest = {
    function: 'quote',
    kind: 'flexible',
    tags: [],
    timeout: '5s',
    secrets: ['QUOTE_KEY'],
    memory: null,
    minInstances: 0,
    store: false,
    methods: ['GET', 'POST'],
    mapping: { fee: '$.total' },
    params: ['credits'],
    hash: createHash('sha256').update(code).digest('hex'),
    ...more,
  };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
}

/** Another build of a function: its code differs by a comment. */
function touch(name: string): void {
  const folder = join(bundles, name);
  writeFileSync(join(folder, 'index.cjs'), `${readFileSync(join(folder, 'index.cjs'), 'utf8')}// again\n`);
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  const hash = `${Number.parseInt(manifest.hash.slice(0, 8), 16) + 1}`.padStart(8, '0') + manifest.hash.slice(8);
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, hash }));
}

const COMMON = ['--project', 'demo', '--region', 'us-central1'];
const begin = (args: readonly string[], input = '') =>
  start('./deploy.sh', [...args, ...COMMON, '--agent', AGENT, '--bundles', bundles], {
    env: { ...gcp.env(), DEPLOY_PAUSE: '0.2' },
    input,
  });

async function deploy(...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  gcp.forget();
  const { ended, printed } = begin([...args, '--yes'], args[0] === 'bootstrap' ? `${SECRET}\n` : '');
  return { code: await ended, ...printed };
}

/** Looks at the arguments of all processes of this test, where the system shows them, until it is asked which of them had the token, the secret or an ID token. */
function watchArguments(): () => readonly string[] {
  const found = new Set<string>();
  const ours = gcp.env().CLOUDSDK_CONFIG!;
  const timer = setInterval(() => {
    const pids = existsSync('/proc') ? readdirSync('/proc') : [];
    for (const pid of pids.filter((each) => /^\d+$/.test(each))) {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(ours)) continue;
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        if (line.includes(TOKEN) || line.includes(SECRET) || line.includes('eyJ')) found.add(line.slice(0, 100));
      } catch {
        // It has ended.
      }
    }
  }, 20);
  return () => {
    clearInterval(timer);
    return [...found];
  };
}

const deployments = () =>
  gcp.mutations().filter((each) => /^(POST|PATCH) cloudfunctions.*\/functions[/?](?!.*:)/.test(each));
const lastLine = (text: string) => text.trimEnd().split('\n').at(-1);

run('deploy.sh with the real gcloud', () => {
  beforeAll(async () => {
    gcp = await startGcp({ project: 'demo', number: '123456789012', region: 'us-central1', agent: AGENT });
    const names = ['fallback', 'weather'];
    for await (const _ of bundleFunctions({
      root: new URL('../', import.meta.url),
      out: new URL(`file://${bundles}/`),
      names,
    }));
    writeQuote('response.json({ total: 5 });');
  }, PATIENCE);

  afterAll(async () => {
    await stopAll();
    const escapes = gcp?.escapes;
    await gcp?.close();
    rmSync(bundles, { recursive: true });
    expect(escapes).toEqual([]);
  }, PATIENCE);

  test(
    '--dry-run sends nothing, and prints commands that a shell takes',
    async () => {
      const { code, stdout, stderr } = await deploy('--dry-run');
      expect({ code, stderr, requests: gcp.requests }).toEqual({ code: 0, stderr: '', requests: [] });
      expect(stdout).toMatch(/^gcloud functions deploy weather --gen2 --project=demo .*--no-allow-unauthenticated/m);
      const { ended, printed } = start('bash', ['-n'], { input: stdout });
      expect({ code: await ended, stderr: printed.stderr }).toEqual({ code: 0, stderr: '' });
    },
    PATIENCE,
  );

  test(
    'bootstrap prepares the project, and may be run again',
    async () => {
      const seen = watchArguments();
      expect(await deploy('bootstrap')).toMatchObject({ code: 0, stderr: '' });
      expect(gcp.secrets()).toEqual(['QUOTE_KEY']);
      expect(seen()).toEqual([]);
      expect(gcp.serviceAccounts()).toEqual(
        expect.arrayContaining([SMOKE, 'cx-webhooks@demo.iam.gserviceaccount.com']),
      );
      expect(await deploy('bootstrap')).toMatchObject({ code: 0, stderr: '' });
    },
    PATIENCE,
  );

  test(
    'A first run deploys every function so that the agent, and nobody else, can call it',
    async () => {
      const seen = watchArguments();
      const { code, stdout, stderr } = await deploy();
      expect({ code, stderr, seen: seen() }).toEqual({ code: 0, stderr: '', seen: [] });
      expect(`${stdout}${gcp.log('quote')}`).not.toMatch(new RegExp(`${TOKEN}|${SECRET}|eyJ`));
      expect(stdout).toMatch(/^3 changes: 3 create\.$/m);
      expect(Object.fromEntries(gcp.functions().map(({ name, state }) => [name.split('/').at(-1), state]))).toEqual({
        fallback: 'ACTIVE',
        quote: 'ACTIVE',
        weather: 'ACTIVE',
      });
      expect(new Set(gcp.invokers('weather'))).toEqual(
        new Set([`serviceAccount:${gcp.serviceAgent}`, `serviceAccount:${SMOKE}`]),
      );
      const byName = Object.fromEntries(gcp.webhooks().map(({ name, ...webhook }) => [webhook.displayName, webhook]));
      expect(byName).toEqual({
        fallback: {
          displayName: 'fallback',
          timeout: '5s',
          genericWebService: { uri: `${AUDIENCE}/fallback`, serviceAgentAuth: 'ID_TOKEN' },
        },
        weather: {
          displayName: 'weather',
          timeout: '5s',
          genericWebService: { uri: `${AUDIENCE}/weather`, serviceAgentAuth: 'ID_TOKEN' },
        },
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

  test('What goes up is the bundle', async () => {
    expect(gcp.uploads().every((files) => files.includes('index.cjs') && !files.includes('.env'))).toBe(true);
  });

  test(
    'A second run changes nothing',
    async () => {
      const { code, stdout, stderr } = await deploy();
      expect({ code, stderr, last: lastLine(stdout) }).toEqual({ code: 0, stderr: '', last: '0 changes: 3 same.' });
      expect(gcp.mutations()).toEqual([]);
      expect(await deploy('status')).toMatchObject({ code: 0, stderr: '' });
    },
    PATIENCE,
  );

  test(
    'One changed file is one deployment, and 409, 429 and 503 are waited out',
    async () => {
      touch('fallback');
      gcp.fault({ method: 'PATCH', path: '/functions/fallback', status: 409 });
      gcp.fault({ method: 'GET', path: ':getIamPolicy', status: 429 });
      gcp.fault({ method: 'GET', path: '/webhooks', status: 503 });
      const { code, stdout, stderr } = await deploy();
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/^fallback +change +code, variable CX_WEBHOOKS_HASH$/m);
      expect(stdout).toMatch(/^1 change: 1 change, 2 same\.$/m);
      expect(deployments()).toHaveLength(2); // one was refused
      expect((await gcp.fireWebhook('fallback')).status).toBe(200);
    },
    PATIENCE,
  );

  test(
    'A build that fails is told, stops no other, and alone is done again',
    async () => {
      touch('fallback');
      touch('weather');
      gcp.failBuild('weather');
      const first = await deploy();
      expect(first.code).toBe(1);
      expect(first.stdout).toMatch(/^weather +FAILED: .*Build failed/m);
      expect(first.stdout).toMatch(/^fallback +done$/m);
      const second = await deploy();
      expect({ code: second.code, stderr: second.stderr }).toEqual({ code: 0, stderr: '' });
      expect(second.stdout).toMatch(/^1 change: 1 change, 2 same\.$/m);
      expect(deployments()).toHaveLength(1);
    },
    PATIENCE,
  );

  test(
    'A failed deployment that leaves its label behind is not taken for done',
    async () => {
      touch('weather');
      gcp.moods.failedUpdateKeepsNew = true;
      gcp.failBuild('weather');
      expect((await deploy()).code).toBe(1);
      gcp.moods.failedUpdateKeepsNew = false;
      expect((await deploy()).stdout).toMatch(/^weather +change +code: the last deployment failed$/m);
      expect((await deploy('status')).code).toBe(0);
    },
    PATIENCE,
  );

  test(
    'What somebody changed by hand is reported by status, and put right by the next run',
    async () => {
      gcp.grant('fallback', 'allUsers');
      gcp.revoke('weather', gcp.serviceAgent);
      gcp.editWebhook('quote', { timeout: '7s', genericWebService: { serviceAgentAuth: 'NONE' } });
      const { code, stdout } = await deploy('status');
      expect({ code, changes: gcp.mutations() }).toEqual({ code: 1, changes: [] });
      expect(stdout).toMatch(/^fallback +drift +allUsers may call it$/m);
      expect(stdout).toMatch(
        /^weather +drift +serviceAccount:service-123456789012@gcp-sa-dialogflow\S+ may not call it$/m,
      );
      expect(stdout).toMatch(/^quote +drift +webhook timeout 7s -> 5s, webhook auth NONE$/m);
      expect(await deploy()).toMatchObject({ code: 0, stderr: '' });
      expect(deployments()).toEqual([]);
      expect(gcp.invokers('fallback')).not.toContain('allUsers');
      expect((await deploy('status')).code).toBe(0);
      expect((await gcp.fireWebhook('weather')).status).toBe(200);
    },
    PATIENCE,
  );

  test(
    'A release that boots but answers 500 gets no calls for long; rollback, and the release after it',
    async () => {
      const [good] = Object.keys(gcp.traffic('quote'));
      writeQuote('response.status(500).end();');
      const bad = await deploy();
      expect(bad.code).toBe(1);
      expect(bad.stdout).toMatch(new RegExp(`^quote +FAILED: it answers 500; calls go to ${good} again$`, 'm'));
      expect(gcp.traffic('quote')).toEqual({ [good!]: 100 });
      expect((await gcp.fireWebhook('quote')).body).toEqual({ total: 5 });

      writeQuote('response.json({ total: 6 });');
      expect(await deploy()).toMatchObject({ code: 0, stderr: '' });
      expect((await gcp.fireWebhook('quote')).body).toEqual({ total: 6 });

      writeQuote('response.json({ total: 7 });');
      expect((await deploy()).code).toBe(0);
      const back = await deploy('rollback');
      expect({ code: back.code, stderr: back.stderr }).toEqual({ code: 0, stderr: '' });
      expect((await gcp.fireWebhook('quote')).body).toEqual({ total: 6 });
      expect(await deploy('status')).toMatchObject({
        code: 1,
        stdout: expect.stringMatching(/^quote +drift +traffic is on an earlier revision$/m),
      });
      expect((await deploy()).code).toBe(0);
      expect((await gcp.fireWebhook('quote')).body).toEqual({ total: 7 });
    },
    PATIENCE,
  );

  test(
    'After a kill in the middle the next run waits, and builds nothing twice',
    async () => {
      touch('weather');
      gcp.slow('weather', 4_000);
      gcp.forget();
      const first = begin(['--yes']);
      while (deployments().length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
      first.process.kill('SIGKILL');
      await first.ended;
      gcp.slow('weather', 200);
      const { code, stdout } = await deploy();
      expect(code).toBe(0);
      expect(stdout).toMatch(/^(0 changes: 3 same|1 change: 1 change, 2 same)\.$/m);
      expect((await deploy('status')).code).toBe(0);
    },
    PATIENCE,
  );

  test(
    'Of two deployments at once the second finds nothing left to do',
    async () => {
      touch('fallback');
      gcp.forget();
      const both = [begin(['--yes']), begin(['--yes'])];
      expect(await Promise.all(both.map(({ ended }) => ended))).toEqual([0, 0]);
      expect(deployments()).toHaveLength(1);
      expect(both.filter(({ printed }) => printed.stdout.includes('0 changes: 3 same.'))).toHaveLength(1);
    },
    PATIENCE,
  );

  test(
    'An environment gets overrides, and the webhooks of the agent stay as they are',
    async () => {
      const before = gcp.webhooks();
      expect(await deploy('--environment', 'production')).toMatchObject({ code: 0, stderr: '' });
      expect(gcp.webhooks()).toEqual(before);
      const [{ webhookConfig }] = gcp.environments();
      expect(webhookConfig.webhookOverrides.map((each: { displayName: string }) => each.displayName).sort()).toEqual([
        'fallback',
        'quote',
        'weather',
      ]);
      expect((await gcp.fireWebhook('fallback', { environment: 'production' })).status).toBe(200);
      expect(lastLine((await deploy('--environment', 'production')).stdout)).toBe('0 changes: 3 same.');
    },
    PATIENCE,
  );

  test(
    'A function that left the code is deleted with --prune only',
    async () => {
      cpSync(join(bundles, 'quote'), `${bundles}.quote`, { recursive: true });
      rmSync(join(bundles, 'quote'), { recursive: true });
      const kept = await deploy();
      expect(kept).toMatchObject({ code: 0, stdout: expect.stringMatching(/^quote +gone /m) });
      expect(gcp.mutations()).toEqual([]);
      expect((await deploy('--prune')).code).toBe(0);
      expect(new Set(gcp.functions().map(({ name }) => name.split('/').at(-1)))).toEqual(
        new Set(['fallback', 'weather']),
      );
      expect(new Set(gcp.webhooks().map(({ displayName }) => displayName))).toEqual(new Set(['fallback', 'weather']));
      rmSync(`${bundles}.quote`, { recursive: true });
      expect(existsSync(join(bundles, 'quote'))).toBe(false);
    },
    PATIENCE,
  );

  test.each([
    [['--project', 'other'], 'There is no project other that you may see.'],
    [['--only', 'nothing'], 'There is no function called nothing: choose from fallback, weather.'],
    [['--auth', 'none'], 'Write --auth iam or --auth id-token, not none.'],
  ])(
    '%j is refused in one sentence',
    async (args, sentence) => {
      const { ended, printed } = start(
        './deploy.sh',
        [...COMMON, '--agent', AGENT, '--bundles', bundles, '--yes', ...args],
        { env: { ...gcp.env(), DEPLOY_PAUSE: '0' } },
      );
      expect(await ended).not.toBe(0);
      expect(printed.stderr).toBe(`${sentence}\n`);
    },
    PATIENCE,
  );

  test(
    'Open to everybody, a function verifies by itself',
    async () => {
      expect(await deploy('--auth', 'id-token', '--only', 'fallback')).toMatchObject({ code: 0, stderr: '' });
      expect(gcp.invokers('fallback')).toContain('allUsers');
      expect((await gcp.fireWebhook('fallback')).status).toBe(200);
      gcp.editWebhook('fallback', { genericWebService: { serviceAgentAuth: 'NONE' } });
      expect((await gcp.fireWebhook('fallback')).status).toBe(401);
    },
    PATIENCE,
  );
});
