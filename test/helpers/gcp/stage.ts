import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFunctions } from '../../../dev/bundle/bundle.ts';
import { ROOT, type Running, start } from '../process.ts';
import { type Gcp, type GcpOptions, MISSING, startGcp } from './index.ts';

/** A project on loopback with bundles to deploy, and `deploy.sh` run in it as a person runs it. */

/** Milliseconds. gcloud starts a Python each time, and functions are booted. */
export const PATIENCE = 240_000;

export interface StageOptions extends Partial<GcpOptions> {
  /** Of its own for each test file: two deployments into one project wait for each other. */
  readonly project: string;
  /** Functions of the repository that are bundled. Default: none. */
  readonly functions?: readonly string[];
  /** The project, its accounts and these secrets are as `bootstrap` leaves them. */
  readonly secrets?: { readonly [name: string]: string };
}

export interface Ended {
  readonly code: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Stage {
  readonly gcp: Gcp;
  readonly project: string;
  readonly agent: string;
  /** A folder for each function. */
  readonly bundles: string;
  /** All that `deploy.sh` has printed so far. */
  readonly printed: () => string;
  /** Starts `deploy.sh` with these arguments after those that say where. */
  begin(args: readonly string[], more?: { input?: string; env?: Environment; root?: string }): Running;
  /** Runs it with `--yes` to its end; `gcp.requests` are those of this run. */
  deploy(...args: string[]): Promise<Ended>;
  /** Writes the bundle of a function without any of our code: `answer` is the body of its handler. */
  write(name: string, answer: string, manifest?: object): void;
  /** Another build of a function: its code differs by a comment. */
  touch(name: string): void;
  /** Another checkout of the project, as on another machine: its lock is not ours. */
  checkOut(): string;
  /** Creations and changes of functions in `gcp.requests`. */
  deployments(): string[];
  close(): Promise<void>;
}

type Environment = { readonly [name: string]: string | undefined };

const FRAMEWORK = '@google-cloud/functions-framework';

export async function openStage(options: StageOptions): Promise<Stage> {
  const { project, functions = [], secrets, ...rest } = options;
  const { region = 'us-central1', number = '123456789012' } = rest;
  const agent = rest.agent ?? `projects/${project}/locations/${region}/agents/6a1f0c3e-2b4d-4e5f-8a9b-0c1d2e3f4a5b`;
  const gcp = await startGcp({ ...rest, project, region, number, agent });
  const folder = mkdtempSync(join(tmpdir(), 'stage-'));
  const bundles = join(folder, 'bundles');
  mkdirSync(bundles);
  const runs: Running[] = [];
  if (secrets) prepare(gcp, project, number, secrets);
  if (functions.length > 0) {
    const out = new URL(`file://${bundles}/`);
    for await (const _ of bundleFunctions({ root: new URL(`file://${ROOT}`), out, names: functions }));
  }

  const stage: Stage = {
    gcp,
    project,
    agent,
    bundles,
    printed: () => runs.map(({ printed }) => printed.stdout + printed.stderr).join(''),
    begin(args, { input = '', env, root = ROOT } = {}) {
      const where = ['--project', project, '--region', region, '--agent', agent, '--bundles', bundles];
      const run = start(join(root, 'deploy.sh'), [...where, ...args], {
        env: { ...gcp.env(), DEPLOY_PAUSE: '0.2', ...env },
        input,
      });
      runs.push(run);
      return run;
    },
    async deploy(...args) {
      gcp.forget();
      const { ended, printed } = stage.begin([...args, '--yes']);
      return { code: await ended, ...printed };
    },
    write(name, answer, more = {}) {
      const at = join(bundles, name);
      mkdirSync(at, { recursive: true });
      const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules', FRAMEWORK, 'package.json'), 'utf8'));
      const code = `require('${FRAMEWORK}').http('${name}', (request, response) => { ${answer} });\n`;
      writeFileSync(join(at, 'index.cjs'), code);
      writeFileSync(
        join(at, 'package.json'),
        JSON.stringify({ main: 'index.cjs', dependencies: { [FRAMEWORK]: version } }),
      );
      const manifest = {
        function: name,
        kind: 'standard',
        tags: [name],
        timeout: '5s',
        secrets: [],
        memory: null,
        minInstances: 0,
        store: false,
        methods: null,
        mapping: null,
        hash: createHash('sha256').update(code).digest('hex'),
        ...more,
      };
      writeFileSync(join(at, 'manifest.json'), JSON.stringify(manifest));
    },
    touch(name) {
      const at = join(bundles, name);
      const code = `${readFileSync(join(at, 'index.cjs'), 'utf8')}// again\n`;
      writeFileSync(join(at, 'index.cjs'), code);
      const manifest = JSON.parse(readFileSync(join(at, 'manifest.json'), 'utf8'));
      const hash = createHash('sha256').update(code).digest('hex');
      writeFileSync(join(at, 'manifest.json'), JSON.stringify({ ...manifest, hash }));
    },
    checkOut() {
      const root = mkdtempSync(join(folder, 'checkout-'));
      cpSync(join(ROOT, 'deploy.sh'), join(root, 'deploy.sh'));
      for (const name of readdirSync(ROOT).filter((each) => !['deploy.sh', '.local', '.git'].includes(each))) {
        symlinkSync(join(ROOT, name), join(root, name));
      }
      return root;
    },
    deployments: () =>
      gcp.mutations().filter((each) => /^(POST|PATCH) cloudfunctions.*\/functions(\/[^:]*)?$/.test(each)),
    async close() {
      await Promise.all(runs.map((run) => run.stop()));
      await gcp.close();
      rmSync(folder, { recursive: true });
    },
  };
  return stage;
}

/** What `bootstrap` does: it has a test of its own. */
function prepare(gcp: Gcp, project: string, number: string, secrets: { readonly [name: string]: string }): void {
  gcp.putAccount('cx-webhooks');
  gcp.putAccount('cx-webhooks-smoke');
  const account = (id: string) => `${id}@${project}.iam.gserviceaccount.com`;
  gcp.grantOn(
    `projects/${project}/serviceAccounts/${account('cx-webhooks-smoke')}`,
    'roles/iam.serviceAccountOpenIdTokenCreator',
    `user:${gcp.account}`,
  );
  for (const [name, value] of Object.entries(secrets)) {
    gcp.putSecret(name, value);
    gcp.grantOn(`projects/${number}/secrets/${name}`, 'roles/secretmanager.secretAccessor', account('cx-webhooks'));
  }
}

/** The standard answer of a function that says one word. */
export const saying = (word: string) =>
  `response.json({ fulfillmentResponse: { messages: [{ text: { text: ['${word}'] } }] } });`;

/** The last line that was printed. */
export const lastLine = (text: string) => text.trimEnd().split('\n').at(-1);

/** Whether the programs are there; where not, says which are missing, and that this file is skipped. */
export function canDeploy(file: string, programs: readonly string[] = MISSING): boolean {
  if (programs.length > 0) process.stderr.write(`${file} is skipped: not installed here: ${programs.join(', ')}.\n`);
  return programs.length === 0;
}
