import type { Log } from '../../log.js';
import type { Clock } from '../../time.js';
import type { Random } from '../retry.js';
import { StoreUnavailableError, type Store } from '../store.js';
import { createPool, type PostgresLocation } from './connect.js';
import { createDatabase, type Database } from './database.js';
import { createEngine } from './engine.js';
import { createChanges } from './changes.js';
import { createGrants } from './grants.js';
import { migratePostgres } from './migrate.js';
import { createReads } from './reads.js';
import type { Sql } from './sql.js';
import { createUsedMarks, type UsedMarks } from './usedMarks.js';
import { createWrites, type Write } from './writes.js';

export interface PostgresStoreOptions {
  clock: Clock;
  log: Log;
  random: Random;
  onStatement?: ((sql: string) => void) | undefined;
}

/** Connections of one node; the counters of attempts have two more. */
const READ_CONNECTIONS = 5;
const WRITE_CONNECTIONS = 8;

/** The engine on PostgreSQL, for any number of nodes. Brings the schema up to date first. */
export async function openPostgresStore(
  location: PostgresLocation,
  options: PostgresStoreOptions,
): Promise<Store> {
  const { clock, log, random, onStatement } = options;
  await migratePostgres(location);
  const database = createDatabase({
    reads: createPool(location, READ_CONNECTIONS, log),
    writes: createPool(location, WRITE_CONNECTIONS, log),
    random,
    onStatement,
  });
  const marks = createUsedMarks(database.transaction, log);
  const engine = createEngine(clock, createGrants(), marks.usedHere);
  const changes = createChanges(location, log, random);
  const underWay = new Set<Promise<unknown>>();
  let closing: Promise<void> | null = null;

  const write: Write = (work, marksFirst = false) => {
    if (closing !== null) return Promise.reject(closed());
    const job = writing(database, marks, work, marksFirst);
    underWay.add(job);
    const over = (): boolean => underWay.delete(job);
    job.then(over, over);
    return job;
  };

  const close = async (): Promise<void> => {
    await Promise.allSettled(underWay);
    await marks.flush();
    await Promise.all([changes.close(), database.close()]);
  };

  return {
    ...createReads(database.read, engine, () => closing !== null),
    ...createWrites(engine, write),
    markUsed: (sessionId, generation, at) => {
      if (closing === null) marks.mark(sessionId, generation, at);
    },
    onSessionsChanged: changes.listen,
    close: () => (closing ??= close()),
  };
}

/** A rotation is decided by what was used before it; everything else takes marks along beside it. */
async function writing<T>(
  database: Database,
  marks: UsedMarks,
  work: (sql: Sql) => Promise<T>,
  marksFirst: boolean,
): Promise<T> {
  const flushed = marks.flush();
  if (marksFirst) await flushed;
  const result = await database.transaction(work);
  await flushed;
  return result;
}

const closed = () => new StoreUnavailableError('The store is closed.');
