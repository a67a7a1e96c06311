import { ADMIN_ROLE, type AuditInput, type UserRow } from '../rows.js';
import type { ChangeUser, GrantOutcome, SetUserRoles } from '../verbs.js';
import { grantRoles, timeOf, unknownRole } from './accounts.js';
import { record } from './audit.js';
import { announce, type Engine } from './engine.js';
import { rolesByUserIds } from './grants.js';
import { revokeEverything } from './revoke.js';
import type { Sql } from './sql.js';
import { lockUser, userById, type LockedUser } from './users.js';

/** Whoever may take away an administrator holds it, so that two cannot take away the last two. */
const LOCK_ADMINS = `SELECT 1 FROM roles WHERE name = '${ADMIN_ROLE}' FOR NO KEY UPDATE`;
const OTHER_ADMIN = `
  SELECT 1 FROM user_roles JOIN users ON users.id = user_roles.user_id
  WHERE user_roles.role = $1 AND users.id <> $2 AND users.disabled_at IS NULL LIMIT 1`;
const SET_DISABLED = 'UPDATE users SET disabled_at = $1 WHERE id = $2';
const BUMP = 'UPDATE users SET change_number = change_number + 1 WHERE id = $1 RETURNING 1';
const REVOKE_ROLES = 'DELETE FROM user_roles WHERE user_id = $1 AND role = ANY($2::text[])';

type Refused = Extract<GrantOutcome, { kind: 'not-found' | 'conflict' }>;

export const createSetUserRoles =
  ({ at }: Engine) =>
  (input: SetUserRoles, audit: AuditInput) =>
  async (sql: Sql): Promise<GrantOutcome> => {
    const keepsAdmin = input.roles.includes(ADMIN_ROLE);
    if (!keepsAdmin) await sql(LOCK_ADMINS);
    const user = await find(sql, at(), input);
    if ('kind' in user) return user;
    const unknown = await unknownRole(sql, input.roles);
    if (unknown !== undefined) return { kind: 'unknown-role', role: unknown };
    if (!keepsAdmin && (await isLastAdmin(sql, user))) return { kind: 'last-admin' };
    await changeRoles(sql, user.id, new Set(input.roles));
    return done(sql, user, audit);
  };

export const createDisableUser =
  ({ at }: Engine) =>
  (input: ChangeUser, audit: AuditInput) =>
  async (sql: Sql): Promise<GrantOutcome> => {
    await sql(LOCK_ADMINS);
    const user = await find(sql, at(), input);
    if ('kind' in user) return user;
    if (await isLastAdmin(sql, user)) return { kind: 'last-admin' };
    await sql(SET_DISABLED, [user.disabledAt ?? user.now, user.id]);
    const revoked = await revokeEverything(sql, user.id, 'user_disabled', user.now);
    return done(sql, user, audit, revoked.length);
  };

export const createEnableUser =
  ({ at }: Engine) =>
  (input: ChangeUser, audit: AuditInput) =>
  async (sql: Sql): Promise<GrantOutcome> => {
    const user = await find(sql, at(), input);
    if ('kind' in user) return user;
    await sql(SET_DISABLED, [null, user.id]);
    return done(sql, user, audit);
  };

export const createUserChanged =
  ({ at }: Engine) =>
  (userId: string, audit: AuditInput) =>
  async (sql: Sql): Promise<UserRow | null> => {
    if ((await sql(BUMP, [userId])).length === 0) return null;
    await announce(sql, { user: userId });
    await record(sql, await timeOf(sql, at()), audit, { userId });
    return userById(sql, userId);
  };

async function done(
  sql: Sql,
  { id: userId, now }: LockedUser,
  audit: AuditInput,
  revokedSessions = 0,
): Promise<GrantOutcome> {
  await announce(sql, { user: userId });
  await record(sql, now, audit, { userId });
  return { kind: 'done', user: (await userById(sql, userId)) as UserRow, revokedSessions };
}

async function find(
  sql: Sql,
  at: number | null,
  { userId, expectedChangeNumber }: ChangeUser,
): Promise<LockedUser | Refused> {
  const user = await lockUser(sql, at, userId);
  if (user === undefined) return { kind: 'not-found' };
  const isStale = expectedChangeNumber !== null && user.changeNumber !== expectedChangeNumber;
  return isStale ? { kind: 'conflict' } : user;
}

const rolesOf = async (sql: Sql, userId: string): Promise<string[]> =>
  (await rolesByUserIds(sql, [userId]))[0] ?? [];

const isLastAdmin = async (sql: Sql, user: UserRow): Promise<boolean> =>
  user.disabledAt === null &&
  (await rolesOf(sql, user.id)).includes(ADMIN_ROLE) &&
  (await sql(OTHER_ADMIN, [ADMIN_ROLE, user.id])).length === 0;

/** Tokens of the user go stale only where the set of roles is another one. */
async function changeRoles(sql: Sql, userId: string, after: ReadonlySet<string>): Promise<void> {
  const before = await rolesOf(sql, userId);
  const lost = before.filter((role) => !after.has(role));
  const won = [...after].filter((role) => !before.includes(role));
  if (lost.length > 0) await sql(REVOKE_ROLES, [userId, lost]);
  if (won.length > 0) await grantRoles(sql, userId, won);
  if (lost.length + won.length > 0) await sql(BUMP, [userId]);
}
