import type { Database } from 'better-sqlite3';
import { StoreSchemaError } from '../failures.js';
import { migrations } from './migrations/list.js';

/** "GATH": tells our files from those of other applications (https://sqlite.org/pragma.html#pragma_application_id). */
const APPLICATION_ID = 0x47415448;

export interface Migrated {
  /** Number of the schema before; 0 = an empty file. */
  from: number;
  to: number;
}

/**
 * Brings the schema up to date, one transaction per migration. Many processes may do so at once: each looks
 * again behind the write lock. Throws `StoreSchemaError` for a newer schema or a file of another application.
 */
export function migrate(db: Database, steps: readonly string[] = migrations): Migrated {
  const from = check(db, steps.length);
  for (;;) {
    if (version(db) === steps.length) return { from, to: steps.length };
    db.exec('BEGIN IMMEDIATE');
    try {
      const present = check(db, steps.length);
      const step = steps[present];
      if (step !== undefined) {
        db.exec(step);
        db.pragma(`user_version = ${present + 1}`);
        db.pragma(`application_id = ${APPLICATION_ID}`);
      }
      db.exec('COMMIT');
    } finally {
      if (db.inTransaction) db.exec('ROLLBACK');
    }
  }
}

const version = (db: Database): number => db.pragma('user_version', { simple: true }) as number;

function check(db: Database, latest: number): number {
  const present = version(db);
  const tables = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() as number;
  const ours = db.pragma('application_id', { simple: true }) === APPLICATION_ID;
  if (!ours && (tables > 0 || present > 0)) {
    throw new StoreSchemaError(
      'foreign-file',
      `${db.name} is a database of another application. Point the database setting to a file of its own.`,
    );
  }
  if (present > latest) {
    throw new StoreSchemaError(
      'newer-schema',
      `${db.name} has schema ${present}, and this version of gatehouse knows ${latest} at most. ` +
        'Upgrade gatehouse (npm install graphql-gatehouse@latest), or restore a backup from before the upgrade.',
    );
  }
  return present;
}
