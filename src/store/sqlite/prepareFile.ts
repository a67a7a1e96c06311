import { closeSync, mkdirSync, openSync, readSync, statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { StoreUnavailableError } from '../failures.js';
import { logOf } from './logSync.js';
import { isOpenHere } from './openFiles.js';

/** Of the header: 2 says that there is a log, 1 that there is none (https://sqlite.org/fileformat2.html#file_format_version_numbers). */
const READ_VERSION_AT = 19;
const WITHOUT_LOG = 1;

/** Keys live in the file, so nobody else may read it; SQLite gives `-wal` and `-shm` the mode of the file. */
export function prepareFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // The log first: a process that starts beside us makes the file, and writes to it, before the log.
  const log = statSync(logOf(path), { throwIfNoEntry: false });
  const file = statSync(path, { throwIfNoEntry: false });
  // SQLite would delete the log of an empty file, and with it all that it holds.
  if (log !== undefined && (file === undefined || (file.size === 0 && log.size > 0))) {
    throw new StoreUnavailableError(
      `${path} is ${file === undefined ? 'missing' : 'empty'}, but its write-ahead log ${path}-wal is there. ` +
        `Restore the file, or delete ${path}-wal and ${path}-shm to start with an empty database.`,
    );
  }
  if (file === undefined || !isOpenHere(file)) lookAt(path, log, 'a+');
}

/** As `prepareFile` for who only reads, and makes nothing. */
export function checkFile(path: string): void {
  const log = statSync(logOf(path), { throwIfNoEntry: false });
  if (!isOpenHere(statSync(path))) lookAt(path, log, 'r');
}

/** Throws where SQLite would read the log of another file as this one's, and destroy it so. */
function lookAt(path: string, log: Stats | undefined, flags: 'a+' | 'r'): void {
  const file = openSync(path, flags, 0o600);
  try {
    const header = Buffer.alloc(READ_VERSION_AT + 1);
    readSync(file, header, 0, header.length, 0);
    if (log !== undefined && log.size > 0 && header[READ_VERSION_AT] === WITHOUT_LOG) {
      throw new StoreUnavailableError(
        `${path} is a backup, but the write-ahead log of the database before it is still there and would destroy it. ` +
          `Stop all servers, delete ${path}-wal and ${path}-shm, and copy the backup to ${path} once more.`,
      );
    }
  } finally {
    closeSync(file);
  }
}
