import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type WrittenExport, writeExport } from '../../../helpers/agent-export.ts';
import { type ConsolePage, closeBrowser, inBrowser, openPage } from '../../../helpers/browser.ts';
import { ROOT, stopAll } from '../../../helpers/process.ts';
import { type OpenedConsole, openConsoleApart } from '../open.ts';

/** Everything that a webhook answers is somebody else's text: it shows, and does nothing. */

const ATTACK = 'globalThis.attacked=1';
const IMAGE = `<img src=x onerror="${ATTACK}">`;
const FUNCTION = `
import { payload, text } from '../shared/messages.ts';
import { defineWebhook } from '../shared/webhook.ts';

export default defineWebhook({}, async () => ({
  messages: [
    text(${JSON.stringify(`${IMAGE} [click](javascript:${ATTACK})`)}),
    payload({ richContent: [[{ type: 'html', html: ${JSON.stringify(IMAGE)} }, { type: 'chips', options: [{ text: ${JSON.stringify(IMAGE)}, anchor: { href: 'javascript:${ATTACK}' } }] }]] }),
  ],
  session: { ${JSON.stringify(IMAGE)}: ${JSON.stringify(`<script>${ATTACK}</script>`)} },
  payload: { note: ${JSON.stringify(IMAGE)} },
}));
`;

inBrowser('a webhook attacks the page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'attack-'));
  let agent: WrittenExport;
  let desk: OpenedConsole;
  let opened: ConsolePage;

  beforeAll(async () => {
    await mkdir(join(folder, 'functions'));
    for (const part of ['shared', 'node_modules', 'package.json']) symlinkSync(`${ROOT}/${part}`, join(folder, part));
    writeFileSync(join(folder, 'functions/wicked.ts'), FUNCTION);
    agent = writeExport({
      webhooks: { wicked: 'https://wicked.invalid/' },
      flows: {
        'Default Start Flow': {
          eventHandlers: [{ event: 'sys.no-match-default', triggerFulfillment: { webhook: 'wicked', tag: 'wicked' } }],
        },
      },
    });
    desk = await openConsoleApart({ agent: agent.folder, folder: pathToFileURL(`${folder}/functions/`) });
    const { id } = await desk.begin();
    opened = await openPage(`${desk.url}/#/${id}`);
  });
  afterAll(async () => {
    await opened?.close();
    await closeBrowser();
    await stopAll();
    rmSync(folder, { recursive: true });
    agent.remove();
  });

  test('with its messages, parameters and payload, in the chat and in the X-ray', async () => {
    await opened.say('anything');
    const { page } = opened;
    await page.getByText('click').first().waitFor();
    // What is closed is rendered when it opens, and may hold more that is closed.
    for (const _ of [1, 2, 3, 4]) {
      await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })");
      await page.waitForTimeout(100);
    }
    const shown = await page.locator('body').innerText();
    expect(shown).toContain('fulfillmentResponse'); // the answer in the X-ray
    expect(shown.split('onerror').length).toBeGreaterThan(4);
    expect(await page.evaluate('globalThis.attacked')).toBeUndefined();
    expect(await page.locator('a[href^="javascript" i], script:not([src]), [onerror]').count()).toBe(0);
  });
});
