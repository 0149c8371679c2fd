import { type Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { ConfigError, WebhookError } from '../shared/errors.ts';
import { DEFAULT_PORT } from './local/address.ts';
import { Problem, WrongUsage } from './local/problem.ts';

/**
 * How every command behaves: `--help` with an example; a failure is one sentence on standard error, with exit code 2 for
 * wrong usage and 1 for the rest. Only what nobody foresaw shows a stack trace.
 */
export function createProgram(): Command {
  return new Command('npm run cx --')
    .description('Tools for Dialogflow CX webhooks: try, prove and ship them without a Google Cloud account.')
    .helpOption('-h, --help', 'show this')
    .helpCommand(false)
    .exitOverride()
    .configureHelp({
      subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(usageOf)].join(' '),
    })
    .configureOutput({ outputError: (text, write) => write(`${toSentence(text)}\n`) });
}

/** `<name>`, or `[names...]` where it may be left out. */
function usageOf(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

/** Adds a command; `summary` is its line in the list of all. */
export function addCommand(program: Command, usage: string, summary: string, examples: readonly string[]): Command {
  const help = ['', examples.length > 1 ? 'Examples:' : 'Example:', ...examples.map((example) => `  ${example}`)];
  const sentence = `${summary[0]!.toUpperCase()}${summary.slice(1)}.`;
  return program.command(usage).summary(summary).description(sentence).addHelpText('after', help.join('\n'));
}

/** Adds a command that only has commands of its own; returns it, for `addCommand`. */
export function addGroup(program: Command, name: string, summary: string): Command {
  const sentence = `${summary[0]!.toUpperCase()}${summary.slice(1)}.`;
  return program.command(name).summary(summary).description(sentence).helpCommand(false);
}

/** Runs the command that the command line names, and sets the exit code. */
export async function run(program: Command): Promise<void> {
  // Whoever reads the output has seen enough, as `head`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
    } else if (error instanceof Problem || error instanceof ConfigError || error instanceof WebhookError) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = error instanceof WrongUsage ? 2 : 1;
    } else throw error;
  }
}

/** `--port`, else `PORT`, else 8080. */
export function portOption(meaning: string): Option {
  return new Option('--port <number>', meaning).env('PORT').default(DEFAULT_PORT).argParser(parsePort);
}

function parsePort(text: string): number {
  if (text === '') return DEFAULT_PORT; // an empty variable is an absent one
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('Write a number from 0 to 65535.');
}

/** `error: unknown option '--prot'` becomes `Unknown option '--prot': see --help.` */
function toSentence(text: string): string {
  const told = text
    .trim()
    .replace(/^error: /, '')
    .replace(/ is invalid\. (\w)/, (_, first: string) => `: ${first.toLowerCase()}`)
    .replace(/\s*\n\s*/g, ' ');
  const sentence = told[0]!.toUpperCase() + told.slice(1);
  return sentence.endsWith('.') ? sentence : `${sentence}: see --help.`;
}
