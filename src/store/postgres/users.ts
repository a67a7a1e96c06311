import { userColumns } from '../columns.js';
import { inOrder } from '../inOrder.js';
import type { UserRow } from '../rows.js';
import { NOW, type Sql } from './sql.js';

const BY_IDS = `SELECT ${userColumns} FROM users WHERE id = ANY($1::text[])`;
const BY_EMAIL = `SELECT ${userColumns} FROM users WHERE email = $1`;
const BY_USERNAME = `SELECT ${userColumns} FROM users WHERE username = $1`;
const KNOWN = `SELECT 1 FROM known_addresses WHERE user_id = $1 AND address = $2 AND last_seen_at >= $3`;

/** The clock is read outside, when the row is locked. Rows that refer to this one may be added meanwhile. */
const LOCK = `
  WITH locked AS MATERIALIZED (SELECT * FROM users WHERE id = $2 FOR NO KEY UPDATE)
  SELECT ${userColumns}, ${NOW} AS now FROM locked AS users`;

export type LockedUser = UserRow & { now: number };

/** In the order of the ids. */
export async function usersByIds(sql: Sql, ids: readonly string[]): Promise<(UserRow | null)[]> {
  const rows = await sql<UserRow>(BY_IDS, [[...new Set(ids)]]);
  return inOrder(ids, rows);
}

export const userById = async (sql: Sql, id: string): Promise<UserRow | null> =>
  (await usersByIds(sql, [id]))[0] ?? null;

export const userByEmail = async (sql: Sql, email: string): Promise<UserRow | null> =>
  (await sql<UserRow>(BY_EMAIL, [email]))[0] ?? null;

export const userByUsername = async (sql: Sql, username: string): Promise<UserRow | null> =>
  (await sql<UserRow>(BY_USERNAME, [username]))[0] ?? null;

/** The user whom nobody else changes until the end of this transaction, and the time from then on. */
export const lockUser = async (
  sql: Sql,
  at: number | null,
  id: string,
): Promise<LockedUser | undefined> => (await sql<LockedUser>(LOCK, [at, id]))[0];

export const knownAddress = async (
  sql: Sql,
  userId: string,
  address: string,
  since: number,
): Promise<boolean> => (await sql(KNOWN, [userId, address, since])).length > 0;

/** The row without what it was locked with. */
export const userOf = ({ now: _, ...user }: LockedUser): UserRow => user;
