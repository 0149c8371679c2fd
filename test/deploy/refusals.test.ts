import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Gcp } from '../helpers/gcp/index.ts';
import { canDeploy, openStage, PATIENCE, type Stage, saying } from '../helpers/gcp/stage.ts';

/** What has to be there before a deployment: each that is missing is one sentence, and nothing is changed. */

const ID = '6a1f0c3e-2b4d-4e5f-8a9b-0c1d2e3f4a5b';
const APIS = ['cloudfunctions', 'run', 'cloudbuild', 'artifactregistry', 'iamcredentials', 'secretmanager'];

interface Missing {
  readonly what: string;
  readonly sentence: string;
  readonly before?: (gcp: Gcp) => void;
  readonly args?: readonly string[];
  readonly env?: { readonly [name: string]: string | undefined };
  /** Default: 1. */
  readonly code?: number;
}

const MISSING: readonly Missing[] = [
  {
    what: 'a login',
    env: { CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: undefined, CLOUDSDK_CORE_ACCOUNT: undefined },
    sentence: 'Log in with "gcloud auth login": gcloud has no account to act for.',
  },
  { what: 'the project', args: ['--project', 'other'], sentence: 'There is no project other that you may see.' },
  ...['run', 'secretmanager'].map((name) => ({
    what: `the API ${name}`,
    before: (gcp: Gcp) => void gcp.disable(`${name}.googleapis.com`),
    sentence: `The API ${name}.googleapis.com is not enabled in refusals: run ./deploy.sh bootstrap.`,
  })),
  {
    what: 'the API of Dialogflow',
    before: (gcp) => void gcp.disable('dialogflow.googleapis.com'),
    sentence: 'The API dialogflow.googleapis.com is not enabled in refusals: run ./deploy.sh bootstrap.',
  },
  {
    what: "the agent's project",
    args: ['--agent', `projects/nowhere/locations/us-central1/agents/${ID}`],
    sentence: "There is no project nowhere, the agent's, that you may see.",
  },
  {
    what: 'the agent',
    args: ['--agent', 'projects/refusals/locations/us-central1/agents/00000000-0000-0000-0000-000000000000'],
    sentence:
      'There is no agent 00000000-0000-0000-0000-000000000000 in us-central1 of refusals: copy its name from the CX console.',
  },
  {
    what: 'the environment',
    args: ['--environment', 'staging'],
    sentence: 'The agent has no environment called staging; it has production.',
  },
  {
    what: 'a secret',
    args: ['--secret', 'QUOTE_KEY=another'],
    sentence:
      'There is no secret another with a value in refusals that you may see: run ./deploy.sh bootstrap, which asks for it.',
  },
  {
    what: "a secret's value",
    before: (gcp) => gcp.putSecret('QUOTE_KEY'),
    sentence:
      'There is no secret QUOTE_KEY with a value in refusals that you may see: run ./deploy.sh bootstrap, which asks for it.',
  },
  {
    what: "a secret's enabled value",
    before: (gcp) => gcp.putSecret('QUOTE_KEY', 'old', 'DISABLED'),
    sentence: 'The newest version of the secret QUOTE_KEY in refusals is not enabled: enable it, or add another one.',
  },
  {
    what: 'billing',
    args: ['bootstrap'],
    before: (gcp) =>
      gcp.fault({
        path: 'services:batchEnable',
        status: 400,
        message: "Billing account for project '123456789012' is not found.",
      }),
    sentence:
      "The APIs of refusals can't be enabled: you need roles/serviceusage.serviceUsageAdmin, and the project billing.",
  },
  {
    what: 'a function',
    args: ['--only', 'nothing'],
    sentence: 'There is no function called nothing: choose from quote.',
  },
  {
    what: 'a known --auth',
    args: ['--auth', 'none'],
    sentence: 'Write --auth iam or --auth id-token, not none.',
    code: 2,
  },
  {
    what: 'a known option',
    args: ['--nothing', 'x'],
    sentence: 'There is no option --nothing: see ./deploy.sh --help.',
    code: 2,
  },
  { what: 'a value', args: ['--only'], sentence: 'Write a value after --only: see ./deploy.sh --help.', code: 2 },
];

(canDeploy('test/deploy/refusals.test.ts') ? describe : describe.skip)(
  'what is missing is told in one sentence',
  () => {
    let stage: Stage;

    beforeAll(async () => {
      stage = await openStage({ project: 'refusals', secrets: {} });
      stage.write('quote', saying('quote'), { secrets: ['QUOTE_KEY'] });
    }, PATIENCE);

    beforeEach(() => {
      for (const name of [...APIS, 'dialogflow']) stage.gcp.enable(`${name}.googleapis.com`);
      stage.gcp.putSecret('QUOTE_KEY', 'value');
      stage.gcp.forget();
    });

    afterAll(async () => {
      const escapes = stage?.gcp.escapes;
      await stage?.close();
      expect(escapes).toEqual([]);
    }, PATIENCE);

    test.each(MISSING)(
      '$what',
      async ({ before, args = [], env = {}, sentence, code = 1 }) => {
        before?.(stage.gcp);
        const { ended, printed } = stage.begin(['--yes', ...args], { env: { DEPLOY_PAUSE: '0', ...env } });
        expect([await ended, printed.stderr]).toEqual([code, `${sentence}\n`]);
        // The one that the fault has refused does not count.
        expect(stage.gcp.mutations().filter((each) => !each.endsWith('services:batchEnable'))).toEqual([]);
      },
      PATIENCE,
    );

    test(
      'A release that Google refuses for want of billing is told in its words',
      async () => {
        const message = 'Billing must be enabled for activation of service(s) in project 123456789012 to proceed.';
        stage.gcp.grantOn(
          'projects/123456789012/secrets/QUOTE_KEY',
          'roles/secretmanager.secretAccessor',
          'cx-webhooks@refusals.iam.gserviceaccount.com',
        );
        stage.gcp.fault({ method: 'POST', path: 'functionId=quote', status: 400, message });
        const { code, stdout } = await stage.deploy();
        expect(code).toBe(1);
        expect(stdout).toMatch(/^quote +FAILED: .*Billing must be enabled/m);
        expect([stage.gcp.functions(), stage.gcp.webhooks()]).toEqual([[], []]);
      },
      PATIENCE,
    );
  },
);
