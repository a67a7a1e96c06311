import type { Database } from 'better-sqlite3';
import type { Log } from '../../log.js';
import type { Clock } from '../../time.js';
import type { Store } from '../store.js';
import { createCheckpoints, noCheckpoints } from './checkpoints.js';
import { connect, startFailure } from './connection.js';
import { createEngine } from './engine.js';
import { guardFile, type FileGuard } from './fileGuard.js';
import { createHotReads } from './hotReads.js';
import { createLogSync, unsynced } from './logSync.js';
import { createReads } from './reads.js';
import type { Random } from '../retry.js';
import { createUsedMarks } from './usedMarks.js';
import { createWriter } from './writer.js';
import { createWrites } from './writes.js';

export interface SqliteStoreOptions {
  clock: Clock;
  log: Log;
  random: Random;
  onStatement?: ((sql: string) => void) | undefined;
}

/** The engine on one SQLite file, or in memory. Reads are synchronous; writes share one transaction a turn. */
export async function openSqliteStore(path: string, options: SqliteStoreOptions): Promise<Store> {
  const { db } = await connect(path, options);
  let guard: FileGuard | null = null;
  try {
    guard = guardFile(path);
    return createSqliteStore(db, guard, options);
  } catch (error) {
    guard?.stop();
    db.close();
    throw startFailure(path, error);
  }
}

/** The store on a connection that is open and migrated; `close` closes it. */
export function createSqliteStore(
  db: Database,
  guard: FileGuard,
  { clock, log, random }: SqliteStoreOptions,
): Store {
  const engine = createEngine(db, clock);
  const hot = createHotReads(engine);
  const logSync = db.memory ? unsynced : createLogSync(db);
  const checkpoints = db.memory ? noCheckpoints : createCheckpoints(db.name);
  const marks = createUsedMarks(db, log, () => writer.wake());
  const writer = createWriter({
    db,
    random,
    prologue: marks,
    check() {
      guard.check();
      logSync.check();
    },
    synced: logSync.synced,
    written: checkpoints.written,
    undone: engine.grants.forget,
    changed: hot.changed,
  });
  let closing: Promise<void> | null = null;

  const close = async (): Promise<void> => {
    // A last batch that fails has told its callers so; closing goes on.
    await writer.close().catch((error: unknown) => log.warn({ err: error }, 'a last write failed'));
    marks.stop();
    guard.stop();
    await checkpoints.close();
    logSync.close();
    db.close();
  };

  return {
    readsAtOnce: true,
    ...createReads(engine, hot, guard),
    ...createWrites(engine, writer.write),
    markUsed: (sessionId, generation, at) => {
      if (closing === null) marks.mark(sessionId, generation, at);
    },
    close: () => (closing ??= close()),
  };
}
