import type { SessionState, UserRow } from '../rows.js';
import type { Reads } from '../store.js';
import type { UsersPage, UsersQuery } from '../verbs.js';
import type { Engine } from './engine.js';
import { createMemory } from './hotRows.js';

type Remembered = 'sessionState' | 'usersByIds' | 'rolesByUserIds' | 'usersPage';

export interface HotReads extends Pick<Reads, Remembered> {
  /** `sessions` are about to be changed by this connection, or have been; null: anything may be. */
  changed: (sessions: readonly string[] | null) => void;
}

/** Rows of each kind: of 10,000 users and their sessions about 10 MB. */
const ROWS = { max: 10_000 };
/** Of a hundred rows each about 5 MB. */
const PAGES = { max: 100 };

/** What nearly every request asks for, from memory where nothing has changed. What is remembered comes out frozen. */
export function createHotReads({ db, sessions, users, pages, grants }: Engine): HotReads {
  const memory = createMemory(db);
  const states = memory.remember<SessionState>(ROWS);
  const userRows = memory.remember<UserRow>(ROWS);
  const roles = memory.remember<string[]>(ROWS);
  const userPages = memory.remember<UsersPage>(PAGES);
  const isOne = (ids: readonly string[]): ids is [string] => ids.length === 1;

  const readState = (id: string): SessionState | null => {
    const state = sessions.state(id);
    if (state !== null) Object.freeze(state.session);
    return state;
  };
  const readUser = (id: string) => users.byId(id) ?? null;
  const frozenPage = (query: UsersQuery): UsersPage => {
    const page = pages.page(query);
    Object.freeze(page.users).forEach(Object.freeze);
    return page;
  };

  return {
    sessionState: (id) => states.get(id, readState),
    usersByIds: (ids) =>
      isOne(ids) ? [userRows.get(ids[0], readUser)] : userRows.getAll(ids, users.byIds),
    rolesByUserIds: (ids) =>
      isOne(ids)
        ? [roles.get(ids[0], grants.rolesOf) as string[]]
        : roles.getAll(ids, grants.rolesByUserIds),
    usersPage(query) {
      const { first, last, after, before, search } = query;
      // Whoever searches may write anything, and each text once.
      if (search !== null) return pages.page(query);
      return userPages.get(JSON.stringify([first, last, after, before]), () =>
        frozenPage(query),
      ) as UsersPage;
    },
    changed(sessionIds) {
      if (sessionIds === null) memory.forgetAll();
      else sessionIds.forEach(states.forget);
    },
  };
}
