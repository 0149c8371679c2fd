import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { ROOT } from '../local/paths.ts';
import { WrongUsage } from '../local/problem.ts';
import type { Local } from '../local/server.ts';
import type { Tunnel } from '../local/tunnel.ts';
import { addCommand, portOption } from '../program.ts';

/** The agent that comes with the functions, as CX exports it. */
const AGENT = new URL('agent/', ROOT);

/** `cx start`, which is `npm start`. */
export function register(program: Command): void {
  addCommand(program, 'start', 'serve every function on this machine', [
    'npm start',
    'npm start -- --port 9000 --live',
    'npm start -- --agent ~/exported.zip',
    'npm start -- --tunnel https://abc.trycloudflare.com --caller service-123456789012@gcp-sa-dialogflow.iam.gserviceaccount.com',
  ])
    .addOption(portOption('where to listen; 0 is any that is free'))
    .option('--live', 'ask the real services, with the keys of the environment, instead of the local stand-ins')
    .option(
      '--agent <path>',
      'whom you talk to in the console: an exported agent, a folder or a .zip (default: agent/)',
    )
    .option('--tunnel <url>', 'let a real agent call, too, at this https URL, which leads here')
    .option('--caller <email>', "with --tunnel: who calls there, the service agent of the agent's project")
    .action(start);
}

interface StartOptions {
  readonly port: number;
  readonly live?: true;
  readonly agent?: string;
  readonly tunnel?: string;
  readonly caller?: string;
}

async function start({ port, live, ...options }: StartOptions): Promise<void> {
  const { readTunnel } = await import('../local/tunnel.ts');
  const tunnel = readTunnel(options.tunnel, options.caller);
  if (tunnel && options.agent !== undefined) {
    throw new WrongUsage('Leave out --agent or --tunnel: through a tunnel everybody could talk to the agent.');
  }
  const agent = options.agent ?? ownAgent();
  const { startLocal } = await import('../local/server.ts');
  const { readableLog } = await import('../local/readable-log.ts');
  const { stdout } = process;
  const log = stdout.isTTY && { log: readableLog(stdout) };
  const local = await startLocal({ port, live: live ?? false, tunnel, agent, ...log });
  stdout.write(await greeting(local, tunnel));
  for (const { problem } of local.functions) if (problem) process.stderr.write(`${problem}\n`);

  await new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await local.close();
  // A handler may still wait for something; nobody waits for it any more.
  process.exit(0);
}

/** The agent of this project, where there is one. */
function ownAgent(): string | undefined {
  return existsSync(new URL('agent.json', AGENT)) ? fileURLToPath(AGENT) : undefined;
}

async function greeting({ url, port, functions, hasConsole }: Local, tunnel: Tunnel | undefined): Promise<string> {
  const { answersOf } = await import('../local/load.ts');
  const { publicUrlOf } = await import('../local/tunnel.ts');
  const { tryIt } = await import('../local/examples.ts');
  const loaded = functions.flatMap(({ name, webhook }) =>
    webhook ? [{ name, answers: answersOf(name, webhook) }] : [],
  );
  const width = Math.max(0, ...loaded.map(({ name }) => name.length));
  const favourite = loaded.find(({ name }) => name === 'weather') ?? loaded[0];
  return [
    ...(hasConsole ? [`Talk to the agent: ${url}/`, ''] : []),
    `${url} serves these functions:`,
    '',
    ...loaded.map(({ name, answers }) => `  POST /${name.padEnd(width)}  ${answers}`),
    '',
    ...(tunnel
      ? [
          `${tunnel.caller} may call them, too. Paste into the agent's webhooks:`,
          '',
          ...loaded.map(({ name }) => `  ${name.padEnd(width)}  ${publicUrlOf(name, tunnel)}`),
          '',
        ]
      : []),
    ...(favourite ? ['Try one from another terminal:', '', `  ${tryIt(favourite.name, port)}`, ''] : []),
    '',
  ].join('\n');
}
