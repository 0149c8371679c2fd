import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort, ROOT, type Running, start, startCx } from './helpers/process.ts';

/**
 * Does what the README says, block by block, in a copy of the repository: `npm start` runs, every command prints what the
 * block after it shows, the example is saved under its name, compiles and answers. Only `npm ci` and `npm test` are left to
 * `.ci/run`, which does both.
 */
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, code]) => ({
  language: language!,
  code: code!.trim(),
}));

const copy = mkdtempSync(join(tmpdir(), 'readme-'));
let port: number;
let env: { [name: string]: string };
let server: Running | undefined;
/** Stands in for the example's orders: it knows the order A1. */
const orders = createServer((request, response) => {
  response.statusCode = request.url === '/orders/A1' ? 200 : 404;
  response.end('{"state":"on its way"}');
});

beforeAll(async () => {
  for (const part of [
    'agent',
    'functions',
    'shared',
    'dev',
    'test/fixtures',
    'package.json',
    'tsconfig.json',
    '.npmrc',
  ]) {
    cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  await once(orders.listen(0, '127.0.0.1'), 'listening');
  port = await freePort();
  // The store of a person who has set nothing: in the copy's own folder.
  env = {
    PORT: String(port),
    DATABASE_URL: '',
    ORDERS_URL: `http://127.0.0.1:${(orders.address() as AddressInfo).port}`,
  };
});

afterAll(async () => {
  await server?.stop();
  orders.close();
  rmSync(copy, { recursive: true });
});

test('every block of the README is of a kind that is tried here', () => {
  expect(blocks.map(({ language }) => language)).toEqual([
    ...['sh', 'text', 'sh', 'text', 'sh', 'json', 'sh'],
    ...['ts', 'sh', 'text'],
    ...['sh', 'text', 'sh', 'text', 'sh', 'text', 'mermaid'],
    'sh', // of deploy.sh: test/docs.test.ts
  ]);
});

test('the two commands are those of the scripts and of .ci/run', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const ci = readFileSync(join(ROOT, '.ci/run'), 'utf8');
  expect([blocks[0]?.code, blocks[6]?.code]).toEqual(['npm ci && npm start', 'npm ci && npm test']);
  expect(scripts).toMatchObject({ start: expect.any(String), test: expect.any(String) });
  expect(ci).toMatch(/^npm ci$/m);
  expect(ci).toMatch(/^npm test/m);
});

test('npm start shows what the README shows', async () => {
  await restart();
  expect(comparable(server!.printed.stdout)).toBe(comparable(blocks[1]!.code));
});

test('every command that follows prints what the README shows', async () => {
  for (const at of [2, 4, 10, 12, 14]) {
    expect(comparable(await shell(blocks[at]!.code))).toBe(comparable(blocks[at + 1]!.code));
  }
});

test('the tag of the README compiles, is served from its one file, and answers', async () => {
  const { code } = blocks[7]!;
  expect(code.split('\n').filter((line) => line !== '')).toHaveLength(9);
  writeFileSync(join(copy, 'functions/order-status.ts'), `${code}\n`);
  writeFileSync(
    join(copy, 'tsconfig.one.json'),
    '{"extends":"./tsconfig.json","include":["functions/order-status.ts"]}',
  );
  expect(await shell('npx tsc -p tsconfig.one.json && echo compiles')).toBe('compiles\n');

  await restart();
  expect(comparable(await shell(blocks[8]!.code))).toBe(comparable(blocks[9]!.code));
  const trigger = 'npm run -s cx -- trigger order-status --tag orderStatus --param orderId=';
  expect(comparable(await shell(`${trigger}A1`))).toBe(
    '200 in N ms\nsays     Order A1 is on its way.\nsets     orderState = "on its way"',
  );
  expect(comparable(await shell(`${trigger}B2`))).toMatch(/^200 in N ms\nsays {5}I can't find order B2\./);
});

test('every file that the README names is there', () => {
  const links = [...readme.matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, path]) => path!);
  const picture = blocks.find(({ language }) => language === 'mermaid')!.code;
  const drawn = [...picture.matchAll(/"([\w/.-]+\.(?:ts|js))/g)].map(([, path]) => path!);
  expect(drawn.length).toBeGreaterThan(5);
  expect([...links, ...drawn].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test('every command that the README names is there', async () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const named = [...readme.matchAll(/npm (?:run )?(?:-s )?(start|test|[\w-]+)(?: -- ([\w-]+))?/g)].filter(
    ([, name]) => name !== 'ci' && name !== 'and',
  );
  expect(named.map(([, name]) => name).filter((name) => !(name! in scripts))).toEqual([]);
  const help = await shell('npm run -s cx -- --help');
  for (const [, name, command] of named) if (name === 'cx') expect(help).toContain(`  ${command} `);
});

/** Starts `npm start` in the copy, or starts it anew. */
async function restart(): Promise<void> {
  await server?.stop();
  server = startCx(['start'], { env, cwd: copy });
  await server.until(/Try one[\s\S]*\n\n$/);
}

/** What a command prints in the copy, as a person at a shell would see it. */
async function shell(command: string): Promise<string> {
  const { ended, printed } = start('bash', ['-c', command.replaceAll('8080', String(port))], { cwd: copy, env });
  await ended;
  return printed.stdout + printed.stderr;
}

/** Without what differs from run to run: times and the port. */
function comparable(output: string): string {
  return output
    .trim()
    .replaceAll(/\d+ ms\b/g, 'N ms')
    .replaceAll(/\d+\.\d s\b/g, 'N s')
    .replaceAll(` --port ${port}`, '')
    .replaceAll(String(port), '8080');
}
