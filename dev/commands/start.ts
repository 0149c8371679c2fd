import type { Command } from 'commander';
import type { Local } from '../local/server.ts';
import { addCommand, portOption } from '../program.ts';

/** `cx start`, which is `npm start`. */
export function register(program: Command): void {
  addCommand(program, 'start', 'serve every function on this machine', ['npm start', 'npm start -- --port 9000 --live'])
    .addOption(portOption('where to listen; 0 is any that is free'))
    .option('--live', 'ask the real services, with the keys of the environment, instead of the local stand-ins')
    .action(start);
}

async function start(options: { readonly port: number; readonly live?: true }): Promise<void> {
  const { startLocal } = await import('../local/server.ts');
  const { readableLog } = await import('../local/readable-log.ts');
  const { stdout } = process;
  const local = await startLocal({ ...options, ...(stdout.isTTY && { log: readableLog(stdout) }) });
  stdout.write(await greeting(local));
  for (const { problem } of local.functions) if (problem) process.stderr.write(`${problem}\n`);

  await new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await local.close();
  // A handler may still wait for something; nobody waits for it any more.
  process.exit(0);
}

async function greeting({ url, port, functions }: Local): Promise<string> {
  const { answersOf } = await import('../local/load.ts');
  const { tryIt } = await import('../local/examples.ts');
  const loaded = functions.flatMap(({ name, webhook }) =>
    webhook ? [{ name, answers: answersOf(name, webhook) }] : [],
  );
  const width = Math.max(0, ...loaded.map(({ name }) => name.length));
  const favourite = loaded.find(({ name }) => name === 'weather') ?? loaded[0];
  return [
    `${url} serves these functions:`,
    '',
    ...loaded.map(({ name, answers }) => `  POST /${name.padEnd(width)}  ${answers}`),
    '',
    ...(favourite ? ['Try one from another terminal:', '', `  ${tryIt(favourite.name, port)}`, ''] : []),
    '',
  ].join('\n');
}
