import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';
import { openAssets } from '../../../dev/console/assets.ts';

const folder = mkdtempSync(join(tmpdir(), 'page-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Saved a moment after whatever was there: clocks of file systems are coarse. */
let saved = Date.now() / 1000;
function save(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
  saved += 10;
  utimesSync(join(folder, name), saved, saved);
}

test('The page is bundled with its styles and maps, anew when a file of it was saved, and says what is wrong in it', async () => {
  save('words.ts', 'export const words: string = "first";\n');
  save('main.css', 'p { color: red }\n');
  save('main.tsx', `import './main.css';\nimport { words } from './words.ts';\nconsole.log(words);\n`);
  const assets = openAssets(pathToFileURL(`${folder}/`));
  const text = async (name: string) => Buffer.from((await assets.file(name)).body).toString('utf8');

  assets.prepare();
  expect(await text('main.js')).toMatch(/"first"[\s\S]*\/\/# sourceMappingURL=main.js.map/);
  expect(await text('main.css')).toContain('color: red');
  expect(JSON.parse(await text('main.js.map')).sources).toContain('../words.ts');
  expect((await assets.file('main.js')).headers).toEqual({ 'content-type': 'text/javascript; charset=utf-8' });

  save('words.ts', 'export const words: string = "second";\n');
  expect(await text('main.js')).toContain('"second"');
  save('words.ts', 'export const words: = ;\n');
  await expect(text('main.js')).rejects.toMatchObject({
    code: 'internal',
    message: expect.stringMatching(/^The page cannot be bundled: .*words\.ts:1/s),
  });
  save('words.ts', 'export const words: string = "third";\n');
  expect(await text('main.js')).toContain('"third"');
  await expect(text('main.ts')).rejects.toMatchObject({ code: 'not-found' });
});

test('What has not changed is bundled once', async () => {
  const assets = openAssets(pathToFileURL(`${folder}/`));
  for (const name of ['main.tsx', 'main.css', 'words.ts']) utimesSync(join(folder, name), 1, 1);
  const [one, other] = await Promise.all([assets.file('main.js'), assets.file('main.js')]);
  expect(other.body).toBe(one.body);
  expect((await assets.file('main.js')).body).toBe(one.body);
});
