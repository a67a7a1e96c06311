import { readFileSync } from 'node:fs';
import pg from 'pg';
import { unreadableFile } from '../../config/postgresParameters.js';
import { SettingsError } from '../../config/settingsError.js';
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
const carelessModes = ['allow', 'prefer', 'require', 'verify-ca'];

/** The URL's `sslmode`, `sslrootcert`, `sslcert`, `sslkey` and time-outs are obeyed by `pg`. */
function common({ url: text, schema }: PostgresLocation): pg.ClientConfig {
  const unreadable = unreadableFile(text, { readFile: (path) => readFileSync(path, 'utf8') });
  if (unreadable !== null) {
    throw new SettingsError(`The database ${unreadable.because ?? ''}. ${unreadable.fix ?? ''}.`);
  }
  const url = new URL(text);
  const options = url.searchParams.get('options') ?? '';
  url.searchParams.delete('options');
  sayTls(url.searchParams);
  return {
    connectionString: url.href,
    options: `${options} -c search_path=${schema}`.trim(),
    fallback_application_name: 'gatehouse',
    keepAlive: true,
    types,
  };
}

/** As `pg` understands it, and never less than was asked for. */
function sayTls(parameters: URLSearchParams): void {
  const ssl = parameters.get('ssl');
  // `pg` takes any other text for a wish for TLS, `false` among them, and then fails at some.
  if (ssl !== null && ssl !== 'no-verify') {
    parameters.set('ssl', /^(0|false|disable)$/.test(ssl) ? '0' : 'true');
  }
  const isSystem = parameters.get('sslrootcert') === 'system';
  if (isSystem) parameters.delete('sslrootcert');
  if (isSystem || carelessModes.includes(parameters.get('sslmode') ?? '')) {
    parameters.set('sslmode', 'verify-full');
  }
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
