import { afterEach, describe, expect, test } from '@jest/globals';
import { canDeploy, lastLine, openStage, PATIENCE, type Stage } from '../helpers/gcp/stage.ts';

/** An agent that lives elsewhere than the functions, and functions behind an address of their own. */

const ID = '6a1f0c3e-2b4d-4e5f-8a9b-0c1d2e3f4a5b';
const OWN = 'https://us-central1-elsewhere.cloudfunctions.net/fallback';

(canDeploy('test/deploy/elsewhere.test.ts') ? describe : describe.skip)('an agent and an address elsewhere', () => {
  let stage: Stage;
  const open = async (more: object) => {
    stage = await openStage({ project: 'elsewhere', functions: ['fallback'], secrets: {}, ...more });
    return stage.gcp;
  };

  afterEach(async () => {
    const escapes = stage?.gcp.escapes;
    await stage?.close();
    expect(escapes).toEqual([]);
  }, PATIENCE);

  test.each([
    ['projects/agents/locations/global', 'dialogflow.googleapis.com'],
    ['projects/agents/locations/europe-west1', 'europe-west1-dialogflow.googleapis.com'],
  ])(
    'An agent in %s is asked at %s, and its own service agent is who calls',
    async (parent, host) => {
      const gcp = await open({ agent: `${parent}/agents/${ID}`, agentNumber: '222222222222' });
      expect(await stage.deploy()).toMatchObject({ code: 0, stderr: '' });
      const asked = gcp.requests.filter((each) => each.host.endsWith('dialogflow.googleapis.com'));
      expect(new Set(asked.map((each) => each.host))).toEqual(new Set([host]));
      expect(new Set(asked.map(({ headers }) => headers['x-goog-user-project']))).toEqual(new Set(['agents']));

      expect(gcp.webhooks()).toEqual([
        {
          name: expect.stringMatching(`^${parent}/agents/${ID}/webhooks/`),
          displayName: 'fallback',
          timeout: '5s',
          genericWebService: { uri: OWN, serviceAgentAuth: 'ID_TOKEN' },
        },
      ]);
      const caller = 'service-222222222222@gcp-sa-dialogflow.iam.gserviceaccount.com';
      const smoke = 'cx-webhooks-smoke@elsewhere.iam.gserviceaccount.com';
      expect(gcp.invokers('fallback')).toEqual([`serviceAccount:${caller}`, `serviceAccount:${smoke}`]);
      const [{ serviceConfig }] = gcp.functions();
      expect(serviceConfig.environmentVariables).toMatchObject({
        WEBHOOK_CALLERS: `${caller},${smoke}`,
        WEBHOOK_AUDIENCES: OWN,
        GOOGLE_CLOUD_PROJECT: 'elsewhere',
      });
      expect((await gcp.fireWebhook('fallback')).status).toBe(200);

      // The function itself knows who calls, too, whomever the platform lets in.
      const stranger = 'service-123456789012@gcp-sa-dialogflow.iam.gserviceaccount.com';
      expect(await statusFor(stage, OWN, stranger)).toBe(403);
      gcp.grant('fallback', 'allAuthenticatedUsers');
      expect([await statusFor(stage, OWN, stranger), await statusFor(stage, OWN, caller)]).toEqual([403, 200]);
      expect(gcp.log('fallback')).toContain('"forbidden"');
    },
    PATIENCE,
  );

  test(
    'Behind a domain of its own a function accepts what it was told, and nothing else',
    async () => {
      const gcp = await open({ domains: { 'hooks.example.com': 'fallback' } });
      const address = 'https://hooks.example.com/fallback';
      const addressed = ['--address', 'https://hooks.example.com/{function}'];
      const audiences = ['--audience', 'https://one.example/{function}', '--audience', 'https://two.example'];
      const open_ = await stage.deploy(...addressed, ...audiences, '--auth', 'id-token');
      expect(open_).toMatchObject({ code: 0, stderr: '' });
      expect(gcp.invokers('fallback')).toEqual(['allUsers']);
      expect(gcp.webhooks()[0].genericWebService.uri).toBe(address);
      expect((await gcp.fireWebhook('fallback')).status).toBe(200);
      const accepted = [OWN, address, 'https://one.example/fallback', 'https://two.example'];
      const refused = ['https://one.example', 'https://one.example/welcome', 'https://three.example'];
      const statuses = (all: string[]) => Promise.all(all.map((audience) => statusFor(stage, audience)));
      expect(await statuses(accepted)).toEqual([200, 200, 200, 200]);
      expect(await statuses(refused)).toEqual([401, 401, 401]);
      expect((await gcp.ask('POST', OWN)).status).toBe(401);

      // Private again: now Cloud Run wants to know the audience as well.
      expect(await stage.deploy(...addressed)).toMatchObject({ code: 0, stderr: '' });
      expect(gcp.invokers('fallback')).not.toContain('allUsers');
      expect((await gcp.fireWebhook('fallback')).status).toBe(401);
      gcp.addAudiences('fallback', [address]);
      expect((await gcp.fireWebhook('fallback')).status).toBe(200);
      expect(await statuses(['https://two.example', OWN])).toEqual([401, 200]);
      expect(lastLine((await stage.deploy(...addressed)).stdout)).toBe('0 changes: 1 same.');
    },
    PATIENCE,
  );
});

/** The status of a call in CX's form to the function's own URL, with a genuine token for this audience. */
async function statusFor({ gcp, agent }: Stage, audience: string, caller = gcp.serviceAgent): Promise<number> {
  const headers = { authorization: `Bearer ${gcp.idToken(audience, caller)}`, 'content-type': 'application/json' };
  const body = { fulfillmentInfo: { tag: 'fallback' }, sessionInfo: { session: `${agent}/sessions/1` } };
  return (await gcp.ask('POST', OWN, { headers, text: JSON.stringify(body) })).status;
}
