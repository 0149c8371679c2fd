import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium, missingChromium } from '../../dev/chromium.ts';
import { type Running, startCx } from './process.ts';

/** The console in a real browser: headless Chromium, started once for a test file. */

/** A `describe` that needs Chromium, and says so where there is none. */
export const inBrowser: (name: string, tests: () => void) => void =
  missingChromium === null
    ? describe
    : (name, tests) => {
        console.warn(`Skipped. ${missingChromium}`);
        describe.skip(name, tests);
      };

let browser: Promise<Browser> | undefined;

function openBrowser(): Promise<Browser> {
  browser ??= launchChromium();
  return browser;
}

/** Ends the browser with all its pages. */
export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = undefined;
}

export interface ConsoleProcess {
  /** Such as `http://localhost:40123`. */
  readonly url: string;
  readonly running: Running;
}

/** `cx start` on a free port, with this agent; `stopAll` of `process.ts` ends it. */
export async function startConsole(agent: string, args: readonly string[] = []): Promise<ConsoleProcess> {
  const running = startCx(['start', '--port', '0', '--agent', agent, ...args]);
  const [, url] = await running.until(/(http:\/\/localhost:\d+)/);
  return { url: url!, running };
}

/** The console in a tab of its own, and all that went wrong in it. */
export interface ConsolePage {
  readonly page: Page;
  /** What the page threw or logged as an error. */
  readonly errors: readonly string[];
  /** Addresses elsewhere than the console that the page asked for. */
  readonly elsewhere: readonly string[];
  /** Says it and waits for the answer. */
  say(text: string): Promise<void>;
  /** Raises an event and waits for the answer. */
  raise(event: string): Promise<void>;
  /** Waits until nothing is under way. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** A tab with nothing stored, on this address of the console. */
export async function openPage(url: string, options: BrowserContextOptions = {}): Promise<ConsolePage> {
  const context = await (await openBrowser()).newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const errors: string[] = [];
  const elsewhere: string[] = [];
  const { origin } = new URL(url);
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('dialog', (dialog) => {
    errors.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const address = request.url();
    if (!address.startsWith(`${origin}/`) && !/^(data|blob):/.test(address)) elsewhere.push(address);
  });
  await page.goto(url);
  const line = page.getByRole('textbox', { name: 'What a person says' });

  async function settle(): Promise<void> {
    await line.and(page.locator('[aria-disabled="false"]')).waitFor({ state: 'attached' });
  }

  await settle();
  return {
    page,
    errors,
    elsewhere,
    settle,
    async say(text) {
      await line.fill(text);
      await line.press('Enter');
      await settle();
    },
    async raise(event) {
      const tool = page.getByRole('button', { name: 'Event', exact: true });
      if ((await tool.getAttribute('aria-expanded')) !== 'true') await tool.click();
      const name = page.getByRole('combobox', { name: 'Event' });
      await name.fill(event);
      await name.press('Enter');
      await name.waitFor({ state: 'detached' });
    },
    close: () => context.close(),
  };
}

/** Milliseconds for which something may take until it is as it should be. */
const PATIENCE = 8_000;

/** Waits until it is so, or fails with what it is. */
export async function becomes<Value>(read: () => Promise<Value>, expected: Value): Promise<void> {
  const end = Date.now() + PATIENCE;
  while (true) {
    const value = await read();
    try {
      expect(value).toEqual(expected);
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** What axe-core finds that is serious or critical, on the whole page or in what a selector names. */
export async function seriousFindings(page: Page, within = 'body'): Promise<string[]> {
  // Not as a script tag, which the page's own policy keeps out.
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  const violations = (await page.evaluate(
    `axe.run(${JSON.stringify(within)}).then(({ violations }) => violations)`,
  )) as Violation[];
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
    );
}

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}
