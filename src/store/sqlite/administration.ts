import { ADMIN_ROLE, type AuditInput, type UserRow } from '../rows.js';
import type { ChangeUser, GrantOutcome, SetUserRoles } from '../verbs.js';
import type { Engine } from './engine.js';
import type { Revoking } from './revoke.js';

export interface Administration {
  setRoles: (input: SetUserRoles, audit: AuditInput) => GrantOutcome;
  disable: (input: ChangeUser, audit: AuditInput) => GrantOutcome;
  enable: (input: ChangeUser, audit: AuditInput) => GrantOutcome;
  changed: (userId: string, audit: AuditInput) => UserRow | null;
}

/** What administrators do to users. The last enabled one stays: behind the write lock nobody races that. */
export function createAdministration(engine: Engine, revoking: Revoking): Administration {
  const { db, clock, audit, users } = engine;
  const isLastAdmin = createLastAdmin(engine);
  const changeRoles = createChangeRoles(engine);
  const roleExists = db.prepare<[string]>('SELECT 1 FROM roles WHERE name = ?');
  const setDisabled = db.prepare<[number | null, string]>(
    'UPDATE users SET disabled_at = ? WHERE id = ?',
  );
  const bump = createBump(engine);
  const done = (now: number, userId: string, input: AuditInput, revoked = 0): GrantOutcome => {
    audit.record(now, input, { userId });
    return { kind: 'done', user: users.byId(userId) as UserRow, revokedSessions: revoked };
  };

  return {
    setRoles(input, auditInput) {
      const user = find(engine, input);
      if ('kind' in user) return user;
      const unknown = input.roles.find((role) => roleExists.get(role) === undefined);
      if (unknown !== undefined) return { kind: 'unknown-role', role: unknown };
      if (!input.roles.includes(ADMIN_ROLE) && isLastAdmin(user)) return { kind: 'last-admin' };
      changeRoles(user.id, new Set(input.roles));
      return done(clock.now(), user.id, auditInput);
    },

    disable(input, auditInput) {
      const user = find(engine, input);
      if ('kind' in user) return user;
      if (isLastAdmin(user)) return { kind: 'last-admin' };
      const now = clock.now();
      setDisabled.run(user.disabledAt ?? now, user.id);
      const revoked = revoking.everything(user.id, 'user_disabled', now);
      return done(now, user.id, auditInput, revoked.length);
    },

    enable(input, auditInput) {
      const user = find(engine, input);
      if ('kind' in user) return user;
      setDisabled.run(null, user.id);
      return done(clock.now(), user.id, auditInput);
    },

    changed(userId, auditInput) {
      if (bump.run(userId).changes === 0) return null;
      audit.record(clock.now(), auditInput, { userId });
      return users.byId(userId) as UserRow;
    },
  };
}

function find(
  { users }: Engine,
  { userId, expectedChangeNumber }: ChangeUser,
): UserRow | Extract<GrantOutcome, { kind: 'not-found' | 'conflict' }> {
  const user = users.byId(userId);
  if (user === undefined) return { kind: 'not-found' };
  const isStale = expectedChangeNumber !== null && user.changeNumber !== expectedChangeNumber;
  return isStale ? { kind: 'conflict' } : user;
}

function createLastAdmin({ db, grants }: Engine): (user: UserRow) => boolean {
  const other = db.prepare<[string, string]>(
    `SELECT 1 FROM user_roles CROSS JOIN users ON users.id = user_roles.user_id
     WHERE user_roles.role = ? AND users.id <> ? AND users.disabled_at IS NULL LIMIT 1`,
  );
  return (user) =>
    user.disabledAt === null &&
    grants.rolesOf(user.id).includes(ADMIN_ROLE) &&
    other.get(ADMIN_ROLE, user.id) === undefined;
}

const createBump = ({ db }: Engine) =>
  db.prepare<[string]>('UPDATE users SET change_number = change_number + 1 WHERE id = ?');

/** Tokens of the user go stale only where the set of roles is another one. */
function createChangeRoles(engine: Engine) {
  const { db, grants } = engine;
  const revoke = db.prepare<[string, string]>(
    'DELETE FROM user_roles WHERE user_id = ? AND role = ?',
  );
  const grant = db.prepare<[string, string]>(
    'INSERT INTO user_roles (user_id, role) VALUES (?, ?)',
  );
  const bump = createBump(engine);
  return (userId: string, after: ReadonlySet<string>): void => {
    const before = grants.rolesOf(userId);
    const lost = before.filter((role) => !after.has(role));
    const won = [...after].filter((role) => !before.includes(role));
    for (const role of lost) revoke.run(userId, role);
    for (const role of won) grant.run(userId, role);
    if (lost.length + won.length > 0) bump.run(userId);
  };
}
