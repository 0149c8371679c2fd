import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Local, startLocal } from '../../dev/local/server.ts';
import { says, type WrittenExport, writeExport } from '../helpers/agent-export.ts';
import { cx, ROOT, startCx, stopAll } from '../helpers/process.ts';

const folder = mkdtempSync(join(tmpdir(), 'cx-test-'));
/** Where the command puts what it throws away. */
const scratch = join(folder, 'scratch');
mkdirSync(scratch);
const exports: WrittenExport[] = [];
let local: Local;

beforeAll(async () => {
  local = await startLocal({ port: 0, log: { write: () => true } });
});
afterAll(async () => {
  await stopAll();
  await local.close();
  for (const each of exports) each.remove();
  rmSync(folder, { recursive: true });
});

/** Runs `cx test` of a person who has no store. */
const run = (...args: string[]) => cx(['test', ...args], { env: { TMPDIR: scratch, DATABASE_URL: '' } });
const inFolder = (name: string) => join(folder, name);

/** Without what differs from run to run. */
const settled = (output: string) => output.replace(/in \d+\.\d s/g, 'in N s').replace(/took \d+ ms/g, 'took N ms');

interface Expected {
  readonly text: string;
  readonly intent?: string;
  readonly page: string;
  readonly says: readonly string[];
  readonly parameters?: object;
}

/** A test case of the shop, as CX records one. */
function recorded(tags: readonly string[], ...turns: readonly Expected[]) {
  return {
    tags,
    testCaseConversationTurns: turns.map(({ text, intent, page, says: texts, parameters }) => ({
      userInput: { input: { text: { text }, languageCode: 'en' }, isWebhookEnabled: true },
      virtualAgentOutput: {
        ...(intent && { triggeredIntent: { name: intent } }),
        ...(parameters && { sessionParameters: parameters }),
        currentPage: { name: page, flow: 'Default Start Flow' },
        currentFlow: { name: 'Default Start Flow' },
        textResponses: texts.map((each) => ({ text: [each] })),
      },
    })),
  };
}

const HELLO: Expected = { text: 'hello', intent: 'hello', page: 'Start Page', says: ['Welcome.'] };
const ORDER: Expected = {
  text: 'order',
  intent: 'order',
  page: 'Order',
  says: ['Gladly.', 'For when?'],
  parameters: { asked: true },
};

/** An agent that says hello and takes orders. */
function shop(testCases: { readonly [name: string]: object }): WrittenExport {
  const to = (intent: string, text: string, targetPage?: string) => ({
    name: intent,
    intent,
    triggerFulfillment: {
      ...says(text),
      ...(targetPage && { setParameterActions: [{ parameter: 'asked', value: true }] }),
    },
    ...(targetPage && { targetPage }),
  });
  const written = writeExport({
    agent: { displayName: 'Shop' },
    flows: {
      'Default Start Flow': {
        transitionRoutes: [to('hello', 'Welcome.'), to('order', 'Gladly.', 'Order')],
        pages: { Order: { entryFulfillment: says(['For when?', 'When would you like it?']) } },
      },
    },
    intents: { hello: { phrases: ['hello', 'hi there'] }, order: { phrases: ['order', 'I want to order'] } },
    testCases,
  });
  exports.push(written);
  return written;
}

const PASSING = { 'Says hello': recorded(['#greeting'], HELLO), 'Takes an order': recorded(['#sale'], HELLO, ORDER) };
const PASSED = `
Shop: 2 conversations, 3 turns, in N s

  page and intent                        3 of 3 turns          100.0 %
  texts                                  3 of 3 turns          100.0 %
  parameters                             3 of 3 turns          100.0 %
  identical                              2 of 2 conversations  100.0 %
  ... with all parameters                2 of 2 conversations  100.0 %

Turns with the same page, intent and texts, by what they touch:
  routes with an intent                  3 of 3 turns          100.0 %
  parameter presets                      1 of 1 turns          100.0 %

2 of 2 test cases pass, as Google's service judges: same pages and intents.
`;

