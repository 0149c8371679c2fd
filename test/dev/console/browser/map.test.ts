import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { FlowMap } from '../../../../dev/console/api.ts';
import { type AgentExport, largeAgent, says, type WrittenExport, writeExport } from '../../../helpers/agent-export.ts';
import {
  becomes,
  type ConsolePage,
  closeBrowser,
  inBrowser,
  openPage,
  seriousFindings,
} from '../../../helpers/browser.ts';
import { ROOT, stopAll } from '../../../helpers/process.ts';
import { type OpenedConsole, openConsoleApart } from '../open.ts';
import { smallAgent } from '../small-agent.ts';

const ATTACK = '<img src="x" onerror="alert(1)">';

inBrowser('the map', () => {
  const written: WrittenExport[] = [];
  let opened: ConsolePage;
  let small: OpenedConsole;

  async function serve(agent: AgentExport): Promise<OpenedConsole> {
    const folder = writeExport(agent);
    written.push(folder);
    return openConsoleApart({ agent: folder.folder, folder: pathToFileURL(`${ROOT}/functions/`) });
  }

  beforeAll(async () => {
    small = await serve(smallAgent());
  });
  afterEach(() => opened.close());
  afterAll(async () => {
    await closeBrowser();
    await stopAll();
    for (const each of written) each.remove();
  });

  const page = () => opened.page;
  const map = () => page().getByRole('region', { name: 'Map of the agent' });
  const picture = () => map().getByRole('group', { name: /^Map of the flow/ });
  const node = (name: string) => picture().getByRole('button', { name: new RegExp(`^${name}, `) });
  const details = () => page().getByRole('complementary');
  const focused = () => page().evaluate<string>('document.activeElement.getAttribute("aria-label")');

  /** The map, after these words. */
  async function see({ url, begin }: OpenedConsole, words: readonly string[] = [], options = {}): Promise<void> {
    const talk = await begin();
    for (const text of words) await talk.says(text);
    opened = await openPage(`${url}/#/${talk.id}`, options);
    await page().getByRole('button', { name: 'Map', exact: true }).click();
    await picture().waitFor();
  }

  test('shows the flow of the conversation, its pages, and lights the page where the conversation is', async () => {
    await see(small, ['order']);
    const names = await picture()
      .locator('.map-node')
      .evaluateAll((nodes: unknown) =>
        (nodes as { getAttribute(name: string): string }[]).map((each) => each.getAttribute('aria-label')),
      );
    expect(names.toSorted()).toEqual([
      'END_FLOW, symbolic target',
      'END_SESSION, symbolic target',
      'Forgotten, page, no way leads to it',
      'Nowhere, page, no way leads to it',
      'Order, 1 field, 1 tag, page, the conversation is here, calls a tag that no function answers',
      'Ordered, page',
      'Paid, 1 tag, page, calls a tag that no function answers',
      'Shop, flow',
      'Start Page, 3 tags, start of the flow, calls a tag that no function answers',
    ]);
    expect(await node('Order').getAttribute('aria-current')).toBe('location');
    await opened.say('red');
    await becomes(() => node('Ordered').getAttribute('aria-current'), 'location');
    expect(await node('Order').getAttribute('aria-current')).toBeNull();
    expect(opened.errors).toEqual([]);
  });

  test('marks pages that nothing leads to, and tags without a function, by shape and in the legend', async () => {
    await see(small);
    await becomes(() => picture().locator('.map-node.unreachable .mark.cut').count(), 2);
    expect(await picture().locator('.mark.lacking').count()).toBe(3);
    expect(await map().getByRole('list', { name: 'Legend' }).innerText()).toMatch(
      /no way leads here \(2\)[\s\S]*calls a tag that no function answers \(3\)/,
    );
    const heights = await Promise.all(['Paid', 'Forgotten'].map(async (name) => (await node(name).boundingBox())!.y));
    expect(heights[0]!).toBeLessThan(heights[1]!);
  });

  test('tells of a page all that it has: parameters, tags, and each way in and out with its reason', async () => {
    await see(small, ['order']);
    await node('Order').click();
    const text = (await details().innerText()).replace(/\s+/g, ' ');
    expect(text).toMatch(
      /^Order Close A page the conversation is here a tag without a function Form parameters colour Tags order: no function/,
    );
    expect(text).toContain('Leads to 1 Ordered $page.params.status = "FINAL"');
    expect(text).toContain('Reached from 2 Start Page order Ordered again');
    await details().getByRole('button', { name: 'Start Page' }).click();
    expect(await details().getByRole('heading').first().innerText()).toBe('Start Page');
    await details().getByRole('button', { name: 'Close' }).click();
    await becomes(() => details().count(), 0);
  });

  test('shows the label of an edge to who points at it, or goes to it with keys', async () => {
    await see(small);
    await node('Ordered').hover();
    await becomes(() => picture().locator('.map-edge-label').allTextContents(), [
      expect.stringContaining('$page.params.st'),
      'pay',
      'again',
    ] as string[]);
    await node('Order').click();
    await details().getByRole('button', { name: 'Ordered' }).first().focus();
    await page().mouse.move(0, 0);
    await becomes(() => picture().locator('.map-edge-label').allTextContents(), ['$page.params.status = "FINAL"']);
  });

  test('goes from page to page with the arrow keys, chooses with enter, zooms with plus and minus', async () => {
    await see(small);
    await node('Start Page').focus();
    await page().keyboard.press('ArrowRight');
    await becomes(focused, expect.stringMatching(/, (page|flow|symbolic target)/) as unknown as string);
    const first = await focused();
    await page().keyboard.press('ArrowDown');
    await becomes(async () => (await focused()) === first, false);
    const second = await focused();
    await page().keyboard.press('Enter');
    expect(await details().getAttribute('aria-label')).toBe(`Details of ${second.split(',')[0]}`);
    await page().keyboard.press('Escape');
    await becomes(() => details().count(), 0);
    const wide = async () => Math.round((await node('Start Page').boundingBox())!.width);
    const before = await wide();
    await page().keyboard.press('+');
    await becomes(async () => (await wide()) > before, true);
    await page().keyboard.press('-');
    await page().keyboard.press('-');
    await becomes(async () => (await wide()) < before, true);
    await page().keyboard.press('Home');
    await becomes(focused, expect.stringMatching(/^Start Page, /) as unknown as string);
    expect(await picture().locator('[tabindex="0"]').count()).toBe(1);
  });

  test('moves with the pointer and zooms with the wheel, around the point under it', async () => {
    await see(small);
    const at = async () => (await node('Start Page').boundingBox())!;
    const before = await at();
    const frame = (await picture().boundingBox())!;
    await page().mouse.move(frame.x + 20, frame.y + 20);
    await page().mouse.down();
    await page().mouse.move(frame.x + 60, frame.y + 50, { steps: 4 });
    await page().mouse.up();
    await becomes(async () => [Math.round((await at()).x - before.x), Math.round((await at()).y - before.y)], [40, 30]);
    expect(await details().count()).toBe(0);
    const { x, y, width } = await at();
    await page().mouse.move(x, y);
    await page().mouse.wheel(0, -300);
    await becomes(async () => (await at()).width > width * 1.3, true);
    expect(Math.abs((await at()).x - x)).toBeLessThan(2);
  });

  test('follows the conversation into another flow, until a flow is chosen', async () => {
    await see(small);
    const flow = map().getByRole('combobox', { name: 'Flow' });
    expect(await flow.inputValue()).toBe('Default Start Flow');
    await opened.say('shop');
    await becomes(() => flow.inputValue(), 'Shop');
    await flow.selectOption('Default Start Flow');
    await node('Paid').waitFor();
    await map().getByRole('button', { name: 'Back to the conversation' }).click();
    await becomes(() => flow.inputValue(), 'Shop');
  });

  test('says the same as a list', async () => {
    await see(small, ['order']);
    await map().getByRole('button', { name: 'List' }).click();
    const rows = (await map().getByRole('row').allInnerTexts()).map((row) => row.replace(/\s+/g, ' ').trim());
    expect(rows).toContain(
      'Order the conversation is here a tag without a function colour order: no function answers it Ordered $page.params.status = "FINAL"',
    );
    expect(rows).toContain('Nowhere no way leads here Forgotten true');
    expect(rows.find((row) => row.startsWith('Paid'))).toBe(
      'Paid a tag without a function unknown: no function answers it END_FLOW bye',
    );
    expect(rows.length).toBe(1 + 9);
    await map().getByRole('button', { name: 'Paid' }).click();
    expect(await details().getAttribute('aria-label')).toBe('Details of Paid');
  });

  test('is accessible as a picture with details and as a list, in both themes and on a phone', async () => {
    for (const options of [
      { colorScheme: 'light' },
      { colorScheme: 'dark' },
      { colorScheme: 'light', viewport: { width: 390, height: 844 } },
    ]) {
      await see(small, ['order'], options);
      await node('Order').click();
      expect(await seriousFindings(page(), '.flow-map')).toEqual([]);
      await map().getByRole('button', { name: 'List' }).click();
      expect(await seriousFindings(page(), '.flow-map')).toEqual([]);
      expect(opened.errors).toEqual([]);
      expect(opened.elsewhere).toEqual([]);
      await opened.close();
    }
  });

  test('shows as text whatever an agent is called by', async () => {
    const hostile = await serve({
      flows: {
        'Default Start Flow': {
          transitionRoutes: [
            { condition: `$session.params.a = '${ATTACK}'`, targetPage: ATTACK },
            { intent: ATTACK, targetFlow: `flow ${ATTACK}` },
          ],
          pages: {
            [ATTACK]: {
              entryFulfillment: { ...says(ATTACK), webhook: 'backend', tag: ATTACK },
              form: { parameters: [{ displayName: ATTACK, entityType: '@sys.any' }] },
              eventHandlers: [{ event: ATTACK, targetPage: 'End Flow' }],
            },
          },
        },
        [`flow ${ATTACK}`]: {},
      },
      intents: { [ATTACK]: { phrases: ['hello'] } },
      webhooks: { backend: 'https://backend.invalid/' },
    });
    await see(hostile);
    await picture().locator('.map-node.page').click();
    expect((await details().innerText()).split(ATTACK).length - 1).toBeGreaterThanOrEqual(5);
    await map().getByRole('button', { name: 'List' }).click();
    expect((await map().getByRole('table').innerText()).split(ATTACK).length - 1).toBeGreaterThanOrEqual(6);
    expect(await map().locator('img').count()).toBe(0);
    expect(opened.errors).toEqual([]);
  });

  test('shows a flow of 1,200 pages: what is in view alone is drawn, a page is found by its name', async () => {
    const large = await serve(oneFlow(largeAgent(1200)));
    const { nodes } = await large.get<FlowMap>('map?flow=Default%20Start%20Flow');
    expect(nodes.length).toBeGreaterThan(1200);
    await see(large);
    const drawn = await picture().locator('.map-node').count();
    expect(drawn).toBeGreaterThan(0);
    expect(drawn).toBeLessThan(400);
    await map().getByRole('combobox', { name: 'Find a page' }).fill('page 1177');
    await page().keyboard.press('Enter');
    await becomes(() => node('page 1177').getAttribute('aria-pressed'), 'true');
    const frame = (await picture().boundingBox())!;
    const box = (await node('page 1177').boundingBox())!;
    expect(box.x >= frame.x && box.x + box.width <= frame.x + frame.width).toBe(true);
    expect(box.y >= frame.y && box.y + box.height <= frame.y + frame.height).toBe(true);
    await map().getByRole('button', { name: 'The whole flow' }).click();
    await becomes(() => picture().locator('.map-node').count(), nodes.length);
    expect(await picture().locator('.map-node text').count()).toBe(0);
    expect(opened.errors).toEqual([]);
  });
});

/** The same pages in a single flow, and a way to each: three lead on from one. */
function oneFlow({ flows = {}, ...rest }: AgentExport): AgentExport {
  const pages = Object.values(flows).flatMap((flow) => Object.entries(flow.pages ?? {}));
  const linked = pages.map(([name, page], index) => {
    const next = [1, 2, 3].flatMap((step) => pages[index * 3 + step]?.[0] ?? []);
    const routes = next.map((targetPage, route) => ({ ...page.transitionRoutes[route], targetPage }));
    return [name, { ...page, transitionRoutes: routes }] as const;
  });
  const start = {
    transitionRoutes: [{ intent: 'intent 0', targetPage: pages[0]![0] }],
    pages: Object.fromEntries(linked),
  };
  return { ...rest, flows: { 'Default Start Flow': start } };
}
