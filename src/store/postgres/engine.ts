import { systemClock, type Clock } from '../../time.js';
import type { SessionsChange } from '../rows.js';
import type { Sql } from './sql.js';
import type { Grants } from './grants.js';

/** What the verbs share. */
export interface Engine {
  /** Parameter 1 of statements that use `NOW`. */
  readonly at: () => number | null;
  readonly grants: Grants;
  /** The generation that this process has seen in use, and has perhaps not written yet. */
  readonly usedHere: (sessionId: string) => number;
}

/** A clock set by hand counts for the store too; with the system's, all nodes go by the clock of the database. */
export const createEngine = (
  clock: Clock,
  grants: Grants,
  usedHere: Engine['usedHere'],
): Engine => ({
  at: () => (clock === systemClock ? null : clock.now()),
  grants,
  usedHere,
});

export const CHANNEL_PREFIX = 'gatehouse_';

/**
 * Tells the nodes that remember sessions what to forget, when the transaction commits. LISTEN cuts a name to 63
 * characters by itself, and `pg_notify` refuses a longer one.
 */
export const announce = (sql: Sql, change: SessionsChange): Promise<unknown> =>
  sql(`SELECT pg_notify(left('${CHANNEL_PREFIX}' || current_schema(), 63), $1)`, [
    JSON.stringify(change),
  ]);
