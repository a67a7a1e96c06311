import { sessionColumns } from '../columns.js';
import type { AuditInput, GrantsRow, SessionRow } from '../rows.js';
import type { OpenSession, OpenSessionOutcome } from '../verbs.js';
import { record } from './audit.js';
import { announce, type Engine } from './engine.js';
import { only, type Sql } from './sql.js';
import { lockUser, userOf } from './users.js';

export type NewSession = Pick<OpenSession, 'id' | 'userId' | 'expiresAt' | 'origin' | 'network'>;

/** Nothing has been rotated yet, so there is no parent; generation 0 counts as used from the start. */
const INSERT = `
  INSERT INTO sessions (id, user_id, created_at, generation, parent, used_generation, rotated_at,
    rotated_address, rotated_user_agent, last_used_at, expires_at, ip_address, user_agent)
  VALUES ($1, $2, $3, 0, -1, 0, $3, $4, $5, $3, $6, $4, $5)
  RETURNING ${sessionColumns}`;

const REMEMBER = `
  INSERT INTO known_addresses AS known (user_id, address, last_seen_at) VALUES ($1, $2, $3)
  ON CONFLICT (user_id, address)
  DO UPDATE SET last_seen_at = greatest(known.last_seen_at, excluded.last_seen_at)`;

const LOGGED_IN = 'UPDATE users SET last_login_at = $1 WHERE id = $2';

const END_OLDEST = `
  WITH ended AS MATERIALIZED (SELECT id FROM sessions WHERE id IN (
    SELECT id FROM sessions
    WHERE user_id = $2 AND revoked_at IS NULL AND expires_at > $1 AND id <> $3
    ORDER BY last_used_at DESC, created_at DESC, id DESC OFFSET $4) ORDER BY id FOR NO KEY UPDATE)
  UPDATE sessions SET revoked_at = $1, revoked_cause = 'too_many_sessions'
  WHERE id IN (SELECT id FROM ended) AND revoked_at IS NULL RETURNING 1`;

/** Inserts the row and remembers the address; checks nothing. */
export async function insertSession(
  sql: Sql,
  { id, userId, expiresAt, origin, network }: NewSession,
  now: number,
): Promise<SessionRow> {
  const { address, userAgent } = origin;
  const rows = await sql<SessionRow>(INSERT, [id, userId, now, address, userAgent, expiresAt]);
  if (network !== null) await sql(REMEMBER, [userId, network, now]);
  return only(rows);
}

/** A login. The checks, the row, the address, the limit and the audit row are one step. */
export const createOpenSession =
  ({ at, grants }: Engine) =>
  (input: OpenSession, auditInput: AuditInput) =>
  async (sql: Sql): Promise<OpenSessionOutcome> => {
    const { id, userId, expectedPasswordHash, maxSessions } = input;
    const user = await lockUser(sql, at(), userId);
    if (user === undefined) return { kind: 'changed' };
    if (expectedPasswordHash !== null && user.passwordHash !== expectedPasswordHash) {
      return { kind: 'changed' };
    }
    if (user.disabledAt !== null) return { kind: 'disabled' };
    const { now } = user;
    const session = await insertSession(sql, input, now);
    await sql(LOGGED_IN, [now, userId]);
    const ended = await sql(END_OLDEST, [now, userId, id, Math.max(0, maxSessions - 1)]);
    if (ended.length > 0) await announce(sql, { user: userId });
    await record(sql, now, auditInput, { userId, sessionId: id });
    const held = (await grants.of(sql, userId)) as { grants: GrantsRow };
    return {
      kind: 'opened',
      session,
      user: { ...userOf(user), lastLoginAt: now },
      grants: held.grants,
    };
  };
