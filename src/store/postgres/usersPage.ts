import { userColumns } from '../columns.js';
import type { UserCursor, UserRow } from '../rows.js';
import type { UsersPage, UsersQuery } from '../verbs.js';
import { only, type Sql } from './sql.js';

type Comparison = '>' | '<' | '>=' | '<=';
type Bound = readonly [Comparison, UserCursor];

/** The part is no pattern: what means something to LIKE is escaped. */
const SEARCH = `lower(email) LIKE $1`;
const patternOf = (search: string): string =>
  `%${search.toLowerCase().replace(/[\\%_]/g, (character) => `\\${character}`)}%`;

const COUNT = 'SELECT count(*) AS count FROM users';

export async function countUsers(sql: Sql, search: string | null): Promise<number> {
  const rows =
    search === null
      ? await sql<{ count: number }>(COUNT)
      : await sql<{ count: number }>(`${COUNT} WHERE ${SEARCH}`, [patternOf(search)]);
  return only(rows).count;
}

/** Pages by key, never by offset: users who sign up meanwhile shift nothing. */
export async function usersPage(sql: Sql, query: UsersQuery): Promise<UsersPage> {
  const { first, last, after, before, search } = query;
  const limit = first ?? last;
  if (limit === null || (first !== null && last !== null)) {
    throw new TypeError('usersPage takes exactly one of first and last; set the other to null.');
  }
  const bounds: Bound[] = [];
  if (after !== null) bounds.push(['>', after]);
  if (before !== null) bounds.push(['<', before]);
  const rows = await select(sql, bounds, search, first === null ? 'DESC' : 'ASC', limit + 1);
  const more = rows.length > limit;
  const users = rows.slice(0, limit);
  if (first === null) users.reverse();
  const [start, end] = [users[0], users.at(-1)];
  const exists = async (...bound: Bound): Promise<boolean> =>
    (await select(sql, [bound], search, 'ASC', 1)).length > 0;
  return {
    users,
    hasNextPage:
      (first !== null && more) ||
      (before !== null && (await (end ? exists('>', end) : exists('>=', before)))),
    hasPreviousPage:
      (last !== null && more) ||
      (after !== null && (await (start ? exists('<', start) : exists('<=', after)))),
  };
}

function select(
  sql: Sql,
  bounds: readonly Bound[],
  search: string | null,
  order: 'ASC' | 'DESC',
  limit: number,
): Promise<UserRow[]> {
  const values: unknown[] = search === null ? [] : [patternOf(search)];
  const place = (value: unknown): string => `$${values.push(value)}`;
  const conditions = bounds.map(
    ([comparison, { createdAt, id }]) =>
      `(created_at, id) ${comparison} (${place(createdAt)}, ${place(id)})`,
  );
  if (search !== null) conditions.push(SEARCH);
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  return sql<UserRow>(
    `SELECT ${userColumns} FROM users ${where}
     ORDER BY created_at ${order}, users.id ${order} LIMIT ${place(limit)}`,
    values,
  );
}
