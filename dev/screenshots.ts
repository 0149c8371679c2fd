import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium, missingChromium } from './chromium.ts';
import { ROOT } from './local/paths.ts';
import { startLocal } from './local/server.ts';

/**
 * `npm run screenshots`: the pictures of the console in `docs/images`, from conversations with the Campus assistant on a store
 * that is thrown away. Size, theme and motion are fixed; dates and milliseconds are those of the day.
 */
const FOLDER = fileURLToPath(new URL('docs/images/', ROOT));
/** A laptop's window, drawn finer than it is seen. */
const DESK: BrowserContextOptions = { viewport: { width: 1240, height: 760 }, deviceScaleFactor: 1.25 };
const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 780 },
  deviceScaleFactor: 1.5,
  isMobile: true,
  hasTouch: true,
};

/** What is said, or what is done in the page. */
type Step = string | ((page: Page) => Promise<unknown>);

interface Picture {
  readonly name: string;
  readonly look: BrowserContextOptions;
  /** From the beginning of a conversation. */
  readonly steps: readonly Step[];
  /** What of the page is in it. */
  readonly of?: string;
}

const press =
  (name: string): Step =>
  (page) =>
    page.getByRole('button', { name, exact: true }).last().click();
const fault =
  (kind: string): Step =>
  (page) =>
    page.getByLabel('What goes wrong with the next webhook call').selectOption(kind);
/** Shows this turn in the X-ray. */
const choose =
  (number: number): Step =>
  (page) =>
    page
      .locator('.turn-label')
      .nth(number - 1)
      .click();

const FEES: readonly Step[] = [press('WELCOME'), press('Fees'), 'S1024', '4821'];

const PICTURES: readonly Picture[] = [
  {
    name: 'console',
    look: DESK,
    steps: [press('WELCOME'), 'what is the weather in Pune', 'do you have Fluent Python', choose(2)],
  },
  {
    name: 'x-ray',
    look: { ...DESK, viewport: { width: 1280, height: 1000 } },
    steps: ['weather', press('Fault'), fault('503'), press('Done'), 'Pune'],
    of: '.side-pane',
  },
  { name: 'map', look: DESK, steps: [...FEES, press('Map'), press('The whole flow')], of: '.side-pane' },
  { name: 'phone', look: PHONE, steps: [press('WELCOME'), press('Clubs'), press('Sport')] },
  { name: 'dark', look: { ...DESK, colorScheme: 'dark' }, steps: FEES },
];

/** `npm run screenshots` */
async function main(): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'screenshots-'));
  process.env.DATABASE_URL = `file:${join(scratch, 'campus.db')}`;
  const agent = fileURLToPath(new URL('agent/', ROOT));
  const local = await startLocal({ port: 0, agent, log: { write: () => {} } });
  const browser = await launchChromium();
  mkdirSync(FOLDER, { recursive: true });
  try {
    for (const picture of PICTURES) await take(browser, local.url, picture);
  } finally {
    await browser.close();
    await local.close();
    rmSync(scratch, { recursive: true });
  }
}

async function take(browser: Browser, url: string, { name, look, steps, of = 'body' }: Picture): Promise<void> {
  const context = await browser.newContext({ colorScheme: 'light', reducedMotion: 'reduce', ...look });
  const page = await context.newPage();
  await page.goto(`${url}/#/${await newConversation(url)}`);
  await settle(page);
  for (const step of steps) {
    if (typeof step === 'string') {
      await page.locator('.line-input').fill(step);
      await page.locator('.line-input').press('Enter');
    } else await step(page);
    await settle(page);
  }
  await page.mouse.move(0, 0); // nothing is pointed at
  await page.waitForTimeout(DRAWN);
  const path = join(FOLDER, `${name}.png`);
  await page.locator(of).screenshot({ path, animations: 'disabled' });
  await context.close();
  process.stdout.write(`docs/images/${name}.png  ${Math.round(statSync(path).size / 1024)} KB\n`);
}

/** Milliseconds in which all is drawn that comes late, such as a map, which is laid out aside. */
const DRAWN = 500;

async function newConversation(url: string): Promise<string> {
  const headers = { origin: url, 'content-type': 'application/json' };
  const answer = await fetch(`${url}/console/api/sessions`, { method: 'POST', headers, body: '{}' });
  return ((await answer.json()) as { id: string }).id;
}

/** Waits until nothing is under way. */
async function settle(page: Page): Promise<void> {
  await page.waitForTimeout(BEGUN);
  await page.locator('.line-input[aria-disabled="false"]').waitFor({ state: 'attached' });
}

/** Milliseconds after which what a click begins has begun. */
const BEGUN = 50;

if (missingChromium === null) await main();
else {
  process.stderr.write(`${missingChromium}\n`);
  process.exitCode = 1;
}
