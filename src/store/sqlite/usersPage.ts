import type { Database } from 'better-sqlite3';
import type { UserCursor, UserRow } from '../rows.js';
import type { UsersPage, UsersQuery } from '../verbs.js';
import { userColumns } from '../columns.js';
import { preparedOnce } from './prepared.js';
import { asUserRow, type UserValues } from './rowValues.js';

export interface UserPages {
  page: (query: UsersQuery) => UsersPage;
  count: (search: string | null) => number;
}

type Comparison = '>' | '<' | '>=' | '<=';
type Bound = readonly [Comparison, UserCursor];

/** Pages by key, never by offset: users who sign up meanwhile shift nothing. */
export function createUserPages(db: Database): UserPages {
  const countAll = db.prepare<[], number>('SELECT count(*) FROM users').pluck();
  const countFound = db
    .prepare<[string], number>('SELECT count(*) FROM users WHERE instr(lower(email), ?) > 0')
    .pluck();
  const prepare = preparedOnce(db);

  const select = (
    bounds: readonly Bound[],
    search: string | null,
    order: 'ASC' | 'DESC',
    limit: number,
  ): UserRow[] => {
    const conditions = bounds.map(([comparison]) => `(created_at, id) ${comparison} (?, ?)`);
    const values: unknown[] = bounds.flatMap(([, { createdAt, id }]) => [createdAt, id]);
    if (search !== null) {
      conditions.push('instr(lower(email), ?) > 0');
      values.push(search.toLowerCase());
    }
    const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    return prepare<UserValues>(
      `SELECT ${userColumns} FROM users ${where} ORDER BY created_at ${order}, id ${order} LIMIT ?`,
    )
      .raw()
      .all(...values, limit)
      .map(asUserRow);
  };

  return {
    page({ first, last, after, before, search }) {
      const limit = first ?? last;
      if (limit === null || (first !== null && last !== null)) {
        throw new TypeError(
          'usersPage takes exactly one of first and last; set the other to null.',
        );
      }
      const bounds: Bound[] = [];
      if (after !== null) bounds.push(['>', after]);
      if (before !== null) bounds.push(['<', before]);
      const rows = select(bounds, search, first === null ? 'DESC' : 'ASC', limit + 1);
      const more = rows.length > limit;
      const users = rows.slice(0, limit);
      if (first === null) users.reverse();
      const [start, end] = [users[0], users.at(-1)];
      const exists = (...bound: Bound): boolean => select([bound], search, 'ASC', 1).length > 0;
      return {
        users,
        hasNextPage:
          (first !== null && more) ||
          (before !== null && (end ? exists('>', end) : exists('>=', before))),
        hasPreviousPage:
          (last !== null && more) ||
          (after !== null && (start ? exists('<', start) : exists('<=', after))),
      };
    },
    count: (search) =>
      (search === null ? countAll.get() : countFound.get(search.toLowerCase())) as number,
  };
}
