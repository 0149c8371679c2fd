import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { writeExport } from '../../../helpers/agent-export.ts';
import {
  becomes,
  type ConsolePage,
  closeBrowser,
  inBrowser,
  openPage,
  seriousFindings,
  startConsole,
} from '../../../helpers/browser.ts';
import { stopAll } from '../../../helpers/process.ts';
import { ATTACKS, GALLERY, GALLERY_AGENT } from './gallery.ts';

inBrowser('the chat', () => {
  const written = writeExport(GALLERY_AGENT);
  let url: string;
  let opened: ConsolePage | undefined;

  beforeAll(async () => {
    ({ url } = await startConsole(written.folder));
  });
  afterEach(async () => {
    await opened?.close();
    opened = undefined;
  });
  afterAll(async () => {
    await closeBrowser();
    await stopAll();
    written.remove();
  });

  /** A tab with a conversation of its own. */
  async function begin(options: Parameters<typeof openPage>[1] = {}): Promise<ConsolePage> {
    const headers = { origin: url, 'content-type': 'application/json' };
    const answer = await fetch(`${url}/console/api/sessions`, { method: 'POST', headers, body: '{}' });
    const { id } = (await answer.json()) as { id: string };
    opened = await openPage(`${url}/#/${id}`, options);
    return opened;
  }

  const page = () => opened!.page;
  const turns = (): Locator => page().locator('.turns > .turn');
  const lastTurn = () => turns().last();
  const line = () => page().getByRole('textbox', { name: 'What a person says' });
  const tool = (name: string) => page().getByRole('toolbar', { name: 'Other input' }).getByRole('button', { name });
  /** What the agent said in the last turn, as a person sees it. */
  const said = async () => (await lastTurn().locator('.message').allInnerTexts()).map((text) => text.trim());
  const savedTurns = () =>
    page().evaluate(
      `fetch('/console/api/sessions/' + location.hash.split('/')[1]).then((answer) => answer.json()).then(({ turns }) => turns)`,
    ) as Promise<{ id: string; input: object; injected: object }[]>;

  test('what a person says and what the agent answers stand in a log, in order', async () => {
    const { say, errors } = await begin();
    await say('hello');
    await say('gibberish');
    expect(await page().getByRole('log', { name: 'Conversation' }).locator('.said, .message').allInnerTexts()).toEqual([
      expect.stringContaining('hello'),
      'Good day.',
      expect.stringContaining('gibberish'),
      'I did not get that.',
    ]);
    expect(errors).toEqual([]);
  });

  test('every element of Messenger and every kind of message says what it holds', async () => {
    const { raise } = await begin();
    const shown: { [event: string]: string[] } = {};
    for (const event of Object.keys(GALLERY)) {
      await raise(event);
      shown[event] = await said();
    }
    expect(shown).toEqual({
      markdown: [expect.stringMatching(/^Fees\s+They are due here\.\s+tuition\s+hostel\s+item\s+sum\s+hostel\s+250$/)],
      info: [expect.stringMatching(/^Library\s+Open until 20:00\s+\(opens in a new tab\)$/)],
      description: [expect.stringMatching(/^Fees\s+Tuition 40,000\s+Hostel 25,000$/)],
      image: ['Map of the campus'],
      button: [expect.stringMatching(/Pay now[\s\S]*Ask a person[\s\S]*Broken\s+It has no link and no event\./)],
      list: [expect.stringMatching(/^Chess\s+Mondays\s+Choir\s+Fridays/)],
      accordion: [expect.stringMatching(/^Opening hours\s+All year$/)],
      chips: [expect.stringMatching(/hello\s+Timetable[\s\S]*With a face/)],
      citations: [expect.stringMatching(/^Sources\s+Fee rules\s*Page 3$/)],
      'match-citations': [expect.stringMatching(/^Sources\s+House rules$/)],
      html: ['Closed on Sunday'],
      template: [expect.stringMatching(/^Custom template seat-map\s+Its fields$/)],
      video: [expect.stringMatching(/^Video\s+https:\/\/example\.com\/there\s+Its fields\s+Files\s+Its fields$/)],
      unknown: [expect.stringMatching(/^Element hologram[\s\S]*"depth": 3/)],
      payload: [expect.stringMatching(/^Custom payload[\s\S]*"city": "Pune"/)],
      speech: [
        expect.stringMatching(/^Spoken\s+Your code is 1234 as digits\.pause 500msNow press pound written #\.\s+SSML$/),
        expect.stringMatching(/^Spoken\s+Plainly said\.$/),
        expect.stringMatching(/^Spoken\s+The markup cannot be read <speak>broken\s+SSML$/),
      ],
      telephone: expect.arrayContaining(['Plays https://example.com/tune.wav', 'Transfers the call to +15550100']),
      handoff: expect.arrayContaining([expect.stringMatching(/^Hands over to a person\s+With this data$/)]),
      channel: ['Written.'],
    });
  });

  test('what is folded opens with the keyboard: an accordion, the source of speech, the data of a handover', async () => {
    const { raise } = await begin();
    const open = async (event: string, label: RegExp) => {
      await raise(event);
      const summary = lastTurn().locator('summary').filter({ hasText: label }).first();
      await summary.focus();
      await page().keyboard.press('Enter');
      return lastTurn().locator('details[open]').innerText();
    };
    expect(await open('accordion', /Opening hours/)).toMatch(/Monday to Friday, 8 to 20\.$/);
    expect(await open('speech', /SSML/)).toContain('<say-as interpret-as="digits">1234</say-as>');
    expect(await open('handoff', /With this data/)).toContain('"queue": "fees"');
    expect(await open('template', /Its fields/)).toContain('"hall": 7');
  });

  test('links open in a new tab that knows nothing of the console', async () => {
    const { raise } = await begin();
    for (const event of ['markdown', 'info', 'button', 'list', 'chips', 'citations', 'html', 'video', 'telephone']) {
      await raise(event);
      const links = await lastTurn()
        .locator('a')
        .evaluateAll((all) =>
          all.map((link) => [
            link.getAttribute('href')!.split('/')[2],
            link.getAttribute('target'),
            link.getAttribute('rel'),
          ]),
        );
      expect({ event, links }).toEqual({ event, links: [['example.com', '_blank', 'noopener noreferrer']] });
    }
  });

  test('a chip says its text, a button and an item of a list raise their events', async () => {
    const { raise, settle } = await begin();
    await raise('chips');
    await lastTurn().getByRole('button', { name: 'hello', exact: true }).click();
    await settle();
    await becomes(said, ['Good day.']);
    await raise('button');
    await lastTurn().getByRole('button', { name: 'Ask a person' }).focus();
    await page().keyboard.press('Enter');
    await becomes(() => turns().count(), 4);
    await raise('list');
    await lastTurn().getByRole('button', { name: /Chess/ }).click();
    await becomes(() => turns().count(), 6);
    expect((await savedTurns()).map(({ input }) => input)).toEqual([
      { kind: 'event', event: 'chips' },
      { kind: 'text', text: 'hello' },
      { kind: 'event', event: 'button' },
      { kind: 'event', event: 'description' },
      { kind: 'event', event: 'list' },
      { kind: 'event', event: 'description' },
    ]);
  });

  test('Enter says, Shift and Enter breaks the line, the arrows bring back what was said', async () => {
    const { say } = await begin();
    await say('hello');
    await say('type');
    await line().press('ArrowUp');
    expect(await line().inputValue()).toBe('type');
    await line().press('ArrowUp');
    expect(await line().inputValue()).toBe('hello');
    await line().press('ArrowDown');
    await line().press('ArrowDown');
    expect(await line().inputValue()).toBe('');
    await line().pressSequentially('one');
    await line().press('Shift+Enter');
    await line().pressSequentially('two');
    await line().press('ArrowUp');
    expect(await line().inputValue()).toBe('one\ntwo');
    expect(await turns().count()).toBe(2);
  });

  test('after sending the line is empty, has the focus, and the answer is in a region that is read aloud', async () => {
    const { say } = await begin();
    await say('hello');
    expect(await line().inputValue()).toBe('');
    expect(await line().evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
    expect(await lastTurn().locator('xpath=ancestor::*[@role="log"]').count()).toBe(1);
  });

  test('while a turn is under way nothing else can be said, and the time is shown', async () => {
    await begin();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page().route('**/turns', async (route) => {
      await held;
      await route.continue();
    });
    await line().fill('hello');
    await line().press('Enter');
    await page()
      .getByText(/^0\.[4-9] s$/)
      .waitFor();
    expect(await page().locator('.pending').innerText()).toContain('hello');
    expect(await page().getByText('Waiting for the agent').getAttribute('role')).toBe('status');
    expect(await line().getAttribute('readonly')).not.toBeNull();
    expect(await tool('No input').isDisabled()).toBe(true);
    expect(await page().getByRole('button', { name: 'Send' }).isDisabled()).toBe(true);
    release();
    await opened!.settle();
    expect(await said()).toEqual(['Good day.']);
  });

  test('no input, digits with their finish digit, and events are sent as what they are', async () => {
    const { say, raise, settle } = await begin();
    await tool('No input').click();
    await settle();
    await becomes(said, ['Are you there?']);
    await say('I want to type a code');
    await tool('Keypad').click();
    const keypad = page().getByRole('region', { name: 'Keypad' });
    for (const key of ['4', '2', '0']) await keypad.getByRole('button', { name: key, exact: true }).click();
    await keypad.getByLabel('Finish digit').selectOption('#');
    await keypad.getByRole('button', { name: 'Press' }).click();
    await becomes(said, ['The code is 420.']);
    await raise('description');
    expect((await savedTurns()).map(({ input }) => input)).toEqual([
      { kind: 'text', text: '' },
      { kind: 'text', text: 'I want to type a code' },
      { kind: 'dtmf', digits: '420', finishDigit: '#' },
      { kind: 'event', event: 'description' },
    ]);
    expect(await page().locator('.said.did').allInnerTexts()).toEqual(['No input', 'Keys 420#', 'Event description']);
  });

  test('the events of the agent are offered', async () => {
    await begin();
    await tool('Event').click();
    const offered = await page()
      .locator('#events option')
      .evaluateAll((all) => all.map((each) => each.getAttribute('value')));
    expect(offered).toEqual(Object.keys({ ...GALLERY, ...ATTACKS }).sort((a, b) => (a < b ? -1 : 1)));
  });

  test('parameters are set before the next turn, as JSON or text, and removed; each can be taken back', async () => {
    const { say } = await begin();
    await tool('Parameters').click();
    const form = page().getByRole('region', { name: 'Parameters' });
    const set = async (name: string, value: string, button = 'Set') => {
      await form.getByLabel('Session parameter').fill(name);
      await form.getByLabel('Value, JSON or text').fill(value);
      await form.getByRole('button', { name: button }).click();
    };
    await set('who', 'Ada');
    await set('age', '36');
    await set('gone', '1');
    await page().getByRole('button', { name: 'Take back: gone = 1' }).click();
    await say('who am I');
    expect(await said()).toEqual(['You are Ada.']);
    expect(await page().getByRole('list', { name: 'For the next turn' }).count()).toBe(0);
    await set('who', '', 'Remove');
    await say('hello');
    expect((await savedTurns()).map(({ injected }) => injected)).toEqual([{ who: 'Ada', age: 36 }, { who: null }]);
    expect(await lastTurn().getByRole('list', { name: 'Parameters set by hand' }).innerText()).toBe('who removed');
  });

  test('a fault is set for the next call and taken back', async () => {
    await begin();
    const asked: unknown[] = [];
    page().on('request', (request) => {
      if (request.url().endsWith('/fault')) asked.push(request.postDataJSON());
    });
    await tool('Fault').click();
    await page().getByLabel('What goes wrong with the next webhook call').selectOption('503');
    await page().getByRole('button', { name: 'Take back: next webhook call: 503' }).click();
    await becomes(() => page().getByRole('list', { name: 'For the next turn' }).count(), 0);
    expect(asked).toEqual([{ fault: '503' }, { fault: null }]);
  });

  test('a turn is chosen by click and by the arrow keys, its X-ray is shown, and its address leads back to it', async () => {
    const { say } = await begin();
    for (const text of ['hello', 'gibberish', 'who am I']) await say(text);
    const xray = page().getByRole('region', { name: 'X-ray' });
    await turns().nth(1).locator('.message').first().click();
    await becomes(() => xray.getByRole('heading', { name: /^Turn/ }).innerText(), 'Turn 2');
    await turns()
      .nth(1)
      .getByRole('button', { name: /X-ray of turn/ })
      .focus();
    await page().keyboard.press('ArrowUp');
    await becomes(() => xray.getByRole('heading', { name: /^Turn/ }).innerText(), 'Turn 1');
    const address = page().url();
    const [first, , third] = await savedTurns();
    expect(address).toMatch(new RegExp(`#/[^/]+/${first!.id}$`));
    await page().evaluate(`location.hash = location.hash.replace('${first!.id}', '${third!.id}')`);
    await becomes(() => xray.getByRole('heading', { name: /^Turn/ }).innerText(), 'Turn 3');
    const { page: other, close } = await openPage(address);
    expect(await other.locator('.turn[data-shown="true"] .said').innerText()).toContain('hello');
    await close();
  });

  test('an address of a conversation that is gone says so, and leads to one that there is', async () => {
    await begin();
    const { page: other, close } = await openPage(`${url}/#/gone/1`);
    expect(await other.getByRole('status').first().innerText()).toContain('The conversation of this address is gone');
    expect(other.url()).not.toContain('gone');
    await close();
  });

  test('going back forgets the turns after; a fork keeps both; starting over keeps the old one', async () => {
    const { say, settle } = await begin();
    for (const text of ['hello', 'gibberish', 'who am I']) await say(text);
    const count = async () =>
      Number(
        await page()
          .getByRole('button', { name: /^Conversations/ })
          .locator('.tag')
          .innerText(),
      );
    const before = await count();
    const choose = (number: number) =>
      turns()
        .nth(number - 1)
        .getByRole('button', { name: /X-ray of turn/ })
        .click();
    await choose(2);
    await page().getByRole('button', { name: 'Go on from here' }).click();
    await settle();
    await becomes(() => turns().count(), 2);
    await choose(1);
    await page().getByRole('button', { name: 'Fork' }).click();
    await becomes(() => turns().count(), 1);
    await settle();
    expect(await count()).toBe(before + 1);
    await page().getByRole('button', { name: 'Start over' }).click();
    await becomes(() => turns().count(), 0);
    await settle();
    expect(await count()).toBe(before + 2);
  });

  test('conversations are made with a language, switched and deleted', async () => {
    const { say, settle } = await begin();
    await say('hello');
    const menu = page().getByRole('button', { name: /^Conversations/ });
    const list = page().getByRole('region', { name: 'Conversations' });
    await menu.click();
    await list.getByLabel('Language').selectOption('de');
    await list.getByRole('button', { name: 'New conversation' }).click();
    await page().getByText('de', { exact: true }).waitFor();
    await settle();
    await menu.click();
    await list
      .getByRole('button', { name: /^hello/ })
      .first()
      .click();
    await becomes(() => turns().count(), 1);
    await settle();
    await menu.click();
    const before = await list.locator('.session-row').count();
    await list
      .locator('.session-row:has([aria-current])')
      .getByRole('button', { name: /^Delete/ })
      .click();
    await becomes(() => list.locator('.session-row').count(), before - 1);
  });

  test('the conversation is saved as a test case under the name that is asked for', async () => {
    const { say } = await begin();
    await say('hello');
    await page().getByRole('button', { name: 'Save as test case' }).click();
    const dialog = page().getByRole('dialog', { name: 'Save as test case' });
    await dialog.getByLabel('Name').fill('A greeting');
    const [download] = await Promise.all([
      page().waitForEvent('download'),
      dialog.getByRole('button', { name: 'Save', exact: true }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('A greeting.json');
    const testCase = JSON.parse(readFileSync(await download.path(), 'utf8'));
    expect(testCase).toMatchObject({ displayName: 'A greeting', testCaseConversationTurns: [{}] });
  });

  test('all turns are replayed and judged', async () => {
    const { say, settle } = await begin();
    await say('hello');
    await page().getByRole('button', { name: 'Replay all' }).click();
    await page().getByRole('region', { name: 'Replay' }).waitFor();
    await settle();
    expect(await page().getByRole('navigation', { name: 'Views' }).locator('[aria-current]').innerText()).toBe(
      'Replay',
    );
  });

  test('the end of a session is told, and a turn that hides something is marked', async () => {
    const { say, raise } = await begin();
    await say('good bye');
    expect(await lastTurn().innerText()).toContain('The session ended here.');
    await raise('handoff');
    expect(await lastTurn().innerText()).toMatch(/\d hidden/);
  });

  test('when the server refuses, the words come back and the reason is told', async () => {
    await begin();
    await page().route('**/turns', (route) =>
      route.fulfill({ status: 400, json: { error: { code: 'bad-request', message: 'It was not to be.' } } }),
    );
    await line().fill('hello');
    await line().press('Enter');
    await becomes(() => page().getByRole('status').first().innerText(), 'It was not to be.');
    expect(await line().inputValue()).toBe('hello');
    await page().getByRole('button', { name: 'Close the notice' }).click();
    await becomes(() => page().getByRole('status').first().innerText(), '');
  });

  test('what the server tells stands in a status line: a function that was saved, a problem, a lost connection', async () => {
    const { page } = await begin();
    await page.addInitScript(
      `globalThis.EventSource = class { constructor() { globalThis.source = this } close() {} }`,
    );
    await page.reload();
    await opened!.settle();
    const told = () => page.getByRole('status').first().innerText();
    const tell = (event: object) =>
      page.evaluate(`source.onmessage({ data: ${JSON.stringify(JSON.stringify(event))} })`);
    await tell({ kind: 'function', name: 'weather', problem: null });
    await becomes(told, 'weather was loaded anew. The conversation goes on with it.');
    await tell({ kind: 'function', name: 'weather', problem: '<b>line 3</b> is wrong.' });
    await becomes(told, 'weather does not load: <b>line 3</b> is wrong.');
    await tell({ kind: 'agent', problem: null });
    await becomes(told, 'The agent was loaded anew. The conversation goes on with it.');
    await tell({ kind: 'restart', file: 'shared/log.ts' });
    await becomes(told, 'shared/log.ts was saved. Start the console again to take it in.');
    await page.evaluate('source.onerror()');
    await becomes(told, 'The connection to the console is lost. It comes back by itself once it runs again.');
    await page.evaluate('source.onopen()');
    await becomes(told, 'The console is back.');
    await becomes(told, ''); // news does not stay
    await page.evaluate("fetch('/console/api/sessions/' + location.hash.split('/')[1], { method: 'DELETE' })");
    await page.evaluate('source.onerror(), source.onopen()');
    await becomes(told, 'The console was started anew and does not know this conversation any more: start over.');
  });

  test('nothing that an agent or a person says runs, loads, or looks like the console', async () => {
    // The page's policy would stop most of it, too: here the page has to do without.
    const { say, raise, elsewhere } = await begin({ bypassCSP: true });
    for (const event of Object.keys(ATTACKS)) {
      await raise(event);
      expect((await said()).join('')).not.toBe('');
    }
    expect(
      await page().getByText('The link is not followed: JaVaScRiPt:globalThis.attacked=1').count(),
    ).toBeGreaterThan(0);
    await say('<img src=x onerror="globalThis.attacked=1"><script>globalThis.attacked=1</script>');
    await raise('"><img src=x onerror="globalThis.attacked=1">');
    await tool('Parameters').click();
    const form = page().getByRole('region', { name: 'Parameters' });
    await form.getByLabel('Session parameter').fill('who');
    await form
      .getByLabel('Value, JSON or text')
      .fill('<img src=x onerror="globalThis.attacked=1"><a href="javascript:globalThis.attacked=1">me</a>');
    await form.getByRole('button', { name: 'Set' }).click();
    await say('who am I');
    for (const summary of await page().locator('.log summary').all()) await summary.click();
    for (const name of ['wicked button', 'wicked item', 'wicked source', 'markup', 'html link', 'click', 'me']) {
      for (const each of await page().locator('.log').getByText(name, { exact: true }).all())
        await each.click({ timeout: 2000 });
    }
    expect(await page().evaluate('globalThis.attacked')).toBeUndefined();
    expect(elsewhere).toEqual([]);
    const wrong = await page()
      .locator('.log *')
      .evaluateAll((all) =>
        all.flatMap((element) => {
          const isForeign = element.closest('.prose') !== null;
          const bad = [...element.attributes].filter(
            ({ name, value }) =>
              /^on/.test(name) ||
              (/^(href|src|action|xlink:href)$/.test(name) && !/^(https?|mailto|tel|data:image)/.test(value)) ||
              (isForeign && /^(id|style|name)$/.test(name)) ||
              (isForeign && name === 'class' && value !== 'prose'),
          );
          const isBadTag = /^(script|iframe|object|embed|form|style|base|meta|link)$/i.test(element.tagName);
          const stays = element.hasAttribute('href') && element.getAttribute('rel') !== 'noopener noreferrer';
          return bad.length > 0 || isBadTag || stays ? [element.outerHTML.slice(0, 200)] : [];
        }),
      );
    expect(wrong).toEqual([]);
  });

  test('nothing serious for axe, in light and dark, on a wide screen and a phone, with tools and menus open', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { raise, say } = await begin({ colorScheme });
      const check = async (what: string, within?: string) => {
        const findings = await seriousFindings(page(), within);
        expect({ colorScheme, what, findings }).toEqual({ colorScheme, what, findings: [] });
      };
      await check('empty');
      await say('hello');
      for (const event of Object.keys(GALLERY)) await raise(event);
      await check('all messages');
      for (const name of ['Event', 'Keypad', 'Parameters', 'Fault']) {
        await tool(name).click();
        await check(name, '.composer');
      }
      await page()
        .getByRole('button', { name: /^Conversations/ })
        .click();
      await check('menu', '#sessions');
      await page().keyboard.press('Escape');
      await page().getByRole('button', { name: 'Save as test case' }).click();
      await check('dialog', 'dialog');
      await page().keyboard.press('Escape');
      await page().setViewportSize({ width: 390, height: 844 });
      await check('phone', '.head, .chat-bar, .composer');
      await opened!.close();
    }
  }, 120_000);

  test('the theme follows the machine until it is chosen, and is remembered', async () => {
    await begin({ colorScheme: 'dark' });
    const ground = () => page().evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await ground()).toBe('rgb(16, 19, 23)');
    await page()
      .getByRole('button', { name: /^Theme: as the machine/ })
      .click();
    expect(await ground()).toBe('rgb(244, 245, 247)');
    await page().reload();
    await opened!.settle();
    expect(await ground()).toBe('rgb(244, 245, 247)');
    await page()
      .getByRole('button', { name: /^Theme: light/ })
      .click();
    expect(await ground()).toBe('rgb(16, 19, 23)');
  });

  test('on a phone one view at a time fills the screen, and nothing is cut off', async () => {
    const { raise, say } = await begin({ viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
    await say('hello');
    for (const event of ['list', 'attack-elements', 'markdown', 'speech']) await raise(event);
    const width = () => page().evaluate('document.documentElement.scrollWidth');
    expect(await width()).toBe(360);
    const views = page().getByRole('navigation', { name: 'Views' });
    expect(await page().getByRole('region', { name: 'X-ray' }).count()).toBe(0);
    await lastTurn()
      .getByRole('button', { name: /X-ray of turn/ })
      .tap();
    await page().getByRole('region', { name: 'X-ray' }).waitFor();
    expect(await line().isVisible()).toBe(false);
    expect(await width()).toBe(360);
    await views.getByRole('button', { name: 'Map' }).tap();
    await page().getByRole('region', { name: 'Map', exact: true }).waitFor();
    await views.getByRole('button', { name: 'Chat' }).tap();
    expect(await line().isVisible()).toBe(true);
  });

  test('the end of the conversation is in sight: at first, after a turn, and beside an open tool; not while reading above', async () => {
    const { say } = await begin();
    for (let turn = 0; turn < 9; turn++) await say('hello');
    const log = page().getByRole('log', { name: 'Conversation' });
    const toEnd = () =>
      log.evaluate((element) => Math.round(element.scrollHeight - element.scrollTop - element.clientHeight));
    await becomes(toEnd, 0);
    await tool('Keypad').click();
    await becomes(toEnd, 0);
    await page().reload();
    await opened!.settle();
    await becomes(toEnd, 0);
    await log.evaluate((element) => element.scrollTo(0, 0));
    await becomes(async () => (await toEnd()) > 100, true);
    await tool('Keypad').click();
    await page().getByRole('region', { name: 'Keypad' }).waitFor();
    expect(await log.evaluate((element) => element.scrollTop)).toBe(0);
  });

  test('two hundred turns: what is typed is painted within 100 ms, and so is the turn that is chosen', async () => {
    const { settle } = await begin();
    const shown = Object.keys(GALLERY).filter((event) => event !== 'speech');
    await page().evaluate(`(async () => {
      const post = (path, body) => fetch('/console/api/' + path, {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
      }).then((answer) => answer.json());
      const events = ${JSON.stringify(shown)};
      const { id } = await post('sessions', {});
      for (let turn = 0; turn < 200; turn++) {
        const input = turn % 2 ? { kind: 'event', event: events[turn % events.length] } : { kind: 'text', text: 'hello' };
        await post('sessions/' + id + '/turns', { input });
      }
      location.hash = '#/' + id;
    })()`);
    await becomes(() => turns().count(), 200);
    await settle();
    const milliseconds = (await page().evaluate(`(async () => {
      const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      const times = async (count, act) => {
        const all = [];
        for (let time = 0; time < count; time++) {
          await new Promise((resolve) => setTimeout(resolve, 20));
          const start = performance.now();
          act(time);
          await painted();
          all.push(performance.now() - start);
        }
        return all.sort((a, b) => a - b)[Math.floor(count / 2)];
      };
      const input = document.querySelector('.line-input');
      const labels = document.querySelectorAll('.turn-label');
      return {
        typing: await times(21, (time) => {
          input.value = 'hello ' + time;
          input.dispatchEvent(new InputEvent('input', { bubbles: true }));
        }),
        choosing: await times(21, (time) => labels[time * 9].click()),
      };
    })()`)) as { typing: number; choosing: number };
    console.info(
      `Of 200 turns, median to paint: typing ${milliseconds.typing.toFixed(0)} ms, choosing ${milliseconds.choosing.toFixed(0)} ms`,
    );
    expect(milliseconds.typing).toBeLessThan(100);
    expect(milliseconds.choosing).toBeLessThan(100);
  }, 60_000);
});
