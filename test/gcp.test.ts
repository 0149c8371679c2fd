import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Gcp, MISSING, startGcp } from './helpers/gcp/index.ts';
import { ROOT, start } from './helpers/process.ts';

/** The fake of Google Cloud, with the real gcloud and curl: what deploy tests rely on. */

// Each gcloud starts a Python, and functions are booted. Milliseconds.
jest.setTimeout(240_000);

const AGENT = 'projects/demo/locations/us-central1/agents/6a1f0c3e-2b4d-4e5f-8a9b-0c1d2e3f4a5b';
const DIALOGFLOW = `us-central1-dialogflow.googleapis.com/v3/${AGENT}`;
const SERVICE = 'projects/demo/locations/us-central1/services/hello';
const WHERE = '--project=demo --region=us-central1';
const DEPLOY =
  `gcloud functions deploy hello --gen2 ${WHERE} --runtime=nodejs22 --source=hello --entry-point=hello --trigger-http ` +
  '--memory=256Mi --timeout=10s --format=none';

const skipped = MISSING.length > 0;
// Jest does not name a file's tests where all of them are skipped.
if (skipped) process.stderr.write(`test/gcp.test.ts is skipped: not on the PATH: ${MISSING.join(', ')}\n`);

(skipped ? describe.skip : describe)('the fake of Google Cloud', () => {
  let gcp: Gcp;
  const folder = mkdtempSync(join(tmpdir(), 'gcp-test-'));

  beforeAll(async () => {
    gcp = await startGcp({ project: 'demo', number: '123456789012', region: 'us-central1', agent: AGENT });
  });
  afterAll(async () => {
    await gcp.close();
    rmSync(folder, { recursive: true });
  });

  /** A function that answers with this text and the credential that it was given. */
  function write(text: string, code = helloCode(text)): void {
    mkdirSync(join(folder, 'hello'), { recursive: true });
    const dependencies = { '@google-cloud/functions-framework': '5.0.5' };
    writeFileSync(join(folder, 'hello/package.json'), JSON.stringify({ main: 'index.js', dependencies }));
    writeFileSync(join(folder, 'hello/index.js'), code);
  }

  async function shell(command: string): Promise<{ code: unknown; stdout: string; stderr: string }> {
    const { ended, printed } = start('bash', ['-c', command], { env: gcp.env(), cwd: folder });
    return { code: await ended, ...printed };
  }

  /** The last line of `ERROR:` and what follows it. */
  const errorOf = (stderr: string) => stderr.slice(stderr.lastIndexOf('ERROR:')).trim();

  /** A call as the deployer makes it, or anybody: through the proxy, over TLS. */
  async function ask(method: string, address: string, body?: unknown, headers: { [name: string]: string } = {}) {
    const { https_proxy, NODE_EXTRA_CA_CERTS } = gcp.env();
    const agent = new Agent({ proxyEnv: { HTTPS_PROXY: https_proxy }, ca: readFileSync(NODE_EXTRA_CA_CERTS!) });
    const sent = request(`https://${address}`, { agent, method, headers });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
    const [response]: IncomingMessage[] = await once(sent, 'response');
    const chunks: Buffer[] = [];
    for await (const chunk of response!) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    agent.destroy();
    const json = response!.headers['content-type']?.startsWith('application/json');
    return { status: response!.statusCode, body: json ? JSON.parse(text) : text };
  }

  const deployer = () => ({
    authorization: `Bearer ${readFileSync(gcp.env().CLOUDSDK_AUTH_ACCESS_TOKEN_FILE!, 'utf8')}`,
    'x-goog-user-project': 'demo',
  });
  const asDeployer = (method: string, address: string, body?: unknown) => ask(method, address, body, deployer());

  test('gcloud deploys a function that runs, and only who may invoke it reaches it', async () => {
    write('one');
    expect((await shell(`${DEPLOY} --no-allow-unauthenticated`)).code).toBe(0);
    const { stdout } = await shell(`gcloud functions describe hello ${WHERE} --format='value(serviceConfig.uri)'`);
    expect(gcp.functions()).toEqual([
      expect.objectContaining({
        name: 'projects/demo/locations/us-central1/functions/hello',
        state: 'ACTIVE',
        url: 'https://us-central1-demo.cloudfunctions.net/hello',
        labels: { 'deployment-tool': 'cli-gcloud' },
        serviceConfig: expect.objectContaining({ uri: stdout.trim(), service: SERVICE, timeoutSeconds: 10 }),
      }),
    ]);
    expect(gcp.uploads()).toEqual([['index.js', 'package.json']]);

    const webhook = JSON.stringify({ displayName: 'hello', genericWebService: { uri: `${stdout.trim()}/` } });
    const token = 'Authorization: Bearer $(gcloud auth print-access-token)';
    const post = `curl -sS -H "${token}" -H 'x-goog-user-project: demo' https://${DIALOGFLOW}/webhooks -d '${webhook}'`;
    const posted = await shell(post);
    expect(JSON.parse(posted.stdout)).toEqual({ ...JSON.parse(webhook), timeout: '5s', name: expect.any(String) });

    expect((await gcp.fireWebhook('hello')).status).toBe(403);
    const member = `serviceAccount:${gcp.serviceAgent}`;
    const binding = await shell(`gcloud functions add-invoker-policy-binding hello ${WHERE} --member=${member}`);
    expect(binding.code).toBe(0);
    expect(gcp.invokers('hello')).toEqual([member]);
    const fired = await gcp.fireWebhook('hello');
    expect([fired.status, fired.body.text]).toEqual([200, 'one']);
    // Cloud Run has taken off the signature, and it alone.
    const [, claims, signature] = fired.body.credential.split('.');
    expect(signature).toBe('SIGNATURE_REMOVED_BY_GOOGLE');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      aud: `${stdout.trim()}/`,
      email: gcp.serviceAgent,
    });
  });

  test('a build that fails and a container that does not start leave the revision that serves', async () => {
    const traffic = gcp.traffic('hello');
    write('', 'function (');
    const build = await shell(DEPLOY);
    expect([build.code, errorOf(build.stderr)]).toEqual([
      1,
      expect.stringMatching(
        /Build failed with status: FAILURE and message: \/workspace\/index\.js:1\n.*\n.*\n\nSyntaxError/,
      ),
    ]);
    write('', 'process.exit(3)');
    const boot = await shell(DEPLOY);
    expect([boot.code, errorOf(boot.stderr)]).toEqual([
      1,
      expect.stringContaining("Container Healthcheck failed. Revision 'hello-00002-"),
    ]);
    expect(gcp.functions()[0].state).toBe('ACTIVE');
    expect(gcp.traffic('hello')).toEqual(traffic);
    expect((await gcp.fireWebhook('hello')).body.text).toBe('one');
  });

  test('a new revision takes the traffic, and gives it back', async () => {
    write('two');
    expect((await shell(DEPLOY)).code).toBe(0);
    const [first, , third] = gcp.revisions('hello') as [string, string, string];
    expect(gcp.traffic('hello')).toEqual({ [third]: 100 });
    expect((await gcp.fireWebhook('hello')).body.text).toBe('two');
    const back = await shell(`gcloud run services update-traffic hello ${WHERE} --to-revisions=${first}=100`);
    expect(back.code).toBe(0);
    expect(gcp.traffic('hello')).toEqual({ [first]: 100 });
    expect((await gcp.fireWebhook('hello')).body.text).toBe('one');
    expect(gcp.functions()[0].serviceConfig.allTrafficOnLatestRevision).toBe(false);
  });

  test('gcloud repeats what Google could not serve, and gives up on what it refuses', async () => {
    write('three');
    gcp.fault({ method: 'PATCH', path: '/functions/hello', status: 409 });
    const refused = await shell(DEPLOY);
    expect([refused.code, errorOf(refused.stderr)]).toEqual([
      1,
      expect.stringContaining('unable to queue the operation'),
    ]);
    gcp.fault({ method: 'PATCH', path: '/functions/hello', status: 503 });
    gcp.fault({ method: 'PUT', path: 'storage.googleapis.com/', drop: 'before' });
    gcp.forget();
    expect((await shell(`${DEPLOY} --serve-all-traffic-latest-revision`)).code).toBe(0);
    expect(gcp.requests.filter(({ method }) => /PATCH|PUT/.test(method)).map(({ method, status }) => [method, status]))
      // A dropped connection has no status.
      .toEqual([
        ['PUT', undefined],
        ['PUT', 200],
        ['PATCH', 503],
        ['PATCH', 200],
      ]);
    expect((await gcp.fireWebhook('hello')).body.text).toBe('three');
  });

  test('an operation goes on when gcloud is killed: a second one is refused until it ends', async () => {
    write('four');
    gcp.slow('hello', 3_000);
    const { process: gcloud, ended } = start('bash', ['-c', `exec ${DEPLOY}`], { env: gcp.env(), cwd: folder });
    await until(() => gcp.functions()[0].state === 'DEPLOYING');
    gcloud.kill('SIGKILL');
    await ended;
    const functions = 'cloudfunctions.googleapis.com/v2/projects/demo/locations/us-central1/functions/hello';
    expect(await asDeployer('PATCH', `${functions}?updateMask=labels`, { labels: {} })).toEqual({
      status: 409,
      body: { error: { code: 409, message: 'unable to queue the operation', status: 'ABORTED' } },
    });
    await until(() => gcp.functions()[0].state === 'ACTIVE');
    expect((await gcp.fireWebhook('hello')).body.text).toBe('four');
  });

  test('an open function gets tokens as they came, forged ones too', async () => {
    const { uri } = gcp.functions()[0].serviceConfig;
    const host = uri.replace('https://', '');
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
    const status = async (headers: { [name: string]: string }) => (await ask('GET', host, undefined, headers)).status;
    expect(await status({})).toBe(403);
    expect(await status(bearer('a.b.c'))).toBe(401);
    expect(await status(bearer(gcp.idToken('https://elsewhere.a.run.app')))).toBe(401);
    expect(await status(bearer(gcp.idToken(uri, 'someone@example.com')))).toBe(403);
    expect(await status(bearer(gcp.idToken(uri)))).toBe(200);
    // Cloud Run looks at its own header only, and passes the other one on.
    const both = { ...bearer('a.b.c'), 'x-serverless-authorization': `Bearer ${gcp.idToken(uri)}` };
    expect((await ask('GET', host, undefined, both)).body.credential).toBe('Bearer a.b.c');
    gcp.grant('hello', 'allUsers');
    expect((await ask('GET', host, undefined, bearer('a.b.c'))).body.credential).toBe('Bearer a.b.c');
    expect((await ask('GET', 'us-central1-demo.cloudfunctions.net/hello')).status).toBe(200);
    gcp.revoke('hello', 'allUsers');
    expect(await status({})).toBe(403);
  });

  test('a policy that has changed meanwhile is not overwritten, and takes no account that does not exist', async () => {
    const address = `run.googleapis.com/v1/${SERVICE}`;
    const { body: policy } = await asDeployer('GET', `${address}:getIamPolicy`);
    gcp.grant('hello', 'user:someone@example.com');
    const late = await asDeployer('POST', `${address}:setIamPolicy`, { policy: { ...policy, bindings: [] } });
    expect([late.status, late.body.error.status]).toEqual([409, 'ABORTED']);
    const bindings = [{ role: 'roles/run.invoker', members: ['serviceAccount:nobody@demo.iam.gserviceaccount.com'] }];
    const nobody = await asDeployer('POST', `${address}:setIamPolicy`, { policy: { bindings } });
    expect([nobody.status, nobody.body.error.message]).toEqual([
      400,
      'Service account nobody@demo.iam.gserviceaccount.com does not exist.',
    ]);
    expect(gcp.invokers('hello')).toEqual([`serviceAccount:${gcp.serviceAgent}`, 'user:someone@example.com']);
  });

  test('webhooks are checked as the proto says, and an environment has its own', async () => {
    const uri = `${gcp.functions()[0].serviceConfig.uri}/`;
    const refused = async (webhook: unknown) => (await asDeployer('POST', `${DIALOGFLOW}/webhooks`, webhook)).status;
    expect(await refused({ displayName: 'a', genericWebService: { uri: 'http://a.example' } })).toBe(400);
    expect(await refused({ displayName: 'a', timeout: '31s', genericWebService: { uri } })).toBe(400);
    expect(await refused({ displayName: 'hello', genericWebService: { uri } })).toBe(400);
    expect(await refused({ displayName: 'a', genericWebService: { uri, audience: uri } })).toBe(400);
    const { authorization } = deployer();
    expect((await ask('GET', `${DIALOGFLOW}/webhooks`, undefined, { authorization })).status).toBe(403);
    expect((await ask('GET', `${DIALOGFLOW}/webhooks`)).status).toBe(401);
    expect((await asDeployer('GET', `dialogflow.googleapis.com/v3/${AGENT}/webhooks`)).status).toBe(400);

    const { name, ...webhook } = gcp.webhooks()[0];
    const changed = { timeout: '9s', disabled: true };
    expect(await asDeployer('PATCH', `${DIALOGFLOW.split('/')[0]}/v3/${name}?updateMask=timeout`, changed)).toEqual({
      status: 200,
      body: { ...webhook, name, timeout: '9s' },
    });
    const override = { name, displayName: 'hello', genericWebService: { uri, serviceAgentAuth: 'NONE' } };
    const environment = `${DIALOGFLOW.split('/')[0]}/v3/${gcp.environments()[0].name}`;
    const webhookConfig = { webhookOverrides: [override] };
    expect((await asDeployer('PATCH', environment, { webhookConfig })).status).toBe(400);
    const patched = await asDeployer('PATCH', `${environment}?updateMask=webhookConfig`, { webhookConfig });
    expect([patched.status, patched.body.done]).toEqual([200, true]);
    expect((await gcp.fireWebhook('hello')).status).toBe(200);
    expect((await gcp.fireWebhook('hello', { environment: 'production' })).status).toBe(403);
  });

  test('a secret reaches a function whose account may read it, and a token is made for an account that one may be', async () => {
    write('secret', helloCode('secret').replace("'secret'", 'process.env.WORD'));
    const account = 'campus@demo.iam.gserviceaccount.com';
    const made = await Promise.all([
      shell('gcloud iam service-accounts create campus --project=demo -q'),
      shell('printf pssst | gcloud secrets create word --data-file=- --project=demo -q'),
    ]);
    expect(made.map(({ code }) => code)).toEqual([0, 0]);
    gcp.slow('hello', 0);
    const secret = { key: 'WORD', projectId: 'demo', secret: 'word', version: 'latest' };
    const serviceConfig = { serviceAccountEmail: account, secretEnvironmentVariables: [secret] };
    const functions = 'cloudfunctions.googleapis.com/v2/projects/demo/locations/us-central1';
    const mask = 'service_config.service_account_email,service_config.secret_environment_variables';
    const denied = await asDeployer('PATCH', `${functions}/functions/hello?updateMask=${mask}`, { serviceConfig });
    await until(() => gcp.functions()[0].state === 'ACTIVE');
    const { body: operation } = await asDeployer('GET', `cloudfunctions.googleapis.com/v2/${denied.body.name}`);
    expect([operation.done, operation.error.message]).toEqual([
      true,
      expect.stringContaining('Permission denied on secret: projects/demo/secrets/word/versions/latest'),
    ]);
    gcp.grantOn('projects/123456789012/secrets/word', 'roles/secretmanager.secretAccessor', account);
    expect((await shell(`${DEPLOY} --set-secrets=WORD=word:latest --service-account=${account}`)).code).toBe(0);
    expect((await gcp.fireWebhook('hello')).body.text).toBe('pssst');

    const { uri } = gcp.functions()[0].serviceConfig;
    const print = `gcloud auth print-identity-token --impersonate-service-account=${account} --audiences=${uri} --include-email`;
    const credentials = `iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${account}:generateIdToken`;
    expect((await asDeployer('POST', credentials, { audience: uri, includeEmail: true })).status).toBe(403);
    gcp.grantOn(
      `projects/demo/serviceAccounts/${account}`,
      'roles/iam.serviceAccountTokenCreator',
      `user:${gcp.account}`,
    );
    const { stdout } = await shell(print);
    gcp.grant('hello', account);
    const authorization = `Bearer ${stdout.trim()}`;
    expect((await ask('GET', uri.replace('https://', ''), undefined, { authorization })).status).toBe(200);
  });

  test('a function that looks for the keys of Google finds them without a proxy', async () => {
    const { ended, printed } = start(process.execPath, ['-e', KEYS], {
      env: { ...gcp.env(), NODE_USE_ENV_PROXY: undefined },
    });
    expect([await ended, printed.stderr]).toEqual([0, '']);
    const [header] = gcp.idToken('https://a.example').split('.');
    const { kid } = JSON.parse(Buffer.from(header!, 'base64url').toString());
    expect(Object.keys(JSON.parse(printed.stdout))).toEqual([kid]);
  });

  test('nothing has left this machine, and what wants to is refused and written down', async () => {
    expect(gcp.escapes).toEqual([]);
    const curl = await shell('curl -sS https://example.com; curl -sS http://example.com');
    expect(curl.stderr).toContain('response 403');
    const script = "for (const a of ['https://example.net', 'http://example.net:81']) await fetch(a).catch(() => {})";
    const node = start(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...gcp.env(), NODE_USE_ENV_PROXY: undefined },
    });
    await node.ended;
    expect(gcp.escapes).toEqual([
      'CONNECT example.com:443',
      'GET http://example.com/',
      'https://example.net',
      'http://example.net',
    ]);
  });

  test('a function ends with a fake that was killed', async () => {
    write('alone');
    mkdirSync(join(folder, 'alone/node_modules'), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules/@google-cloud'), join(folder, 'alone/node_modules/@google-cloud'));
    cpSync(join(folder, 'hello'), join(folder, 'alone'), { recursive: true });
    const { process: fake, until: printed } = start(process.execPath, ['--input-type=module', '-e', ALONE], {
      env: { ...gcp.env(), NODE_OPTIONS: undefined, NETWORK: gcp.env().NODE_OPTIONS, FOLDER: join(folder, 'alone') },
    });
    const [, port] = await printed(/port=(\d+)/);
    const answers = () =>
      fetch(`http://127.0.0.1:${port}/`).then(
        () => true,
        () => false,
      );
    expect(await answers()).toBe(true);
    fake.kill('SIGKILL');
    while (await answers()) await new Promise((resolve) => setTimeout(resolve, 20));
  });

  test('it closes with every process that it has started and every file', async () => {
    const other = await startGcp({ project: 'demo', number: '123456789012', region: 'us-central1', agent: AGENT });
    const config = other.env().CLOUDSDK_CONFIG!;
    expect(existsSync(config)).toBe(true);
    await other.close();
    expect(existsSync(config)).toBe(false);
  });
});

function helloCode(text: string): string {
  return `const { http } = require('@google-cloud/functions-framework');
http('hello', (req, res) => res.json({ text: '${text}', credential: req.headers.authorization }));`;
}

/** As the middleware asks for them: with an agent of its own, which looks at no variable. */
const KEYS = `require('node:https').get('https://www.googleapis.com/oauth2/v1/certs', { agent: false }, (response) => {
  response.pipe(process.stdout);
});`;

/** One instance, in a program that does not end by itself. */
const ALONE = `import { startInstance } from '${ROOT}test/helpers/gcp/instance.ts';
await startInstance({
  folder: process.env.FOLDER,
  env: {
    FUNCTION_TARGET: 'hello', NODE_OPTIONS: process.env.NETWORK, FAKE_GUARD: 'yes', FAKE_TLS_PORT: '1', FAKE_PLAIN_PORT: '1',
  },
  log() {},
  startupTimeout: 10_000,
}).then(({ port }) => console.log('port=' + port));`;

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
