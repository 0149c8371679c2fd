import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from '@jest/globals';
import { cx, freePort } from '../helpers/process.ts';

const folder = mkdtempSync(join(tmpdir(), 'cx-db-'));
const file = join(folder, 'campus.db');
const env = { DATABASE_URL: `file:${file}` };
afterAll(() => rmSync(folder, { recursive: true }));

test('cx db migrate makes the tables, and the second time finds nothing to do', async () => {
  expect(await cx(['db', 'migrate'], { env })).toEqual({
    code: 0,
    stdout: `${file} has the new schema: 2026-11-21-campus.\n`,
    stderr: '',
  });
  expect(await cx(['db', 'migrate'], { env })).toEqual({
    code: 0,
    stdout: `${file} has the newest schema already.\n`,
    stderr: '',
  });
});

test('cx db seed adds what is missing, and touches no row that is there', async () => {
  const database = new DatabaseSync(file);
  database.exec("insert into departments values ('physics', 'Ours', 'b', 'p', 'e', 'h')");
  const first = await cx(['db', 'seed'], { env });
  expect(first).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/ has \d{4} new rows of the sample college\.\n$/),
  });
  expect((await cx(['db', 'seed'], { env })).stdout).toBe(`${file} has 0 new rows of the sample college.\n`);
  expect(database.prepare("select name from departments where id = 'physics'").get()).toEqual({ name: 'Ours' });
  database.close();
});

test('cx db reset begins anew; what is no file of this machine only with --yes', async () => {
  expect(await cx(['db', 'reset'], { env })).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/ was emptied, and has \d{4} rows of the sample college\.\n$/),
  });
  const database = new DatabaseSync(file);
  expect(database.prepare("select name from departments where id = 'physics'").get()).toEqual({ name: 'Physics' });
  database.close();
  expect(
    await cx(['db', 'reset'], { env: { DATABASE_URL: 'postgres://campus:hunter2@db.example.com/campus' } }),
  ).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'Add --yes to delete everything that the PostgreSQL database campus at db.example.com holds of this project.\n',
  });
});

test('a database that is away, or none, is one sentence without its password', async () => {
  const url = `postgres://campus:hunter2@127.0.0.1:${await freePort()}/campus`;
  expect(await cx(['db', 'migrate'], { env: { DATABASE_URL: url } })).toEqual({
    code: 1,
    stdout: '',
    stderr: 'The database does not answer (ECONNREFUSED).\n',
  });
  const notes = join(folder, 'notes.txt');
  writeFileSync(notes, 'Some notes, and no database at all. '.repeat(200));
  expect(await cx(['db', 'seed'], { env: { DATABASE_URL: `file:${notes}` } })).toEqual({
    code: 1,
    stdout: '',
    stderr: 'The database does not answer (SQLite 26).\n',
  });
});
