import type pg from 'pg';
import { StoreSchemaError, StoreUnavailableError } from '../failures.js';
import { describeStore } from '../url.js';
import { createClient, type PostgresLocation } from './connect.js';
import { asStoreFailure } from './failure.js';
import { migrations, type Migration } from './migrations/list.js';

export interface Migrated {
  /** Number of the schema before; 0 = none. */
  from: number;
  to: number;
}

interface Present {
  version: number;
  /** The lowest number of the programs that can still work on it. */
  oldestProgram: number;
}

/** "gatehous" in ASCII: the lock that processes which start at once queue for. */
const LOCK = '7449364415497008499';

/**
 * Brings the schema up to date, one transaction per migration. Many processes may do so at once: each looks again
 * behind the lock. A newer schema is accepted where the migrations in between said that it may be.
 *
 * @throws `StoreSchemaError` for a newer schema, or one of another application; `StoreUnavailableError`
 */
export async function migratePostgres(
  location: PostgresLocation,
  steps: readonly Migration[] = migrations,
): Promise<Migrated> {
  const client = createClient(location);
  try {
    await client.connect();
    await assertKept(client, location);
    return await migrate(client, location, steps);
  } catch (error) {
    const failure = asStoreFailure(error);
    // It says what is wrong, but not yet where.
    if (!(failure instanceof StoreSchemaError)) {
      failure.message = `${describeStore(location)}: ${failure.message}`;
    }
    throw failure;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * A pooler in transaction mode gives each transaction any of its connections to the server: one that was told no schema,
 * where our tables would be made in another, or one that others have told ours.
 */
async function assertKept(client: pg.Client, location: PostgresLocation): Promise<void> {
  const pid = await backendOf(client);
  // Without a pooler the server itself has said which it is. A pooler says a number of its own.
  if (pid === (client as { processID?: number | null }).processID) return;
  const other = createClient(location);
  try {
    // Where there is no room for two it cannot be told.
    const isThere = await other.connect().then(
      () => true,
      () => false,
    );
    if (!isThere) return;
    const isShared = (await backendOf(other)) === pid || (await backendOf(client)) !== pid;
    if (!isShared) return;
  } finally {
    await other.end().catch(() => undefined);
  }
  throw new StoreUnavailableError(
    'A pooler in transaction mode is in between, where a connection does not keep its schema. Use its session mode (of PgBouncer: pool_mode = session), or connect to the database itself.',
  );
}

async function backendOf(client: pg.Client): Promise<number | undefined> {
  return (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid;
}

async function migrate(
  client: pg.Client,
  location: PostgresLocation,
  steps: readonly Migration[],
): Promise<Migrated> {
  const { schema } = location;
  const check = async (): Promise<Present> => {
    const present = await readPresent(client, schema);
    refuseUnknown(present, location, steps.length);
    return present ?? { version: 0, oldestProgram: 0 };
  };
  const { version: from } = await check();
  if (from === 0) await assertHoldsAllText(client);
  for (;;) {
    // Without the lock at first: a node that starts on a database that is up to date waits for nobody.
    const { version } = await check();
    if (version >= steps.length) return { from, to: version };
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE');
    try {
      await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
      await step(client, schema, await check(), steps);
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }
}

/** Elsewhere a name is refused when somebody signs up with it. */
async function assertHoldsAllText(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ server_encoding: string }>('SHOW server_encoding');
  const { server_encoding: encoding } = rows[0] as (typeof rows)[0];
  if (encoding === 'UTF8' || encoding === 'SQL_ASCII') return;
  throw new StoreUnavailableError(
    `The database has the encoding ${encoding}, which cannot hold all text. Make one that can: CREATE DATABASE name ENCODING 'UTF8' TEMPLATE template0`,
  );
}

async function step(
  client: pg.Client,
  schema: string,
  { version, oldestProgram }: Present,
  steps: readonly Migration[],
): Promise<void> {
  const next = steps[version];
  if (next === undefined) return;
  if (version === 0) {
    const { rowCount } = await client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [
      schema,
    ]);
    // IF NOT EXISTS would ask for the right to create one, even where it was made for us.
    if (rowCount === 0) await client.query(`CREATE SCHEMA "${schema}"`);
    await client.query('CREATE TABLE schema_version (version integer, oldest_program integer)');
    await client.query('INSERT INTO schema_version VALUES (0, 0)');
  }
  await client.query(next.sql);
  const oldest = next.breaking ? version + 1 : oldestProgram;
  await client.query('UPDATE schema_version SET version = $1, oldest_program = $2', [
    version + 1,
    oldest,
  ]);
}

/** Null for a schema that is not there or empty. */
async function readPresent(client: pg.Client, schema: string): Promise<Present | null | 'foreign'> {
  const { rows } = await client.query<{ tables: number; ours: boolean }>(
    `SELECT count(*) AS tables, coalesce(bool_or(relname = 'schema_version'), false) AS ours
     FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
     WHERE nspname = $1 AND relkind IN ('r', 'p', 'v', 'm')`,
    [schema],
  );
  const found = rows[0];
  if (found === undefined || found.tables === 0) return null;
  if (!found.ours) return 'foreign';
  // By its full name: a schema that this user may not use is passed over on the search path, as if it were not there.
  const versions = await client.query<Present>(
    `SELECT version, oldest_program AS "oldestProgram" FROM "${schema}".schema_version`,
  );
  return versions.rows[0] ?? 'foreign';
}

function refuseUnknown(
  present: Present | null | 'foreign',
  location: PostgresLocation,
  latest: number,
): asserts present is Present | null {
  const where = `The schema "${location.schema}" of ${describeStore(location)}`;
  if (present === 'foreign') {
    throw new StoreSchemaError(
      'foreign-file',
      `${where} holds tables of another application. Name another schema: add ?schema=NAME to the URL.`,
    );
  }
  if (present !== null && present.oldestProgram > latest) {
    throw new StoreSchemaError(
      'newer-schema',
      `${where} is at ${present.version}, and this version of gatehouse knows ${latest} at most. ` +
        'Upgrade gatehouse (npm install graphql-gatehouse@latest), or restore a backup from before the upgrade.',
    );
  }
}
