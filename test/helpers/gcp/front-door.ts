import { createPublicKey, randomBytes, verify } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import type { Call, Data, Reply } from './call.ts';
import { runResource } from './cloudfunctions.ts';
import { instanceOf, type Revision, type RunService, serviceName, trafficOf } from './run-service.ts';
import type { World } from './world.ts';

/** What stands before the containers: it knows who may invoke, takes the signature off their token, and picks a revision. */

const MARKER = 'SIGNATURE_REMOVED_BY_GOOGLE';

/** Roles with `run.routes.invoke`. */
const INVOKERS = [
  'roles/run.invoker',
  'roles/run.admin',
  'roles/run.developer',
  'roles/run.servicesInvoker',
  'roles/owner',
];

/** Headers of one connection only (RFC 9110, section 7.6.1). */
const HOP = ['connection', 'keep-alive', 'transfer-encoding', 'proxy-connection', 'upgrade', 'te', 'trailer'];

/** Whether this is an address of functions rather than of an API. */
export function isFunctionHost(host: string): boolean {
  return /\.(run\.app|cloudfunctions\.net)$/.test(host);
}

/** Serves a request to a function's address. */
export async function serve(world: World, call: Call): Promise<Reply> {
  const found = findService(world, call);
  if (!found) return page(404, 'Page not found');
  // The front end answers this path itself on run.app.
  if (call.path === '/healthz' && call.host.endsWith('.run.app')) return page(404, 'Page not found');
  const { service, path, audiences } = found;
  const [name, token] = credentialOf(call);
  const refused = checkInvoker(world, service, token, audiences);
  if (refused) return refused;

  const headers: OutgoingHttpHeaders = { ...call.headers };
  for (const each of HOP) delete headers[each];
  const resource = runResource(world, service.name);
  const open = world.policies.allows(resource, INVOKERS, ['allUsers']);
  // An open service gets tokens as they came.
  if (!open && token !== undefined) headers[name] = `Bearer ${token.split('.').slice(0, 2).join('.')}.${MARKER}`;
  headers['content-length'] = String(call.raw.length);
  headers['x-forwarded-for'] = '203.0.113.7';
  headers['x-forwarded-proto'] = 'https';
  headers.forwarded = 'for="203.0.113.7";proto=https';
  const trace = randomBytes(16).toString('hex');
  headers['x-cloud-trace-context'] ??= `${trace}/1234567890123456789`;
  headers.traceparent ??= `00-${trace}-112210f47de98115-01`;
  if (['GET', 'HEAD'].includes(call.method) && call.raw.length === 0) delete headers['content-length'];

  const revision = pick(service);
  if (!revision) return page(404, 'Page not found');
  const timeout = revision.deployed.serviceConfig.timeoutSeconds * 1000;
  try {
    const instance = await instanceOf(world, service, revision);
    const query = call.query.size > 0 ? `?${call.query}` : '';
    const answer = await instance.send({ method: call.method, path: path + query, headers, body: call.raw, timeout });
    const answered = Object.entries(answer.headers).filter(([key, value]) => !HOP.includes(key) && value !== undefined);
    return { status: answer.status, headers: Object.fromEntries(answered) as Data, body: answer.body };
  } catch (error) {
    if ((error as Error).name === 'AbortError' || (error as Error).name === 'TimeoutError') {
      return { status: 504, body: 'upstream request timeout' };
    }
    return page(
      503,
      'The request failed because either the HTTP response was malformed or connection to the instance had an error.',
    );
  }
}

interface Found {
  readonly service: RunService;
  /** The path that the container sees. */
  readonly path: string;
  /** Each counts alone and with a path behind it. */
  readonly audiences: readonly string[];
}

function findService({ services, project, region, domains }: World, { host, path }: Call): Found | undefined {
  const functions = `${region}-${project}.cloudfunctions.net`;
  const audiencesOf = ({ hosts, functionId, annotations }: RunService) => [
    ...hosts.map((each) => `https://${each}`),
    `https://${functions}/${functionId}`, // Cloud Functions adds it as a custom audience
    // A custom domain is one only where somebody has said so: `gcloud run services update --add-custom-audiences`.
    ...(JSON.parse(annotations['run.googleapis.com/custom-audiences'] ?? '[]') as string[]),
  ];
  if (host === functions) {
    const [, id = '', rest = ''] = /^\/([^/]+)(.*)$/.exec(path) ?? [];
    const service = services.get(serviceName(id));
    return service?.functionId === id ? { service, path: rest || '/', audiences: audiencesOf(service) } : undefined;
  }
  const service = [...services.values()].find(
    ({ hosts, functionId }) => hosts.includes(host) || domains.get(host) === functionId,
  );
  return service && { service, path, audiences: audiencesOf(service) };
}

/** Where both headers come, Cloud Run looks at its own only. */
function credentialOf({ headers }: Call): [name: string, token: string | undefined] {
  const name = headers['x-serverless-authorization'] === undefined ? 'authorization' : 'x-serverless-authorization';
  const token = /^bearer (.+)$/i.exec(String(headers[name] ?? ''))?.[1];
  return [name, token];
}

function checkInvoker(
  world: World,
  service: RunService,
  token: string | undefined,
  audiences: readonly string[],
): Reply | undefined {
  const allows = (...members: string[]) =>
    [runResource(world, service.name), `projects/${world.project}`].some((resource) =>
      world.policies.allows(resource, INVOKERS, members),
    );
  if (allows('allUsers')) return undefined;
  const forbidden = page(403, 'Your client does not have permission to get URL / from this server.');
  if (token === undefined) return forbidden;
  const claims = readToken(world, token);
  const meant = audiences.some((audience) => claims?.aud === audience || claims?.aud.startsWith(`${audience}/`));
  if (!claims || !meant) {
    return { ...page(401, 'Unauthorized'), headers: { 'www-authenticate': 'Bearer error="invalid_token"' } };
  }
  const kind = claims.email.endsWith('.gserviceaccount.com') ? 'serviceAccount' : 'user';
  return allows(`${kind}:${claims.email}`, 'allAuthenticatedUsers') ? undefined : forbidden;
}

function readToken({ issuer }: World, token: string): { readonly aud: string; readonly email: string } | undefined {
  try {
    const [header, claims, signature] = token.split('.') as [string, string, string];
    const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString());
    const key = createPublicKey(issuer.certificates()[kid]!);
    const genuine = verify('RSA-SHA256', Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, 'base64url'));
    const { aud, email, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString());
    return genuine && exp * 1000 > Date.now() ? { aud, email } : undefined;
  } catch {
    return undefined;
  }
}

/** Requests of this service so far: shares of traffic are kept exactly, one hundred by one hundred. */
const counts = new WeakMap<RunService, number>();

function pick(service: RunService): Revision | undefined {
  const count = counts.get(service) ?? 0;
  counts.set(service, count + 1);
  // 61 has no factor in common with 100: every share comes up, and mixed.
  let point = (count * 61) % 100;
  for (const { revision, percent } of trafficOf(service)) {
    if (point < percent) return revision;
    point -= percent;
  }
  return undefined;
}

function page(status: number, text: string): Reply {
  const body = `<html><head><title>${status}</title></head><body><h1>Error: ${text}</h1></body></html>\n`;
  return { status, headers: { 'content-type': 'text/html; charset=UTF-8' }, body };
}
