import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { load, post } from '../../bench/client.ts';
import { type Peer, type Server, startServer } from '../../bench/server.ts';
import { openWorld, requestOf, type World } from '../../bench/world.ts';
import { missingChromium } from '../../dev/chromium.ts';
import { ROOT } from '../helpers/process.ts';

/** No timing is asserted here: only that the benchmarks run, and that those compared do the same work. */

let world: World;
const servers = new Map<Peer, Server>();

beforeAll(async () => {
  world = await openWorld();
  for (const peer of ['bare', 'ours', 'naive'] as const) servers.set(peer, await startServer(peer, world));
}, 30_000);

afterAll(async () => {
  await Promise.all([...servers.values()].map((server) => server.stop()));
  await world.close();
});

const portOf = (peer: Peer) => servers.get(peer)!.port;
const statusOf = (peer: Peer, token: string) => post(portOf(peer), requestOf(world, token));

/** The same token with another signature. */
function forged(token: string): string {
  const [header, claims] = token.split('.');
  return `${header}.${claims}.${'A'.repeat(342)}`;
}

test.each(['bare', 'ours', 'naive'] as const)(
  '%s answers a signed call, with the same reply as the others',
  async (peer) => {
    const answer = await fetch(`http://127.0.0.1:${portOf(peer)}/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${world.token}` },
      body: new Uint8Array(world.body),
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await answer.text()).toBe(world.answer);
  },
);

test.each(['ours', 'naive'] as const)('%s refuses a forged token, and goes on to take a good one', async (peer) => {
  expect(await statusOf(peer, forged(world.token))).toBe(401);
  expect(await statusOf(peer, world.newToken())).toBe(200);
});

test('a load of good calls is counted', async () => {
  const { answers } = await load(portOf('ours'), requestOf(world, world.token), 2, 50);
  expect(answers).toBeGreaterThan(1);
});

test('a load that is refused counts for nothing: it is an error', async () => {
  await expect(load(portOf('ours'), requestOf(world, forged(world.token)), 2, 50)).rejects.toThrow('401');
});

const bench = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['bench/run.ts', ...args], { cwd: ROOT, encoding: 'utf8' });

test('the benchmarks print a table', async () => {
  const { stdout } = await bench('--quick', '--only', 'micro');
  expect(stdout).toMatch(/^MICRO /m);
  expect(stdout).toMatch(/^a whole call, its token remembered +\d+\.\d \(\d+\.\d to \d+\.\d\)$/m);
}, 30_000);

test('the emulator is measured by itself', async () => {
  const { stdout } = await bench('--quick', '--only', 'emulator');
  expect(stdout).toMatch(/^EMULATOR /m);
  expect(stdout).toMatch(/^turns, replayed whole: understood, taken and compared +\d+ \(\d+ to \d+\)$/m);
  expect(stdout).toMatch(/^loaded, checked and frozen +\d+ \(/m);
}, 60_000);

test('the console is measured in a browser, or the bench says that there is none', async () => {
  const { stdout } = await bench('--quick', '--only', 'console');
  if (missingChromium !== null) {
    expect(stdout).toContain(`CONSOLE  not measured. ${missingChromium}`);
    return;
  }
  expect(stdout).toMatch(/^CONSOLE {2}in headless Chromium/m);
  expect(stdout).toMatch(/^a start with a flow of 1200 pages more +\d+ \(\d+ to \d+\)$/m);
  expect(stdout).toMatch(/^another turn is X-rayed +\d+ \(\d+ to \d+\)$/m);
}, 120_000);

test('--help tells of the options, and a benchmark that does not exist is wrong usage', async () => {
  expect((await bench('--help')).stdout).toMatch(/--quick/);
  await expect(bench('--only', 'speed')).rejects.toMatchObject({
    code: 2,
    stderr: 'There is no benchmark speed; there are throughput, start, bundle, micro, identity, emulator, console.\n',
  });
});
