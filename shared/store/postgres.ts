import { type Dialect, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { storeError, troubleOf } from './errors.ts';

/**
 * A pool for functions. An instance serves few calls at a time and there may be many instances, so each holds few connections
 * and lets them go soon. All times in milliseconds, and within CX's 5 seconds: a database that hangs must leave time for an
 * apology.
 */
const POOL = {
  max: 4,
  idleTimeoutMillis: 10_000,
  connectionTimeoutMillis: 2_000,
  /** The server gives a statement up. */
  statement_timeout: 3_000,
  lock_timeout: 2_000,
  /** The client gives it up, should the server be gone. */
  query_timeout: 3_500,
  /** An instance whose CPU is taken away in the middle of a transaction must not hold its locks. */
  idle_in_transaction_session_timeout: 5_000,
  keepAlive: true,
  allowExitOnIdle: true,
  application_name: 'cx-webhooks',
} as const;

/** Of int8, in which PostgreSQL counts and sums: as numbers, which here never are beyond 2^53. */
const INT8 = 20;
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 ? Number : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

export function postgresDialect(url: string): Dialect {
  const pool = new pg.Pool({ ...POOL, connectionString: url, types });
  pool.on('error', () => {}); // an idle connection that breaks is taken out of the pool; the next query gets a new one
  const guarded: PostgresPool = {
    options: pool.options,
    connect: async () => discardWhenBroken(await pool.connect().catch(rethrow)),
    end: () => pool.end(),
  };
  return new PostgresDialect({ pool: guarded });
}

/** A connection on which an answer is still due must not serve anybody else. */
function discardWhenBroken(client: pg.PoolClient): PostgresPoolClient {
  let broken = false;
  async function query(sql: string, parameters: readonly unknown[]) {
    try {
      return await client.query(sql, [...parameters]);
    } catch (error) {
      broken ||= troubleOf(error) === 'unavailable';
      throw storeError(error);
    }
  }
  return {
    query: query as unknown as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy || broken),
  };
}

function rethrow(error: unknown): never {
  throw storeError(error);
}
