import { type Command, InvalidArgumentError } from 'commander';
import { type Fault, parseFault } from '../emulator/call/faults.ts';
import { addCommand } from '../program.ts';

interface Options {
  readonly filter?: string;
  readonly webhooks: string;
  readonly fault: readonly Fault[];
  readonly json?: string;
  readonly junit?: string;
  readonly quiet?: true;
}

/** `cx test`. */
export function register(program: Command): void {
  addCommand(program, 'test <agent>', "replay an exported agent's test cases offline, and say how they went", [
    'npm run cx -- test agent',
    'npm run cx -- test my-agent.zip --filter "Happy path" --webhooks off',
    'npm run cx -- test agent --fault booking:timeout',
    'npm run cx -- test agent --webhooks http://localhost:8080/router --junit report.xml',
  ])
    .option('--filter <text>', 'only test cases with this text in their name, their file or a tag')
    .option(
      '--webhooks <who>',
      'local: the functions here; off; or a URL, in which {webhook} and {tag} are their names',
      'local',
    )
    .option(
      '--fault <fault>',
      'timeout, 503, slow=MS, duplicate or drop, or of one tag: TAG:timeout; repeatable',
      addFault,
      [],
    )
    .option('--json <file>', 'write what the emulator did to this file')
    .option('--junit <file>', 'write a report for a build server to this file')
    .option('--quiet', 'only the score, not the differences')
    .action(async (path: string, options: Options) => {
      const { testAgent } = await import('../local/test-agent.ts');
      process.exitCode = await testAgent(path, options);
    });
}

/** Of `cx test` and `cx talk`. */
export function addFault(text: string, previous: readonly Fault[]): readonly Fault[] {
  try {
    return [...previous, parseFault(text)];
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
