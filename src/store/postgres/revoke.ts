import type { AuditInput, RevokeCause } from '../rows.js';
import type { WhichSessions } from '../verbs.js';
import { record } from './audit.js';
import { announce, type Engine } from './engine.js';
import { NOW, type Sql } from './sql.js';
import { lockUser } from './users.js';

interface Ended {
  id: string;
  userId: string;
  live: boolean;
}

/** Always in the same order, so that two who lock the same sessions never wait for each other. */
const UPDATE = (which: string): string => `
  WITH ended AS MATERIALIZED (
    SELECT id FROM sessions WHERE ${which} AND revoked_at IS NULL ORDER BY id FOR NO KEY UPDATE)
  UPDATE sessions SET revoked_at = $1, revoked_cause = $2 WHERE id IN (SELECT id FROM ended)
  RETURNING id, user_id AS "userId", expires_at > $1 AS live`;

const BY_ID = UPDATE('id = $3 AND ($4::text IS NULL OR user_id = $4)');
const BY_USER = UPDATE('user_id = $3 AND id IS DISTINCT FROM $4');
const TAKE_BACK = 'UPDATE users SET tokens_revoked_at = $1 WHERE id = $2';
/** Locks the session where it is still live; so the time is that of the lock. */
const LOCK_ONE = `
  WITH locked AS MATERIALIZED (
    SELECT id FROM sessions WHERE id = $2 AND revoked_at IS NULL FOR NO KEY UPDATE)
  SELECT ${NOW} AS now FROM locked`;

const live = (ended: readonly Ended[]): string[] =>
  ended.filter((session) => session.live).map((session) => session.id);

/**
 * Ends every session of a locked user, and refuses his other tokens. Answers the ids of those that were live.
 * One that has run out already is marked too, but not counted.
 */
export async function revokeEverything(
  sql: Sql,
  userId: string,
  cause: RevokeCause,
  now: number,
): Promise<string[]> {
  await sql(TAKE_BACK, [now, userId]);
  const ended = await sql<Ended>(BY_USER, [now, cause, userId, null]);
  await announce(sql, { user: userId });
  return live(ended);
}

export const createRevokeSessions =
  ({ at }: Engine) =>
  (which: WhichSessions, cause: RevokeCause, input: AuditInput) =>
  (sql: Sql): Promise<string[]> =>
    which.by === 'id'
      ? revokeOne(sql, at(), which, cause, input)
      : revokeOfUser(sql, at(), which, cause, input);

async function revokeOne(
  sql: Sql,
  at: number | null,
  { id, userId = undefined }: Extract<WhichSessions, { by: 'id' }>,
  cause: RevokeCause,
  input: AuditInput,
): Promise<string[]> {
  const [locked] = await sql<{ now: number }>(LOCK_ONE, [at, id]);
  if (locked === undefined) return [];
  const { now } = locked;
  const ended = await sql<Ended>(BY_ID, [now, cause, id, userId ?? null]);
  if (ended[0] !== undefined) await announce(sql, { user: ended[0].userId });
  const ids = live(ended);
  if (ids.length > 0) await record(sql, now, input, { userId: ended[0]?.userId, sessionId: id });
  return ids;
}

async function revokeOfUser(
  sql: Sql,
  at: number | null,
  { userId, except }: Extract<WhichSessions, { by: 'user' }>,
  cause: RevokeCause,
  input: AuditInput,
): Promise<string[]> {
  // The lock that a login takes: no session opens while the others end.
  const user = await lockUser(sql, at, userId);
  if (user === undefined) return [];
  const { now } = user;
  if (except === undefined) {
    const ids = await revokeEverything(sql, userId, cause, now);
    await record(sql, now, input, { userId });
    return ids;
  }
  const ended = await sql<Ended>(BY_USER, [now, cause, userId, except]);
  await announce(sql, { user: userId });
  const ids = live(ended);
  if (ids.length > 0) await record(sql, now, input, { userId });
  return ids;
}
