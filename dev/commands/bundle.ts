import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { addCommand } from '../program.ts';

/** `cx bundle`, which is `npm run bundle`. */
export function register(program: Command): void {
  addCommand(program, 'bundle [names...]', 'make the folder of each function that the cloud gets', [
    'npm run bundle',
    'npm run bundle -- weather booking',
  ])
    .option('--out <folder>', 'where the folders go (default: dist)')
    .action(async (names: readonly string[], { out }: { readonly out?: string }) => {
      const { bundleFunctions } = await import('../bundle/bundle.ts');
      const { ROOT } = await import('../local/paths.ts');
      const folder = out === undefined ? new URL('dist/', ROOT) : pathToFileURL(`${out}/`);
      for await (const { name, zipped, limit } of bundleFunctions({ root: ROOT, out: folder, names })) {
        process.stdout.write(`${name.padEnd(12)} ${kilobytes(zipped).padStart(5)} KB zipped\n`);
        if (zipped > limit) {
          process.stderr.write(`${name} is larger than ${kilobytes(limit)} KB: see what it imports.\n`);
        }
      }
    });
}

const kilobytes = (bytes: number) => String(Math.ceil(bytes / 1024));
