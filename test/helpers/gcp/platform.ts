import { randomUUID } from 'node:crypto';
import { type Call, type Data, invalid, on, Refusal, type Route } from './call.ts';
import { computeAccount, dialogflowAgent, type World } from './world.ts';

/** What every project has: enabled services, IAM of the project, service accounts and their tokens. */

export function platform(world: World): Route[] {
  return [...serviceUsage(world), ...resourceManager(world), ...serviceAccounts(world), ...credentials(world)];
}

function serviceUsage(world: World): Route[] {
  const host = 'serviceusage.googleapis.com';
  const one = /\/v1(?:beta1)?\/projects\/([^/]+)\/services\/([^/:]+)/;
  const state = (project: string, name: string) => ({
    name: `projects/${world.projects.get(project) ?? project}/services/${name}`,
    config: { name },
    state: world.enabled.has(name) ? 'ENABLED' : 'DISABLED',
  });
  const done = (response: Data) => ({ name: 'operations/acf.p2-done', done: true, response });
  return [
    on('GET', host, one, (_call, project, name) => state(project!, name!)),
    on('GET', host, /\/v1\/projects\/([^/]+)\/services/, (_call, project) => ({
      services: [...world.enabled].map((name) => state(project!, name)),
    })),
    on('POST', host, new RegExp(`${one.source}:enable`), (_call, project, name) => {
      world.enabled.add(name!);
      return done({ service: state(project!, name!) });
    }),
    on('POST', host, /\/v1\/projects\/([^/]+)\/services:batchEnable/, ({ body }, project) => {
      for (const name of body.serviceIds) world.enabled.add(name);
      return done({ services: body.serviceIds.map((name: string) => state(project!, name)) });
    }),
    on('POST', host, new RegExp(`${one.source}:generateServiceIdentity`), (_call, project, name) => {
      if (name !== 'dialogflow.googleapis.com') throw invalid(`The fake knows no identity of ${name}`);
      const email = dialogflowAgent(world.projects.get(project!) ?? project!);
      world.accounts.set(email, undefined);
      return done({
        '@type': 'type.googleapis.com/google.api.serviceusage.v1beta1.ServiceIdentity',
        email,
        uniqueId: '111222333444555666777',
      });
    }),
    on('GET', 'cloudbuild.googleapis.com', /\/v1\/projects\/([^/]+)\/locations\/[^/]+\/defaultServiceAccount/, () => ({
      name: `projects/${world.number}/locations/${world.region}/defaultServiceAccount`,
      serviceAccountEmail: `projects/${world.project}/serviceAccounts/${computeAccount(world.number)}`,
    })),
  ];
}

function resourceManager(world: World): Route[] {
  const host = 'cloudresourcemanager.googleapis.com';
  const resource = (id: string) => {
    const number = world.projects.get(id);
    // Google does not say whether it exists.
    if (!number) throw new Refusal(403, `The caller does not have permission on project ${id} (or it may not exist).`);
    return { projectId: id, projectNumber: number, lifecycleState: 'ACTIVE', name: id };
  };
  return [
    on('GET', host, /\/v[13]\/projects\/([^/:]+)/, (_call, id) => resource(id!)),
    ...policyRoutes(world, host, /\/v[13]\/projects\/([^/:]+)/, 'POST', (id) => {
      resource(id);
      return `projects/${id}`;
    }),
    on('POST', host, /\/v[13]\/projects\/([^/:]+):testIamPermissions/, ({ body }) => ({
      permissions: body.permissions,
    })),
  ];
}

