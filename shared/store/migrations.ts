import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Tables } from './tables.ts';
import { untilFree } from './until-free.ts';

/**
 * How the schema came to be, step by step, oldest first. A step that has landed is never changed: the next one corrects it.
 * Both engines run the same statements, hence only `text` and `integer`.
 */
const MIGRATIONS: { readonly [name: string]: Migration } = {
  '2026-11-21-campus': { up: createCampus },
};

/** How long one waits for another that migrates the same file, in milliseconds. PostgreSQL waits as long as it takes. */
const PATIENCE_MS = 60_000;

/**
 * Brings a database to the newest schema, and returns the names of the steps that it took. Two that migrate at the same time
 * wait for each other; a step that fails leaves no trace.
 */
export async function migrate(db: Kysely<Tables>): Promise<readonly string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...MIGRATIONS }) } });
  return untilFree(async () => {
    const { error, results = [] } = await migrator.migrateToLatest();
    if (error) throw error;
    return results.map(({ migrationName }) => migrationName);
  }, PATIENCE_MS);
}

/** The tables, parents before children. */
export const TABLES = [
  'departments',
  'faculty',
  'books',
  'book_copies',
  'clubs',
  'programmes',
  'semester_fees',
  'students',
  'transactions',
  'dues',
  'services',
  'opening_hours',
  'closed_days',
  'slots',
  'bookings',
  'people',
  'attempts',
  'proofs',
  'feedback',
  'once',
] as const satisfies readonly (keyof Tables)[];

const key = (column: ColumnDefinitionBuilder) => column.primaryKey();
const required = (column: ColumnDefinitionBuilder) => column.notNull();

async function createCampus(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;

  await texts('departments', ['name', 'building', 'phone', 'email', 'hours']).execute();
  await texts('faculty', ['name', 'title', 'department_id', 'subjects', 'office', 'email', 'hours'])
    .addForeignKeyConstraint('faculty_department', ['department_id'], 'departments', ['id'])
    .execute();
  await texts('books', ['title', 'author', 'subject', 'shelf']).addColumn('year', 'integer', required).execute();
  await texts('book_copies', ['book_id', 'state'])
    .addColumn('due', 'text')
    .addForeignKeyConstraint('copies_book', ['book_id'], 'books', ['id'])
    .execute();
  await schema.createIndex('copies_by_book').on('book_copies').column('book_id').execute();
  await texts('clubs', ['name', 'topic', 'description', 'meets', 'place', 'email']).execute();
  await texts('programmes', ['name']).addColumn('per_credit', 'integer', required).execute();
  await texts('semester_fees', ['name']).addColumn('amount', 'integer', required).execute();

  await texts('students', ['name', 'programme_id', 'pin_hash'], 'number')
    .addForeignKeyConstraint('students_programme', ['programme_id'], 'programmes', ['id'])
    .execute();
  await texts('transactions', ['student_number', 'at', 'text'])
    .addColumn('amount', 'integer', required)
    .addForeignKeyConstraint('transactions_student', ['student_number'], 'students', ['number'])
    .execute();
  await schema.createIndex('transactions_by_student').on('transactions').columns(['student_number', 'at']).execute();
  await texts('dues', ['student_number', 'name', 'due'])
    .addColumn('amount', 'integer', required)
    .addColumn('paid', 'integer', required)
    .addForeignKeyConstraint('dues_student', ['student_number'], 'students', ['number'])
    .execute();
  await schema.createIndex('dues_by_student').on('dues').column('student_number').execute();

  await texts('services', ['name', 'name_hi', 'aliases', 'place'])
    .addColumn('minutes', 'integer', required)
    .addColumn('capacity', 'integer', required)
    .execute();
  await schema
    .createTable('opening_hours')
    .addColumn('service_id', 'text', required)
    .addColumn('weekday', 'integer', required)
    .addColumn('opens', 'text', required)
    .addColumn('closes', 'text', required)
    .addPrimaryKeyConstraint('opening_hours_key', ['service_id', 'weekday', 'opens'])
    .addForeignKeyConstraint('hours_service', ['service_id'], 'services', ['id'])
    .execute();
  await texts('closed_days', ['reason'], 'date').execute();
  await schema
    .createTable('slots')
    .addColumn('service_id', 'text', required)
    .addColumn('start', 'text', required)
    .addColumn('capacity', 'integer', required)
    .addColumn('taken', 'integer', required)
    .addPrimaryKeyConstraint('slots_key', ['service_id', 'start'])
    .addForeignKeyConstraint('slots_service', ['service_id'], 'services', ['id'])
    // The last line of defence: whatever the code does, nobody books what is full.
    .addCheckConstraint('slots_not_overbooked', sql`taken >= 0 and taken <= capacity`)
    .execute();
  await texts('bookings', ['service_id', 'start', 'person', 'session', 'state', 'at'])
    .addColumn('external_id', 'text')
    .addForeignKeyConstraint('bookings_service', ['service_id'], 'services', ['id'])
    .execute();
  await schema.createIndex('bookings_by_person').on('bookings').columns(['person', 'state']).execute();

  await texts('people', ['last_session', 'last_seen'], 'key')
    .addColumn('name', 'text')
    .addColumn('email', 'text')
    .addColumn('phone', 'text')
    .addColumn('visits', 'integer', required)
    .execute();
  await texts('attempts', ['since'], 'scope').addColumn('failures', 'integer', required).execute();
  await texts('proofs', ['student_number', 'until'], 'session').execute();
  await texts('feedback', ['at', 'text', 'category', 'phrases', 'entities'])
    .addColumn('confidence', 'integer', required)
    .addColumn('sentiment', 'integer', required)
    .execute();
  await texts('once', ['result', 'at'], 'key').execute();
  await schema.createIndex('once_by_time').on('once').column('at').execute();

  /** A table with a text key and text columns, none of them null. */
  function texts(table: string, columns: readonly string[], id = 'id') {
    let builder = schema.createTable(table).addColumn(id, 'text', key);
    for (const column of columns) builder = builder.addColumn(column, 'text', required);
    return builder;
  }
}
