import type { Command } from 'commander';
import type { Fault } from '../emulator/call/faults.ts';
import { faultOption, webhooksOption } from '../local/agent-options.ts';
import { addCommand } from '../program.ts';

interface Options {
  readonly webhooks: string;
  readonly fault: readonly Fault[];
  readonly language?: string;
  readonly trace?: true;
}

/** `cx talk`. */
export function register(program: Command): void {
  addCommand(program, 'talk <agent>', 'type to an exported agent, which runs here', [
    'npm run cx -- talk agent',
    'npm run cx -- talk agent --trace --fault booking:timeout',
    'printf "hello\\n/event sys.no-input-default\\n" | npm run -s cx -- talk my-agent.zip --webhooks off',
  ])
    .addOption(webhooksOption())
    .addOption(faultOption())
    .option('--language <code>', "what the person speaks (default: the agent's default language)")
    .option('--trace', 'say why each step happened')
    .action(async (path: string, options: Options) => {
      const { talk } = await import('../local/talk.ts');
      await talk(path, options);
    });
}
