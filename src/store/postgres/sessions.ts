import { sessionColumns } from '../columns.js';
import { inOrder } from '../inOrder.js';
import type { SessionRow, SessionState } from '../rows.js';
import { NOW, type Sql } from './sql.js';

const BY_IDS = `SELECT ${sessionColumns} FROM sessions WHERE id = ANY($1::text[])`;

const LIVE = `
  SELECT ${sessionColumns} FROM sessions
  WHERE user_id = ANY($2::text[]) AND revoked_at IS NULL AND expires_at > ${NOW}
  ORDER BY created_at DESC, sessions.id DESC`;

/** All that requests must know of their sessions, however many requests. */
const STATES = `
  SELECT sessions.id, sessions.user_id AS "userId", generation, parent,
    used_generation AS "usedGeneration", expires_at AS "expiresAt", revoked_at AS "revokedAt",
    users.disabled_at AS "userDisabledAt", users.change_number AS "userChangeNumber",
    versions.role_table AS "roleTableVersion"
  FROM sessions JOIN users ON users.id = sessions.user_id CROSS JOIN versions
  WHERE sessions.id = ANY($1::text[])`;

/** The clock is read outside, when the row is locked. */
const LOCK = `
  WITH locked AS MATERIALIZED (SELECT * FROM sessions WHERE id = $2 FOR NO KEY UPDATE)
  SELECT ${sessionColumns}, ${NOW} AS now FROM locked AS sessions`;

export type LockedSession = SessionRow & { now: number };

type StateColumns = SessionState['session'] & Omit<SessionState, 'session'>;

/** In the order of the ids. */
export async function sessionsByIds(
  sql: Sql,
  ids: readonly string[],
): Promise<(SessionRow | null)[]> {
  const rows = await sql<SessionRow>(BY_IDS, [[...new Set(ids)]]);
  return inOrder(ids, rows);
}

/** Newest first, in the order of the users. */
export async function liveSessionsByUserIds(
  sql: Sql,
  at: number | null,
  userIds: readonly string[],
): Promise<SessionRow[][]> {
  const found = new Map<string, SessionRow[]>(userIds.map((id) => [id, []]));
  for (const session of await sql<SessionRow>(LIVE, [at, [...found.keys()]])) {
    found.get(session.userId)?.push(session);
  }
  return userIds.map((id) => [...(found.get(id) ?? [])]);
}

export async function sessionStates(
  sql: Sql,
  ids: readonly string[],
): Promise<Map<string, SessionState>> {
  const rows = await sql<StateColumns>(STATES, [ids]);
  return new Map(
    rows.map(({ userDisabledAt, userChangeNumber, roleTableVersion, ...session }) => [
      session.id,
      { session, userDisabledAt, userChangeNumber, roleTableVersion },
    ]),
  );
}

/** The session that nobody else changes until the end of this transaction, and the time from then on. */
export const lockSession = async (
  sql: Sql,
  at: number | null,
  id: string,
): Promise<LockedSession | undefined> => (await sql<LockedSession>(LOCK, [at, id]))[0];
