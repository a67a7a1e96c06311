import type { Log } from '../../log.js';
import type { Clock } from '../../time.js';
import type { Store } from '../store.js';
import { createAccounts } from './accounts.js';
import { createAdministration } from './administration.js';
import { connect } from './connection.js';
import { createEngine } from './engine.js';
import { asStoreFailure } from './failure.js';
import { guardFile } from './fileGuard.js';
import { createKeys } from './keys.js';
import { createOpening } from './openSession.js';
import { createPrune } from './prune.js';
import type { Random } from './retry.js';
import { createRevoking } from './revoke.js';
import { createUpsertRole } from './roles.js';
import { createRotate } from './rotate.js';
import { createUsedMarks } from './usedMarks.js';
import { createUserPages } from './usersPage.js';
import { createWriter } from './writer.js';

export interface SqliteStoreOptions {
  clock: Clock;
  log: Log;
  random: Random;
  onStatement?: ((sql: string) => void) | undefined;
}

/** The engine on one SQLite file, or in memory. Reads are synchronous; writes share one transaction a turn. */
export async function openSqliteStore(path: string, options: SqliteStoreOptions): Promise<Store> {
  const { clock, log, random } = options;
  const { db } = await connect(path, options);
  const guard = guardFile(path);
  const engine = createEngine(db, clock);
  const { audit, users, sessions, grants } = engine;
  const marks = createUsedMarks(db, log, () => writer.wake());
  const writer = createWriter({
    db,
    random,
    prologue: marks,
    check: guard.check,
    undone: grants.forget,
  });
  const revoking = createRevoking(engine);
  const opening = createOpening(engine);
  const accounts = createAccounts(engine, opening, revoking);
  const administration = createAdministration(engine, revoking);
  const keys = createKeys(engine);
  const pages = createUserPages(db);
  const rotate = createRotate(engine);
  const upsertRole = createUpsertRole(engine);
  const prune = createPrune(engine);
  const pingQuery = db.prepare('SELECT role_table FROM versions');
  const { write } = writer;
  let closing: Promise<void> | null = null;

  const close = async (): Promise<void> => {
    // A last batch that fails has told its callers so; closing goes on.
    await writer.close().catch((error: unknown) => log.warn({ err: error }, 'a last write failed'));
    marks.stop();
    guard.stop();
    db.close();
  };

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
    sessionState: read(sessions.state),
    usersByIds: read(users.byIds),
    sessionsByIds: read(sessions.byIds),
    liveSessionsByUserIds: read((userIds) => sessions.liveByUserIds(userIds, clock.now())),
    userByEmail: read(users.byEmail),
    rolesByUserIds: read(grants.rolesByUserIds),
    roleTable: read(grants.roleTable),
    usersPage: read(pages.page),
    countUsers: read(pages.count),
    knownAddress: read(users.knownAddress),
    keys: read(keys.all),
    auditEvents: read(audit.events),
    ping: read(() => {
      guard.check();
      pingQuery.get();
    }),

    createUser: (user, input) => write(() => accounts.create(user, input)),
    openSession: (session, input) => write(() => opening.open(session, input)),
    rotate: (input) => write(() => rotate(input)),
    markUsed: (sessionId, generation, at) => {
      if (closing === null) marks.mark(sessionId, generation, at);
    },
    revokeSessions: (which, cause, input) => write(() => revoking.sessions(which, cause, input)),
    changePassword: (change, input) => write(() => accounts.changePassword(change, input)),
    upgradePasswordHash: (userId, expectedHash, newHash) =>
      write(() => accounts.upgradeHash(userId, expectedHash, newHash)),
    setUserRoles: (change, input) => write(() => administration.setRoles(change, input)),
    disableUser: (change, input) => write(() => administration.disable(change, input)),
    enableUser: (change, input) => write(() => administration.enable(change, input)),
    upsertRole: (role, input) => write(() => upsertRole(role, input)),
    ensureKeys: (wanted) => write(() => keys.ensure(wanted)),
    addKey: (input, event) => write(() => keys.add(input, event)),
    recordEvent: (input) => write(() => audit.record(clock.now(), input)),
    prune: (input) => write(() => prune(input)),
    close: () => (closing ??= close()),
  };
}
