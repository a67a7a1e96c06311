import { readFileSync } from 'node:fs';
import pg from 'pg';
import { unreadableFile } from '../../config/postgresParameters.js';
import { SettingsError } from '../../config/settingsError.js';
import type { Log } from '../../log.js';
import type { StoreLocation } from '../url.js';

export type PostgresLocation = Extract<StoreLocation, { engine: 'postgres' }>;

/** What a connection is told once it stands, by the name of a setting of PostgreSQL. */
type Session = Readonly<Record<string, string>>;

interface SessionConfig extends pg.ClientConfig {
  readonly session: Session;
}

/**
 * Milliseconds. `pg` waits for ever by default, for a connection as for an answer. The server's own limits end what
 * runs there; ours ends what the server no longer answers. A node that is stopped in mid-transaction loses it.
 * Those with an underscore can be set in the URL.
 */
const ourLimits = { connectionTimeoutMillis: 3000, query_timeout: 7000 };
const limits = {
  lock_timeout: '2000',
  statement_timeout: '5000',
  idle_in_transaction_session_timeout: '5000',
};

/** A table may be large: only the wait for other nodes that start is limited. */
const migratingLimits = { lock_timeout: '60000' };

const INT8 = 20;
/** Our bigints are times and counts, which a number holds exactly. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8
      ? Number
      : (pg.types.getTypeParser(oid, format) as unknown)) as pg.CustomTypesConfig['getTypeParser'],
};

const serverLimits = Object.keys(limits);

/**
 * Is told its schema and limits as soon as it stands: a pooler refuses parameters at the start of a connection that it
 * does not know, or drops them, and with them the schema.
 */
class SessionClient extends pg.Client {
  readonly #session: Session;

  constructor(config: SessionConfig) {
    super(config);
    this.#session = config.session;
    // Without it the process ends with the connection. Whatever asks for something hears of it.
    this.on('error', () => undefined);
  }

  override connect(): Promise<this>;
  override connect(callback: (error: Error | null) => void): void;
  override connect(callback?: (error: Error | null) => void): Promise<this> | void {
    const ready = this.#ready();
    if (callback === undefined) return ready;
    ready.then(() => callback(null), callback);
  }

  async #ready(): Promise<this> {
    await super.connect();
    const entries = Object.entries(this.#session);
    const calls = entries.map(
      (_, index) => `set_config($${2 * index + 1}, $${2 * index + 2}, false)`,
    );
    const text = `SELECT ${calls.join(', ')}`;
    // Part of the connecting: the limit of `pg` has ended, and work that may take long has no other.
    const query_timeout = ourLimits.connectionTimeoutMillis;
    try {
      // Not yet among the types of `pg`.
      await this.query({ text, values: entries.flat(), query_timeout } as pg.QueryConfig);
    } catch (error) {
      this.end().catch(() => undefined);
      throw error;
    }
    return this;
  }
}

/** libpq's modes that encrypt and then believe any server, or any name: here they check both. */
const carelessModes = ['allow', 'prefer', 'require', 'verify-ca'];

/** The URL's `sslmode`, `sslrootcert`, `sslcert`, `sslkey` and time-outs are obeyed by `pg`. */
function common({ url: text, schema }: PostgresLocation, limits: Session): SessionConfig {
  const unreadable = unreadableFile(text, { readFile: (path) => readFileSync(path, 'utf8') });
  if (unreadable !== null) {
    throw new SettingsError(`The database ${unreadable.because ?? ''}. ${unreadable.fix ?? ''}.`);
  }
  const url = new URL(text);
  const session: Record<string, string> = { ...limits, search_path: schema };
  for (const name of serverLimits) {
    const value = url.searchParams.get(name);
    // PostgreSQL would take 0900 for octal.
    if (value !== null) session[name] = String(Number(value));
    url.searchParams.delete(name);
  }
  sayTls(url.searchParams);
  return {
    connectionString: url.href,
    session,
    fallback_application_name: 'gatehouse',
    keepAlive: true,
    // By default two hours: who only listens hears of nothing, and a firewall forgets the connection.
    keepAliveInitialDelayMillis: 30_000,
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
    ...common(location, limits),
    ...ourLimits,
    Client: SessionClient as unknown as new () => pg.Client,
    max,
    idleTimeoutMillis: 30_000,
    maxLifetimeSeconds: 1800,
  });
  const lost = (error: Error): void =>
    log.debug({ err: error }, 'a connection to the database ended');
  // Without it the process ends with an idle connection.
  pool.on('error', lost);
  // One at work: whatever asks for something hears of it, and the log.
  pool.on('connect', (client) => client.on('error', lost));
  return pool;
}

/** One connection for work that may take long. The caller connects it, and ends it. */
export function createClient(location: PostgresLocation): pg.Client {
  const { connectionTimeoutMillis } = ourLimits;
  return new SessionClient({ ...common(location, migratingLimits), connectionTimeoutMillis });
}