test('An agent that does as recorded: the score, and exit code 0', async () => {
  const { code, stdout, stderr } = await run(shop(PASSING).folder);
  expect({ code, stderr, stdout: settled(stdout) }).toEqual({ code: 0, stderr: '', stdout: PASSED });
});

test('The archive as CX exports it is tested like the folder', async () => {
  const { code, stdout } = await run(shop(PASSING).zip(), '--webhooks', 'off');
  expect({ code, stdout: settled(stdout) }).toEqual({ code: 0, stdout: PASSED });
});

const FAILING = {
  ...PASSING,
  'Goes elsewhere': recorded(
    [],
    HELLO,
    { ...ORDER, page: 'Checkout', says: ['Gladly.', 'Today?', 'Pay now.'], parameters: { asked: 1, price: 2 } },
    HELLO,
  ),
  'Says it otherwise': recorded([], { ...HELLO, says: ['Welcome, Asha.'] }),
  'Says a variant': recorded([], { ...ORDER, says: ['Gladly.', 'When would you like it?'] }),
};

test('Where it does otherwise, a person reads in which turn, what was expected and what came; exit code 1', async () => {
  const { code, stdout, stderr } = await run(shop(FAILING).folder);
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(settled(stdout).split('\nShop: ')).toEqual([
    `
Goes elsewhere  (testCases/Goes elsewhere.json)
  turn 2 of 3: "order"
    page      expected  Checkout in Default Start Flow
              got       Order in Default Start Flow
    says      "Gladly."
    says      expected  "Today?"
              got       "For when?"
    says      expected  "Pay now."
              got       nothing
    parameter expected  asked = 1
              got       asked = true
    parameter expected  price = 2
              got       price = nothing

Says it otherwise  (testCases/Says it otherwise.json)
  turn 1 of 1: "hello"
    says      expected  "Welcome, Asha."
              got       "Welcome."
`,
    expect.stringMatching(
      /^5 conversations, 8 turns, in N s\n[\s\S]*\n4 of 5 test cases pass, as Google's service judges/,
    ),
  ]);
});

test('A text that differs alone is shown, and fails nothing: exit code 0', async () => {
  const { code, stdout } = await run(shop(FAILING).folder, '--filter', 'otherwise');
  expect(code).toBe(0);
  expect(stdout).toMatch(/got {7}"Welcome\."[\s\S]*\n {2}texts +0 of 1 turns +0\.0 %\n[\s\S]*\n1 of 1 test cases pass/);
});

test('--quiet leaves the differences out', async () => {
  const { code, stdout } = await run(shop(FAILING).folder, '--quiet');
  expect(code).toBe(1);
  expect(stdout).toMatch(/^\nShop: 5 conversations/);
});

test('--filter takes the test cases with that text in their name, their file or a tag, in any case', async () => {
  const { folder: agent } = shop(PASSING);
  const countOf = async (filter: string) => /Shop: (\d+) /.exec((await run(agent, '--filter', filter)).stdout)?.[1];
  expect(await countOf('says HELLO')).toBe('1');
  expect(await countOf('takes an order.json')).toBe('1');
  expect(await countOf('#sale')).toBe('1');
  expect(await run(agent, '--filter', 'Refund')).toEqual({
    code: 1,
    stdout: '',
    stderr: 'None of the 2 test cases has "Refund" in its name, its file or a tag.\n',
  });
});

test('--json writes what the emulator did, and nothing that was expected', async () => {
  const file = inFolder('did.json');
  await run(shop(FAILING).folder, '--json', file, '--filter', 'elsewhere');
  const hello = { page: 'Start Page', intent: 'hello', texts: ['Welcome.'], parameters: {} };
  const asked = { asked: true };
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
    testCases: [
      {
        file: 'testCases/Goes elsewhere.json',
        turns: [
          hello,
          { page: 'Order', intent: 'order', texts: ['Gladly.', 'For when?'], parameters: asked },
          { page: 'Order', intent: 'hello', texts: ['Welcome.'], parameters: asked },
        ],
      },
    ],
  });
});

