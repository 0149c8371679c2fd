import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { launchChromium, missingChromium } from '../dev/chromium.ts';
import { figureOf, showFigure, showTable } from './figures.ts';
import type { World } from './world.ts';

/** Of one flow more than the agent that ships has. */
const PAGES = 1200;
const TURNS = 200;

const AGENT = fileURLToPath(new URL('../agent', import.meta.url));
const CX = fileURLToPath(new URL('../dev/cx.ts', import.meta.url));

/**
 * How soon the page of the console can be used after a start, and how soon it paints what a person does, in a conversation of
 * 200 turns with an agent of 1,200 pages. Says so where there is no Chromium.
 */
export async function measureConsole(
  { folder }: World,
  rounds: number,
  say: (progress: string) => void,
): Promise<string> {
  if (missingChromium !== null) return `CONSOLE  not measured. ${missingChromium}`;
  const large = join(folder, 'console-agent');
  cpSync(AGENT, large, { recursive: true });
  writeLargeFlow(large);
  const browser = await launchChromium();
  try {
    const starts = { small: [] as number[], large: [] as number[] };
    for (let round = 0; round <= rounds; round++) {
      say(`console: start ${round} of ${rounds}`);
      for (const [name, agent] of [['small', AGENT] as const, ['large', large] as const]) {
        const { ms, stop } = await start(agent, folder, browser);
        await stop();
        if (round > 0) starts[name].push(ms); // the first fills the cache of compiled code
      }
    }
    say(`console: ${TURNS} turns`);
    const { url, page, stop } = await start(large, folder, browser);
    await talk(url, page);
    const paints = await measurePaints(page, rounds, say);
    await stop();
    return report(starts, paints);
  } finally {
    await browser.close();
  }
}

