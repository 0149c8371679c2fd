import { startLocal } from '../../../dev/local/server.ts';

/** A console in a process of its own: `node serve.ts AGENT FOLDER`. Prints its URL, and ends at SIGTERM. */
const [agent, folder] = process.argv.slice(2);
const local = await startLocal({ port: 0, agent, folder: new URL(folder!), log: { write: () => {} } });
process.stdout.write(`${local.url}\n`);
process.once('SIGTERM', async () => {
  await local.close();
  process.exit(0);
});