/** What expat, which takes well-formed XML alone, makes of a file; null where no Python is at hand. */
function parseXml(file: string) {
  const program = `
import json, sys, xml.etree.ElementTree as tree
def plain(e): return [e.tag, e.attrib, (e.text or '').strip(), [plain(c) for c in e]]
print(json.dumps(plain(tree.parse(sys.argv[1]).getroot())))`;
  const { status, stdout, stderr, error } = spawnSync('python3', ['-c', program, file], { encoding: 'utf8' });
  if (error) return null;
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

test('--junit writes a report that is well-formed XML, whatever stands in the names and texts', async () => {
  const file = inFolder('report.xml');
  const odd = 'Odd <&>"\' ]]> \u00e9 \ud83d\ude00';
  const says = ['<b>&amp; "so" \u0001 ]]>'];
  const { folder: agent } = shop({
    ...PASSING,
    odd: { ...recorded([], { ...HELLO, page: 'Nowhere', says }), displayName: odd },
  });
  expect((await run(agent, '--junit', file)).code).toBe(1);
  expect(readFileSync(file, 'utf8')).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuite /);
  const xml = parseXml(file);
  if (xml === null) return console.warn('There is no python3 here: the report was not parsed.');
  const passed = (name: string) => ['testcase', { classname: 'Shop', name, file: `testCases/${name}.json` }, '', []];
  const failure = `${odd}  (testCases/odd.json)
  turn 1 of 1: "hello"
    page      expected  Nowhere in Default Start Flow
              got       Start Page in Default Start Flow
    says      expected  ${JSON.stringify(says[0])}
              got       "Welcome."`;
  expect(xml).toEqual([
    'testsuite',
    { name: 'Shop', tests: '3', failures: '1' },
    '',
    [
      passed('Says hello'),
      passed('Takes an order'),
      [
        'testcase',
        { classname: 'Shop', name: odd, file: 'testCases/odd.json' },
        '',
        [['failure', { message: 'The page or the intent differs.' }, failure, []]],
      ],
    ],
  ]);
});

/** The conversations of the agent that ships which ask for the weather. */
const weather = (...args: string[]) => run('agent', '--filter', 'Weather -', ...args);
const callsOf = (stdout: string) => /^\d+ calls of webhooks.*$/m.exec(settled(stdout))?.[0];

test('Without an option the functions here answer, over HTTP', async () => {
  const { code, stdout } = await weather();
  expect([code, callsOf(stdout)]).toEqual([0, '4 calls of webhooks: 0 asked twice, 0 failed, the longest took N ms.']);
  expect(stdout).toMatch(/\n3 of 3 test cases pass/);
});

test('--webhooks off calls nobody', async () => {
  const { code, stdout } = await weather('--webhooks', 'off');
  expect([code, callsOf(stdout)]).toEqual([1, undefined]);
  expect(stdout).toMatch(/got {7}Weather place in Weather\n/);
});

test.each(['/router', '/{webhook}', '/{tag}'])('--webhooks calls a server that runs, at %s', async (path) => {
  const { code, stdout } = await weather('--webhooks', local.url + path);
  expect([code, callsOf(stdout)]).toEqual([0, '4 calls of webhooks: 0 asked twice, 0 failed, the longest took N ms.']);
});

test('A server that does not know the function, or is not there, is told with each call', async () => {
  const wrong = await weather('--webhooks', `${local.url}/welcome`);
  expect([wrong.code, wrong.stdout]).toEqual([
    1,
    expect.stringContaining('note      The webhook weather failed (weather): The webhook answered 404.'),
  ]);
  const gone = await weather('--webhooks', 'http://localhost:1/router');
  expect([gone.code, gone.stdout]).toEqual([
    1,
    expect.stringMatching(
      /note {6}The webhook weather failed \(weather\): The webhook cannot be reached: .*ECONNREFUSED/,
    ),
  ]);
});

