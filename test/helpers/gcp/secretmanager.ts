import { type Data, invalid, notFound, on, Refusal, type Route } from './call.ts';
import { policyRoutes } from './platform.ts';
import type { SecretVersion, World } from './world.ts';

/** secretmanager.googleapis.com, v1. */

const HOST = 'secretmanager.googleapis.com';
const SECRETS = '/v1/projects/[^/]+/secrets';

export function secretManager(world: World): Route[] {
  const { secrets, number } = world;
  const path = (more: string) => new RegExp(SECRETS + more);
  const nameOf = (id: string) => `projects/${number}/secrets/${id}`;
  const find = (id: string) => {
    const secret = secrets.get(id);
    if (!secret) throw new Refusal(404, `Secret [${nameOf(id)}] not found.`);
    return secret;
  };
  const describe = (id: string, version: SecretVersion) => ({
    name: `${nameOf(id)}/versions/${find(id).versions.indexOf(version) + 1}`,
    createTime: version.createTime,
    state: version.state,
    replicationStatus: { automatic: {} },
    etag: '"fake"',
    clientSpecifiedPayloadChecksum: true,
  });
  const findVersion = (id: string, version: string) => {
    const { versions } = find(id);
    const found = version === 'latest' ? versions.at(-1) : versions[Number(version) - 1];
    if (!found) throw notFound(`${nameOf(id)}/versions/${version}`);
    return found;
  };
  const turn = (verb: string, state: SecretVersion['state']) =>
    on('POST', HOST, path(`/([^/:]+)/versions/([^/:]+):${verb}`), (_call, id, version) => {
      const found = findVersion(id!, version!);
      found.state = state;
      return describe(id!, found);
    });
  return [
    on('GET', HOST, path(''), () => ({ secrets: [...secrets.values()].map(({ resource }) => resource) })),
    on('POST', HOST, path(''), ({ query, body }) => {
      const id = query.get('secretId') ?? '';
      if (!/^[A-Za-z0-9_-]{1,255}$/.test(id)) throw invalid(`Invalid secret id ${id}`);
      if (secrets.has(id))
        throw new Refusal(409, `Secret [${nameOf(id)}] already exists.`, { status: 'ALREADY_EXISTS' });
      const resource: Data = { ...body, name: nameOf(id), createTime: new Date().toISOString(), etag: '"fake"' };
      secrets.set(id, { resource, versions: [] });
      return resource;
    }),
    on('GET', HOST, path('/([^/:]+)'), (_call, id) => find(id!).resource),
    on('DELETE', HOST, path('/([^/:]+)'), (_call, id) => {
      find(id!);
      secrets.delete(id!);
      return {};
    }),
    on('POST', HOST, path('/([^/:]+):addVersion'), ({ body }, id) => {
      const data = Buffer.from(body.payload.data ?? '', 'base64');
      const { dataCrc32c } = body.payload;
      if (dataCrc32c && dataCrc32c !== String(crc32c(data))) throw invalid('The checksum is wrong');
      const version: SecretVersion = { state: 'ENABLED', data, createTime: new Date().toISOString() };
      find(id!).versions.push(version);
      return describe(id!, version);
    }),
    on('GET', HOST, path('/([^/:]+)/versions'), (_call, id) => ({
      versions: find(id!)
        .versions.map((version) => describe(id!, version))
        .reverse(),
    })),
    on('GET', HOST, path('/([^/:]+)/versions/([^/:]+)'), (_call, id, version) =>
      describe(id!, findVersion(id!, version!)),
    ),
    on('GET', HOST, path('/([^/:]+)/versions/([^/:]+):access'), (_call, id, version) => {
      const found = findVersion(id!, version!);
      const { name } = describe(id!, found);
      if (found.state !== 'ENABLED') throw invalid(`${name} is in ${found.state} state.`, 'FAILED_PRECONDITION');
      return { name, payload: { data: found.data.toString('base64'), dataCrc32c: String(crc32c(found.data)) } };
    }),
    turn('disable', 'DISABLED'),
    turn('enable', 'ENABLED'),
    turn('destroy', 'DESTROYED'),
    ...policyRoutes(world, HOST, path('/([^/:]+)'), 'GET', (id) => {
      find(id);
      return nameOf(id);
    }),
  ];
}

/** CRC-32C (Castagnoli), reflected: RFC 3720, appendix B.4. */
function crc32c(data: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
