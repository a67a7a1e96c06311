import { StoreSchemaError, StoreUnavailableError } from '../failures.js';

// SQLite makes files beside the database, so that a file which may be written is not enough.
const ACCESS = 'Check that this user may read and write it and the folder that it is in.';
const LOCKED =
  'The database is locked by another process. Try again; if it stays so, end the program that holds it.';
const FULL = 'The disk of the database is full (ENOSPC). Free space on it, and try again.';

const sentences: Record<string, string> = {
  SQLITE_BUSY: LOCKED,
  SQLITE_LOCKED: 'The database is locked.',
  SQLITE_FULL: FULL,
  // Whoever opens a log gives it an index in a file of its own; that SQLite could not make it longer.
  SQLITE_IOERR_SHMSIZE: FULL,
  SQLITE_IOERR: 'The database cannot be read or written.',
  SQLITE_CORRUPT: 'The database file is damaged. Stop, and restore a backup.',
  SQLITE_NOTADB:
    'The database file is not a SQLite database, or damaged. Stop, and restore a backup.',
  SQLITE_CANTOPEN: `The database file cannot be opened. ${ACCESS}`,
  SQLITE_READONLY: `The database file cannot be written. ${ACCESS}`,
  SQLITE_PERM: 'The database file may not be accessed.',
  SQLITE_PROTOCOL: LOCKED,
  SQLITE_NOMEM: 'There is no memory left.',
};

/** `SQLITE_IOERR_WRITE` → `SQLITE_IOERR`; undefined for what is no error of SQLite. */
export function primaryCode(error: unknown): string | undefined {
  const code: unknown = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string' || !code.startsWith('SQLITE_')) return undefined;
  return code.split('_').slice(0, 2).join('_');
}

export const isBusy = (error: unknown): boolean =>
  ['SQLITE_BUSY', 'SQLITE_PROTOCOL'].includes(primaryCode(error) ?? '');

/** An engine that cannot answer becomes a `StoreUnavailableError`; everything else stays what it is. */
export function asStoreFailure(error: unknown): Error {
  if (error instanceof StoreUnavailableError || error instanceof StoreSchemaError) return error;
  const { code = '' } = (error ?? {}) as { code?: string };
  const sentence = sentences[code] ?? sentences[primaryCode(error) ?? ''];
  if (sentence !== undefined) return new StoreUnavailableError(sentence, { cause: error });
  // better-sqlite3 says so with a TypeError, which would blame the caller.
  if ((error as Error).message === 'The database connection is not open') {
    return new StoreUnavailableError('The store is closed.', { cause: error });
  }
  return error as Error;
}
