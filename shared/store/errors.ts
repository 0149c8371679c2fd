import { WebhookError } from '../errors.ts';

/** What a failure of the database means for whoever asked. */
export type Trouble =
  /** Somebody else was first: the same work may well succeed if done again. */
  | 'conflict'
  /** The database is away, full, or has no tables: nothing here can be done about it. */
  | 'unavailable'
  /** A mistake of this code, or a rule of the schema. */
  | 'other';

/**
 * PostgreSQL's SQLSTATE classes (https://www.postgresql.org/docs/current/errcodes-appendix.html): 40001 serialization failure,
 * 40P01 deadlock. SQLite's result codes (https://www.sqlite.org/rescode.html): 5 busy, 6 locked.
 */
const CONFLICT = /^(40001|40P01)$/;
const SQLITE_CONFLICT: readonly number[] = [5, 6];

/**
 * 08 connection exception, 28 and 3D wrong credentials or database, 53 insufficient resources, 57 operator intervention
 * (shutdown, statement timeout), 58 system error; 25006 read-only (the old primary after a failover), 25P03 and 25P04 a
 * transaction that took too long, 42501 no privilege, 42P01 no such table, 55P03 a lock that was waited for long enough.
 * Node's: ECONNREFUSED, ETIMEDOUT, ENOTFOUND, ...
 */
const UNAVAILABLE = /^(08|28|3D|53|57|58)|^(25006|25P03|25P04|42501|42P01|55P03)$|^E[A-Z_]+$/;
/** What pg says without a code, when a connection ends or a time is up. */
const PG_WITHOUT_CODE =
  /^(Connection terminated|Client has encountered a connection error|Query read timeout|timeout exceeded when|timeout expired)/i;
/** 8 read-only, 10 I/O error, 11 corrupt, 13 full, 14 cannot open, 26 not a database. */
const SQLITE_UNAVAILABLE: readonly number[] = [8, 10, 11, 13, 14, 26];

interface DatabaseError {
  readonly message?: unknown;
  /** SQLSTATE, Node's code, or of node:sqlite `ERR_SQLITE_ERROR`. */
  readonly code?: unknown;
  /** node:sqlite: SQLite's extended result code; its low byte is the plain one. */
  readonly errcode?: unknown;
}

/** Sorts an error of either engine. */
export function troubleOf(error: unknown): Trouble {
  const { code, errcode, message } = (error ?? {}) as DatabaseError;
  if (typeof errcode === 'number') {
    const result = errcode & 0xff;
    if (SQLITE_CONFLICT.includes(result)) return 'conflict';
    return SQLITE_UNAVAILABLE.includes(result) || isMissingTable(error) ? 'unavailable' : 'other';
  }
  if (typeof code === 'string') {
    if (CONFLICT.test(code)) return 'conflict';
    return UNAVAILABLE.test(code) ? 'unavailable' : 'other';
  }
  return typeof message === 'string' && PG_WITHOUT_CODE.test(message) ? 'unavailable' : 'other';
}

function isMissingTable(error: unknown): boolean {
  const { code, message } = error as DatabaseError;
  return code === '42P01' || (typeof message === 'string' && message.startsWith('no such table'));
}

/**
 * The error that callers see where the database is away: `store-unavailable` with a sentence for the operator, and nothing of
 * an address, a statement or a value. Any other error stays as it is.
 */
export function storeError(error: unknown): unknown {
  if (troubleOf(error) !== 'unavailable') return error;
  if (isMissingTable(error)) {
    return unavailable('The database has no tables yet: run npm run cx -- db migrate.', error);
  }
  const { code, errcode } = error as DatabaseError;
  const known = typeof errcode === 'number' ? `SQLite ${errcode}` : typeof code === 'string' ? code : undefined;
  return unavailable(`The database does not answer${known ? ` (${known})` : ''}.`, error);
}

/** After all the patience: others were always first. */
export function busyError(cause: unknown): WebhookError {
  return unavailable('The database is busy.', cause);
}

function unavailable(message: string, cause: unknown): WebhookError {
  return new WebhookError('store-unavailable', message, { cause });
}