/** What a person hears, and what nobody tells them, in the conversation where the city is in the question. */
const FAULTS = [
  [
    'timeout',
    1,
    '"I\'m sorry, that took too long."',
    'failed (weather): No answer came within 5000 ms: a fault has kept it back.',
  ],
  ['503', 1, '"I\'m sorry, our system can\'t be reached right now."', 'failed (weather): The webhook answered 503.'],
  [
    'drop',
    1,
    '"I\'m sorry, something went wrong on our side."',
    'failed (weather): The webhook cannot be reached: the connection was reset when the answer began.',
  ],
  ['duplicate', 0, null, 'was asked twice (weather): No answer came within 5000 ms: a fault has kept it back.'],
] as const;

test.each(FAULTS)('--fault %s: what a person hears, and what CX hides', async (fault, code, heard, note) => {
  const { code: ended, stdout } = await weather('--fault', fault);
  expect(ended).toBe(code);
  const [, told] = stdout.split('\nWeather - the city in the question  ');
  expect(told).toContain(`    note      The webhook weather ${note}\n`);
  if (heard === null) expect(stdout).toMatch(/\n3 of 3 test cases pass/);
  else expect(told).toContain(`              got       ${heard}\n`);
});

test('--fault slow: all goes well, later', async () => {
  const { code, stdout } = await weather('--fault', 'slow=300');
  const [, ms] = /the longest took (\d+) ms/.exec(stdout)!;
  expect([code, Number(ms) >= 300]).toEqual([0, true]);
});

test('A fault of one tag harms no other', async () => {
  expect((await weather('--fault', 'fees:timeout', '--fault', 'account:503')).code).toBe(0);
  const { code, stdout } = await weather('--fault', 'weather:503', '--fault', 'duplicate');
  expect([code, callsOf(stdout)]).toEqual([1, expect.stringContaining(' 3 failed,')]);
});

test('A failure that the handler hides by its target is told', async () => {
  const webhook = { triggerFulfillment: { webhook: 'backend', tag: 'price' }, targetPage: 'Order' };
  const written = writeExport({
    agent: { displayName: 'Shop' },
    flows: {
      'Default Start Flow': {
        transitionRoutes: [{ name: 'r', intent: 'order', ...webhook }],
        pages: { Order: { entryFulfillment: says('For when?') } },
      },
    },
    intents: { order: { phrases: ['order'] } },
    webhooks: { backend: 'https://weather.webhooks.invalid/' },
    testCases: { silent: recorded([], { text: 'order', intent: 'order', page: 'Order', says: ['For when?'] }) },
  });
  exports.push(written);
  const file = inFolder('silent.json');
  const { code, stdout } = await run(written.folder, '--fault', '503', '--json', file);
  expect(code).toBe(0);
  expect(stdout).toContain(`
silent  (testCases/silent.json)
  turn 1 of 1: "order"
    note      The webhook backend failed (price): The webhook answered 503.
`);
  const hidden = /^ {4}note {6}(webhook\.error\S* is not raised: .*)$/m.exec(stdout)?.[1];
  expect(JSON.parse(readFileSync(file, 'utf8')).testCases[0].turns[0].error).toBe(
    `The webhook backend failed (price): The webhook answered 503. ${hidden}`,
  );
});

test.each([
  [[], "Missing required argument 'agent': see --help."],
  [['agent', '--fast'], /^Unknown option '--fast'/],
  [['agent', 'more'], /^Too many arguments/],
  [['agent', '--fault', 'sleep'], /there is no fault "sleep": use timeout, 503, slow=MS, duplicate or drop/],
  [['agent', '--fault', 'slow'], /the fault slow needs milliseconds, such as slow=1200/],
  [
    ['agent', '--webhooks', 'on'],
    'Write --webhooks as local, off or a URL such as http://localhost:8080/router, not on.',
  ],
  [
    ['agent', '--webhooks', 'https://example.com/{tag}'],
    'Give --webhooks a URL of this machine, not of example.com: the emulator calls nobody else.',
  ],
])('%j is wrong usage, and one sentence says why', async (args, sentence) => {
  const { code, stdout, stderr } = await run(...args);
  expect({ code, stdout, lines: stderr.trimEnd().split('\n').length }).toEqual({ code: 2, stdout: '', lines: 1 });
  if (typeof sentence === 'string') expect(stderr).toBe(`${sentence}\n`);
  else expect(stderr).toMatch(sentence);
});

