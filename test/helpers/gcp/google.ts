import { createPublicKey } from 'node:crypto';
import { type Call, json, matches, on, Refusal, type Reply, type Route } from './call.ts';
import { cloudFunctions } from './cloudfunctions.ts';
import { dialogflow } from './dialogflow.ts';
import { isFunctionHost, serve } from './front-door.ts';
import { platform } from './platform.ts';
import { run } from './run.ts';
import { secretManager } from './secretmanager.ts';
import type { World } from './world.ts';

/** All hosts of the fake: which service a request is for, and whether its caller may speak to it at all. */

/** APIs that cannot be switched off here. */
const ALWAYS = ['serviceusage', 'cloudresourcemanager', 'storage', 'www', 'oauth2'];

export function google(world: World): (call: Call) => Promise<Reply> {
  const routes = [
    ...cloudFunctions(world),
    ...run(world),
    ...platform(world),
    ...secretManager(world),
    ...dialogflow(world),
    ...certificates(world),
  ];

  return async (call) => {
    if (isFunctionHost(call.host) || world.domains.has(call.host)) return serve(world, call);
    if (!call.host.endsWith('.googleapis.com')) return metadata(world, call);
    try {
      const [route, found] = find(routes, call);
      if (!route.open) {
        checkToken(world, call);
        checkEnabled(world, call);
      }
      return json(200, await route.handle(call, ...found.slice(1)));
    } catch (error) {
      return (
        error instanceof Refusal ? error : new Refusal(400, `The fake failed: ${(error as Error).stack}`)
      ).reply();
    }
  };
}

function find(routes: readonly Route[], call: Call): [Route, RegExpExecArray] {
  for (const route of routes) {
    const found = matches(route, call);
    if (found) return [route, found];
  }
  // 4xx: gcloud would repeat anything above for 25 seconds.
  throw new Refusal(404, `The fake does not know ${call.method} ${call.host}${call.path}`, { status: 'UNIMPLEMENTED' });
}

function checkToken({ token, impersonated }: World, { headers }: Call): void {
  const given = headers.authorization?.replace(/^bearer /i, '') ?? '';
  if (given === token || impersonated.has(given)) return;
  throw new Refusal(401, 'Request had invalid authentication credentials. Expected OAuth 2 access token.');
}

function checkEnabled({ enabled, number }: World, { host }: Call): void {
  const service = host.replace(/^([a-z0-9-]+)-(run|dialogflow)\./, '$2.');
  if (ALWAYS.includes(service.split('.')[0]!) || enabled.has(service)) return;
  const page = `https://console.developers.google.com/apis/api/${service}/overview?project=${number}`;
  throw new Refusal(
    403,
    `${service} has not been used in project ${number} before or it is disabled. Enable it by visiting ${page} then retry.`,
    {
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'SERVICE_DISABLED',
          domain: 'googleapis.com',
          metadata: { service, consumer: `projects/${number}` },
        },
      ],
    },
  );
}

/** The keys that ID tokens are signed with, in both of Google's forms. */
function certificates({ issuer }: World): Route[] {
  const host = 'www.googleapis.com';
  return [
    { ...on('GET', host, /\/oauth2\/v1\/certs/, () => issuer.certificates()), open: true },
    {
      ...on('GET', host, /\/oauth2\/v3\/certs/, () => ({
        keys: Object.entries(issuer.certificates()).map(([kid, pem]) => ({
          ...createPublicKey(pem).export({ format: 'jwk' }),
          kid,
          alg: 'RS256',
          use: 'sig',
        })),
      })),
      open: true,
    },
  ];
}

/** Google's metadata server, for functions that ask where they are. It gives no tokens. */
function metadata({ project, number, region }: World, { path }: Call): Reply {
  const values: { readonly [path: string]: string } = {
    '/computeMetadata/v1/instance': '{}',
    '/computeMetadata/v1/project/project-id': project,
    '/computeMetadata/v1/project/numeric-project-id': number,
    '/computeMetadata/v1/instance/region': `projects/${number}/regions/${region}`,
  };
  const value = values[path.replace(/\/$/, '')];
  return { status: value === undefined ? 404 : 200, headers: { 'metadata-flavor': 'Google' }, body: value ?? '' };
}