/** `cx start`, as npm runs it, and a tab that has nothing stored. Milliseconds until something can be said there. */
async function start(agent: string, folder: string, browser: Browser) {
  const { PORT, ...environment } = process.env;
  const started = performance.now();
  const child = spawn(process.execPath, [CX, 'start', '--port', '0', '--agent', agent], {
    env: { ...environment, DATABASE_URL: `file:${join(folder, 'console.db')}` },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // Whatever ends the bench early ends its server too.
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end);
  const url = await addressIn(child.stdout!.setEncoding('utf8'));
  child.stdout?.resume();
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(NOTE_PAINTS);
  await page.goto(url);
  await isReady(page);
  return {
    ms: performance.now() - started,
    url,
    page,
    async stop() {
      await context.close();
      process.removeListener('exit', end);
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

async function addressIn(output: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const chunk of output) {
    text += chunk;
    const [url] = /http:\/\/localhost:\d+/.exec(text) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error(`The console did not start: ${text}`);
}

const isReady = (page: Page) => page.locator('.line-input[aria-disabled="false"]').waitFor({ state: 'attached' });

/** A conversation of so many turns, every other one with a call of a webhook, shown on the page. */
async function talk(url: string, page: Page): Promise<void> {
  const post = async (path: string, body: object) => {
    const headers = { origin: url, 'content-type': 'application/json' };
    const answer = await fetch(`${url}/console/api/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`The console answered ${path} with ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as { id: string };
  };
  const { id } = await post('sessions', {});
  for (let turn = 0; turn < TURNS; turn++) {
    await post(`sessions/${id}/turns`, { input: { kind: 'text', text: turn % 2 === 0 ? 'weather' : 'Pune' } });
  }
  await page.goto(`${url}/#/${id}`);
  await page
    .locator('.turns > .turn')
    .nth(TURNS - 1)
    .waitFor({ state: 'attached' });
  await isReady(page);
}

/** The least that the browser's Event Timing tells: one frame. Milliseconds. */
const FRAME = 16;
/** Milliseconds after which what was done is painted, and the browser has told so. */
const PAINTED = 400;

/** Notes of what a person does how long it took to the next paint (Event Timing API, as for "interaction to next paint"). */
const NOTE_PAINTS = `
  globalThis.paints = [];
  globalThis.since = 0;
  new PerformanceObserver((list) => {
    for (const { interactionId, startTime, duration } of list.getEntries())
      if (interactionId && startTime >= since) paints.push(duration);
  }).observe({ type: 'event', durationThreshold: ${FRAME} });
`;

/** Does it for the so many-th time. */
type Act = (time: number) => Promise<unknown>;

async function measurePaints(page: Page, rounds: number, say: (progress: string) => void) {
  const paints = new Map<string, number[]>();
  /** `prepare` is what has to be done before, and does not count. */
  async function measure(name: string, times: number, act: Act, prepare: Act = async () => {}): Promise<void> {
    say(`console: ${name}`);
    const found: number[] = [];
    for (let time = 0; time < times; time++) {
      await prepare(time);
      await page.waitForTimeout(PAINTED);
      await page.evaluate('since = performance.now(), paints.length = 0');
      await act(time);
      await page.waitForTimeout(PAINTED);
      found.push((await page.evaluate(`Math.max(${FRAME}, ...paints)`)) as number);
    }
    paints.set(name, found);
  }

  const line = page.locator('.line-input');
  await line.focus();
  await measure('a letter is typed', 4 * rounds, () => page.keyboard.press('a'));
  await measure(
    'a text is sent',
    rounds,
    () => line.press('Enter'),
    async () => {
      await isReady(page);
      await line.fill('weather');
    },
  );
  await isReady(page);
  const label = (turn: number) => page.locator('.turn-label').nth(turn);
  await measure('another turn is X-rayed', 2 * rounds, (time) => label(TURNS - 1 - time).click());
  const farAway = (time: number) => label((time * 37) % TURNS);
  await measure(
    'a turn far away is X-rayed',
    rounds,
    (time) => farAway(time).click(),
    (time) => farAway(time).scrollIntoViewIfNeeded(),
  );
  const view = (name: string) => page.getByRole('button', { name, exact: true });
  await measure(
    'the map is opened',
    rounds,
    () => view('Map').click(),
    () => view('X-ray').click(),
  );
  await page.locator('.map-tools select').selectOption(FLOW);
  await page.locator(`.map-picture[aria-label^="Map of the flow ${FLOW}."]`).waitFor();
  await measure(`the map of ${PAGES} pages is enlarged or reduced`, 2 * rounds, (time) =>
    view(time % 4 < 2 ? 'Farther' : 'Closer').click(),
  );
  await measure(
    'all of that map is shown',
    rounds,
    () => view('The whole flow').click(),
    () => view('Closer').click({ clickCount: 4 }),
  );
  return paints;
}

const FLOW = 'Large';

/** A flow of many pages that lead to each other, added to an exported agent. */
function writeLargeFlow(agent: string): void {
  const folder = join(agent, 'flows', FLOW);
  const write = (path: string, json: object) => writeFileSync(join(folder, path), JSON.stringify(json));
  const pageAt = (index: number) => `Page ${index % PAGES}`;
  const to = (index: number) => ({ condition: `$session.params.next = ${index}`, targetPage: pageAt(index) });
  mkdirSync(join(folder, 'pages'), { recursive: true });
  write(`${FLOW}.json`, { displayName: FLOW, transitionRoutes: [to(0)] });
  for (let index = 0; index < PAGES; index++) {
    const transitionRoutes = [to(index + 1), to(index + 7), to(index + 31)];
    write(`pages/${pageAt(index)}.json`, { displayName: pageAt(index), transitionRoutes });
  }
}

function report(
  starts: { readonly small: readonly number[]; readonly large: readonly number[] },
  paints: ReadonlyMap<string, readonly number[]>,
): string {
  const show = (values: readonly number[]) => showFigure(figureOf(values), 0);
  return [
    `CONSOLE  in headless Chromium; a start is that of a process and a page, until something can be said`,
    showTable([
      ['', 'ms'],
      ['a start with the agent that ships', show(starts.small)],
      [`a start with a flow of ${PAGES} pages more`, show(starts.large)],
    ]),
    '',
    showTable([
      [`to the next paint, after ${TURNS} turns with that agent; ${FRAME} is one frame or less`, 'ms'],
      ...[...paints].map(([name, values]) => [name, show(values)]),
    ]),
    `target: 100 ms to the next paint                          measured ${show([...paints.values()].flat())}`,
    `        10000 ms to a page that can be used                measured ${show(starts.small)}`,
  ].join('\n');
}
