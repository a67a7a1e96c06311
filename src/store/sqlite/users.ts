import type { Database } from 'better-sqlite3';
import type { UserRow } from '../rows.js';
import { userColumns } from '../columns.js';

export interface Users {
  byId: (id: string) => UserRow | undefined;
  byIds: (ids: readonly string[]) => (UserRow | null)[];
  byEmail: (email: string) => UserRow | null;
  byUsername: (username: string) => UserRow | null;
  knownAddress: (userId: string, address: string, since: number) => boolean;
}

/** Reads of users. The list is one statement however many ids, and comes in the order of the ids. */
export function createUsers(db: Database): Users {
  const byId = db.prepare<[string], UserRow>(`SELECT ${userColumns} FROM users WHERE id = ?`);
  // CROSS JOIN keeps the order of the loops: the ids outside, a primary-key look-up inside.
  const byIds = db.prepare<[string], UserRow>(
    `SELECT ${userColumns} FROM json_each(?) AS ids CROSS JOIN users ON users.id = ids.value`,
  );
  const byEmail = db.prepare<[string], UserRow>(`SELECT ${userColumns} FROM users WHERE email = ?`);
  const byUsername = db.prepare<[string], UserRow>(
    `SELECT ${userColumns} FROM users WHERE username = ?`,
  );
  const known = db
    .prepare<[string, string, number], number>(
      `SELECT 1 FROM known_addresses WHERE user_id = ? AND address = ? AND last_seen_at >= ?`,
    )
    .pluck();

  return {
    byId: (id) => byId.get(id),
    byIds(ids) {
      const found = new Map(
        byIds.all(JSON.stringify([...new Set(ids)])).map((user) => [user.id, user]),
      );
      return ids.map((id) => found.get(id) ?? null);
    },
    byEmail: (email) => byEmail.get(email) ?? null,
    byUsername: (username) => byUsername.get(username) ?? null,
    knownAddress: (userId, address, since) => known.get(userId, address, since) !== undefined,
  };
}
