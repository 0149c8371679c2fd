import { type Command, Option } from 'commander';
import { type TriggerOptions, TURN_OPTIONS } from '../local/trigger-options.ts';
import { addCommand, portOption } from '../program.ts';

/** `cx trigger`. */
export function register(program: Command): void {
  addCommand(program, 'trigger <name>', 'send what CX would send, and show the answer', [
    'npm run cx -- trigger weather --param location=Pune',
    'npm run cx -- trigger first-page --form name=Asha --form email= --text "I am Asha"',
    'npm run cx -- trigger fee-quote --param programme="Bachelor of Science" --param credits=12',
    'npm run cx -- trigger weather --file request.json --json',
  ])
    .option('--param <key=value>', 'a session parameter, as JSON or else as text; repeatable', add)
    .option('--tag <tag>', 'the tag (default: the name of the function)')
    .option('--form <key=value>', 'a parameter of the form, just filled, or missing without a value; repeatable', add)
    .option('--text <words>', 'what the person writes (default: Hello)')
    .addOption(new Option('--event <name>', 'the event that the client raises').conflicts(['text', 'dtmf']))
    .addOption(new Option('--dtmf <digits>', 'the digits that the person keys').conflicts(['text', 'event']))
    .option('--language <code>', 'BCP-47, for example en-US (default: en)')
    .option('--session <id>', 'an id or a whole resource name')
    .option('--page <name>', 'a display name or a whole resource name (default: the start page)')
    .option('--queued <words>', 'a text that the agent has queued before it calls')
    .addOption(
      new Option('--file <path>', 'send this file as it is; - is standard input').conflicts(['param', ...TURN_OPTIONS]),
    )
    .option('--method <method>', 'for a flexible webhook (default: the first that the function answers)')
    .addOption(portOption('where the function is on this machine'))
    .option('--url <url>', 'what to call (default: the function on this machine)')
    .option('--token <token>', 'the ID token to send (default: one of the local issuer)')
    .option('--header <name:value>', 'a header to send; repeatable', add)
    .option('--json', 'print the body of the answer as it came, and nothing else')
    .action(async (name: string, options: TriggerOptions) => {
      const { trigger } = await import('../local/trigger.ts');
      process.exitCode = await trigger(name, options);
    });
}

function add(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}
