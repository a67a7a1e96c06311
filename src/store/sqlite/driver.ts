import type Database from 'better-sqlite3';
import { requireHere } from '../../requireHere.js';
import { StoreUnavailableError } from '../failures.js';
import { rememberOpen } from './openFiles.js';

/**
 * better-sqlite3 13 needs Node 22. Version 12 is for those below: since 24.19, Node ends a process that lets go of its
 * statements (https://github.com/nodejs/node/issues/65446). npm leaves out 13 where Node is too old for it.
 */
export const driverFor = (node: string): string =>
  Number.parseInt(node, 10) >= 22 ? 'better-sqlite3-13' : 'better-sqlite3';

/** The package that holds SQLite. */
export const driver = driverFor(process.versions.node);

type Driver = typeof Database;

const FIX: Record<string, string> = {
  // npm forgets in its lock that nothing is to be built, tries to, and leaves out what it could not build.
  'better-sqlite3-13':
    'Run `npm install --ignore-scripts`: it needs no compiler, but npm leaves it out where it finds none. ',
  // As the binary is that script's work, and pnpm and Yarn run none unless they are told to.
  'better-sqlite3':
    'Run `npm rebuild better-sqlite3` with the Node.js that runs this, or let pnpm or Yarn run its install script (docs/embed.md). ',
};

/** Throws `StoreUnavailableError` where the package is missing, or has no binary that runs here. */
export function loadDriver(name = driver): Driver {
  try {
    const Loaded = requireHere()(name) as Driver;
    // Only who opens something loads the binary.
    new Loaded(':memory:').close();
    return Loaded;
  } catch (error) {
    const reason = (error as Error).message.replace(/\.?( Tried:)?(\n.*)?$/s, '');
    throw new StoreUnavailableError(
      `SQLite cannot be loaded: ${reason}. ${FIX[name] ?? ''}Or keep everything in PostgreSQL.`,
      { cause: error },
    );
  }
}

let loaded: Driver | null = null;

/** Opens a file with the SQLite of this Node. */
export function openFile(path: string, options: Database.Options): Database.Database {
  loaded ??= loadDriver();
  const db = new loaded(path, options);
  rememberOpen(path, db);
  return db;
}