function serviceAccounts(world: World): Route[] {
  const host = 'iam.googleapis.com';
  const parent = /\/v1\/projects\/[^/]+\/serviceAccounts/;
  const find = (email: string) => {
    const account = world.accounts.get(email);
    if (!account) throw new Refusal(404, `Unknown service account: ${email}`);
    return account;
  };
  return [
    on('GET', host, parent, () => ({ accounts: [...world.accounts.values()].filter(Boolean) })),
    on('POST', host, parent, ({ body }) => {
      const { accountId, serviceAccount = {} } = body;
      if (!/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/.test(accountId)) throw invalid(`Invalid account id ${accountId}`);
      const email = `${accountId}@${world.project}.iam.gserviceaccount.com`;
      if (world.accounts.get(email)) {
        const message = `Service account ${accountId} already exists within project projects/${world.project}.`;
        throw new Refusal(409, message, { status: 'ALREADY_EXISTS' });
      }
      const account = {
        name: `projects/${world.project}/serviceAccounts/${email}`,
        projectId: world.project,
        uniqueId: String(BigInt(`0x${randomUUID().slice(0, 8)}`) + 10n ** 20n),
        email,
        etag: 'MDEwMjE5MjA=',
        ...serviceAccount,
      };
      world.accounts.set(email, account);
      return account;
    }),
    on('GET', host, new RegExp(`${parent.source}/([^/:]+)`), (_call, email) => find(email!)),
    on('DELETE', host, new RegExp(`${parent.source}/([^/:]+)`), (_call, email) => {
      find(email!);
      world.accounts.delete(email!);
      return {};
    }),
    ...policyRoutes(world, host, new RegExp(`${parent.source}/([^/:]+)`), 'POST', (email) => find(email).name),
  ];
}

/** `getIamPolicy` and `setIamPolicy` of a resource whose name the path has. */
export function policyRoutes(
  { policies }: World,
  host: string,
  path: RegExp,
  getMethod: 'GET' | 'POST',
  nameOf: (id: string) => string,
): Route[] {
  return [
    on(getMethod, host, new RegExp(`${path.source}:getIamPolicy`), (_call, id) => policies.get(nameOf(id!))),
    on('POST', host, new RegExp(`${path.source}:setIamPolicy`), ({ body }, id) =>
      policies.set(nameOf(id!), body.policy ?? {}),
    ),
  ];
}

/** Roles that let one act as a service account, as far as tokens go. Owners of a project have none of them. */
const ID_TOKENS = ['roles/iam.serviceAccountTokenCreator', 'roles/iam.serviceAccountOpenIdTokenCreator'];
const ACCESS_TOKENS = ['roles/iam.serviceAccountTokenCreator'];

function credentials(world: World): Route[] {
  const host = 'iamcredentials.googleapis.com';
  const path = /\/v1\/projects\/-\/serviceAccounts\/([^/:]+)/;

  function allow({ headers }: Call, email: string, roles: readonly string[], permission: string): void {
    const token = headers.authorization?.replace(/^bearer /i, '') ?? '';
    const caller = world.impersonated.get(token);
    if (caller === email) return; // an access token of an account may make its own
    const member = caller ? `serviceAccount:${caller}` : `user:${world.account}`;
    const account = world.accounts.get(email);
    const allowed = [account?.name, `projects/${world.project}`].some(
      (resource) => resource && world.policies.allows(resource, roles, [member]),
    );
    if (!account || !allowed) {
      throw new Refusal(403, `Permission '${permission}' denied on resource (or it may not exist).`);
    }
  }

  return [
    on('POST', host, new RegExp(`${path.source}:generateIdToken`), (call, email) => {
      allow(call, email!, ID_TOKENS, 'iam.serviceAccounts.getOpenIdToken');
      const { audience, includeEmail } = call.body;
      if (!audience) throw invalid('The audience is missing');
      // Without `includeEmail` Google leaves the address out; nobody here can do anything with such a token.
      return { token: world.issuer.token({ audience, email: includeEmail ? email! : 'unknown' }) };
    }),
    on('POST', host, new RegExp(`${path.source}:generateAccessToken`), (call, email) => {
      allow(call, email!, ACCESS_TOKENS, 'iam.serviceAccounts.getAccessToken');
      const accessToken = `ya29.impersonated-${randomUUID()}`;
      world.impersonated.set(accessToken, email!);
      // google-auth reads no fraction of a second.
      return { accessToken, expireTime: `${new Date(Date.now() + 3_600_000).toISOString().slice(0, 19)}Z` };
    }),
    // Who somebody is: what a script asks that grants a role to whoever runs it.
    on('GET', 'oauth2.googleapis.com', /\/tokeninfo/, () => ({ email: world.account, email_verified: 'true' })),
    on('GET', 'www.googleapis.com', /\/oauth2\/v[23]\/userinfo/, () => ({ email: world.account })),
  ];
}
