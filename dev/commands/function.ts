import type { Command } from 'commander';
import { addCommand, portOption } from '../program.ts';

/** `cx function`, which is `npm run function`. */
export function register(program: Command): void {
  addCommand(program, 'function <name>', 'serve one function as Google Cloud does', [
    'npm run function -- weather',
    'npm run function -- weather --port 9000',
  ])
    .addOption(portOption('where to listen; 0 is any that is free'))
    .option('--live', 'ask the real services, with the keys of the environment, instead of the local stand-ins')
    .action(async (name: string, options: { readonly port: number; readonly live?: true }) => {
      const { runFunction } = await import('../local/run-function.ts');
      process.exitCode = await runFunction(name, options);
    });
}
