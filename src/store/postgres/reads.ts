import { StoreUnavailableError, type Reads } from '../store.js';
import { readEvents } from './audit.js';
import type { Engine } from './engine.js';
import { rolesByUserIds } from './grants.js';
import { readKeys } from './keys.js';
import { liveSessionsByUserIds, sessionsByIds, sessionStates } from './sessions.js';
import type { Sql } from './sql.js';
import { createStateBatch } from './stateBatch.js';
import { knownAddress, userByEmail, userByUsername, usersByIds } from './users.js';
import { countUsers, usersPage } from './usersPage.js';

/** The reads, each one statement on its own connection. */
export function createReads(sql: Sql, engine: Engine, isClosed: () => boolean): Reads {
  const batched = createStateBatch((ids) => sessionStates(sql, ids));

  const read =
    <A extends unknown[], R>(query: (...args: A) => Promise<R>) =>
    (...args: A): Promise<R> =>
      isClosed()
        ? Promise.reject(new StoreUnavailableError('The store is closed.'))
        : query(...args);

  return {
    sessionState: read(batched),
    usersByIds: read((ids) => usersByIds(sql, ids)),
    sessionsByIds: read((ids) => sessionsByIds(sql, ids)),
    liveSessionsByUserIds: read((ids) => liveSessionsByUserIds(sql, engine.at(), ids)),
    userByEmail: read((email) => userByEmail(sql, email)),
    userByUsername: read((username) => userByUsername(sql, username)),
    rolesByUserIds: read((ids) => rolesByUserIds(sql, ids)),
    roleTable: read(() => engine.grants.roleTable(sql)),
    usersPage: read((query) => usersPage(sql, query)),
    countUsers: read((search) => countUsers(sql, search)),
    knownAddress: read((userId, address, since) => knownAddress(sql, userId, address, since)),
    keys: read(() => readKeys(sql)),
    auditEvents: read((query) => readEvents(sql, query)),
    ping: read(async () => void (await sql('SELECT 1 FROM versions'))),
  };
}
