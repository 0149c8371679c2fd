import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { TurnView } from '../../../../dev/console/api.ts';
import { type AgentExport, asks, writeExport } from '../../../helpers/agent-export.ts';
import {
  becomes,
  type ConsolePage,
  closeBrowser,
  inBrowser,
  openPage,
  seriousFindings,
} from '../../../helpers/browser.ts';
import { ROOT, stopAll } from '../../../helpers/process.ts';
import { type OpenedConsole, openConsoleApart, replying, type Talk, writeFunctions } from '../open.ts';

/** What would do something, if a text became HTML. */
const ATTACK = '<img src="x" onerror="alert(1)">';

inBrowser('the X-ray', () => {
  let campus: OpenedConsole;
  let opened: ConsolePage;

  beforeAll(async () => {
    campus = await openConsoleApart({ agent: `${ROOT}/agent`, folder: pathToFileURL(`${ROOT}/functions/`) });
  });
  afterEach(() => opened.close());
  afterAll(async () => {
    await closeBrowser();
    await stopAll();
  });

  /** The X-ray of a turn. */
  async function see(turn: TurnView, talk: Talk, url = campus.url, options = {}): Promise<void> {
    opened = await openPage(`${url}/#/${talk.id}/${turn.id}`, options);
  }

  const page = () => opened.page;
  const panel = (name: string) => page().getByRole('region', { name, exact: true });
  const rows = async (name: string, table: string) =>
    (await panel(name).getByRole('table', { name: table }).getByRole('row').allInnerTexts()).map((row) =>
      row.split('\t'),
    );
  /** The panels, the calls and all that is closed in them. */
  async function openAll(): Promise<void> {
    while (true) {
      const closed = page().locator('.xray details:not([open]) > summary');
      if ((await closed.count()) === 0) return;
      await closed.first().click();
    }
  }

  test('shows what was understood: the intent, its rivals against the threshold, what was said and what it means', async () => {
    const talk = await campus.begin();
    await see(await talk.says('what is the weather in Pune'), talk);
    expect(await panel('Understood').locator('.verdict').innerText()).toBe(
      'The intent weather.ask with a score of 1.00; 0.30 is enough.',
    );
    expect(await panel('Understood').locator('.rivals tbody tr').count()).toBe(4);
    await panel('Understood').getByRole('button', { name: /more$/ }).click();
    const rivals = panel('Understood').locator('.rivals tbody tr');
    expect(await rivals.first().innerText()).toMatch(/^weather\.ask[\s\S]*1\.00$/);
    const drawn = await rivals.evaluateAll((found: unknown) =>
      (found as { querySelector(selector: string): { getAttribute(name: string): string } }[]).map((row) => [
        Number.parseFloat(row.querySelector('.bar-value').getAttribute('width')),
        row.querySelector('.bar-mark').getAttribute('x1'),
      ]),
    );
    expect(drawn[0]).toEqual([100, '30%']);
    expect(drawn.map(([score]) => score)).toEqual(
      drawn.map(([score]) => score).toSorted((a, b) => Number(b) - Number(a)),
    );
    expect(await rows('Understood', 'Parameters of the intent')).toEqual([
      ['Parameter', 'Was said', 'Resolved'],
      ['location', 'Pune', '{"original":"Pune","city":"Pune"}'],
    ]);
    expect(await page().getByRole('region', { name: 'What CX would have hidden' }).count()).toBe(0);
  });

  test('shows why: each route with its condition, what that saw, where it stands, and where it led', async () => {
    const talk = await campus.begin();
    await see(await talk.says('what is the weather in Pune'), talk);
    const why = panel('Why');
    const routes = await why.locator('.step.route').allInnerTexts();
    expect(
      routes.map((text) =>
        text
          .split('\n')
          .map((line) => line.replace(/\s+/g, ' ').trim())
          .filter(Boolean),
      ),
    ).toEqual(
      expect.arrayContaining([
        [
          'route',
          'fires',
          'intent weather.ask',
          'goes to the flow Weather',
          'of the flow Default Start Flow, by the route group Other topics',
        ],
        [
          'route',
          'does not fire',
          'intent weather.ask',
          'and',
          '$intent.params.location.resolved = null',
          '$intent.params.location.resolved is {"original":"Pune","city":"Pune"}',
          'of the flow Weather',
        ],
        [
          'route',
          'fires',
          '$page.params.status = "FINAL"',
          '$page.params.status is "FINAL"',
          'of the page Weather place, flow Weather',
        ],
      ]),
    );
    expect(await why.locator('.step.passed').count()).toBe(2);
    expect(await why.getByRole('list', { name: 'The way of this turn' }).getByRole('listitem').allInnerTexts()).toEqual(
      [
        'the beginning',
        'Start Page of the flow Weather',
        'Weather place of the flow Weather',
        'Weather told of the flow Weather',
      ],
    );
    await why.getByRole('link', { name: 'request and response' }).click();
    await becomes(
      () => page().evaluate<string>('document.activeElement.getAttribute("aria-label")'),
      'Call of weather, tag weather',
    );
    expect(new URL(page().url()).hash.split('/').length).toBe(3);
  });

  test('shows a call with its time, request, response, headers and claims, and never a token', async () => {
    const talk = await campus.begin();
    const turn = await talk.says('what is the weather in Pune');
    await see(turn, talk);
    await openAll();
    const call = page().getByRole('article', { name: 'Call of weather, tag weather' });
    expect(await call.getByRole('heading').innerText()).toMatch(/^weather\s*tag weather\s*answered\s*HTTP 200$/);
    expect(await call.getByRole('list', { name: /^Time/ }).getByRole('listitem').allInnerTexts()).toEqual([
      expect.stringMatching(/^\d+ ms of 5 s, HTTP 200$/),
    ]);
    expect(await call.innerText()).toContain(`POST ${campus.url}/weather`);
    const response = call.locator('.body').filter({ has: page().getByText(/^Response \d+ bytes$/) });
    expect(await response.innerText()).toContain('weather_place: "Pune, India"');
    expect(await call.getByRole('table', { name: 'Request headers' }).innerText()).toMatch(
      /authorization\s+Bearer \[hidden\]/,
    );
    expect(await call.getByRole('table', { name: 'Claims of the ID token' }).innerText()).toContain(
      `${campus.url}/weather`,
    );
    expect(await page().content()).not.toContain('eyJ');
    expect(JSON.stringify(turn)).not.toContain('eyJ');
  });

  test('says loudly what CX hides: a call that failed, was made twice, and which event it raised', async () => {
    const talk = await campus.begin();
    await campus.post(`sessions/${talk.id}/fault`, { fault: '503' });
    await see(await talk.says('what is the weather in Pune'), talk);
    const hidden = page().getByRole('region', { name: 'What CX would have hidden' });
    expect(await hidden.getByRole('heading').innerText()).toBe('CX would have hidden 2 things');
    expect(await hidden.getByRole('listitem').allInnerTexts()).toEqual([
      expect.stringContaining('failed with webhook.error.unavailable'),
      expect.stringContaining('was called 2 times'),
    ]);
    const call = page().getByRole('article', { name: 'Call of weather, tag weather' });
    expect(await call.locator('.problem').innerText()).toBe('webhook.error.unavailable The webhook answered 503.');
    expect(await call.getByRole('list', { name: /^Time/ }).getByRole('listitem').allInnerTexts()).toEqual([
      expect.stringMatching(/^\d+ ms of 5 s, HTTP 503: /),
      expect.stringMatching(/^asked again: \d+ ms of 5 s, HTTP 503: /),
    ]);
    expect(await panel('Why').locator('.step.bad').innerText()).toContain('webhook.error.unavailable');
  });

  test('shows the form: what is asked for, what was just said, what is still missing', async () => {
    const talk = await campus.begin();
    await talk.says('I want to book an appointment');
    await see(await talk.says('counselling'), talk);
    const form = (await panel('Form').getByRole('row').allInnerTexts()).map((row) => row.replace(/\s+/g, ' '));
    expect(form).toEqual([
      'Parameter State Value Type',
      'service filled just now "Counselling" @service required',
      'date asked for now empty none @sys.date required',
      'time empty none @sys.time optional',
    ]);
    expect(await rows('Understood', 'Values for the form')).toEqual([
      ['Parameter', 'Was said', 'Resolved'],
      ['service', 'counselling', '"Counselling"'],
    ]);
  });

  test('shows parameters as a difference, with who set each, and finds one among many', async () => {
    const talk = await campus.begin();
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`given_${index}`, index]));
    await talk.says('hello', many);
    await see(await talk.says('what is the weather in Pune', { given_1: 'new', given_2: null }), talk);
    const changes = (await panel('Parameters').locator('.change').allInnerTexts()).map((text) =>
      text.replace(/\s+/g, ' '),
    );
    expect(changes).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/given_1 changed by injected before 1 after "new"/),
        expect.stringMatching(/given_2 removed by injected before 2$/),
        expect.stringMatching(/weather_place added by webhook after "Pune, India"/),
      ]),
    );
    await panel('Parameters')
      .getByText(/^All \d+ of the session/)
      .click();
    await panel('Parameters').getByRole('searchbox').fill('india');
    expect(await rows('Parameters', 'Parameters of the session')).toEqual([
      ['Name', 'Value'],
      ['weather_place', '"Pune, India"'],
    ]);
  });

  test('shows the messages as they were sent; JSON opens and closes with keys, and what is closed is not drawn', async () => {
    const talk = await campus.begin();
    await see(await talk.says('what is the weather in Pune'), talk);
    await panel('Messages').locator('summary').first().click();
    const text = panel('Messages').getByText(/It is .* in Pune, India/);
    expect(await text.count()).toBe(1);
    await panel('Messages').locator('.json-branch > summary').first().focus();
    await page().keyboard.press('Enter');
    await becomes(() => text.count(), 0);
    await page().keyboard.press('Enter');
    await becomes(() => text.count(), 1);
  });

  test.each([
    ['with the clipboard', true],
    ['where the clipboard is not to be had', false],
  ])('copies a request, pretty-printed, %s', async (_, hasClipboard) => {
    const talk = await campus.begin();
    const turn = await talk.says('what is the weather in Pune');
    await see(turn, talk, campus.url, { permissions: ['clipboard-read', 'clipboard-write'] });
    if (!hasClipboard) await page().evaluate('navigator.clipboard.writeText = () => Promise.reject(new Error("no"))');
    const call = page().getByRole('article', { name: 'Call of weather, tag weather' });
    await call.getByText(/^Request \d+ bytes$/).click();
    await call.getByRole('button', { name: 'Copy the request' }).click();
    await becomes(() => call.getByRole('status').filter({ hasText: 'Copied' }).count(), 1);
    expect(await page().evaluate('navigator.clipboard.readText()')).toBe(
      JSON.stringify(JSON.parse(turn.webhooks[0]!.requestBody!), null, 2),
    );
  });

  test('is accessible with everything open, in both themes and on a phone', async () => {
    const talk = await campus.begin();
    await talk.says('I want to book an appointment');
    await campus.post(`sessions/${talk.id}/fault`, { fault: '503' });
    const turn = await talk.says('what is the weather in Pune');
    for (const options of [
      { colorScheme: 'light' },
      { colorScheme: 'dark' },
      { colorScheme: 'light', viewport: { width: 390, height: 844 } },
    ]) {
      await see(turn, talk, campus.url, options);
      if (options.viewport) await page().getByRole('button', { name: 'X-ray', exact: true }).click();
      await openAll();
      expect(await seriousFindings(page(), '.xray')).toEqual([]);
      expect(
        await page().evaluate(
          'document.querySelector(".xray").scrollWidth <= document.querySelector(".xray").clientWidth',
        ),
      ).toBe(true);
      expect(opened.errors).toEqual([]);
      expect(opened.elsewhere).toEqual([]);
      await opened.close();
    }
  });

  test('shows as text whatever an agent, a person or a webhook says', async () => {
    const functions = writeFunctions({ 'attack.ts': replying({ say: ATTACK, session: { [ATTACK]: ATTACK } }) });
    const written = writeExport(attackingAgent());
    const hostile = await openConsoleApart({ agent: written.folder, folder: functions.folder });
    try {
      const talk = await hostile.begin();
      await see(await talk.says(ATTACK, { given: { [ATTACK]: [ATTACK] } }), talk, hostile.url);
      await openAll();
      const shown = await page().locator('.xray').innerText();
      for (const part of ['Understood', 'Why', 'Form', 'Webhook calls', 'Parameters', 'Messages']) {
        expect([part, await panel(part).innerText()]).toEqual([part, expect.stringContaining('<img src=')]);
      }
      expect(shown).toContain(`“${ATTACK}”`);
      expect(await page().locator('.xray img').count()).toBe(0);
      // In the chat DOMPurify reads the text in a document of its own, under the page's policy: Chromium tells of it.
      expect(opened.errors.filter((error) => !/^Executing inline event handler violates/.test(error))).toEqual([]);
      expect(await seriousFindings(page(), '.xray')).toEqual([]);
    } finally {
      await hostile.close();
      functions.removeAll();
      written.remove();
    }
  });
});

/** An agent whose every name and text is an attack. */
function attackingAgent(): AgentExport {
  return {
    flows: {
      'Default Start Flow': {
        transitionRoutes: [
          { intent: ATTACK, condition: `$session.params.given = '${ATTACK}'`, targetPage: ATTACK },
          { intent: ATTACK, targetPage: ATTACK, triggerFulfillment: { webhook: ATTACK, tag: 'attack' } },
        ],
        pages: { [ATTACK]: { form: { parameters: [asks(ATTACK, '@sys.any', ATTACK)] } } },
      },
    },
    intents: { [ATTACK]: { phrases: [ATTACK] } },
    webhooks: { [ATTACK]: 'https://attack.invalid/' },
  };
}
