import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { afterAll, expect, test } from '@jest/globals';
import { buildRequest } from '../../dev/local/request.ts';
import { openLocalIssuer } from '../../dev/local/tokens.ts';
import { expectConformant } from '../helpers/conformance.ts';
import { cx, HAS_IPV6, startCx, stopAll } from '../helpers/process.ts';

afterAll(stopAll);

const issuer = openLocalIssuer();

function post(
  url: string,
  audience: string,
  body = JSON.stringify(buildRequest({ tag: 'weather', params: { location: 'Pune' } })),
) {
  const authorization = `Bearer ${issuer.token({ audience })}`;
  return fetch(url, { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body });
}

const childOf = (pid: number) => Number(execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' }));

async function startFunction(name: string) {
  const running = startCx(['function', name, '--port', '0']);
  const [, url] = await running.until(/^(http:\/\/localhost:\d+\/\S+) serves this function/);
  return { ...running, url: url! };
}

test('One function runs under the functions-framework CLI, takes its own tokens only, and ends with its parent', async () => {
  const running = await startFunction('weather');
  const { url, process: parent } = running;
  const { origin } = new URL(url);
  expect(running.printed.stdout).toBe(`\
${url} serves this function. Try it from another terminal:

  npm run cx -- trigger weather --param location=Pune --port ${new URL(url).port}

`);

  const answer = await post(url, url);
  expect(answer.status).toBe(200);
  const json = (await answer.json()) as { fulfillmentResponse: { messages: unknown[] } };
  expectConformant(json);
  expect(json.fulfillmentResponse.messages).toEqual([
    { text: { text: ['It is 27 °C and partly cloudy in Pune, India. It feels like 29 °C.'] } },
  ]);
  expect((await post(origin, origin)).status).toBe(200);
  const refused = await post(url, `${origin}/welcome`);
  expect([refused.status, await refused.json()]).toEqual([
    401,
    {
      error: {
        code: 'unauthenticated',
        message: 'The ID token is meant for another audience: WEBHOOK_AUDIENCES lists those accepted.',
      },
    },
  ]);
  const broken = await post(url, url, '{"fulfillmentInfo":');
  expect([broken.status, await broken.json()]).toEqual([
    400,
    { error: { code: 'bad-request', message: 'The body is not JSON.' } },
  ]);

  const child = childOf(parent.pid!);
  parent.kill('SIGTERM');
  expect(await running.ended).toBe(0);
  expect(running.printed.stderr).toBe('');
  expect(() => process.kill(child, 0)).toThrow('ESRCH');
});

test('The exit code of the function is passed on', async () => {
  const { ended, process: parent } = await startFunction('fallback');
  const child = childOf(parent.pid!);
  process.kill(child, 'SIGKILL');
  expect(await ended).toBe(137);
});

test('An unknown function is told in one sentence that lists the functions', async () => {
  expect(await cx(['function', 'nope'])).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'There is no function called nope: choose one of account, ask, booking, clubs, faculty, fallback, fee-quote, feedback, fees, first-page, library, router, weather, welcome.\n',
  });
});

test.each(['127.0.0.1', ...(HAS_IPV6 ? ['::'] : [])])(
  'A port that is in use on %s is told in one sentence',
  async (host) => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, host, () => resolve((server.address() as { port: number }).port));
    });
    expect(await cx(['function', 'weather', '--port', String(port)])).toEqual({
      code: 1,
      stdout: '',
      stderr: `Port ${port} is in use: stop what runs there, or choose another one with --port or PORT.\n`,
    });
    await new Promise((resolve) => server.close(resolve));
  },
);

test('--help shows an example', async () => {
  const { code, stdout } = await cx(['function', '--help']);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^Usage: npm run cx -- function \[options\] <name>\n.*Examples:\n {2}npm run function -- weather\n/s,
  );
});