test('What is no agent, or has no test cases, is told in one sentence, with exit code 1', async () => {
  const expected = 'Give the folder or the .zip that CX exports as a JSON package: it has an agent.json at its root.';
  const text = inFolder('agent.txt');
  writeFileSync(text, 'no agent');
  const told = async (path: string) => {
    const { code, stdout, stderr } = await run(path);
    return [code, stdout, stderr];
  };
  expect(await told('/no/such')).toEqual([1, '', `There is no /no/such. ${expected}\n`]);
  expect(await told('functions')).toEqual([1, '', `functions is no agent. ${expected}\n`]);
  expect(await told(text)).toEqual([1, '', `${text} is neither a folder nor a .zip. ${expected}\n`]);
  const { folder: empty } = shop({});
  expect(await told(empty)).toEqual([
    1,
    '',
    `${empty} has no test cases: record some in the CX simulator and export the agent again.\n`,
  ]);
});

test('A report that cannot be written is told after the score', async () => {
  const { code, stdout, stderr } = await run(shop(PASSING).folder, '--json', '/no/such/did.json');
  expect({ code, stdout: settled(stdout), stderr }).toEqual({
    code: 1,
    stdout: PASSED,
    stderr: "/no/such/did.json can't be written (ENOENT): name a file in a folder that there is.\n",
  });
});

test('What the emulator cannot do in an agent is said first', async () => {
  const { folder: agent } = shop(PASSING);
  mkdirSync(join(agent, 'playbooks/Guide'), { recursive: true });
  writeFileSync(join(agent, 'playbooks/Guide/Guide.json'), '{"displayName":"Guide"}');
  const { code, stdout } = await run(agent);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^unsupported playbooks\/Guide\/Guide\.json: The playbook "Guide" is not run here\.\n\nShop: /,
  );
});

test('A run leaves nothing behind, and does not touch the store that a person has', async () => {
  const store = inFolder('mine.db');
  writeFileSync(store, 'not to be opened');
  const before = contentsOf(join(ROOT, '.local'));
  const env = { TMPDIR: scratch, DATABASE_URL: `file:${store}` };
  const { code } = await cx(['test', 'agent', '--filter', 'Account'], { env });
  expect(code).toBe(0);
  expect(readFileSync(store, 'utf8')).toBe('not to be opened');
  expect(readdirSync(scratch)).toEqual([]);
  expect(contentsOf(join(ROOT, '.local'))).toEqual(before);
});

test('Nor does one that is ended in the middle', async () => {
  const running = startCx(['test', 'agent', '--filter', 'Weather -', '--fault', 'slow=4000'], {
    env: { TMPDIR: scratch, DATABASE_URL: '' },
  });
  for (const end = Date.now() + 15_000; readdirSync(scratch).length === 0 && Date.now() < end; ) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(readdirSync(scratch)).toEqual([expect.stringMatching(/^cx-agent-/)]);
  expect(await running.stop()).toBe(143);
  expect(readdirSync(scratch)).toEqual([]);
});

test('Two runs say the same', async () => {
  const once = settled((await run('agent')).stdout);
  expect(once).toMatch(/\n(\d+) of \1 test cases pass/);
  expect(settled((await run('agent')).stdout)).toBe(once);
});

test('--help shows each option and examples', async () => {
  const { code, stdout } = await run('--help');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Usage: npm run cx -- test \[options\] <agent>\n/);
  for (const option of ['filter', 'webhooks', 'fault', 'json', 'junit', 'quiet'])
    expect(stdout).toContain(`--${option}`);
  expect(stdout).toMatch(/Examples:\n {2}npm run cx -- test agent\n/);
});

/** A folder's files with their sizes and times; the compile cache is no business of anybody's. */
function contentsOf(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => file.endsWith('.db'))
    .map((file) => `${file} ${readFileSync(file).length}`);
}
