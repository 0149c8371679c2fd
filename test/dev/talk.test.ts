import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { asks, says, type WrittenExport, writeExport } from '../helpers/agent-export.ts';
import { cx } from '../helpers/process.ts';

/** `cx talk` as a person uses it, with lines on its standard input. */

let written: WrittenExport;
beforeAll(() => {
  written = writeExport({
    intents: { order: { phrases: ['I want to order a meal'] }, lost: { phrases: ['where is my meal'] } },
    webhooks: { kitchen: 'https://kitchen.invalid/' },
    flows: {
      'Default Start Flow': {
        transitionRoutes: [
          { intent: 'order', targetPage: 'Order' },
          { intent: 'lost', targetPage: 'Lost', triggerFulfillment: { webhook: 'kitchen', tag: 'fallback' } },
        ],
        eventHandlers: [
          { event: 'sys.no-input-default', triggerFulfillment: says('Are you there?') },
          { event: 'sys.no-match-default', triggerFulfillment: says('Pardon?') },
          { event: 'closing', triggerFulfillment: says('We close at $session.params.hour.') },
        ],
        pages: {
          Order: {
            form: { parameters: [asks('dish', '@sys.any', 'Which dish?')] },
            transitionRoutes: [
              { condition: '$page.params.status = "FINAL"', triggerFulfillment: says('$session.params.dish it is.') },
            ],
          },
          Lost: { entryFulfillment: says('It is on its way.') },
        },
      },
    },
  });
});
afterAll(() => written.remove());

const talk = (lines: readonly string[], ...args: string[]) =>
  cx(['talk', written.folder, ...args], { input: lines.map((line) => `${line}\n`).join('') });

test('what a person types is answered, and where the conversation is stands below', async () => {
  const { code, stdout, stderr } = await talk(['I want to order a meal', 'soup', '/parameters'], '--webhooks', 'off');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe(`agent runs here.
> I want to order a meal
  Which dish?
    [Default Start Flow / Order, intent order]
> soup
  soup it is.
    [Default Start Flow / Order]
> /parameters
{
  "dish": "soup"
}
`);
});

test('an empty line is no input; events, keys and parameters have commands', async () => {
  const { stdout } = await talk(['', '/set hour=9', '/event closing', '/dtmf 12#', '/nonsense'], '--webhooks', 'off');
  expect(stdout).toMatch(/Are you there\?/);
  expect(stdout).toMatch(/We close at 9\./);
  expect(stdout).toMatch(/> \/dtmf 12#\n {2}Pardon\?/);
  expect(stdout).toMatch(/There is no \/nonsense: see \/help\./);
});

test('/back takes a turn back, /restart all of them, /quit ends', async () => {
  const { stdout } = await talk(
    ['I want to order a meal', '/back', 'soup', '/restart', 'I want to order a meal', '/quit', 'soup'],
    '--webhooks',
    'off',
  );
  expect(stdout).toMatch(/> \/back\n> soup\n {2}Pardon\?/);
  expect(stdout).not.toMatch(/soup it is/);
  expect(stdout.trimEnd().endsWith('> /quit')).toBe(true);
});

test('/why and --trace say why each step happened', async () => {
  const { stdout } = await talk(['/why', 'I want to order a meal', '/why'], '--webhooks', 'off');
  expect(stdout).toMatch(/Nothing was said yet\./);
  expect(stdout).toMatch(/^route {5}intent order, of the flow Default Start Flow: holds, goes to the page Order$/m);
  expect(stdout).toMatch(/^asks for {2}dish$/m);
  expect((await talk(['I want to order a meal'], '--webhooks', 'off', '--trace')).stdout).toMatch(
    /^ {4}asks for {2}dish$/m,
  );
});

test('webhooks are answered by the functions here; what CX hides is told', async () => {
  const good = await talk(['where is my meal']);
  expect(good.stdout).toMatch(/^ {4}webhook {3}kitchen, tag fallback: 200 in \d+ ms$/m);
  const bad = await talk(['where is my meal'], '--fault', 'fallback:503');
  expect(bad.stdout).toMatch(/It is on its way\./);
  expect(bad.stdout).toMatch(/^ {4}webhook {3}kitchen, tag fallback: webhook\.error\.unavailable: /m);
  expect(bad.stdout).toMatch(
    /^ {4}hidden {4}webhook\.error\.unavailable is not raised: .*so that the failure is silent\.$/m,
  );
});

test.each([
  [['talk', 'nowhere'], 1, /^\S.*nowhere.*\.\n$/],
  [['talk'], 2, /agent/],
  [['talk', 'agent', '--fault', 'fire'], 2, /there is no fault "fire"/],
])('%j is refused in one sentence', async (args, code, sentence) => {
  const refused = await cx(args, { input: '' });
  expect(refused).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(sentence) });
  expect(refused.stderr.trim().split('\n')).toHaveLength(1);
});
