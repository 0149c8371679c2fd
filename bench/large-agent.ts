import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes an agent of at least so many pages: an export whose flows are copied, under other names, until it has them. Pages
 * are named within their flow, so that each copy is whole. Returns the number of pages.
 */
export function writeLargeAgent(from: string, to: string, pages: number): number {
  cpSync(from, to, { recursive: true });
  rmSync(join(to, 'testCases'), { recursive: true, force: true });
  const flows = readdirSync(join(from, 'flows'));
  const all = flows.reduce((sum, flow) => sum + pagesOf(join(from, 'flows', flow)), 0);
  const times = Math.ceil(pages / all);
  for (let copy = 2; copy <= times; copy++) {
    for (const flow of flows) {
      const name = `${flow} ${copy}`;
      cpSync(join(from, 'flows', flow), join(to, 'flows', name), { recursive: true });
      const json = JSON.parse(readFileSync(join(from, 'flows', flow, `${flow}.json`), 'utf8'));
      rmSync(join(to, 'flows', name, `${flow}.json`));
      writeFileSync(join(to, 'flows', name, `${name}.json`), JSON.stringify({ ...json, displayName: name }, null, 2));
    }
  }
  return all * times;
}

function pagesOf(flow: string): number {
  try {
    return readdirSync(join(flow, 'pages')).length;
  } catch {
    return 0; // a flow of nothing but its start page
  }
}
