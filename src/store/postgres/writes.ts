import type { Reads, Store } from '../store.js';
import { createChangePassword, createCreateUser, timeOf, upgradeHash } from './accounts.js';
import {
  createDisableUser,
  createEnableUser,
  createSetUserRoles,
  createUserChanged,
} from './administration.js';
import { record } from './audit.js';
import type { Engine } from './engine.js';
import { createAddKey, createRetireKey, ensureKeys, sealKeys } from './keys.js';
import { createOpenSession } from './openSession.js';
import { prune } from './prune.js';
import { createRevokeSessions } from './revoke.js';
import { createUpsertRole } from './roles.js';
import { createRotate } from './rotate.js';
import type { Sql } from './sql.js';

export type Writes = Omit<
  Store,
  keyof Reads | 'markUsed' | 'close' | 'scopesByUserIds' | 'onSessionsChanged'
>;

/** Runs `work` in a transaction; answers after COMMIT. `marksFirst`: not before the first uses are written. */
export type Write = <T>(work: (sql: Sql) => Promise<T>, marksFirst?: boolean) => Promise<T>;

/** The writes, each one transaction. */
export function createWrites(engine: Engine, write: Write): Writes {
  const createUser = createCreateUser(engine);
  const openSession = createOpenSession(engine);
  const rotate = createRotate(engine);
  const revokeSessions = createRevokeSessions(engine);
  const changePassword = createChangePassword(engine);
  const setUserRoles = createSetUserRoles(engine);
  const disableUser = createDisableUser(engine);
  const enableUser = createEnableUser(engine);
  const userChanged = createUserChanged(engine);
  const upsertRole = createUpsertRole(engine);
  const addKey = createAddKey(engine);
  const retireKey = createRetireKey(engine);

  return {
    createUser: (user, event) => write(createUser(user, event)),
    openSession: (session, event) => write(openSession(session, event)),
    rotate: (input) => write(rotate(input), true),
    revokeSessions: (which, cause, event) => write(revokeSessions(which, cause, event)),
    changePassword: (change, event) => write(changePassword(change, event)),
    upgradePasswordHash: (userId, expectedHash, newHash) =>
      write(upgradeHash(userId, expectedHash, newHash)),
    setUserRoles: (change, event) => write(setUserRoles(change, event)),
    disableUser: (change, event) => write(disableUser(change, event)),
    enableUser: (change, event) => write(enableUser(change, event)),
    userChanged: (userId, event) => write(userChanged(userId, event)),
    upsertRole: (role, event) => write(upsertRole(role, event)),
    ensureKeys: (wanted, seen) => write(ensureKeys(wanted, seen)),
    addKey: (input, event) => write(addKey(input, event)),
    retireKey: (input, event) => write(retireKey(input, event)),
    sealKeys: (secrets, seen) => write(sealKeys(secrets, seen)),
    recordEvent: (event) =>
      write(async (sql) => record(sql, await timeOf(sql, engine.at()), event)),
    prune: (input) => write(prune(input)),
  };
}
