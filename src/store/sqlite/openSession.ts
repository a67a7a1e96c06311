import type { AuditInput, SessionRow } from '../rows.js';
import type { OpenSession, OpenSessionOutcome } from '../verbs.js';
import type { Engine } from './engine.js';

export type NewSession = Pick<OpenSession, 'id' | 'userId' | 'expiresAt' | 'origin' | 'network'>;

export interface Opening {
  open: (input: OpenSession, audit: AuditInput) => OpenSessionOutcome;
  /** Inserts the row and remembers the address; checks nothing. */
  insert: (session: NewSession, now: number) => SessionRow;
}

/** Logins. The checks, the row, the address, the limit and the audit row are one step. */
export function createOpening({ db, clock, audit, users, sessions, grants }: Engine): Opening {
  // Nothing has been rotated yet, so there is no parent; generation 0 counts as used from the start.
  const insertRow = db.prepare(
    `INSERT INTO sessions (id, user_id, created_at, generation, parent, used_generation, rotated_at,
       rotated_address, rotated_user_agent, last_used_at, expires_at, ip_address, user_agent)
     VALUES (:id, :userId, :now, 0, -1, 0, :now, :address, :userAgent, :now, :expiresAt, :address, :userAgent)`,
  );
  const remember = db.prepare(
    `INSERT INTO known_addresses (user_id, address, last_seen_at) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET last_seen_at = max(last_seen_at, excluded.last_seen_at)`,
  );
  const loggedIn = db.prepare('UPDATE users SET last_login_at = ? WHERE id = ?');
  const endOldest = db.prepare(
    `UPDATE sessions SET revoked_at = :now, revoked_cause = 'too_many_sessions' WHERE id IN (
       SELECT id FROM sessions
       WHERE user_id = :userId AND revoked_at IS NULL AND expires_at > :now AND id <> :id
       ORDER BY last_used_at DESC, created_at DESC, id DESC LIMIT -1 OFFSET :keep)`,
  );

  const insert = (session: NewSession, now: number): SessionRow => {
    const { id, userId, expiresAt, origin, network } = session;
    const { address, userAgent } = origin;
    insertRow.run({ id, userId, now, expiresAt, address, userAgent });
    if (network !== null) remember.run(userId, network, now);
    return sessions.byId(id) as SessionRow;
  };

  return {
    insert,
    open(input, auditInput) {
      const { id, userId, expectedPasswordHash, maxSessions } = input;
      const now = clock.now();
      const user = users.byId(userId);
      if (user === undefined) return { kind: 'changed' };
      if (expectedPasswordHash !== null && user.passwordHash !== expectedPasswordHash) {
        return { kind: 'changed' };
      }
      if (user.disabledAt !== null) return { kind: 'disabled' };
      const session = insert(input, now);
      loggedIn.run(now, userId);
      endOldest.run({ now, userId, id, keep: Math.max(0, maxSessions - 1) });
      audit.record(now, auditInput, { userId, sessionId: id });
      return {
        kind: 'opened',
        session,
        user: { ...user, lastLoginAt: now },
        grants: grants.of(user),
      };
    },
  };
}
