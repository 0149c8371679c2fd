import type { Command } from 'commander';
import { faultOption, webhooksOption } from '../local/agent-options.ts';
import type { TestAgentOptions } from '../local/test-agent.ts';
import { addCommand } from '../program.ts';

/** `cx test`. */
export function register(program: Command): void {
  addCommand(program, 'test <agent>', "replay an exported agent's test cases offline, and say how they went", [
    'npm run cx -- test agent',
    'npm run cx -- test my-agent.zip --filter "Happy path" --webhooks off',
    'npm run cx -- test agent --fault booking:timeout',
    'npm run cx -- test agent --webhooks http://localhost:8080/router --junit report.xml',
  ])
    .option('--filter <text>', 'only test cases with this text in their name, their file or a tag')
    .addOption(webhooksOption())
    .addOption(faultOption())
    .option('--json <file>', 'write what the emulator did to this file')
    .option('--junit <file>', 'write a report for a build server to this file')
    .option('--quiet', 'only the score, not the differences')
    .action(async (path: string, options: TestAgentOptions) => {
      const { testAgent } = await import('../local/test-agent.ts');
      process.exitCode = await testAgent(path, options);
    });
}
