import type { Reads } from '../store.js';
import type { Engine } from './engine.js';
import { asStoreFailure } from './failure.js';
import type { FileGuard } from './fileGuard.js';
import type { HotReads } from './hotReads.js';
import { createKeys } from './keys.js';

/** The reads: synchronous, and refused where the file is no longer the one that was opened. */
export function createReads(engine: Engine, hot: HotReads, guard: FileGuard): Reads {
  const { db, clock, audit, users, pages, sessions, grants } = engine;
  const keys = createKeys(engine);
  const versions = db.prepare('SELECT role_table FROM versions');

  const read =
    <A extends unknown[], R>(query: (...args: A) => R) =>
    (...args: A): R => {
      try {
        guard.assert();
        return query(...args);
      } catch (error) {
        throw asStoreFailure(error);
      }
    };

  return {
    sessionState: read(hot.sessionState),
    usersByIds: read(hot.usersByIds),
    sessionsByIds: read(sessions.byIds),
    liveSessionsByUserIds: read((userIds) => sessions.liveByUserIds(userIds, clock.now())),
    userByEmail: read(users.byEmail),
    userByUsername: read(users.byUsername),
    rolesByUserIds: read(hot.rolesByUserIds),
    roleTable: read(grants.roleTable),
    usersPage: read(hot.usersPage),
    countUsers: read(pages.count),
    knownAddress: read(users.knownAddress),
    keys: read(keys.all),
    auditEvents: read(audit.events),
    ping: read(() => {
      guard.check();
      versions.get();
    }),
  };
}
