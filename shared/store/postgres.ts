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
  keepAlive: true,
  allowExitOnIdle: true,
  application_name: 'cx-webhooks',
} as const;

/** The client gives a statement up, should the server be gone. */
const QUERY_TIMEOUT_MS = 3_500;

/**
 * The server's limits, for each transaction anew: as parameters of the connection, a pooler such as PgBouncer refuses them. The
 * last one is for an instance whose CPU is taken away in the middle of a transaction: it must not hold its locks.
 */
const BEGIN =
  'begin; set local statement_timeout = 3000; set local lock_timeout = 2000; ' +
  'set local idle_in_transaction_session_timeout = 5000';

/** Of int8, in which PostgreSQL counts and sums: as numbers, which here never are beyond 2^53. */
const INT8 = 20;
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 ? Number : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

/** `patient`: without limits, for who changes the schema and not for who answers a call. */
export function postgresDialect(url: string, { patient = false } = {}): Dialect {
  const limits = patient ? {} : { query_timeout: QUERY_TIMEOUT_MS };
  const pool = new pg.Pool({ ...POOL, ...limits, connectionString: url, types });
  pool.on('error', () => {}); // an idle connection that breaks is taken out of the pool; the next query gets a new one
  const guarded: PostgresPool = {
    options: pool.options,
    connect: async () => guardClient(await pool.connect().catch(rethrow), patient ? 'begin' : BEGIN),
    end: () => pool.end(),
  };
  return new PostgresDialect({ pool: guarded });
}

/** A connection that broke, or on which an answer is still due, must not serve anybody else. */
function guardClient(client: pg.PoolClient, begin: string): PostgresPoolClient {
  let broken = false;
  // Between two statements nobody waits for it, and an error that nobody listens for ends the process.
  const onError = () => {
    broken = true;
  };
  client.on('error', onError);

  async function query(sql: string, parameters: readonly unknown[]) {
    try {
      return await (sql === 'begin' ? client.query(begin) : client.query(sql, [...parameters]));
    } catch (error) {
      broken ||= troubleOf(error) === 'unavailable';
      throw storeError(error);
    }
  }
  return {
    query: query as unknown as PostgresPoolClient['query'],
    release(destroy) {
      client.off('error', onError);
      client.release(destroy || broken);
    },
  };
}

function rethrow(error: unknown): never {
  throw storeError(error);
}
