import pg from 'pg';
import type { Log } from '../../log.js';
import type { StoreLocation } from '../url.js';

export type PostgresLocation = Extract<StoreLocation, { engine: 'postgres' }>;

/**
 * Milliseconds. `pg` waits for ever by default, for a connection as for an answer. The server's own limits end what
 * runs there; ours ends what the server no longer answers. A node that is stopped in mid-transaction loses it.
 * Those with an underscore can be set in the URL.
 */
const limits = {
  connectionTimeoutMillis: 3000,
  lock_timeout: 2000,
  statement_timeout: 5000,
  query_timeout: 7000,
  idle_in_transaction_session_timeout: 5000,
};

/** A table may be large: only the wait for other nodes that start is limited. */
const migratingLimits = { connectionTimeoutMillis: 3000, lock_timeout: 60_000 };

const INT8 = 20;
/** Our bigints are times and counts, which a number holds exactly. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8
      ? Number
      : (pg.types.getTypeParser(oid, format) as unknown)) as pg.CustomTypesConfig['getTypeParser'],
};

/** libpq's modes that encrypt and then believe any server, or any name: here they check both. */
const carelessModes = ['prefer', 'require', 'verify-ca'];

/** The URL's `sslmode`, `sslrootcert`, `sslcert`, `sslkey` and time-outs are obeyed by `pg`. */
function common({ url: text, schema }: PostgresLocation): pg.ClientConfig {
  const url = new URL(text);
  const options = url.searchParams.get('options') ?? '';
  url.searchParams.delete('options');
  if (carelessModes.includes(url.searchParams.get('sslmode') ?? '')) {
    url.searchParams.set('sslmode', 'verify-full');
  }
  return {
    connectionString: url.href,
    options: `${options} -c search_path=${schema}`.trim(),
    fallback_application_name: 'gatehouse',
    keepAlive: true,
    types,
  };
}

/** At most `max` connections, made when they are needed. */
export function createPool(location: PostgresLocation, max: number, log: Log): pg.Pool {
  const pool = new pg.Pool({
    ...common(location),
    ...limits,
    max,
    idleTimeoutMillis: 30_000,
    maxLifetimeSeconds: 1800,
  });
  const lost = (error: Error): void =>
    log.debug({ err: error }, 'a connection to the database ended');
  // Without these the process ends with the connection, idle or at work.
  pool.on('error', lost);
  pool.on('connect', (client) => client.on('error', lost));
  return pool;
}

/** One connection for work that may take long. The caller connects it, and ends it. */
export function createClient(location: PostgresLocation): pg.Client {
  const client = new pg.Client({ ...common(location), ...migratingLimits });
  client.on('error', () => undefined);
  return client;
}
