import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A process that loads an agent once, or with `json` reads and parses the same files and no more; it prints the milliseconds. */
const [folder, how] = process.argv.slice(2) as [string, 'agent' | 'json'];
const { loadAgent } = await import('../dev/emulator/load.ts');

const started = performance.now();
if (how === 'agent') loadAgent(folder);
else {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const { parentPath, name } of files) JSON.parse(readFileSync(join(parentPath, name), 'utf8'));
}
process.stdout.write(String(performance.now() - started));
