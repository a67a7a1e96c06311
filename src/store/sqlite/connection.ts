import type { Database } from 'better-sqlite3';
import { StoreUnavailableError } from '../failures.js';
import { openFile } from './driver.js';
import { asStoreFailure, isBusy } from './failure.js';
import { migrate, type Migrated } from './migrate.js';
import { prepareFile } from './prepareFile.js';
import { withRetry, type Random } from '../retry.js';

export const IN_MEMORY = ':memory:';

/** Milliseconds that SQLite waits for a lock, and the event loop with it. */
const START_TIMEOUT = 250;
/** Short: while another process commits, requests that only read are to be answered. Who writes tries again off the loop. */
const SERVING_TIMEOUT = 5;
const START_ATTEMPTS = 60;

/** 16 MB, at which a writer must itself stop for the log to be brought into the database; before that a thread does. */
const LOG_PAGES = 4000;

export interface ConnectionOptions {
  random: Random;
  onStatement?: ((sql: string) => void) | undefined;
}

export interface Connection {
  db: Database;
  migrated: Migrated;
}

/** Opens the file, creating it and its folder on a first start, and brings its schema up to date. */
export async function connect(path: string, options: ConnectionOptions): Promise<Connection> {
  const retry = { attempts: START_ATTEMPTS, random: options.random, mayPass: isBusy };
  try {
    if (path !== IN_MEMORY) prepareFile(path);
    const db = openFile(path, {
      timeout: START_TIMEOUT,
      ...(options.onStatement && {
        verbose: (sql: unknown): void => options.onStatement?.(String(sql)),
      }),
    });
    try {
      await withRetry(() => configure(db, 'FULL'), retry);
      const migrated = await withRetry(() => migrate(db), retry);
      db.pragma(`busy_timeout = ${SERVING_TIMEOUT}`);
      return { db, migrated };
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    throw startFailure(path, error);
  }
}

/** A further connection to a file that `connect` has prepared. It may lose its last commits at a power loss. */
export function connectLoosely(path: string): Database {
  let db: Database | undefined;
  try {
    db = openFile(path, { timeout: START_TIMEOUT, fileMustExist: true });
    configure(db, 'NORMAL');
    db.pragma(`busy_timeout = ${SERVING_TIMEOUT}`);
    return db;
  } catch (error) {
    db?.close();
    throw startFailure(path, error);
  }
}

function configure(db: Database, synchronous: 'FULL' | 'NORMAL'): void {
  db.pragma('journal_mode = WAL');
  // WAL mode alone means NORMAL here, which may lose the last commits at a power loss.
  db.pragma(`synchronous = ${synchronous}`);
  db.pragma(`wal_autocheckpoint = ${LOG_PAGES}`);
  db.pragma('foreign_keys = ON');
  db.pragma('trusted_schema = OFF');
}

/** What kept a file from being opened, as a store says it. */
export function startFailure(path: string, error: unknown): Error {
  const failure = asStoreFailure(error);
  const code = (error as NodeJS.ErrnoException).code;
  if (failure instanceof StoreUnavailableError) {
    return new StoreUnavailableError(`${path}: ${failure.message}`, { cause: error });
  }
  // What the file system refused (ENOENT, EACCES, ENOTDIR, EISDIR, EROFS), or better-sqlite3 before SQLite was asked.
  if (/^E[A-Z]+$/.test(code ?? '')) {
    return new StoreUnavailableError(
      code === 'EISDIR'
        ? `${path} is a folder. Name a file in it, such as ${path}/gatehouse.db.`
        : `${path} cannot be opened (${code}). Check that the folder exists and that this user may write to it.`,
      { cause: error },
    );
  }
  return failure;
}
