import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { StoreUnavailableError } from '../failures.js';
import type { RowReader, Table, Values } from '../tables.js';
import { startFailure } from './connection.js';
import { openFile } from './driver.js';
import { primaryCode } from './failure.js';
import { checkFile } from './prepareFile.js';

/** All rows of a file as they were when it was opened, whoever writes to it meanwhile. */
export interface Dump extends RowReader {
  /** Where rows name what is gone: another program has deleted it, and SQLite does not mind unless it is told to. */
  orphans: () => Orphans[];
  close: () => void;
}

/** Rows of `table` whose `column` names no `key` of `parent`. */
export interface Orphans {
  table: string;
  column: string;
  parent: string;
  key: string;
}

const ORPHANS = `
  SELECT DISTINCT wrong."table", rule."from" AS "column", rule."table" AS parent, rule."to" AS "key"
  FROM pragma_foreign_key_check AS wrong JOIN pragma_foreign_key_list(wrong."table") AS rule ON rule.id = wrong.fkid`;

/** Opens a file that is up to date, for reading alone. */
export function openDump(path: string): Dump {
  const db = openFile(path, { readonly: true, fileMustExist: true });
  // The snapshot is taken by the first read.
  db.exec('BEGIN; SELECT 1 FROM versions');
  const namesOf = ({ columns }: Table) => columns.map(({ name }) => name);

  return {
    orphans: () => db.prepare<[], Orphans>(ORPHANS).all(),
    after(table, after, limit) {
      const names = namesOf(table);
      const key = names.slice(0, table.key).join(', ');
      const where =
        after === null ? '' : `WHERE (${key}) > (${Array(table.key).fill('?').join(', ')})`;
      const rows = db
        .prepare(`SELECT ${names.join(', ')} FROM ${table.name} ${where} ORDER BY ${key} LIMIT ?`)
        .raw()
        .all(...(after ?? []).slice(0, table.key), limit);
      return Promise.resolve(rows as Values[]);
    },
    count: ({ name }) =>
      Promise.resolve(db.prepare(`SELECT count(*) FROM ${name}`).pluck().get() as number),
    close: () => db.close(),
  };
}

/**
 * Writes a copy of the whole database to a new file, which nobody else may read; servers go on meanwhile. The file is
 * there whole and on the disk, or not at all. Throws `StoreUnavailableError`.
 */
export function backUp(path: string, to: string): void {
  try {
    checkFile(path);
  } catch (error) {
    throw startFailure(path, error);
  }
  // Not the number of the process: in a container it is the same each time, and so is what a killed one has left.
  const partial = `${to}.${randomUUID()}.partial`;
  try {
    if (lstatSync(to, { throwIfNoEntry: false })) throw taken();
    closeSync(openSync(partial, 'wx', 0o600));
    try {
      copy(path, partial);
      giveName(partial, to);
    } finally {
      // A copy that found no room may leave its journal.
      for (const left of [partial, `${partial}-journal`]) rmSync(left, { force: true });
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') {
      throw new StoreUnavailableError(`${to} exists. Name a file that does not.`);
    }
    // The database is only read: it is the disk of the copy that has no room.
    if (primaryCode(error) === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') {
      throw new StoreUnavailableError(
        `The disk of ${to} is full. Free space on it, or name a file on another.`,
        { cause: error },
      );
    }
    if (code !== undefined && /^E[A-Z]+$/.test(code)) {
      throw new StoreUnavailableError(
        `${to} cannot be written (${code}). Check that the folder exists and that this user may write to it.`,
        { cause: error },
      );
    }
    throw startFailure(path, error);
  }
}

const taken = (): Error => Object.assign(new Error('exists'), { code: 'EEXIST' });

/** A link, unlike a renaming, replaces nothing; whoever is killed before it leaves nothing under that name. */
function giveName(partial: string, to: string): void {
  try {
    linkSync(partial, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    // Not every file system has links.
    if (existsSync(to)) throw taken();
    renameSync(partial, to);
  }
  syncFolder(dirname(to));
}

function syncFolder(path: string): void {
  let folder: number;
  try {
    folder = openSync(path, 'r');
  } catch {
    // Not every system opens folders.
    return;
  }
  try {
    fsyncSync(folder);
  } catch (error) {
    // Nor does every file system know how to sync one.
    if (!['EINVAL', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    closeSync(folder);
  }
}

function copy(path: string, to: string): void {
  const db = openFile(path, { readonly: true, fileMustExist: true });
  try {
    // One snapshot, without the free pages.
    db.prepare('VACUUM INTO ?').run(to);
  } finally {
    db.close();
  }
  const made = openFile(to, { readonly: true });
  const verdict: unknown = made.pragma('integrity_check', { simple: true });
  made.close();
  if (verdict !== 'ok') {
    throw new StoreUnavailableError(
      'The copy is damaged, and so is the database. Restore an older backup.',
    );
  }
  const file = openSync(to, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
