import type { Reads, Store } from '../store.js';
import { createAccounts } from './accounts.js';
import { createAdministration } from './administration.js';
import type { Engine } from './engine.js';
import { createKeys } from './keys.js';
import { createOpening } from './openSession.js';
import { createPrune } from './prune.js';
import { createRevoking } from './revoke.js';
import { createUpsertRole } from './roles.js';
import { createRotate } from './rotate.js';
import type { Writer } from './writer.js';

export type Writes = Omit<Store, keyof Reads | 'markUsed' | 'close' | 'onSessionsChanged'>;

/** The writes: each runs in a savepoint of the transaction that its turn of the event loop shares. */
export function createWrites(engine: Engine, write: Writer['write']): Writes {
  const { audit, clock } = engine;
  const revoking = createRevoking(engine);
  const opening = createOpening(engine);
  const accounts = createAccounts(engine, opening, revoking);
  const administration = createAdministration(engine, revoking);
  const keys = createKeys(engine);
  const rotate = createRotate(engine);
  const upsertRole = createUpsertRole(engine);
  const prune = createPrune(engine);

  return {
    createUser: (user, event) => write(() => accounts.create(user, event)),
    openSession: (session, event) => write(() => opening.open(session, event)),
    rotate: (input) => write(() => rotate(input), input.sessionId),
    revokeSessions: (which, cause, event) => write(() => revoking.sessions(which, cause, event)),
    changePassword: (change, event) => write(() => accounts.changePassword(change, event)),
    upgradePasswordHash: (userId, expectedHash, newHash) =>
      write(() => accounts.upgradeHash(userId, expectedHash, newHash)),
    setUserRoles: (change, event) => write(() => administration.setRoles(change, event)),
    disableUser: (change, event) => write(() => administration.disable(change, event)),
    enableUser: (change, event) => write(() => administration.enable(change, event)),
    userChanged: (userId, event) => write(() => administration.changed(userId, event)),
    upsertRole: (role, event) => write(() => upsertRole(role, event)),
    ensureKeys: (wanted, seen) => write(() => keys.ensure(wanted, seen)),
    addKey: (input, event) => write(() => keys.add(input, event)),
    retireKey: (input, event) => write(() => keys.retire(input, event)),
    sealKeys: (secrets, seen) => write(() => keys.seal(secrets, seen)),
    recordEvent: (event) => write(() => audit.record(clock.now(), event), null),
    prune: (input) => write(() => prune(input)),
  };
}
