import type { Reads } from '../store.js';
import type { Engine } from './engine.js';
import { createMemory } from './hotRows.js';

export interface HotReads extends Pick<Reads, 'sessionState' | 'usersByIds' | 'rolesByUserIds'> {
  /** `sessions` are about to be changed by this connection, or have been; null: anything may be. */
  changed: (sessions: readonly string[] | null) => void;
}

/** What nearly every request asks for, from memory where nothing has changed. What is remembered comes out frozen. */
export function createHotReads({ db, sessions, users, grants }: Engine): HotReads {
  const memory = createMemory(db);
  const states = memory.remember((id) => {
    const state = sessions.state(id);
    if (state !== null) Object.freeze(Object.freeze(state).session);
    return state;
  });
  const userRows = memory.remember((id) => Object.freeze(users.byId(id) ?? null));
  const roles = memory.remember((id) => Object.freeze(grants.rolesOf(id)) as string[]);
  const isOne = (ids: readonly string[]): ids is [string] => ids.length === 1;

  return {
    sessionState: states.get,
    usersByIds: (ids) => (isOne(ids) ? [userRows.get(ids[0])] : users.byIds(ids)),
    rolesByUserIds: (ids) =>
      isOne(ids) ? [roles.get(ids[0]) as string[]] : grants.rolesByUserIds(ids),
    changed(sessionIds) {
      if (sessionIds === null) memory.forgetAll();
      else sessionIds.forEach(states.forget);
    },
  };
}
