import { ok, refuse, type Outcome } from '../../outcome.js';
import type { Origin, Store, UserRow } from '../../store/store.js';
import type { PasswordHasher } from '../../tokens/password.js';
import type { Viewer } from '../../viewer.js';
import type { IssuedSession, Sessions } from '../sessions.js';
import type { Users } from '../users.js';
import type { Attempts } from './attempts.js';
import { createWithPassword } from './passwordCheck.js';
import { refusalOf } from './setPassword.js';

export interface PasswordChange {
  currentPassword: string;
  newPassword: string;
}

/** The viewer's own password: every session ends, and a new one opens in the same step. */
export type ChangePassword = (
  viewer: Viewer,
  input: PasswordChange,
  origin: Origin,
) => Promise<Outcome<IssuedSession>>;

interface Dependencies {
  store: Store;
  users: Users;
  sessions: Sessions;
  attempts: Attempts;
  hasher: PasswordHasher;
}

export function createChangePassword(dependencies: Dependencies): ChangePassword {
  const { store, users, sessions } = dependencies;
  const withPassword = createWithPassword(dependencies);

  async function replace(user: UserRow, newPassword: string, origin: Origin) {
    const hash = await users.newHash(newPassword, user.email, 'input.newPassword');
    if (!hash.ok) return hash;
    const { id: userId, passwordHash: expectedHash } = user;
    const outcome = await store.changePassword(
      { userId, expectedHash, newHash: hash.value, session: sessions.draft(origin) },
      { event: 'password_changed', actorId: userId, userId, origin },
    );
    if (outcome.kind !== 'changed') return refusalOf(outcome);
    const { session, user: changed, grants } = outcome;
    if (session === null) throw new Error('The store opened no session with the new password.');
    return ok(await sessions.issueFirst(session, changed, grants, origin));
  }

  return async ({ id, sessionId }, { currentPassword: password, newPassword }, origin) => {
    const find = async () => (await store.usersByIds([id]))[0] ?? null;
    const known = await find();
    if (known === null) return refuse('INVALID_CREDENTIALS');
    const { email } = known;
    return withPassword({ email, find, password, origin, sessionId }, (user) =>
      replace(user, newPassword, origin),
    );
  };
}
