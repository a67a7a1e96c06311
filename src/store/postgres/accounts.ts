import type { AuditInput, GrantsRow, UserRow } from '../rows.js';
import type {
  ChangePassword,
  ChangePasswordOutcome,
  CreateUserOutcome,
  NewUser,
} from '../verbs.js';
import { record } from './audit.js';
import type { Engine } from './engine.js';
import { insertSession } from './openSession.js';
import { revokeEverything } from './revoke.js';
import { NOW, only, type Sql } from './sql.js';
import { lockUser, userByEmail, userById } from './users.js';

/** "first" in ASCII. Two nodes that start at once queue for it, and the second finds the first one's user. */
const FIRST_USER_LOCK = '438344250228';

const ROLES = 'SELECT name FROM roles WHERE name = ANY($1::text[])';
/** What was given to somebody who is disabled from the start has been taken back. */
const INSERT = `
  INSERT INTO users (id, email, username, password_hash, created_at, last_login_at, disabled_at, tokens_revoked_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
  ON CONFLICT (email) DO NOTHING RETURNING 1`;
const GRANT = `INSERT INTO user_roles (user_id, role) SELECT $1, unnest($2::text[])`;
const SET_HASH = 'UPDATE users SET password_hash = $1 WHERE id = $2';
const UPGRADE = 'UPDATE users SET password_hash = $1 WHERE id = $2 AND password_hash = $3';

/** The first of the roles that does not exist. */
export async function unknownRole(sql: Sql, roles: readonly string[]): Promise<string | undefined> {
  const known = new Set((await sql<{ name: string }>(ROLES, [roles])).map(({ name }) => name));
  return roles.find((role) => !known.has(role));
}

export const grantRoles = (sql: Sql, userId: string, roles: readonly string[]) =>
  sql(GRANT, [userId, roles]);

/** The time, where nothing has to be locked for it. */
export const timeOf = async (sql: Sql, at: number | null): Promise<number> =>
  only(await sql<{ now: number }>(`SELECT ${NOW} AS now`, [at])).now;

export const createCreateUser =
  ({ at }: Engine) =>
  ({ roles, onlyIfEmpty = false, ...user }: NewUser, input: AuditInput) =>
  async (sql: Sql): Promise<CreateUserOutcome> => {
    const { id, email, passwordHash, createdAt } = user;
    const { username = null, disabledAt = null, lastLoginAt = null } = user;
    if (onlyIfEmpty) {
      await sql('SELECT pg_advisory_xact_lock($1)', [FIRST_USER_LOCK]);
      if ((await sql('SELECT 1 FROM users LIMIT 1')).length > 0) return { kind: 'not-empty' };
    }
    if ((await userByEmail(sql, email)) !== null) return { kind: 'email-taken' };
    const unknown = await unknownRole(sql, roles);
    if (unknown !== undefined) return { kind: 'unknown-role', role: unknown };
    const made = await sql(INSERT, [
      id,
      email,
      username,
      passwordHash,
      createdAt,
      lastLoginAt,
      disabledAt,
    ]);
    if (made.length === 0) return { kind: 'email-taken' };
    if (roles.length > 0) await grantRoles(sql, id, [...new Set(roles)]);
    await record(sql, await timeOf(sql, at()), input, { userId: id });
    return { kind: 'created', user: (await userById(sql, id)) as UserRow };
  };

export const createChangePassword =
  ({ at, grants }: Engine) =>
  ({ userId, expectedHash, newHash, session: wanted }: ChangePassword, input: AuditInput) =>
  async (sql: Sql): Promise<ChangePasswordOutcome> => {
    const before = await lockUser(sql, at(), userId);
    if (before === undefined) return { kind: 'not-found' };
    if (before.disabledAt !== null) return { kind: 'disabled' };
    if (expectedHash !== null && before.passwordHash !== expectedHash) return { kind: 'conflict' };
    const { now } = before;
    const revoked = await revokeEverything(sql, userId, 'password_changed', now);
    await sql(SET_HASH, [newHash, userId]);
    const session = wanted && (await insertSession(sql, { ...wanted, userId }, now));
    await record(sql, now, input, { userId, sessionId: session?.id ?? null });
    const after = (await grants.of(sql, userId)) as { user: UserRow; grants: GrantsRow };
    return { kind: 'changed', session, ...after, revokedSessions: revoked.length };
  };

export const upgradeHash =
  (userId: string, expectedHash: string, newHash: string) =>
  async (sql: Sql): Promise<void> =>
    void (await sql(UPGRADE, [newHash, userId, expectedHash]));
