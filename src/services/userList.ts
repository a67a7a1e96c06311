import { ok, refuse, type MaybePromise, type Outcome } from '../outcome.js';
import type { Store, UserCursor, UserRow, UsersPage } from '../store/store.js';
import { normalizeEmail } from './email.js';

/** The arguments of a Relay connection, as GraphQL gives them. */
export interface UserListArguments {
  first?: number | null;
  after?: string | null;
  last?: number | null;
  before?: string | null;
  search?: string | null;
}

/** One page of users; the total is counted only where it is asked for. */
export interface UserList {
  page: UsersPage;
  totalCount(): MaybePromise<number>;
}

const DEFAULT_PAGE_SIZE = 20;
const MAX_PAGE_SIZE = 100;

export type ListUsers = (args: UserListArguments) => Promise<Outcome<UserList>>;

/** Users in the order in which they signed up: whoever signs up meanwhile comes last and shifts nothing. */
export function createListUsers(store: Store): ListUsers {
  return async ({ first = null, last = null, after, before, search }) => {
    const wrong = sizeProblem(first, last);
    if (wrong !== null) return wrong;
    const start = readCursor(after);
    if (start === undefined) return badCursor('after');
    const end = readCursor(before);
    if (end === undefined) return badCursor('before');
    const wanted = searchOf(search);
    const page = await store.usersPage({
      first: last === null ? (first ?? DEFAULT_PAGE_SIZE) : null,
      last,
      after: start,
      before: end,
      search: wanted,
    });
    return ok({ page, totalCount: () => store.countUsers(wanted) });
  };
}

/** As emails are kept; null where nothing is searched for. */
export const searchOf = (text: string | null | undefined): string | null =>
  normalizeEmail(text ?? '') || null;

/** Opaque to clients (Relay cursor connections, §4.1). */
export const cursorOf = (user: UserRow): string =>
  Buffer.from(`${user.createdAt}.${user.id}`).toString('base64url');

/** Undefined where the text is no cursor of ours. */
function readCursor(cursor: string | null | undefined): UserCursor | null | undefined {
  if (cursor === null || cursor === undefined) return null;
  const match = /^(-?\d{1,15})\.(.{1,255})$/s.exec(Buffer.from(cursor, 'base64url').toString());
  if (match === null) return undefined;
  return { createdAt: Number(match[1]), id: match[2] as string };
}

function sizeProblem(first: number | null, last: number | null) {
  if (first !== null && last !== null) {
    return refuse('BAD_USER_INPUT', { field: 'last' }, 'Give first or last, not both.');
  }
  const [field, size] = last === null ? ['first', first] : ['last', last];
  if (size === null || (size >= 0 && size <= MAX_PAGE_SIZE)) return null;
  return refuse('BAD_USER_INPUT', { field }, `${field} is from 0 to ${MAX_PAGE_SIZE}.`);
}

const badCursor = (field: string) =>
  refuse('BAD_USER_INPUT', { field }, `${field} is not a cursor that this server gave.`);
