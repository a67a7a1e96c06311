import type { Database } from 'better-sqlite3';
import type { UserRow } from '../rows.js';
import { userColumns } from '../columns.js';
import { inOrder } from '../inOrder.js';
import { asUserRow, rowOf, type UserValues } from './rowValues.js';

export interface Users {
  byId: (id: string) => UserRow | undefined;
  byIds: (ids: readonly string[]) => (UserRow | null)[];
  byEmail: (email: string) => UserRow | null;
  byUsername: (username: string) => UserRow | null;
  knownAddress: (userId: string, address: string, since: number) => boolean;
}

/** Reads of users. The list is one statement however many ids, and comes in the order of the ids. */
export function createUsers(db: Database): Users {
  const where = (column: string) =>
    db.prepare<[string], UserValues>(`SELECT ${userColumns} FROM users WHERE ${column} = ?`).raw();
  const byId = where('id');
  const byEmail = where('email');
  const byUsername = where('username');
  // CROSS JOIN keeps the order of the loops: the ids outside, a primary-key look-up inside.
  const byIds = db
    .prepare<[string], UserValues>(
      `SELECT ${userColumns} FROM json_each(?) AS ids CROSS JOIN users ON users.id = ids.value`,
    )
    .raw();
  const known = db
    .prepare<[string, string, number], number>(
      `SELECT 1 FROM known_addresses WHERE user_id = ? AND address = ? AND last_seen_at >= ?`,
    )
    .pluck();

  return {
    byId: (id) => rowOf(byId.get(id), asUserRow),
    byIds(ids) {
      const rows = byIds.all(JSON.stringify([...new Set(ids)])).map(asUserRow);
      return inOrder(ids, rows);
    },
    byEmail: (email) => rowOf(byEmail.get(email), asUserRow) ?? null,
    byUsername: (username) => rowOf(byUsername.get(username), asUserRow) ?? null,
    knownAddress: (userId, address, since) => known.get(userId, address, since) !== undefined,
  };
}
