import type { Command } from 'commander';
import { addCommand, addGroup } from '../program.ts';

/** `cx db migrate`, `cx db seed` and `cx db reset`. */
export function register(program: Command): void {
  const db = addGroup(program, 'db', 'make the tables of the store, and fill them');
  const postgres = 'DATABASE_URL=postgres://campus@localhost/campus npm run cx -- db';

  addCommand(db, 'migrate', 'make the tables that are missing; no row is touched', [`${postgres} migrate`]).action(
    async () => {
      const { migrateDatabase, nameOfDatabase } = await import('../local/database.ts');
      const steps = await migrateDatabase(process.env);
      const told = steps.length > 0 ? `has the new schema: ${steps.join(', ')}.` : 'has the newest schema already.';
      process.stdout.write(`${nameOfDatabase(process.env)} ${told}\n`);
    },
  );
  addCommand(db, 'seed', 'fill the sample college in; rows that are there stay as they are', [
    'npm run cx -- db seed',
  ]).action(async () => {
    const { nameOfDatabase, seedDatabase } = await import('../local/database.ts');
    const rows = await seedDatabase(process.env, Date.now());
    process.stdout.write(`${nameOfDatabase(process.env)} has ${rows} new rows of the sample college.\n`);
  });
  addCommand(db, 'reset', 'delete every row, and fill the sample college in anew', ['npm run cx -- db reset'])
    .option('--yes', 'needed where the database is not a file of this machine')
    .action(async ({ yes }: { readonly yes?: true }) => {
      const { isEmbedded, nameOfDatabase, resetDatabase } = await import('../local/database.ts');
      const { WrongUsage } = await import('../local/problem.ts');
      const name = nameOfDatabase(process.env);
      if (!yes && !isEmbedded(process.env)) {
        throw new WrongUsage(`Add --yes to delete everything that the ${name} holds of this project.`);
      }
      const rows = await resetDatabase(process.env, Date.now());
      process.stdout.write(`${name} was emptied, and has ${rows} rows of the sample college.\n`);
    });
}
