import type { Database } from 'better-sqlite3';
import { closeSync, fdatasync, openSync, realpathSync } from 'node:fs';
import { StoreUnavailableError } from '../failures.js';

/** Brings commits to the disk without stopping the event loop. */
export interface LogSync {
  /** Calls back when all that was committed before this call is on the disk, or with the reason why that is not known. */
  synced: (done: (failure: Error | null) => void) => void;
  /** Throws where a sync has failed and what it left in doubt cannot be brought to the disk now either. */
  check: () => void;
  /** Only when nothing waits any more. */
  close: () => void;
}

/** Where the log of a database file is: SQLite keeps it beside the file itself, not beside a link to it. */
export function logOf(path: string): string {
  try {
    return `${realpathSync(path)}-wal`;
  } catch {
    // There is no file yet.
    return `${path}-wal`;
  }
}

/** For what is in memory, and for what may be lost at a power loss. */
export const unsynced: LogSync = {
  synced: (done) => done(null),
  check: () => undefined,
  close: () => undefined,
};

/**
 * With `synchronous=FULL` the event loop waits within COMMIT for the disk. Here COMMIT writes the log only, as with
 * NORMAL, and the log is synced by a thread of Node's pool: whoever is told of a commit only after that has the promise of FULL, since recovery takes the log up to the first frame that is not whole
 * (https://sqlite.org/wal.html). Others may see a commit a moment before it is certain to outlive a power loss.
 */
export function createLogSync(db: Database): LogSync {
  db.pragma('synchronous = NORMAL');
  // The log is there from the first read on until the last connection is closed. SQLite locks other files, whose locks
  // it would lose by a file that is closed (https://sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled).
  const log = openSync(logOf(db.name), 'r+');
  let doubt: Error | null = null;

  return {
    synced(done) {
      fdatasync(log, (cause) => {
        if (cause !== null) doubt = unavailable(cause);
        done(doubt);
      });
    },
    check() {
      if (doubt === null) return;
      // The kernel may have dropped what it failed to write, and succeeds when asked again. Only a log that is wholly in
      // the database, which is synced as well, is of no consequence any more.
      const [{ busy }] = db.pragma('wal_checkpoint(TRUNCATE)') as [{ busy: number }];
      if (busy !== 0) throw doubt;
      doubt = null;
    },
    close: () => closeSync(log),
  };
}

const unavailable = (cause: Error): Error =>
  new StoreUnavailableError('The database could not be brought to the disk.', { cause });
