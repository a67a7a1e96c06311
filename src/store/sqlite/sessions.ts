import type { Database } from 'better-sqlite3';
import type { SessionRow, SessionState } from '../rows.js';
import { sessionColumns } from '../columns.js';
import { inOrder } from '../inOrder.js';
import { asSessionRow, rowOf, type SessionValues } from './rowValues.js';

export interface Sessions {
  state: (id: string) => SessionState | null;
  byId: (id: string) => SessionRow | undefined;
  byIds: (ids: readonly string[]) => (SessionRow | null)[];
  liveByUserIds: (userIds: readonly string[], now: number) => SessionRow[][];
}

type StateColumns = [
  id: string,
  userId: string,
  generation: number,
  parent: number,
  usedGeneration: number,
  expiresAt: number,
  revokedAt: number | null,
  userDisabledAt: number | null,
  userChangeNumber: number,
  roleTableVersion: number,
];

/** All that one request must know, in one look-up by primary key. */
const STATE_QUERY = `
  SELECT sessions.id, sessions.user_id, sessions.generation, sessions.parent, sessions.used_generation,
    sessions.expires_at, sessions.revoked_at, users.disabled_at, users.change_number, versions.role_table
  FROM sessions CROSS JOIN users ON users.id = sessions.user_id CROSS JOIN versions ON versions.one = 1
  WHERE sessions.id = ?`;

const LIVE_QUERY = `
  SELECT ${sessionColumns} FROM json_each(?) AS ids CROSS JOIN sessions ON sessions.user_id = ids.value
  WHERE sessions.revoked_at IS NULL AND sessions.expires_at > ?
  ORDER BY sessions.created_at DESC, sessions.id DESC`;

/** Reads of sessions. The lists are one statement however many ids, and come in the order of the ids. */
export function createSessions(db: Database): Sessions {
  const state = db.prepare<[string], StateColumns>(STATE_QUERY).raw();
  const byId = db
    .prepare<[string], SessionValues>(`SELECT ${sessionColumns} FROM sessions WHERE id = ?`)
    .raw();
  const byIds = db
    .prepare<[string], SessionValues>(
      `SELECT ${sessionColumns} FROM json_each(?) AS ids CROSS JOIN sessions ON sessions.id = ids.value`,
    )
    .raw();
  const live = db.prepare<[string, number], SessionValues>(LIVE_QUERY).raw();

  return {
    state(sessionId) {
      const row = state.get(sessionId);
      if (row === undefined) return null;
      const [id, userId, generation, parent, usedGeneration, expiresAt, revokedAt] = row;
      return {
        session: { id, userId, generation, parent, usedGeneration, expiresAt, revokedAt },
        userDisabledAt: row[7],
        userChangeNumber: row[8],
        roleTableVersion: row[9],
      };
    },
    byId: (id) => rowOf(byId.get(id), asSessionRow),
    byIds(ids) {
      const rows = byIds.all(JSON.stringify([...new Set(ids)])).map(asSessionRow);
      return inOrder(ids, rows);
    },
    liveByUserIds(userIds, now) {
      const found = new Map<string, SessionRow[]>(userIds.map((id) => [id, []]));
      for (const values of live.all(JSON.stringify([...found.keys()]), now)) {
        const session = asSessionRow(values);
        found.get(session.userId)?.push(session);
      }
      return userIds.map((id) => [...(found.get(id) ?? [])]);
    },
  };
}
