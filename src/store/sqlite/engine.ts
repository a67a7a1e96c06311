import type { Database } from 'better-sqlite3';
import type { Clock } from '../../time.js';
import { createAuditTrail, type AuditTrail } from './audit.js';
import { createGrants, type Grants } from './grants.js';
import { createSessions, type Sessions } from './sessions.js';
import { createUsers, type Users } from './users.js';
import { createUserPages, type UserPages } from './usersPage.js';

/** What the write verbs share. They run inside a transaction that the writer has begun. */
export interface Engine {
  readonly db: Database;
  /** Read inside the transaction, so behind the lock. */
  readonly clock: Clock;
  readonly audit: AuditTrail;
  readonly users: Users;
  readonly pages: UserPages;
  readonly sessions: Sessions;
  readonly grants: Grants;
}

/** Prepares what the verbs share, on a connection that is open and migrated. */
export const createEngine = (db: Database, clock: Clock): Engine => ({
  db,
  clock,
  audit: createAuditTrail(db),
  users: createUsers(db),
  pages: createUserPages(db),
  sessions: createSessions(db),
  grants: createGrants(db),
});
