import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { loadAgent } from '../../../../dev/emulator/load.ts';
import { becomes, type ConsolePage, closeBrowser, inBrowser, openPage } from '../../../helpers/browser.ts';
import { cx, ROOT, stopAll } from '../../../helpers/process.ts';
import { type OpenedConsole, openConsoleApart } from '../open.ts';

/** A developer at work: a function of a copy of this project is edited on disk while a person talks to the agent in the page. */
inBrowser('a function is edited', () => {
  const copy = mkdtempSync(join(tmpdir(), 'edited-'));
  const weather = join(copy, 'functions/weather.ts');
  let original: string;
  let campus: OpenedConsole;
  let opened: ConsolePage;

  beforeAll(async () => {
    for (const part of ['functions', 'agent', 'package.json'])
      cpSync(`${ROOT}/${part}`, join(copy, part), { recursive: true });
    // What functions import is this project's own.
    for (const part of ['shared', 'node_modules']) symlinkSync(`${ROOT}/${part}`, join(copy, part));
    original = readFileSync(weather, 'utf8');
    campus = await openConsoleApart({ agent: join(copy, 'agent'), folder: pathToFileURL(`${copy}/functions/`) });
  });
  beforeEach(async () => {
    const { id } = await campus.begin();
    opened = await openPage(`${campus.url}/#/${id}`);
  });
  afterEach(async () => {
    if (readFileSync(weather, 'utf8') !== original) await save(original, LOADED);
    expect(opened.errors).toEqual([]);
    await opened.close();
  });
  afterAll(async () => {
    await closeBrowser();
    await stopAll();
    rmSync(copy, { recursive: true });
  });

  const page = () => opened.page;
  const turns = (): Locator => page().locator('.turns > .turn');
  const notice = () => page().getByRole('status').first().innerText();
  const button = (name: string | RegExp) => page().getByRole('button', { name });
  const said = async (): Promise<string[]> =>
    (await turns().last().locator('.message').allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());

  async function says(text: string): Promise<string[]> {
    await opened.say(text);
    return said();
  }

  /** Saves the weather function as this, and waits until the page tells so. */
  async function save(code: string, told: string | RegExp): Promise<void> {
    const close = button('Close the notice');
    if (await close.isVisible()) await close.click();
    writeFileSync(weather, code);
    await page().getByRole('status').filter({ hasText: told }).waitFor();
  }

  const LOADED = 'weather was loaded anew. The conversation goes on with it.';
  const PUNE = 'It is 27 °C and partly cloudy in Pune, India. It feels like 29 °C.';
  const CHANGED = PUNE.replace('It is', 'Outside it is');
  const changed = () => original.replace('`It is ', '`Outside it is ');

  test('its change is heard in the same conversation; a broken save is told until the next one heals it', async () => {
    expect(await says('what is the weather in Pune')).toEqual([PUNE]);
    await save(changed(), LOADED);
    expect(await says('what is the weather in Pune')).toEqual([CHANGED]);

    await save(
      original.replace('export default', 'export defaullt'),
      /^weather does not load: weather\.ts does not load: /,
    );
    await says('what is the weather in Pune');
    const call = page().getByRole('article', { name: 'Call of weather, tag weather' });
    expect(await call.getByRole('heading').innerText()).toMatch(/failed\s+HTTP 500$/);
    expect(await turns().last().innerText()).toMatch(/\d hidden/);

    await save(original, LOADED);
    expect(await says('what is the weather in Pune')).toEqual([PUNE]);
    expect(await turns().count()).toBe(4);
  });

  test('the conversation is replayed after the change: what differs is shown, left, and kept', async () => {
    await says('weather');
    await says('Pune');
    await says('thank you');
    const replay = page().getByRole('region', { name: 'The conversation again' });
    const verdict = () => replay.getByRole('status').innerText();

    await button('Replay all').click();
    await becomes(verdict, 'Nothing is different: all 3 turns went as before.');
    await replay.getByRole('button', { name: 'Close' }).click();

    await save(changed(), LOADED);
    await button('Replay all').click();
    await becomes(verdict, '1 of 3 turns goes another way now.');
    const second = replay.getByRole('listitem').filter({ has: page().getByRole('heading', { name: /^2\. .*Pune/ }) });
    expect(await second.locator('.differences li').allInnerTexts()).toEqual([
      `It says now: ${CHANGED}`,
      `It says no more: ${PUNE}`,
    ]);
    await replay.getByRole('button', { name: 'Leave it as it was' }).click();
    const lines = () => turns().nth(1).locator('.message').allInnerTexts();
    expect(await lines()).toEqual([PUNE]);

    await button('Replay all').click();
    await replay.getByRole('button', { name: 'Keep the new turns' }).click();
    await becomes(lines, [CHANGED]);
    expect(await notice()).toBe('The replayed turns have taken the place of the old ones.');
    expect(await turns().count()).toBe(3);
  });

  test('one goes back to a turn and on from there, or forks, starts over, and has all of them side by side', async () => {
    await says('weather');
    await says('Pune');
    await says('thank you');
    const choose = (number: number) =>
      turns()
        .nth(number - 1)
        .getByRole('button', { name: /X-ray of turn/ })
        .click();
    await choose(1);
    await button('Go on from here').click();
    await becomes(() => turns().count(), 1);
    await opened.settle();
    expect(await says('Singapore')).toEqual(['It is 30 °C with thunderstorms in Singapore. It feels like 35 °C.']);
    const first = new URL(page().url()).hash;

    await choose(1);
    await button('Fork').click();
    await becomes(() => turns().count(), 1);
    await opened.settle();
    expect(await says('Pune')).toEqual([PUNE]);
    expect(new URL(page().url()).hash).not.toBe(first);

    await button('Start over').click();
    await becomes(() => turns().count(), 0);
    await opened.settle();
    await says('hello');
    await button(/^Conversations/).click();
    const list = page().getByRole('region', { name: 'Conversations' }).getByRole('listitem');
    const titles = (await list.allInnerTexts()).slice(0, 3).map((text) => text.replace(/\s+/g, ' ').trim());
    expect(titles).toEqual(['hello 1 turn', 'weather 2 turns', 'weather 2 turns']);
    await list
      .nth(2)
      .getByRole('button', { name: /^weather/ })
      .click();
    await becomes(async () => (await said())[0], 'It is 30 °C with thunderstorms in Singapore. It feels like 35 °C.');
  });

  test('a conversation becomes a test case, which the export takes and cx test passes', async () => {
    await says('weather');
    await says('Pune');
    await button('Save as test case').click();
    const dialog = page().getByRole('dialog', { name: 'Save as test case' });
    await dialog.getByLabel('Name').fill('Saved in the console');
    const [download] = await Promise.all([
      page().waitForEvent('download'),
      dialog.getByRole('button', { name: 'Save', exact: true }).click(),
    ]);
    const exported = join(copy, 'exported');
    cpSync(`${ROOT}/agent`, exported, { recursive: true });
    rmSync(join(exported, 'testCases'), { recursive: true });
    cpSync(await download.path(), join(exported, 'testCases', download.suggestedFilename()));

    const { testCases, findings } = loadAgent(exported);
    expect(findings).toEqual([]);
    expect(testCases.map(({ displayName, turns }) => [displayName, turns.length])).toEqual([
      ['Saved in the console', 2],
    ]);
    expect(await cx(['test', exported])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^1 of 1 test cases pass/m),
    });
  });

  test('a fault for the next call is heard, and what CX hides of it is told first', async () => {
    await says('weather');
    await button('Fault').click();
    await page().getByLabel('What goes wrong with the next webhook call').selectOption('503');
    expect(await page().getByRole('list', { name: 'For the next turn' }).innerText()).toContain(
      'next webhook call: 503',
    );
    expect(await says('Pune')).toEqual([
      "I'm sorry, our system can't be reached right now.",
      'You can say “try again”, or ask for something else.',
    ]);
    expect(await page().getByRole('list', { name: 'For the next turn' }).count()).toBe(0);
    expect(await turns().last().innerText()).toContain('2 hidden');
    const hidden = page().getByRole('region', { name: 'What CX would have hidden' });
    expect(await hidden.getByRole('listitem').allInnerTexts()).toEqual([
      'The webhook weather (tag weather) failed with webhook.error.unavailable: The webhook answered 503.',
      'The webhook weather (tag weather) was called 2 times with the same request: what it does it may have done twice.',
    ]);
    const attempts = page()
      .getByRole('list', { name: /^Time of the call/ })
      .getByRole('listitem');
    expect(await attempts.allInnerTexts()).toEqual([
      expect.stringMatching(/^\d+ ms of 5 s, HTTP 503/),
      expect.stringMatching(/^asked again: \d+ ms of 5 s, HTTP 503/),
    ]);
    expect(await says('try again')).toEqual([PUNE]);
    expect(await hidden.count()).toBe(0);
  });

  test('the address of a turn opens it elsewhere', async () => {
    await says('what is the weather in Pune');
    await says('thank you');
    await turns()
      .first()
      .getByRole('button', { name: /X-ray of turn/ })
      .click();
    const { page: other, close } = await openPage(page().url());
    expect(await other.locator('.xray').getByRole('heading', { name: /^Turn/ }).innerText()).toBe('Turn 1');
    expect(await other.locator('.turn[data-shown="true"]').innerText()).toContain(PUNE);
    expect(await other.getByRole('article', { name: 'Call of weather, tag weather' }).count()).toBe(1);
    await close();
  });
});
