import type { AuditInput, UserRow } from '../rows.js';
import type {
  ChangePassword,
  ChangePasswordOutcome,
  CreateUserOutcome,
  NewUser,
} from '../verbs.js';
import type { Engine } from './engine.js';
import type { Opening } from './openSession.js';
import type { Revoking } from './revoke.js';

export interface Accounts {
  create: (user: NewUser, audit: AuditInput) => CreateUserOutcome;
  changePassword: (input: ChangePassword, audit: AuditInput) => ChangePasswordOutcome;
  upgradeHash: (userId: string, expectedHash: string, newHash: string) => void;
}

/** Accounts and their passwords. */
export function createAccounts(engine: Engine, opening: Opening, revoking: Revoking): Accounts {
  const { db, clock, audit, users, grants } = engine;
  const anyUser = db.prepare('SELECT 1 FROM users LIMIT 1');
  const roleExists = db.prepare<[string]>('SELECT 1 FROM roles WHERE name = ?');
  // What was given to somebody who is disabled from the start has been taken back.
  const insert = db.prepare<[Omit<NewUser, 'roles' | 'onlyIfEmpty'>]>(
    `INSERT INTO users (id, email, username, password_hash, created_at, last_login_at, disabled_at, tokens_revoked_at)
     VALUES (:id, :email, :username, :passwordHash, :createdAt, :lastLoginAt, :disabledAt, :disabledAt)`,
  );
  const grant = db.prepare<[string, string]>(
    'INSERT INTO user_roles (user_id, role) VALUES (?, ?)',
  );
  const setHash = db.prepare<[string, string]>('UPDATE users SET password_hash = ? WHERE id = ?');
  const upgrade = db.prepare<[string, string, string]>(
    'UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?',
  );

  return {
    create({ roles, onlyIfEmpty = false, ...user }, input) {
      if (onlyIfEmpty && anyUser.get() !== undefined) return { kind: 'not-empty' };
      if (users.byEmail(user.email) !== null) return { kind: 'email-taken' };
      const unknown = roles.find((role) => roleExists.get(role) === undefined);
      if (unknown !== undefined) return { kind: 'unknown-role', role: unknown };
      const { id, username = null, disabledAt = null, lastLoginAt = null } = user;
      insert.run({ ...user, username, disabledAt, lastLoginAt });
      for (const role of new Set(roles)) grant.run(id, role);
      audit.record(clock.now(), input, { userId: id });
      return { kind: 'created', user: users.byId(id) as UserRow };
    },

    changePassword({ userId, expectedHash, newHash, session: wanted }, input) {
      const now = clock.now();
      const before = users.byId(userId);
      if (before === undefined) return { kind: 'not-found' };
      if (before.disabledAt !== null) return { kind: 'disabled' };
      if (expectedHash !== null && before.passwordHash !== expectedHash) {
        return { kind: 'conflict' };
      }
      const revoked = revoking.everything(userId, 'password_changed', now);
      setHash.run(newHash, userId);
      const session = wanted && opening.insert({ ...wanted, userId }, now);
      audit.record(now, input, { userId, sessionId: session?.id ?? null });
      const user = users.byId(userId) as UserRow;
      return {
        kind: 'changed',
        session,
        user,
        grants: grants.of(user),
        revokedSessions: revoked.length,
      };
    },

    upgradeHash(userId, expectedHash, newHash) {
      upgrade.run(newHash, userId, expectedHash);
    },
  };
}
