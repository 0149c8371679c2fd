import { startLocal } from '../../../dev/local/server.ts';

/** A console in a process of its own: `node serve.ts AGENT FOLDER [PORT]`. Prints its URL, and ends at SIGTERM. */
const [agent, folder, port = '0'] = process.argv.slice(2);
const local = await startLocal({ port: Number(port), agent, folder: new URL(folder!), log: { write: () => {} } });
process.stdout.write(`${local.url}\n`);
process.once('SIGTERM', async () => {
  await local.close();
  process.exit(0);
});
