import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** The browser for what is drawn or measured by a program: Debian's, or the one that the environment names. */
const PATH = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Why there is none: a sentence on what to do; `null`: there is one. */
export const missingChromium: string | null = existsSync(PATH)
  ? null
  : `There is no Chromium at ${PATH}: "apt-get install chromium", or set CHROMIUM to the path of one.`;

/** Headless, and asking nothing of anybody. A container has neither a sandbox nor a graphics card for it. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: PATH,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}
