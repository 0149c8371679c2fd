import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { SessionSummary } from '../../../../dev/console/api.ts';
import { type WrittenExport, writeExport } from '../../../helpers/agent-export.ts';
import { becomes, type ConsolePage, closeBrowser, inBrowser, openPage } from '../../../helpers/browser.ts';
import { startNode, stopAll } from '../../../helpers/process.ts';
import { type OpenedConsole, openConsoleApart, replying, type WrittenFunctions, writeFunctions } from '../open.ts';
import { smallAgent } from '../small-agent.ts';

/** One person, one browser, many tabs: more than the six connections to a host that a browser opens over HTTP/1.1. */
inBrowser('eight tabs', () => {
  const TABS = 8;
  let agent: WrittenExport;
  let functions: WrittenFunctions;
  let desk: OpenedConsole;
  let first: ConsolePage;
  const errors: string[] = [];
  const tabs: Page[] = [];

  beforeAll(async () => {
    agent = writeExport(smallAgent());
    functions = writeFunctions({ 'status.ts': replying({ say: 'It is on its way.' }) });
    desk = await openConsoleApart({ agent: agent.folder, folder: functions.folder });
    first = await openPage(desk.url);
    tabs.push(first.page);
    // Of the same browser profile, as a person's tabs are: the limit is for all of them together.
    while (tabs.length < TABS) {
      const page = await first.page.context().newPage();
      page.setDefaultTimeout(10_000);
      page.on('pageerror', ({ message }) => errors.push(message));
      await page.goto(desk.url);
      await ready(page);
      tabs.push(page);
    }
  });
  afterAll(async () => {
    await closeBrowser();
    await stopAll();
    agent.remove();
    functions.removeAll();
  });

  const line = (page: Page) => page.getByRole('textbox', { name: 'What a person says' });
  const ready = (page: Page) => line(page).and(page.locator('[aria-disabled="false"]')).waitFor();
  const told = (page: Page) => page.getByRole('status').first().innerText();
  const all = (sentence: string) =>
    becomes(
      () => Promise.all(tabs.map(told)),
      tabs.map(() => sentence),
    );

  /** Saves a function, and waits until every tab says so. */
  async function save(name: string): Promise<void> {
    functions.write(`${name}.ts`, replying({ say: name }));
    await all(`${name} was loaded anew. The conversation goes on with it.`);
  }

  test('each can talk, and each hears what the server tells', async () => {
    for (const page of tabs) {
      await line(page).fill('status');
      await line(page).press('Enter');
      await ready(page);
      expect(await page.locator('.turns > .turn .message').allInnerTexts()).toEqual(['It is on its way.']);
    }
    const [{ turns }] = await desk.get<[SessionSummary]>('sessions'); // they all opened the same one
    expect(turns).toBe(TABS);
    await save('first');
  });

  test('when the one that listens is closed, another takes over, and none is without news', async () => {
    for (const name of ['second', 'third']) {
      const next = first.page.context().waitForEvent('response', (response) => response.url().endsWith('/events'));
      await tabs.shift()!.close();
      await next;
      await save(name);
    }
  });

  test('each knows that the console has ended, and that it is back', async () => {
    const { port } = desk;
    await desk.close();
    await all('The connection to the console is lost. It comes back by itself once it runs again.');
    const again = startNode(['test/dev/console/serve.ts', agent.folder, functions.folder.href, String(port)]);
    await again.until(/^http/m);
    await all('The console was started anew and does not know this conversation any more: start over.');
    expect([...first.errors, ...errors].filter((text) => !text.includes('net::'))).toEqual([]);
  });
});
